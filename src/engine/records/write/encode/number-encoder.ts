// Integers, numerics and floats, in the spellings PostgreSQL reads: digits of the cell are passed on, never rounded here.
import { type CellEncoder, Fault, isBlank, putAscii } from './cell-encoder.js';

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;

/** An integer between the limits, written without leading zeros and plus sign. */
export function integerEncoder(least: bigint, most: bigint): CellEncoder {
  const safe = String(most).length - 1;
  return (bytes, start, end, out, pos) => {
    let i = start;
    let last = end;
    while (i < last && isBlank(bytes[i]!)) i++;
    while (last > i && isBlank(bytes[last - 1]!)) last--;
    const negative = bytes[i] === MINUS;
    if (negative || bytes[i] === PLUS) i++;
    if (i >= last) return Fault.integer;
    for (let k = i; k < last; k++) {
      const byte = bytes[k]!;
      if (byte < ZERO || byte > NINE) return Fault.integer;
    }
    while (i < last - 1 && bytes[i] === ZERO) i++;
    if (last - i > safe) {
      if (last - i > 20) return Fault.range;
      const value = BigInt((negative ? '-' : '') + bytes.toString('latin1', i, last));
      if (value < least || value > most) return Fault.range;
    }
    let to = pos;
    if (negative) {
      if (least === 0n && !(last - i === 1 && bytes[i] === ZERO)) return Fault.range;
      if (bytes[i] !== ZERO) out[to++] = MINUS;
    }
    while (i < last) out[to++] = bytes[i++]!;
    return to;
  };
}

/** A decimal number; with a precision, of at most `precision - scale` digits before the point (PostgreSQL rounds the rest). */
export function numericEncoder(precision: number | undefined, scale: number | undefined): CellEncoder {
  const wholeDigits = precision === undefined ? 0 : precision - (scale ?? 0);
  return (bytes, start, end, out, pos) => {
    let i = start;
    let last = end;
    while (i < last && isBlank(bytes[i]!)) i++;
    while (last > i && isBlank(bytes[last - 1]!)) last--;
    const from = i;
    if (bytes[i] === MINUS || bytes[i] === PLUS) i++;
    while (i < last && bytes[i] === ZERO) i++;
    const leadingZeros = i > from && bytes[i - 1] === ZERO;
    const whole = i;
    while (i < last && bytes[i]! >= ZERO && bytes[i]! <= NINE) i++;
    let digits = i - whole;
    let any = digits > 0 || leadingZeros;
    if (bytes[i] === POINT) {
      const fraction = ++i;
      while (i < last && bytes[i]! >= ZERO && bytes[i]! <= NINE) i++;
      any ||= i > fraction;
    }
    if (!any || i < last) {
      if (!any || !hasExponent(bytes, i, last))
        return specialNumber(bytes, from, last, out, pos, precision !== undefined);
      const exponent = Number(bytes.toString('latin1', i + 1, last));
      if (exponent > 100_000 || exponent < -100_000) return Fault.range;
      digits += exponent;
    }
    // One short of the limit is safe whatever the rounding; at the limit 9.99 may round up to 10.
    if (precision !== undefined && digits >= wholeDigits) {
      if (digits > wholeDigits || roundsUp(bytes, from, last, wholeDigits, scale ?? 0)) {
        if (!isZero(bytes, from, last)) return Fault.precision;
      }
    }
    let to = pos;
    for (let k = from; k < last; k++) out[to++] = bytes[k]!;
    return to;
  };
}

function hasExponent(bytes: Buffer, at: number, last: number): boolean {
  if (bytes[at] !== 0x65 && bytes[at] !== 0x45) return false;
  let i = at + 1;
  if (bytes[i] === MINUS || bytes[i] === PLUS) i++;
  if (i >= last) return false;
  for (; i < last; i++) if (bytes[i]! < ZERO || bytes[i]! > NINE) return false;
  return true;
}

function roundsUp(bytes: Buffer, from: number, last: number, wholeDigits: number, scale: number): boolean {
  const text = bytes.toString('latin1', from, last).replace(/^[+-]/, '');
  if (/[eE]/.test(text)) return Math.abs(Number(text)) >= 10 ** wholeDigits;
  if (scale < 0) return false; // rare enough to leave to the server
  const point = text.indexOf('.');
  if (point < 0) return false;
  const whole = text.slice(0, point).replace(/^0+/, '');
  const fraction = text.slice(point + 1);
  return (
    /^9*$/.test(whole + fraction.slice(0, scale)) &&
    fraction.length > scale &&
    fraction[scale]! >= '5' &&
    whole.length >= wholeDigits
  );
}

function isZero(bytes: Buffer, from: number, last: number): boolean {
  return Number(bytes.toString('latin1', from, last)) === 0;
}

const SPECIALS = new Map([
  ['nan', 'NaN'],
  ['inf', 'Infinity'],
  ['+inf', 'Infinity'],
  ['infinity', 'Infinity'],
  ['+infinity', 'Infinity'],
  ['-inf', '-Infinity'],
  ['-infinity', '-Infinity'],
]);

function specialNumber(
  bytes: Buffer,
  from: number,
  last: number,
  out: Buffer,
  pos: number,
  limited: boolean,
): number {
  if (last - from > 9) return Fault.number;
  const special = SPECIALS.get(bytes.toString('latin1', from, last).toLowerCase());
  if (special === undefined) return Fault.number;
  if (limited && special !== 'NaN') return Fault.precision;
  return putAscii(special, out, pos);
}

/** A floating-point number. `round`: to the nearest number of the type, infinite beyond the largest, 0 below the smallest. */
export function floatEncoder(round: (value: number) => number): CellEncoder {
  const syntax = numericEncoder(undefined, undefined);
  return (bytes, start, end, out, pos) => {
    const to = syntax(bytes, start, end, out, pos);
    // Short and without an exponent: in range whatever it is.
    if (to - pos <= 30 && !hasLetter(out, pos, to)) return to;
    const text = out.toString('latin1', pos, to);
    const value = Math.abs(round(Number(text)));
    if (value === Number.POSITIVE_INFINITY && !/inf/i.test(text)) return Fault.range;
    return value === 0 && /[1-9]/.test(text.split(/e/i)[0]!) ? Fault.range : to;
  };
}

function hasLetter(out: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (out[i]! > 0x40) return true;
  return false;
}
