// How a column of PostgreSQL's texts is written down in Parquet: its schema element, and each text as the physical value.
import type { SchemaElement } from 'hyparquet-writer';
import type { ValueType } from '../table-format.js';
import { findDays, findTimeMicros, findTimestampMicros } from './parquet-time.js';

export type PhysicalValue = string | number | bigint | boolean | Uint8Array;

export interface WrittenColumn {
  readonly element: SchemaElement;
  /** Whether the writer keeps smallest and largest value; texts that are no strings have no order of use. */
  readonly statistics: boolean;
  /** Undefined where the type has no room for the text (infinity, NaN): the caller's error. */
  readonly toValue: (text: string) => PhysicalValue | undefined;
}

export interface NumberSize {
  readonly precision: number;
  readonly scale: number;
}

/** Digits a DECIMAL may have by the specification's own advice; more are written as a string. */
const MOST_DIGITS = 38;

/** The column's element and conversion; a numeric without a known size is a string, which loses nothing. */
export function toWrittenColumn(name: string, type: ValueType, size?: NumberSize): WrittenColumn {
  const column = (
    element: Omit<SchemaElement, 'name' | 'repetition_type'>,
    toValue: WrittenColumn['toValue'],
    statistics = true,
  ): WrittenColumn => ({ element: { name, repetition_type: 'OPTIONAL', ...element }, statistics, toValue });
  switch (type) {
    case 'int2':
    case 'int4':
      return column({ type: 'INT32' }, Number);
    case 'int8':
      return column({ type: 'INT64' }, BigInt);
    case 'float4':
      return column({ type: 'FLOAT' }, Number);
    case 'float8':
      return column({ type: 'DOUBLE' }, Number);
    case 'boolean':
      return column({ type: 'BOOLEAN' }, (text) => text === 't' || text === 'true');
    case 'date':
      return column({ type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } }, findDays);
    case 'time':
      return column(
        { type: 'INT64', logical_type: { type: 'TIME', isAdjustedToUTC: false, unit: 'MICROS' } },
        findTimeMicros,
      );
    case 'timestamp':
    case 'timestamptz':
      return column(
        {
          type: 'INT64',
          logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: type === 'timestamptz', unit: 'MICROS' },
        },
        (text) => inInt64(findTimestampMicros(text)),
      );
    case 'json':
      return column({ type: 'BYTE_ARRAY', logical_type: { type: 'JSON' } }, toBytes, false);
    case 'bytes':
      return column(
        { type: 'BYTE_ARRAY' },
        (text) => (text.startsWith('\\x') ? Buffer.from(text.slice(2), 'hex') : undefined),
        false,
      );
    case 'numeric':
      if (size && size.precision <= MOST_DIGITS && size.scale >= 0 && size.scale <= size.precision)
        return toDecimalColumn(column, size);
      return toText(column);
    default:
      return toText(column);
  }
}

type MakeColumn = (
  element: Omit<SchemaElement, 'name' | 'repetition_type'>,
  toValue: WrittenColumn['toValue'],
  statistics?: boolean,
) => WrittenColumn;

const toText = (column: MakeColumn): WrittenColumn =>
  column({ type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } }, (text) => text);

const toBytes = (text: string): Uint8Array => Buffer.from(text);

const inInt64 = (value: bigint | undefined): bigint | undefined =>
  value !== undefined && BigInt.asIntN(64, value) === value ? value : undefined;

/** Bytes that so many digits need, with their sign. */
const bytesOf = (precision: number): number => Math.ceil((precision * Math.log2(10) + 1) / 8);

function toDecimalColumn(column: MakeColumn, { precision, scale }: NumberSize): WrittenColumn {
  const physical: Pick<SchemaElement, 'type' | 'type_length'> =
    precision <= 9
      ? { type: 'INT32' }
      : precision <= 18
        ? { type: 'INT64' }
        : { type: 'FIXED_LEN_BYTE_ARRAY', type_length: bytesOf(precision) };
  return column(
    {
      ...physical,
      converted_type: 'DECIMAL',
      precision,
      scale,
      logical_type: { type: 'DECIMAL', precision, scale },
    },
    (text) => findUnscaled(text, precision, scale),
  );
}

function findUnscaled(text: string, precision: number, scale: number): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return undefined;
  const fraction = match[3] ?? '';
  if (fraction.length > scale && /[1-9]/.test(fraction.slice(scale))) return undefined;
  const digits = `${match[2]}${fraction.slice(0, scale).padEnd(scale, '0')}`.replace(/^0+(?=\d)/, '');
  if (digits.length > precision) return undefined;
  return BigInt(`${match[1]}${digits}`);
}
