// Opening a Parquet file: what it begins and ends with, its footer, and the bytes of a row group, each number doubted before
// memory is taken for it.
import { refuseForeign } from '../encoding/foreign-file.js';
import type { SourceFile } from '../table-format.js';
import { type Footer, type RowGroup, readFooter } from './footer/footer-reader.js';
import { broken, tooMuch } from './parquet-problems.js';

/** Most bytes of a row group as it lies in the file: it is read at once. */
const MAX_GROUP_BYTES = 512 * 1024 * 1024;
const MAX_FOOTER_BYTES = 64 * 1024 * 1024;
/** Columns that lie closer than this are read at once. */
const MAX_GAP_BYTES = 1024 * 1024;

/** Reads the footer. Throws FORMATS-102 for files of other kinds, 134 for broken ones, 135 for what is too large or encrypted. */
export async function openParquet(file: SourceFile): Promise<Footer> {
  const head = await file.read(0, 16);
  const tail = await file.read(Math.max(0, file.size - 8), 8);
  const magic = head.toString('latin1', 0, 4);
  if (magic === 'PARE' || tail.toString('latin1', 4) === 'PARE') {
    throw tooMuch('is encrypted', 'Write it without encryption.');
  }
  if (magic !== 'PAR1') {
    refuseForeign(head, ['parquet']);
    throw broken('it does not begin as one');
  }
  if (file.size < 12 || tail.toString('latin1', 4) !== 'PAR1') throw broken('its end is missing');
  const size = tail.readUInt32LE(0);
  if (size > file.size - 12) throw broken('its footer is longer than the file');
  if (size > MAX_FOOTER_BYTES) {
    throw tooMuch(`has a footer of ${size} bytes`, 'Is it really a Parquet file?');
  }
  const footer = readFooter(await readWhole(file, file.size - 8 - size, size));
  checkPlaces(file, footer);
  return footer;
}

/** Columns lie in the file and not over each other: no byte of the file is read more than once. */
function checkPlaces(file: SourceFile, { groups }: Footer): void {
  let sum = 0;
  for (const { columns, rows } of groups) {
    if (rows === 0) continue;
    for (const { from, size } of columns) {
      if (!(from >= 4 && from + size <= file.size)) throw broken('a column lies outside of the file');
      sum += size;
    }
  }
  if (sum > file.size) throw broken('its columns are longer than the file');
}

/** The bytes of each column. */
export async function readGroup(file: SourceFile, { columns }: RowGroup): Promise<readonly Buffer[]> {
  const size = columns.reduce((sum, chunk) => sum + chunk.size, 0);
  if (size > MAX_GROUP_BYTES) {
    throw tooMuch(`has a row group of ${size} bytes`, 'Write it with smaller row groups.');
  }
  const from = Math.min(...columns.map((chunk) => chunk.from));
  const to = Math.max(...columns.map((chunk) => chunk.from + chunk.size));
  if (to - from <= size + MAX_GAP_BYTES) {
    const bytes = await readWhole(file, from, to - from);
    return columns.map((chunk) => bytes.subarray(chunk.from - from, chunk.from - from + chunk.size));
  }
  const parts: Buffer[] = [];
  for (const chunk of columns) parts.push(await readWhole(file, chunk.from, chunk.size));
  return parts;
}

async function readWhole(file: SourceFile, from: number, size: number): Promise<Buffer> {
  const bytes = await file.read(from, size);
  if (bytes.length < size) throw broken('it ends too early');
  return bytes;
}
