// A Parquet file's footer and row groups, with every number in it doubted before memory is taken for it.
import type { AsyncBuffer, Compressors, FileMetaData, RowGroup, SchemaElement, SchemaTree } from 'hyparquet';
import { parquetMetadataAsync, parquetSchema } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { compressors as allCompressors } from 'hyparquet-compressors';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { refuseForeign } from '../encoding/foreign-file.js';
import { formatsError } from '../formats-errors.js';
import type { SourceFile } from '../table-format.js';

/** Most bytes of a row group as it lies in the file: it is read at once. */
const MAX_GROUP_BYTES = 512 * 1024 * 1024;
/** Most values of a column in one row group, and most bytes of a page once unpacked. */
const MAX_GROUP_VALUES = 20_000_000;
const MAX_PAGE_BYTES = 256 * 1024 * 1024;
const MAX_FOOTER_BYTES = 64 * 1024 * 1024;

export interface ParquetFile {
  /** As the library is to read it: leaves without types, so that it leaves their values alone. */
  readonly metadata: FileMetaData;
  /** As the file has it. */
  readonly createdBy: string | undefined;
  readonly tree: SchemaTree;
  /** The file's own schema elements, by those of `metadata`. */
  readonly elements: ReadonlyMap<SchemaElement, SchemaElement>;
}

/** Reads the footer. Throws FORMATS-102 for files of other kinds, 134 for broken ones, 135 for what is too large or encrypted. */
export async function openParquet(file: SourceFile): Promise<ParquetFile> {
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
  if (tail.readUInt32LE(0) > MAX_FOOTER_BYTES) {
    throw tooMuch(`has a footer of ${tail.readUInt32LE(0)} bytes`, 'Is it really a Parquet file?');
  }
  return guarded(async () => {
    const metadata = await parquetMetadataAsync(toAsyncBuffer(file), {
      parsers: NO_PARSERS,
      geoparquet: false,
    });
    const elements = new Map<SchemaElement, SchemaElement>();
    const schema = metadata.schema.map((element) => {
      const { converted_type: _converted, logical_type: _logical, ...plain } = element;
      const read = element.type === undefined ? element : plain;
      elements.set(read, element);
      return read;
    });
    const plain = { ...metadata, schema };
    return { metadata: plain, createdBy: metadata.created_by, tree: parquetSchema(plain), elements };
  });
}

/** Values as they are: the library converts nothing that a later step could need exactly. */
export const NO_PARSERS = {
  timestampFromMilliseconds: (value: bigint) => value,
  timestampFromMicroseconds: (value: bigint) => value,
  timestampFromNanoseconds: (value: bigint) => value,
  dateFromDays: (value: number) => value,
  stringFromBytes: (value: Uint8Array) => value,
  jsonFromBytes: (value: Uint8Array) => value,
  geometryFromBytes: (value: Uint8Array) => value,
  geographyFromBytes: (value: Uint8Array) => value,
  uuidFromBytes: (value: Uint8Array) => value,
};

export const COMPRESSORS: Compressors = Object.fromEntries(
  Object.entries(allCompressors as Required<Compressors>).map(([codec, unpack]) => [
    codec,
    (input: Uint8Array, length: number): Uint8Array => {
      checkPage(length);
      return unpack(input, length);
    },
  ]),
);

function checkPage(length: number): void {
  if (length >= 0 && length <= MAX_PAGE_BYTES) return;
  throw tooMuch(`has a page of ${length} bytes`, 'Write it with smaller pages and row groups.');
}

/** The row group's bytes, checked and kept in memory; places outside are read from the file. */
export async function loadGroup(file: SourceFile, group: RowGroup): Promise<AsyncBuffer> {
  const ranges = group.columns.map((chunk) => {
    if (chunk.file_path) throw tooMuch('has its data in other files', 'Write it as one file.');
    const meta = chunk.meta_data;
    if (!meta) throw broken('a column has no description');
    if (meta.num_values < group.num_rows) throw broken('a column has fewer values than rows');
    if (meta.num_values > BigInt(MAX_GROUP_VALUES)) {
      throw tooMuch(`has a row group of ${meta.num_values} values`, 'Write it with smaller row groups.');
    }
    const dictionary = meta.dictionary_page_offset || meta.data_page_offset;
    const from = Number(dictionary < meta.data_page_offset ? dictionary : meta.data_page_offset);
    const size = Number(meta.total_compressed_size);
    if (from < 4 || size < 0 || from + size > file.size) throw broken('a column lies outside of the file');
    return { from, to: from + size, values: Number(meta.num_values) };
  });
  if (ranges.length === 0) throw broken('a row group has no columns');
  const from = Math.min(...ranges.map((range) => range.from));
  const to = Math.max(...ranges.map((range) => range.to));
  if (to - from > MAX_GROUP_BYTES) {
    throw tooMuch(`has a row group of ${to - from} bytes`, 'Write it with smaller row groups.');
  }
  const bytes = await file.read(from, to - from);
  if (bytes.length < to - from) throw broken('it ends too early');
  for (const range of ranges) {
    checkPages(bytes.subarray(range.from - from, range.to - from), range.values);
  }
  const direct = toAsyncBuffer(file);
  return {
    byteLength: file.size,
    slice: (start, end = file.size) =>
      start >= from && end <= to
        ? toArrayBuffer(bytes.subarray(start - from, end - from))
        : direct.slice(start, end),
  };
}

/** What the headers of pages claim decides how much memory is taken: it has to agree with the footer. */
function checkPages(bytes: Buffer, values: number): void {
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
  let found = 0;
  while (reader.offset < bytes.length - 1) {
    const header = parquetHeader(reader);
    const packed = header.compressed_page_size;
    if (!(packed >= 0) || reader.offset + packed > bytes.length)
      throw broken('a page is longer than its column');
    checkPage(header.uncompressed_page_size);
    const dictionary = header.dictionary_page_header?.num_values ?? 0;
    const v2 = header.data_page_header_v2;
    const count = header.data_page_header?.num_values ?? v2?.num_values ?? 0;
    const levels = (v2?.definition_levels_byte_length ?? 0) + (v2?.repetition_levels_byte_length ?? 0);
    const sound =
      isWithin(count, values) &&
      isWithin(dictionary, header.uncompressed_page_size * 8) &&
      isWithin(v2?.num_nulls ?? 0, count) &&
      isWithin(v2?.num_rows ?? 0, count) &&
      isWithin(v2?.definition_levels_byte_length ?? 0, packed) &&
      isWithin(levels, Math.min(packed, header.uncompressed_page_size));
    if (!sound) throw broken('a page claims what can’t be');
    found += count;
    if (found > values) throw broken('a column has more values than the footer says');
    reader.offset += packed;
  }
}

const isWithin = (value: number, most: number): boolean => value >= 0 && value <= most;

function toAsyncBuffer(file: SourceFile): AsyncBuffer {
  return {
    byteLength: file.size,
    slice: async (start, end = file.size) => toArrayBuffer(await file.read(start, end - start)),
  };
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

/** Errors of the library, which are about broken files, as errors of ours. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DovetailError) throw error;
    const what = error instanceof Error ? error.message : String(error);
    throw broken(what.replace(/^parquet /, ''), error);
  }
}

export function broken(what: string, cause?: unknown) {
  return formatsError(134, {
    detail: `The Parquet file can't be read: ${what}.`,
    hint: 'If the file was cut or is still being written, get it again.',
    ...(cause === undefined ? {} : { cause }),
  });
}

function tooMuch(what: string, hint: string) {
  return formatsError(135, { detail: `The Parquet file ${what}.`, hint });
}
