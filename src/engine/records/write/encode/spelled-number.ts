// Numbers in a source's own spelling: rewritten into PostgreSQL's, byte by byte, and handed to the plain encoder. Only
// columns with such a spelling come here; the others never pay for it.
import { decimalOf, type ValueSpelling } from '../../../../foundation/cells/value-spelling.js';
import { type CellEncoder, Fault, isBlank } from './cell-encoder.js';

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;
const PERCENT = 0x25;
/** Longer than any number anybody writes; what is longer is no number. */
const LONGEST = 512;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= 0x39;

/**
 * An encoder that reads `1.234,56` and the like. `plain`: encoder of the rewritten number. `fault`: what a cell that is
 * no number of this spelling gives; a group of the wrong length is one, because `1.5` is not meant to be 15.
 */
export function spelledNumber(plain: CellEncoder, spelling: ValueSpelling, fault: number): CellEncoder {
  const decimal = decimalOf(spelling).charCodeAt(0);
  const groups = spelling.thousands === undefined ? [] : groupSigns(spelling.thousands);
  const money = spelling.currency === true;
  const { percent } = spelling;
  const scratch = Buffer.alloc(LONGEST + 16);

  return (bytes, start, end, out, pos) => {
    let i = start;
    let last = end;
    if (end - start > LONGEST) return fault;
    let share = false;
    let negative = false;
    for (let before = -1; before !== last - i; ) {
      before = last - i;
      while (i < last && isBlank(bytes[i]!)) i++;
      while (last > i && isBlank(bytes[last - 1]!)) last--;
      while (last - 2 >= i && bytes[last - 2] === 0xc2 && bytes[last - 1] === 0xa0) last -= 2;
      while (last - 3 >= i && isNarrowBlank(bytes, last - 3)) last -= 3;
      if (percent !== undefined && bytes[last - 1] === PERCENT && last > i) {
        last--;
        share = percent === 'share';
      }
      // As book-keepers write it: 12.50- and (12.50).
      if (last - i > 1 && bytes[last - 1] === MINUS && isDigit(bytes[last - 2])) {
        last--;
        negative = true;
      }
      if (money) {
        const [from, to] = withoutMoney(bytes, i, last);
        i = from;
        last = to;
        if (last - i > 2 && bytes[i] === 0x28 && bytes[last - 1] === 0x29) {
          i++;
          last--;
          negative = true;
        }
      }
    }
    let to = 0;
    if (bytes[i] === MINUS || bytes[i] === PLUS) {
      if (negative) return fault;
      negative = bytes[i] === MINUS;
      i++;
      if (money) [i] = withoutMoney(bytes, i, last);
      while (i < last && isBlank(bytes[i]!)) i++;
    }
    if (i >= last) return fault;
    if (negative) scratch[to++] = MINUS;
    let run = 0;
    let grouped = 0;
    let point = false;
    let sign = -1;
    while (i < last) {
      const byte = bytes[i]!;
      if (byte >= ZERO && byte <= 0x39) {
        scratch[to++] = byte;
        run++;
        i++;
        continue;
      }
      if (byte === decimal && !point) {
        if (grouped > 0 && run !== 3) return fault;
        point = true;
        scratch[to++] = POINT;
        i++;
        continue;
      }
      const which = point ? -1 : groups.findIndex((group) => startsWith(bytes, i, last, group));
      if (which >= 0) {
        // The first group has one to three digits; the others three, but two before the last where they are counted in lakhs.
        if (run === 0 || run > 3 || (grouped > 0 && run === 1) || (sign >= 0 && which !== sign)) return fault;
        sign = which;
        grouped++;
        run = 0;
        i += groups[which]!.length;
        continue;
      }
      break;
    }
    if (!point && grouped > 0 && run !== 3) return fault;
    // The other sign, as in 12.50 where a comma is expected, is no slip to be mended: which number is meant?
    if (i < last && (bytes[i]! | 0x20) < 0x61) return fault;
    // What is left may be an exponent, NaN or Infinity: the plain encoder's to judge.
    while (i < last) scratch[to++] = bytes[i++]!;
    if (share) to = shiftByHundred(scratch, to);
    if (to < 0) return fault;
    const written = plain(scratch, 0, to, out, pos);
    return written === Fault.number || written === Fault.integer ? fault : written;
  };
}

function groupSigns(sign: string): readonly Buffer[] {
  if (sign === ' ') return [' ', '\u00a0', '\u202f', '\u2009'].map((blank) => Buffer.from(blank));
  if (sign === "'") return ["'", '\u2019'].map((apostrophe) => Buffer.from(apostrophe));
  return [Buffer.from(sign)];
}

function startsWith(bytes: Buffer, at: number, last: number, sign: Buffer): boolean {
  if (at + sign.length > last) return false;
  for (let k = 0; k < sign.length; k++) if (bytes[at + k] !== sign[k]) return false;
  return true;
}

/** U+202F and U+2009, which stand between a number and its sign in French and Swiss files. */
function isNarrowBlank(bytes: Buffer, at: number): boolean {
  return bytes[at] === 0xe2 && bytes[at + 1] === 0x80 && (bytes[at + 2] === 0xaf || bytes[at + 2] === 0x89);
}

const MONEY =
  /^(?:\p{Sc}|[A-Z]{3}(?![A-Za-z])|[A-Z]{1,2}\$|kr\.?|zł|Kč|Ft|лв\.?|руб\.?|Fr\.)[\s\u00a0\u202f]*/u;
const MONEY_BEHIND = /[\s\u00a0\u202f]*(?:\p{Sc}|(?<![A-Za-z])[A-Z]{3}|kr\.?|zł|Kč|Ft|лв\.?|руб\.?|Fr\.)$/u;

function withoutMoney(bytes: Buffer, from: number, to: number): [number, number] {
  const text = bytes.toString('utf8', from, to);
  const before = MONEY.exec(text)?.[0] ?? '';
  const behind = MONEY_BEHIND.exec(text.slice(before.length))?.[0] ?? '';
  return [from + Buffer.byteLength(before), to - Buffer.byteLength(behind)];
}

/** Moves the point two places to the left; returns the new length, or -1 if that needs an exponent. */
function shiftByHundred(scratch: Buffer, length: number): number {
  const text = scratch.toString('latin1', 0, length);
  const parts = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text);
  if (!parts) return -1;
  const whole = (parts[2] ?? '').padStart(3, '0');
  const moved = `${parts[1]}${whole.slice(0, -2)}.${whole.slice(-2)}${parts[3] ?? ''}`;
  return scratch.write(moved, 'latin1');
}
