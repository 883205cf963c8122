// The footer of a Parquet file: its schema and where each column of each row group lies. Only what reading needs is kept.
import { broken, tooMuch } from '../parquet-problems.js';
import {
  ofList,
  PHYSICAL_TYPES,
  type PhysicalType,
  readSchemaElement,
  type SchemaElement,
} from './schema-element.js';
import { type Schema, toPath, toSchema } from './schema-tree.js';
import { ThriftReader } from './thrift-reader.js';

const CODECS = ['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'LZO', 'BROTLI', 'LZ4', 'ZSTD', 'LZ4_RAW'] as const;
export type Codec = (typeof CODECS)[number];

/** Elements of the schema, and columns of all row groups together: each takes memory as long as the file is read. */
const MAX_ELEMENTS = 100_000;
const MAX_CHUNKS = 1_000_000;

/** One column of one row group. */
export interface ColumnChunk {
  readonly type: PhysicalType;
  readonly codec: Codec;
  readonly path: string;
  /** Values, NULLs included. */
  readonly values: number;
  /** Bytes as they lie in the file, and where. */
  readonly size: number;
  readonly from: number;
}

export interface RowGroup {
  readonly columns: readonly ColumnChunk[];
  readonly rows: number;
}

export interface Footer {
  readonly schema: Schema;
  readonly rows: number;
  readonly groups: readonly RowGroup[];
  readonly createdBy: string | undefined;
}

/** Throws FORMATS-134 for a broken one, 135 for what is too much. */
export function readFooter(bytes: Buffer): Footer {
  const thrift = new ThriftReader(bytes);
  const elements: SchemaElement[] = [];
  const groups: RowGroup[] = [];
  const counted = { chunks: 0 };
  let createdBy: string | undefined;
  thrift.struct((id) => {
    if (id === 2) {
      thrift.list(() => {
        if (elements.push(readSchemaElement(thrift)) > MAX_ELEMENTS) throw tooMuch('has too large a schema');
      });
    } else if (id === 4) thrift.list(() => groups.push(readGroup(thrift, counted)));
    else if (id === 6) createdBy = thrift.binary().toString();
    else return false;
    return true;
  });
  const schema = toSchema(elements);
  for (const group of groups) checkGroup(group, schema);
  // Some writers leave their sum at 0.
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  return { schema, rows, groups, createdBy };
}

function readGroup(thrift: ThriftReader, counted: { chunks: number }): RowGroup {
  const columns: ColumnChunk[] = [];
  let rows = 0;
  if (++counted.chunks > MAX_CHUNKS) throw tooMuch('has too many row groups');
  thrift.struct((id) => {
    if (id === 1) {
      thrift.list(() => {
        columns.push(readChunk(thrift));
        if (++counted.chunks > MAX_CHUNKS) throw tooMuch('has too many row groups');
      });
    } else if (id === 3) rows = thrift.int();
    else return false;
    return true;
  });
  if (!(rows >= 0 && Number.isSafeInteger(rows))) throw broken('a row group has no number of rows');
  return { columns, rows };
}

function readChunk(thrift: ThriftReader): ColumnChunk {
  let found: ColumnChunk | undefined;
  thrift.struct((id) => {
    if (id === 1) {
      if (thrift.binary().length > 0) throw tooMuch('has its data in other files', 'Write it as one file.');
    } else if (id === 3) found = readChunkMeta(thrift);
    else if (id === 8) throw tooMuch('is encrypted', 'Write it without encryption.');
    else return false;
    return true;
  });
  if (found === undefined) throw broken('a column has no description');
  return found;
}

function readChunkMeta(thrift: ThriftReader): ColumnChunk {
  let type: PhysicalType | undefined;
  let codec: Codec = 'UNCOMPRESSED';
  const path: string[] = [];
  let [values, size, data, dictionary] = [-1, -1, -1, 0];
  thrift.struct((id) => {
    if (id === 1) type = ofList(PHYSICAL_TYPES, thrift.int());
    else if (id === 3) thrift.list(() => path.push(thrift.binary().toString()));
    else if (id === 4) codec = ofList(CODECS, thrift.int());
    else if (id === 5) values = thrift.int();
    else if (id === 7) size = thrift.int();
    else if (id === 9) data = thrift.int();
    else if (id === 11) dictionary = thrift.int();
    else return false;
    return true;
  });
  // Some writers leave 0 where there is no dictionary.
  const from = dictionary > 0 && dictionary < data ? dictionary : data;
  if (type === undefined || !(values >= 0) || !(size >= 0)) throw broken('a column has no description');
  return { type, codec, path: toPath(path), values, size, from };
}

function checkGroup({ columns, rows }: RowGroup, { leaves }: Schema): void {
  if (rows === 0) return;
  if (columns.length !== leaves.length) throw broken('a row group has other columns than the schema');
  columns.forEach((chunk, i) => {
    const leaf = leaves[i]!;
    if (chunk.type !== leaf.element.type || (chunk.path !== '' && chunk.path !== leaf.path)) {
      throw broken('a row group has other columns than the schema');
    }
    const sound = leaf.rep === 0 ? chunk.values === rows : chunk.values >= rows;
    if (!sound) throw broken('a column has another number of values than of rows');
  });
}
