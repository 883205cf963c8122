// The inner loop of reading delimited files: bytes in, cell offsets out, no string made. Everything rare is handed on
// to csv-row-end.ts, csv-signs.ts and csv-quoted-cell.ts, so that this loop stays small and of one shape.
import { Cell } from '../../../foundation/cells/cell-batch.js';
import { BATCH_BYTES } from '../row-limits.js';
import { type CsvDialect, Mark } from './csv-dialect.js';
import { Quoted, type QuotedScan, scanQuoted } from './csv-quoted-cell.js';
import { closeRow, type RowNotes } from './csv-row-end.js';
import type { LexInput, RowSink } from './csv-rows.js';
import { findLineEnd, lineEndLength, Sign, signAt } from './csv-signs.js';

/**
 * Adds rows to `out` until it is full or the window holds no further whole row. Blank lines and comments are passed
 * over. `input.position` and `input.line` always stand behind the last whole row. Returns true if the batch is full.
 */
export function lexRows(dialect: CsvDialect, input: LexInput, out: RowSink): boolean {
  const { bytes, filled, final } = input;
  const { marks, quote, comment, trim } = dialect;
  const { start, end, kind, columns, capacity } = out;
  const step = dialect.delimiter.length;
  const single = step === 1;
  // Line ends before the last cell belong to the text.
  const joins = dialect.ragged === 'join' && dialect.rowEnd.length === 0;
  const scan: QuotedScan = { end: 0, lines: 0, escaped: false };
  const notes: RowNotes = {
    line: 0,
    from: 0,
    first: 0,
    cells: 0,
    width: 0,
    broken: 0,
    brokenAt: 0,
    brokenCell: 0,
    brokenFrom: 0,
    escapes: [],
    extras: [],
  };
  // The line end after the last byte stops every scan; whether it is real is asked only then.
  bytes[filled] = 10;
  let p = input.position;
  let line = input.line;

  rows: while (out.rows < capacity && p < filled) {
    if (out.rows > 0 && p - out.from > BATCH_BYTES) return true;
    const byte = bytes[p]!;
    if (byte === 10 || byte === 13) {
      if (byte === 13 && p + 1 >= filled && !final) break;
      p += byte === 13 && p + 1 < filled && bytes[p + 1] === 10 ? 2 : 1;
      input.position = p;
      input.line = ++line;
      continue;
    }
    if (byte === comment) {
      const until = findLineEnd(bytes, p, filled);
      if (until < 0 && !final) break;
      p = until < 0 ? filled : until;
      input.position = p;
      continue;
    }
    if (out.rows === 0) out.from = p;
    const first = out.rows * columns;
    const limit = first + columns;
    const rowStart = p;
    const rowLine = line;
    let i = first;
    let width = 0;
    let broken = 0;

    for (;;) {
      if (trim) while (isBlank(bytes[p]!) && marks[bytes[p]!] === Mark.none) p++;
      let s = p;
      let e = p;
      let k: number = Cell.text;
      let escaped = false;
      let sign: number = Sign.data;
      if (bytes[p] === quote && p < filled) {
        const outcome = scanQuoted(dialect, bytes, p + 1, filled, final, input.maxCellBytes, scan);
        if (outcome === Quoted.more) break rows;
        let after = scan.end + 1;
        if (outcome === Quoted.closed) {
          while (isBlank(bytes[after]!) && marks[bytes[after]!] === Mark.none) after++;
          sign = signAt(dialect, bytes, after, filled, final);
          if (sign === Sign.more) break rows;
        }
        if (outcome === Quoted.open || (sign === Sign.data && scan.lines > 0)) {
          // The opening line alone is given up: what follows it may be whole rows.
          broken = outcome === Quoted.open ? 204 : 203;
          notes.brokenAt = line;
          notes.brokenCell = width + 1;
          notes.brokenFrom = p;
          const until = findLineEnd(bytes, p, filled);
          if (until < 0 && !final) break rows;
          if (broken === 203) input.suspectUntil = line + scan.lines;
          e = p = until < 0 ? filled : until;
          sign = p >= filled ? Sign.input : Sign.row;
        } else if (sign === Sign.data) {
          broken = 203;
          notes.brokenAt = line;
          notes.brokenCell = width + 1;
          notes.brokenFrom = p;
          input.suspectUntil = line + 1;
          p = after;
        } else {
          s = p + 1;
          e = scan.end;
          p = after;
          line += scan.lines;
          escaped = scan.escaped;
          if (e === s && dialect.quotedEmpty === 'empty') k = Cell.empty;
        }
      }
      if (sign === Sign.data) {
        for (;;) {
          while (marks[bytes[p]!] === Mark.none) p++;
          if (single && marks[bytes[p]!] === Mark.delimiter) {
            sign = Sign.delimiter;
            break;
          }
          sign = signAt(dialect, bytes, p, filled, final);
          if (sign === Sign.more) break rows;
          if (sign === Sign.row && joins && width + 1 < columns) sign = Sign.data;
          if (sign !== Sign.data) break;
          if (marks[bytes[p]!] === Mark.escape) {
            if (p + 1 >= filled && !final) break rows;
            escaped = true;
            if (bytes[p + 1] === 10 && p + 1 < filled) line++;
            p += p + 1 < filled ? 2 : 1;
          } else {
            if (bytes[p] === 10 || (bytes[p] === 13 && bytes[p + 1] !== 10)) line++;
            p++;
          }
        }
        e = p;
        if (trim) while (e > s && isBlank(bytes[e - 1]!)) e--;
        if (e === s) k = Cell.empty;
        else if (dialect.nullSpellings.length > 0 && isNull(dialect, bytes, s, e)) k = Cell.null;
      }
      if (i < limit) {
        if (escaped) notes.escapes.push(i);
        start[i] = s;
        end[i] = e;
        kind[i++] = k;
      } else if (e > s) notes.extras.push(s, e);
      width++;
      if (sign === Sign.delimiter) {
        p += step;
        continue;
      }
      if (sign === Sign.row) {
        const own = bytes[p] === 10 || bytes[p] === 13 ? 0 : dialect.rowEnd.length;
        const lineEnd = lineEndLength(bytes, p + own, filled);
        if (lineEnd > 0) line++;
        p += own + lineEnd;
      }
      break;
    }
    if (
      i < limit ||
      width > columns ||
      broken > 0 ||
      notes.escapes.length > 0 ||
      rowLine <= input.suspectUntil ||
      p - rowStart > input.maxCellBytes
    ) {
      notes.line = rowLine;
      notes.from = rowStart;
      notes.first = first;
      notes.cells = i;
      notes.width = width;
      notes.broken = broken;
      closeRow(dialect, input, out, notes, p);
    }
    out.lines[out.rows] = rowLine;
    out.widths[out.rows++] = width;
    input.position = p;
    input.line = line;
  }
  return out.rows === capacity;
}

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9;
}

function isNull(dialect: CsvDialect, bytes: Buffer, from: number, to: number): boolean {
  for (const spelling of dialect.nullSpellings) {
    if (spelling.length === to - from && spelling.equals(bytes.subarray(from, to))) return true;
  }
  return false;
}
