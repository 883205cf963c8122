// What stands at a place outside of quotes: the slow, exact answer for signs of several bytes, CR, and the slab's end.
import type { CsvDialect } from './csv-dialect.js';

/** `more`: can't be said before more bytes are there. `input`: the source ends here. */
export const Sign = { more: -1, data: 0, delimiter: 1, row: 2, input: 3 } as const;

/** Whether `sign` stands at `at`: yes (true), no (false), or undecided (undefined) because the bytes end within it. */
function matchSign(
  bytes: Buffer,
  at: number,
  sign: Buffer,
  filled: number,
  final: boolean,
): boolean | undefined {
  for (let k = 0; k < sign.length; k++) {
    if (at + k >= filled) return final ? false : undefined;
    if (bytes[at + k] !== sign[k]) return false;
  }
  return true;
}

export function signAt(
  dialect: CsvDialect,
  bytes: Buffer,
  at: number,
  filled: number,
  final: boolean,
): number {
  if (at >= filled) return final ? Sign.input : Sign.more;
  const byte = bytes[at]!;
  if (byte === dialect.delimiter[0]) {
    const match = matchSign(bytes, at, dialect.delimiter, filled, final);
    return match === undefined ? Sign.more : match ? Sign.delimiter : Sign.data;
  }
  if (dialect.rowEnd.length > 0) {
    if (byte !== dialect.rowEnd[0]) return Sign.data;
    const match = matchSign(bytes, at, dialect.rowEnd, filled, final);
    if (!match) return match === undefined ? Sign.more : Sign.data;
    // The line end after it belongs to it, so it must be in sight as well.
    return at + dialect.rowEnd.length + 2 > filled && !final ? Sign.more : Sign.row;
  }
  if (byte === 10) return Sign.row;
  if (byte === 13) return at + 1 >= filled && !final ? Sign.more : Sign.row;
  return Sign.data;
}

/** Length of the line end at `at`: 0 if there is none, 2 for CRLF. */
export function lineEndLength(bytes: Buffer, at: number, filled: number): number {
  if (at >= filled) return 0;
  if (bytes[at] === 13) return at + 1 < filled && bytes[at + 1] === 10 ? 2 : 1;
  return bytes[at] === 10 ? 1 : 0;
}

/** Index of the first line end from `from` on, or -1 if there is none before `filled`. */
export function findLineEnd(bytes: Buffer, from: number, filled: number): number {
  const lf = bytes.indexOf(10, from);
  const until = lf < 0 || lf >= filled ? filled : lf;
  const cr = bytes.subarray(from, until).indexOf(13);
  if (cr >= 0) return from + cr;
  return until === filled ? -1 : until;
}
