// What a physical value of Parquet is as text: exact, in the form PostgreSQL takes.
import { isUtf8 } from 'node:buffer';
import { Cell } from '../../../foundation/cells/cell-batch.js';
import type { SchemaElement } from './footer/schema-element.js';
import { tooMuch } from './parquet-problems.js';
import { toDateText, toTimestampText, toTimeText } from './parquet-time.js';
import type { RawValue } from './values/plain-values.js';

export interface LeafValue {
  /** `json` for numbers, truth values and JSON text; everything else is a text. */
  readonly kind: typeof Cell.text | typeof Cell.json;
  readonly text: string;
  /** True for a text that is no UTF-8; what is no character of it became a question mark. */
  readonly invalid?: boolean;
}

export type LeafReader = (raw: RawValue) => LeafValue;

const text = (value: string): LeafValue => ({ kind: Cell.text, text: value });
const bare = (value: string): LeafValue => ({ kind: Cell.json, text: value });

/** PostgreSQL's numeric has 16,383 digits behind the point at most. */
const MAX_SCALE = 16_383;
const MAX_DECIMAL_BYTES = 4096;

/** Bytes are made by our own readers, which give buffers. */
const toBuffer = (raw: RawValue): Buffer => raw as Buffer;

const UNIT_NANOS = { MILLIS: 1_000_000n, MICROS: 1000n, NANOS: 1n } as const;

export interface ValueOptions {
  /** True: bytes without a type are taken for text, as old writers mean them. */
  readonly binaryAsText: boolean;
}

