// Excel workbooks, XLSX: read and written as streams. Reading is ours on yauzl and our own scanner: half the time of exceljs in flat
// memory, where exceljs took up to 567 MB.
import { formatsError } from '../formats-errors.js';
import { inspectGrid } from '../grid/grid-inspect.js';
import { readGrid } from '../grid/grid-reader.js';
import { GRID_NOTES, GRID_OPTIONS, readGridSettings } from '../grid/grid-settings.js';
import type { Detection, ReadRequest, SourceFile, TableFormat } from '../table-format.js';
import { isZip, listFirstNames } from '../zip/zip-names.js';
import { openXlsxBook } from './xlsx-book.js';
import { createXlsxWriter } from './xlsx-writer.js';

export const xlsxFormat: TableFormat = {
  name: 'xlsx',
  label: 'Excel workbook (XLSX)',
  extensions: ['xlsx', 'xlsm', 'xltx', 'xltm'],
  mediaTypes: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  randomAccess: true,
  guides: true,
  describeOptions: [
    ...GRID_OPTIONS,
    {
      name: 'sheetRows',
      meaning: 'Writing: rows of a sheet with its header, before a further sheet begins',
      default: '1048576, all that a sheet has',
    },
  ],
  detect(sample, { name, given }) {
    const head = Buffer.from(sample.buffer, sample.byteOffset, sample.byteLength);
    if (!isZip(head)) return undefined;
    const named = /\.(xls[xmb]|xlt[xm])$/i.test(name ?? '');
    const parts = listFirstNames(head);
    const office = parts.includes('[Content_Types].xml') || parts.some((part) => /^\/?xl\//i.test(part));
    const other = parts.some((part) => /^(word|ppt|visio)\//.test(part));
    if ((!named && !office) || (other && !named)) return undefined;
    return { format: 'xlsx', confidence: 0.95, options: given, says: ['Excel workbook'] };
  },
  async inspect(file, detection, { given }): Promise<Detection> {
    const settings = readGridSettings(given);
    const book = await openXlsxBook(file, settings);
    const { options, says } = await inspectGrid(book, settings, given);
    return { ...detection, options, says: [...detection.says, ...says] };
  },
  read: readXlsx,
  notes: [
    ...GRID_NOTES,
    'Written are types: numbers, booleans, dates and times where a cell can hold them without losing anything; as text: numbers of more than 15 digits, dates before March 1900, fractions below a millisecond, everything else. Moments (`timestamptz`) are written, and read, in UTC.',
    'NULL is no cell. A text is never a formula. Control characters are written as Excel does (`_x0001_`).',
    'What a workbook can’t carry: texts of more than 32,767 characters (FORMATS-320), zeros at the end of numbers without a fixed scale, and rows in which every field is NULL.',
  ],
  createWriter: createXlsxWriter,
};

async function* readXlsx({ file, options, batchRows }: ReadRequest) {
  if (file?.size === 0) return;
  const book = await openXlsxBook(requireZip(file), readGridSettings(options));
  yield* readGrid(book, options, batchRows);
}

function requireZip(file: SourceFile | undefined): SourceFile {
  if (file) return file;
  throw formatsError(102, {
    detail: 'A workbook is read at many places at once; packed or as a stream it can’t be.',
    hint: 'Unpack it and import the file inside.',
  });
}
