// The header before each page: what it is, how long, how its values are written.
import { ofList } from '../footer/schema-element.js';
import type { ThriftReader } from '../footer/thrift-reader.js';
import { isTrue } from '../footer/thrift-reader.js';
import { broken } from '../parquet-problems.js';

const KINDS = ['data', 'index', 'dictionary', 'data2'] as const;
const ENCODINGS = [
  'PLAIN',
  'GROUP_VAR_INT',
  'PLAIN_DICTIONARY',
  'RLE',
  'BIT_PACKED',
  'DELTA_BINARY_PACKED',
  'DELTA_LENGTH_BYTE_ARRAY',
  'DELTA_BYTE_ARRAY',
  'RLE_DICTIONARY',
  'BYTE_STREAM_SPLIT',
] as const;
export type Encoding = (typeof ENCODINGS)[number];

export interface PageHeader {
  readonly kind: (typeof KINDS)[number] | 'other';
  /** Bytes in the file, and once unpacked. */
  readonly packed: number;
  readonly unpacked: number;
  /** Values, NULLs included. */
  readonly values: number;
  readonly encoding: Encoding;
  /** Of the levels of `data`. */
  readonly levels: { readonly definition: Encoding; readonly repetition: Encoding };
  /** Of `data2`: bytes of the levels, which are never packed, and whether the values are. */
  readonly definitionBytes: number;
  readonly repetitionBytes: number;
  readonly isPacked: boolean;
}

/** Throws FORMATS-134 for one that can't be. */
export function readPageHeader(thrift: ThriftReader): PageHeader {
  let kind = 'other' as PageHeader['kind'];
  let [packed, unpacked] = [-1, -1];
  let about = EMPTY;
  thrift.struct((id) => {
    if (id === 1) kind = KINDS[thrift.int()] ?? 'other';
    else if (id === 2) unpacked = thrift.int();
    else if (id === 3) packed = thrift.int();
    else if (id === 5) about = readAbout(thrift, V1);
    else if (id === 7) about = readAbout(thrift, {});
    else if (id === 8) about = readAbout(thrift, V2);
    else return false;
    return true;
  });
  const { definitionBytes, repetitionBytes } = about;
  const levels = definitionBytes + repetitionBytes;
  if (!(packed >= 0 && unpacked >= 0)) throw broken('a page has no length');
  if (definitionBytes < 0 || repetitionBytes < 0 || levels > Math.min(packed, unpacked)) {
    throw broken('a page claims what can’t be');
  }
  if (kind !== 'index' && kind !== 'other' && !(about.values >= 0)) {
    throw broken('a page has no number of values');
  }
  return { kind, packed, unpacked, ...about };
}

const EMPTY = {
  values: -1,
  encoding: 'PLAIN' as Encoding,
  levels: { definition: 'RLE' as Encoding, repetition: 'RLE' as Encoding },
  definitionBytes: 0,
  repetitionBytes: 0,
  isPacked: true,
};

/** Numbers of the fields in which the two kinds of data pages differ. */
type Fields = Readonly<
  Partial<
    Record<
      'encoding' | 'definition' | 'repetition' | 'definitionBytes' | 'repetitionBytes' | 'isPacked',
      number
    >
  >
>;
const V1: Fields = { encoding: 2, definition: 3, repetition: 4 };
const V2: Fields = { encoding: 4, definitionBytes: 5, repetitionBytes: 6, isPacked: 7 };

function readAbout(thrift: ThriftReader, fields: Fields): typeof EMPTY {
  const about = { ...EMPTY, levels: { ...EMPTY.levels } };
  const encoding = (): Encoding => ofList(ENCODINGS, thrift.int());
  thrift.struct((id, type) => {
    if (id === 1) about.values = thrift.int();
    else if (id === (fields.encoding ?? 2)) about.encoding = encoding();
    else if (id === fields.definition) about.levels.definition = encoding();
    else if (id === fields.repetition) about.levels.repetition = encoding();
    else if (id === fields.definitionBytes) about.definitionBytes = thrift.int();
    else if (id === fields.repetitionBytes) about.repetitionBytes = thrift.int();
    else if (id === fields.isPacked) about.isPacked = isTrue(type);
    else return false;
    return true;
  });
  return about;
}
