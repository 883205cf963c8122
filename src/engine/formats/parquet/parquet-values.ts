// What a physical value of Parquet is as text: exact, in the form PostgreSQL takes. The library's own conversions are
// not used, because they bring decimals and instants through floating point.
import { isUtf8 } from 'node:buffer';
import type { SchemaElement } from 'hyparquet';
import { parseFloat16 } from 'hyparquet/src/convert.js';
import { Cell } from '../../../foundation/cells/cell-batch.js';
import { toDateText, toTimestampText, toTimeText } from './parquet-time.js';

export interface LeafValue {
  /** `json` for numbers, truth values and JSON text; everything else is a text. */
  readonly kind: typeof Cell.text | typeof Cell.json;
  readonly text: string;
}

export type LeafReader = (raw: unknown) => LeafValue;

const text = (value: string): LeafValue => ({ kind: Cell.text, text: value });
const bare = (value: string): LeafValue => ({ kind: Cell.json, text: value });

const UNIT_NANOS = { MILLIS: 1_000_000n, MICROS: 1000n, NANOS: 1n } as const;

export interface ValueOptions {
  /** True: bytes without a type are taken for text, as old writers mean them. */
  readonly binaryAsText: boolean;
  /** Called for text that is no UTF-8. */
  onInvalid(): void;
}

/** How values of the leaf are read; by its logical type, else by the older converted type (parquet-format LogicalTypes.md). */
export function toLeafReader(element: SchemaElement, options: ValueOptions): LeafReader {
  const { type, converted_type: converted, logical_type: logical } = element;
  const named = logical?.type ?? converted;
  switch (named) {
    case 'STRING':
    case 'UTF8':
    case 'ENUM':
      return (raw) => text(toUtf8(raw, options));
    case 'JSON':
      return (raw) => bare(toUtf8(raw, options));
    case 'DECIMAL': {
      const scale = (logical?.type === 'DECIMAL' ? logical.scale : element.scale) ?? 0;
      return (raw) => bare(toDecimalText(toUnscaled(raw), scale));
    }
    case 'DATE':
      return (raw) => text(toDateText(Number(raw)));
    case 'UUID':
      return (raw) => text(toHex(raw).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'));
    case 'FLOAT16':
      return (raw) => toFloat(parseFloat16(raw as Uint8Array) ?? 0);
    case 'INTERVAL':
      return (raw) => text(toIntervalText(raw));
    case 'TIME_MILLIS':
    case 'TIME_MICROS':
    case 'TIME': {
      const unit =
        logical?.type === 'TIME' ? logical.unit : converted === 'TIME_MILLIS' ? 'MILLIS' : 'MICROS';
      return (raw) => text(toTimeText(BigInt(raw as number | bigint) * UNIT_NANOS[unit]));
    }
    case 'TIMESTAMP_MILLIS':
    case 'TIMESTAMP_MICROS':
    case 'TIMESTAMP': {
      const known = logical?.type === 'TIMESTAMP' ? logical : undefined;
      const unit = known?.unit ?? (converted === 'TIMESTAMP_MILLIS' ? 'MILLIS' : 'MICROS');
      // The older types are instants.
      const utc = known?.isAdjustedToUTC ?? true;
      return (raw) => text(toTimestampText(BigInt(raw as number | bigint) * UNIT_NANOS[unit], utc));
    }
    default:
      return toPhysicalReader(type, isUnsigned(element), options);
  }
}

function isUnsigned({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return logical?.type === 'INTEGER' ? !logical.isSigned : (converted?.startsWith('UINT_') ?? false);
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
      return (raw) => text(options.binaryAsText ? toUtf8(raw, options) : `\\x${toHex(raw)}`);
  }
}

const toBuffer = (raw: unknown): Buffer => {
  const bytes = raw as Uint8Array;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
};

const toHex = (raw: unknown): string => toBuffer(raw).toString('hex');

function toUtf8(raw: unknown, options: ValueOptions): string {
  const bytes = toBuffer(raw);
  const value = bytes.toString('utf8');
  if (!value.includes('\ufffd') || isUtf8(bytes)) return value;
  options.onInvalid();
  return value.replaceAll('\ufffd', '?');
}

function toUnscaled(raw: unknown): bigint {
  if (!(raw instanceof Uint8Array)) return BigInt(raw as number | bigint);
  if (raw.length === 0) return 0n;
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

/** Three unsigned little-endian numbers: months, days, milliseconds. */
function toIntervalText(raw: unknown): string {
  const bytes = toBuffer(raw);
  return `${bytes.readUInt32LE(0)} mons ${bytes.readUInt32LE(4)} days ${bytes.readUInt32LE(8) / 1000} secs`;
}