/** How values of the leaf are read; by its logical type, else by the older converted type (parquet-format LogicalTypes.md). */
export function toLeafReader(element: SchemaElement, options: ValueOptions): LeafReader {
  const { type, converted, logical } = element;
  const named = logical?.type ?? converted;
  // A type that its values can't have says nothing.
  if (named === undefined || !fits(named, element)) {
    return toPhysicalReader(type, isUnsigned(element), options);
  }
  switch (named) {
    case 'STRING':
    case 'UTF8':
    case 'ENUM':
      return toUtf8;
    case 'JSON':
      return (raw) => ({ ...toUtf8(raw), kind: Cell.json });
    case 'DECIMAL': {
      const scale = (logical?.type === 'DECIMAL' ? logical.scale : undefined) ?? element.scale;
      if (Math.abs(scale) > MAX_SCALE) throw tooMuch(`has a decimal column of ${scale} digits`);
      return (raw) => bare(toDecimalText(toUnscaled(raw), scale));
    }
    case 'DATE':
      return (raw) => text(toDateText(Number(raw)));
    case 'UUID':
      return (raw) => text(toHex(raw).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
    case 'FLOAT16':
      return (raw) => toFloat(toFloat16(toBuffer(raw)));
    case 'INTERVAL':
      return (raw) => text(toIntervalText(raw));
    case 'TIME_MILLIS':
    case 'TIME_MICROS':
    case 'TIME': {
      const unit =
        (logical?.type === 'TIME' ? logical.unit : undefined) ??
        (converted === 'TIME_MILLIS' ? 'MILLIS' : 'MICROS');
      return (raw) => text(toTimeText(BigInt(raw as number | bigint) * UNIT_NANOS[unit]));
    }
    case 'TIMESTAMP_MILLIS':
    case 'TIMESTAMP_MICROS':
    case 'TIMESTAMP': {
      const known = logical?.type === 'TIMESTAMP' ? logical : undefined;
      const unit = known?.unit ?? (converted === 'TIMESTAMP_MILLIS' ? 'MILLIS' : 'MICROS');
      // The older types are instants.
      const utc = known === undefined || known.utc === true;
      return (raw) => text(toTimestampText(BigInt(raw as number | bigint) * UNIT_NANOS[unit], utc));
    }
    default:
      return toPhysicalReader(type, isUnsigned(element), options);
  }
}

/** Which physical types a logical one can have; those not named here have any. */
function fits(named: string, { type, length }: SchemaElement): boolean {
  const isBytes = type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY';
  const isNumber = type === 'INT32' || type === 'INT64';
  if (['STRING', 'UTF8', 'ENUM', 'JSON'].includes(named)) return isBytes;
  if (named === 'DECIMAL') return isBytes || isNumber;
  if (named === 'DATE') return type === 'INT32';
  if (named.startsWith('TIME')) return isNumber;
  const fixed = { UUID: 16, FLOAT16: 2, INTERVAL: 12 }[named];
  return fixed === undefined || (type === 'FIXED_LEN_BYTE_ARRAY' && length === fixed);
}

function isUnsigned({ converted, logical }: SchemaElement): boolean {
  return logical?.type === 'INTEGER' ? !logical.signed : (converted?.startsWith('UINT_') ?? false);
}

function toPhysicalReader(type: SchemaElement['type'], unsigned: boolean, options: ValueOptions): LeafReader {
  switch (type) {
    case 'BOOLEAN':
      return (raw) => bare(raw === true || raw === 1 ? 'true' : 'false');
    case 'INT32':
      return (raw) => bare(String(unsigned ? Number(raw) >>> 0 : raw));
    case 'INT64':
      return (raw) => bare(String(unsigned ? BigInt.asUintN(64, BigInt(raw as bigint)) : raw));
    case 'INT96':
      // Whether these are instants depends on who wrote them; like most readers we take them as they stand.
      return (raw) => text(toTimestampText(raw as bigint, false));
    case 'FLOAT':
      return (raw) => toFloat(Number(raw), true);
    case 'DOUBLE':
      return (raw) => toFloat(Number(raw));
    default:
      return options.binaryAsText ? toUtf8 : (raw) => text(`\\x${toHex(raw)}`);
  }
}

const toHex = (raw: RawValue): string => toBuffer(raw).toString('hex');

function toUtf8(raw: RawValue): LeafValue {
  const bytes = toBuffer(raw);
  const value = bytes.toString('utf8');
  if (!value.includes('\ufffd') || isUtf8(bytes)) return text(value);
  return { ...text(value.replaceAll('\ufffd', '?')), invalid: true };
}

function toUnscaled(raw: RawValue): bigint {
  if (!(raw instanceof Uint8Array)) return BigInt(raw);
  if (raw.length === 0) return 0n;
  // Time grows faster than the digits do.
  if (raw.length > MAX_DECIMAL_BYTES) throw tooMuch(`has a decimal number of ${raw.length} bytes`);
  return BigInt.asIntN(raw.length * 8, BigInt(`0x${toHex(raw)}`));
}

function toDecimalText(unscaled: bigint, scale: number): string {
  if (scale <= 0) return `${unscaled}${unscaled === 0n ? '' : '0'.repeat(-scale)}`;
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function toFloat(value: number, single = false): LeafValue {
  if (!Number.isFinite(value))
    return text(Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity');
  if (Object.is(value, -0)) return bare('-0');
  if (!single) return bare(String(value));
  // The shortest digits that are this single-precision number; as a double it has many more.
  // Those near nothing have few digits.
  for (let precision = Math.abs(value) < 1.2e-38 ? 1 : 6; precision < 9; precision++) {
    const short = Number(value.toPrecision(precision));
    if (Math.fround(short) === value) return bare(String(short));
  }
  return bare(String(Number(value.toPrecision(9))));
}

/** Half precision: a sign, five bits of exponent, ten of fraction. */
function toFloat16(bytes: Buffer): number {
  const bits = bytes.readUInt16LE(0);
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** Three unsigned little-endian numbers: months, days, milliseconds. */
function toIntervalText(raw: RawValue): string {
  const bytes = toBuffer(raw);
  return `${bytes.readUInt32LE(0)} mons ${bytes.readUInt32LE(4)} days ${bytes.readUInt32LE(8) / 1000} secs`;
}
