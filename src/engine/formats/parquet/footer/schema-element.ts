// The elements of a Parquet schema as the footer lists them (parquet-format, parquet.thrift).
import { broken } from '../parquet-problems.js';
import { isTrue, type ThriftReader } from './thrift-reader.js';

const TYPES = [
  'BOOLEAN',
  'INT32',
  'INT64',
  'INT96',
  'FLOAT',
  'DOUBLE',
  'BYTE_ARRAY',
  'FIXED_LEN_BYTE_ARRAY',
] as const;
const REPETITIONS = ['REQUIRED', 'OPTIONAL', 'REPEATED'] as const;
const CONVERTED = [
  'UTF8',
  'MAP',
  'MAP_KEY_VALUE',
  'LIST',
  'ENUM',
  'DECIMAL',
  'DATE',
  'TIME_MILLIS',
  'TIME_MICROS',
  'TIMESTAMP_MILLIS',
  'TIMESTAMP_MICROS',
  'UINT_8',
  'UINT_16',
  'UINT_32',
  'UINT_64',
  'INT_8',
  'INT_16',
  'INT_32',
  'INT_64',
  'JSON',
  'BSON',
  'INTERVAL',
] as const;
/** By the number of the union's field. */
const LOGICAL: Readonly<Record<number, string>> = {
  1: 'STRING',
  2: 'MAP',
  3: 'LIST',
  4: 'ENUM',
  5: 'DECIMAL',
  6: 'DATE',
  7: 'TIME',
  8: 'TIMESTAMP',
  10: 'INTEGER',
  11: 'NULL',
  12: 'JSON',
  13: 'BSON',
  14: 'UUID',
  15: 'FLOAT16',
  16: 'VARIANT',
  17: 'GEOMETRY',
  18: 'GEOGRAPHY',
};
const UNITS = { 1: 'MILLIS', 2: 'MICROS', 3: 'NANOS' } as const;

export type PhysicalType = (typeof TYPES)[number];

export interface LogicalType {
  readonly type: string;
  readonly scale?: number;
  readonly unit?: 'MILLIS' | 'MICROS' | 'NANOS';
  /** Of times: whether they are instants. */
  readonly utc?: boolean;
  readonly signed?: boolean;
}

export interface SchemaElement {
  readonly name: string;
  /** Missing for groups. */
  readonly type?: PhysicalType;
  /** Bytes of a value of fixed length. */
  readonly length: number;
  readonly repetition: (typeof REPETITIONS)[number];
  readonly children: number;
  readonly converted?: (typeof CONVERTED)[number];
  readonly logical?: LogicalType;
  readonly scale: number;
}

type Draft = { -readonly [K in keyof SchemaElement]?: SchemaElement[K] };

export function readSchemaElement(thrift: ThriftReader): SchemaElement {
  const found: Draft = {};
  thrift.struct((id) => {
    if (id === 1) found.type = ofList(TYPES, thrift.int());
    else if (id === 2) found.length = thrift.int();
    else if (id === 3) found.repetition = ofList(REPETITIONS, thrift.int());
    else if (id === 4) found.name = thrift.binary().toString();
    else if (id === 5) found.children = thrift.int();
    else if (id === 6) {
      const converted = CONVERTED[thrift.int()];
      if (converted !== undefined) found.converted = converted;
    } else if (id === 7) found.scale = thrift.int();
    else if (id === 10) {
      const logical = readLogicalType(thrift);
      if (logical !== undefined) found.logical = logical;
    } else return false;
    return true;
  });
  return { name: '', length: 0, repetition: 'REQUIRED', children: 0, scale: 0, ...found };
}

/** Undefined for one this program does not know: the values are read by their physical type. */
function readLogicalType(thrift: ThriftReader): LogicalType | undefined {
  let found: { -readonly [K in keyof LogicalType]: LogicalType[K] } | undefined;
  thrift.struct((id) => {
    const type = LOGICAL[id];
    if (type === undefined) return false;
    const logical: typeof found = { type };
    found = logical;
    thrift.struct((field, kind) => {
      if (type === 'DECIMAL' && field === 1) logical.scale = thrift.int();
      else if (type === 'INTEGER' && field === 2) logical.signed = isTrue(kind);
      else if ((type === 'TIME' || type === 'TIMESTAMP') && field === 1) logical.utc = isTrue(kind);
      else if ((type === 'TIME' || type === 'TIMESTAMP') && field === 2) {
        thrift.struct((unit) => {
          if (unit in UNITS) logical.unit = UNITS[unit as keyof typeof UNITS];
          return false;
        });
      } else return false;
      return true;
    });
    return true;
  });
  if ((found?.type === 'TIME' || found?.type === 'TIMESTAMP') && found.unit === undefined) return undefined;
  return found;
}

/** Throws FORMATS-134 for a number that stands for nothing. */
export function ofList<T extends string>(names: readonly T[], index: number): T {
  const name = names[index];
  if (name === undefined) throw broken(`its description has the number ${index} where none can stand`);
  return name;
}

export const PHYSICAL_TYPES: readonly PhysicalType[] = TYPES;
