// The inside of a quoted cell: where it ends, how many lines it crosses, and how its text is freed of escapes.
import { type CsvDialect, Inside } from './csv-dialect.js';

/** `open`: the source or the cell limit ends before the quote is closed. */
export const Quoted = { closed: 0, more: 1, open: 2 } as const;

/** What the scan found; one object is reused for all cells. */
export interface QuotedScan {
  /** Where the text ends: the index of the closing quote. */
  end: number;
  /** Line ends inside. */
  lines: number;
  escaped: boolean;
}

/**
 * Scans from `at`, the first byte after the opening quote. Changes no byte, so it can be repeated when more has come.
 * A cell still open `limit` bytes on counts as never closed.
 */
export function scanQuoted(
  dialect: CsvDialect,
  bytes: Buffer,
  at: number,
  filled: number,
  final: boolean,
  limit: number,
  scan: QuotedScan,
): number {
  const inside = dialect.inside;
  let p = at;
  let lines = 0;
  let escaped = false;
  for (;;) {
    while (inside[bytes[p]!] === Inside.none) p++;
    if (p >= filled) return final || p - at > limit ? Quoted.open : Quoted.more;
    const mark = inside[bytes[p]!];
    // What follows decides; without it nothing can be said.
    if (p + 1 >= filled && !final) return p - at > limit ? Quoted.open : Quoted.more;
    const next = p + 1 < filled ? bytes[p + 1]! : -1;
    if (mark === Inside.lf) {
      lines++;
      p++;
    } else if (mark === Inside.cr) {
      if (next !== 10) lines++;
      p++;
    } else if (mark === Inside.escape) {
      const pair = next === dialect.quote || next === dialect.escape;
      if (pair) escaped = true;
      p += pair ? 2 : 1;
    } else if (next === dialect.quote) {
      escaped = true;
      p += 2;
    } else {
      scan.end = p;
      scan.lines = lines;
      scan.escaped = escaped;
      return p - at > limit ? Quoted.open : Quoted.closed;
    }
  }
}

/**
 * Frees bytes[from..to) of escapes in place and returns the new end. The rest is filled with blanks, so that the
 * slab stays valid UTF-8 as a whole.
 */
export function unescapeCell(
  dialect: CsvDialect,
  bytes: Buffer,
  from: number,
  to: number,
  quoted: boolean,
): number {
  const { quote, escape: escapeSign } = dialect;
  let out = from;
  for (let p = from; p < to; p++) {
    const byte = bytes[p]!;
    if (p + 1 < to) {
      const next = bytes[p + 1]!;
      const doubled = quoted && byte === quote && next === quote;
      if (doubled || (byte === escapeSign && canBeEscaped(dialect, next, quoted))) {
        bytes[out++] = next;
        p++;
        continue;
      }
    }
    bytes[out++] = byte;
  }
  bytes.fill(32, out, to);
  return out;
}

function canBeEscaped(dialect: CsvDialect, byte: number, quoted: boolean): boolean {
  if (byte === dialect.quote || byte === dialect.escape) return true;
  return !quoted && (byte === dialect.delimiter[0] || byte === 10 || byte === 13);
}
