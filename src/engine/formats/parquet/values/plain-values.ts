// Values written plainly, one after the other, and the dictionaries that are written so.
import type { SchemaElement } from '../footer/schema-element.js';
import { broken, tooMuch } from '../parquet-problems.js';
import { MAX_VALUE } from '../read-budget.js';

/** A value of a physical type. Bytes are only good until the next value is taken. */
export type RawValue = number | bigint | boolean | Uint8Array;
export type TakeValue = () => RawValue;

export interface FixedType {
  /** Bytes. */
  readonly width: number;
  /** The caller sees to it that so many bytes are there. */
  readonly read: (bytes: Buffer, at: number) => RawValue;
}

const JULIAN_EPOCH = 2_440_588n;
const DAY_NANOS = 86_400_000_000_000n;

/** Undefined for truth values, which are bits, and for bytes of any length. */
export function findFixedType({ type, length }: SchemaElement): FixedType | undefined {
  switch (type) {
    case 'INT32':
      return { width: 4, read: (bytes, at) => bytes.readInt32LE(at) };
    case 'INT64':
      return { width: 8, read: readInt64 };
    case 'INT96':
      return { width: 12, read: readInstant96 };
    case 'FLOAT':
      return { width: 4, read: (bytes, at) => bytes.readFloatLE(at) };
    case 'DOUBLE':
      return { width: 8, read: (bytes, at) => bytes.readDoubleLE(at) };
    case 'FIXED_LEN_BYTE_ARRAY':
      if (!(length > 0)) throw broken('a column of bytes has no length');
      if (length > MAX_VALUE) throw tooMuch(`has values of ${length} bytes`);
      return { width: length, read: (bytes, at) => bytes.subarray(at, at + length) };
    default:
      return undefined;
  }
}

/** As a number where that is exact: most are small. */
function readInt64(bytes: Buffer, at: number): number | bigint {
  const high = bytes.readInt32LE(at + 4);
  if (high >= -0x200000 && high < 0x200000) return high * 0x1_0000_0000 + bytes.readUInt32LE(at);
  return bytes.readBigInt64LE(at);
}

/** Nanoseconds since 1970; written as those of the day and the day of the Julian calendar. */
function readInstant96(bytes: Buffer, at: number): bigint {
  return (BigInt(bytes.readInt32LE(at + 8)) - JULIAN_EPOCH) * DAY_NANOS + bytes.readBigInt64LE(at);
}

export function plainValues(bytes: Buffer, from: number, element: SchemaElement): TakeValue {
  let at = from;
  if (element.type === 'BOOLEAN') {
    let bit = 0;
    return () => {
      const byte = bytes[at + (bit >> 3)];
      if (byte === undefined) throw endsEarly();
      return ((byte >> (bit++ & 7)) & 1) === 1;
    };
  }
  const fixed = findFixedType(element);
  if (fixed !== undefined) {
    const { width, read } = fixed;
    return () => {
      if (at + width > bytes.length) throw endsEarly();
      at += width;
      return read(bytes, at - width);
    };
  }
  return () => {
    const to = findEnd(bytes, at);
    const value = bytes.subarray(at + 4, to);
    at = to;
    return value;
  };
}

/** Where bytes end whose length stands at `at`. */
function findEnd(bytes: Buffer, at: number): number {
  if (at + 4 > bytes.length) throw endsEarly();
  const to = at + 4 + bytes.readUInt32LE(at);
  if (to > bytes.length) throw endsEarly();
  return to;
}

export interface Dictionary {
  readonly count: number;
  /** `index` is below `count`. */
  readonly at: (index: number) => RawValue;
}

/** Takes four bytes a value at most, however many the header claims: they have to be in the page. */
export function readDictionary(bytes: Buffer, count: number, element: SchemaElement): Dictionary {
  const fixed = findFixedType(element);
  if (fixed !== undefined) {
    const { width, read } = fixed;
    if (count * width > bytes.length) throw endsEarly();
    return { count, at: (index) => read(bytes, index * width) };
  }
  if (element.type !== 'BYTE_ARRAY') throw broken('truth values have a dictionary');
  if (count * 4 > bytes.length) throw endsEarly();
  const starts = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) starts[i + 1] = findEnd(bytes, starts[i]!);
  return { count, at: (index) => bytes.subarray(starts[index]! + 4, starts[index + 1]!) };
}

export const endsEarly = () => broken('a page has fewer values than it says');
