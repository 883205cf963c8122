// Issues as lines of COPY's text format. A bad tenth of a million rows is a hundred thousand of them, so cells go over
// byte by byte and no string is made of them.
import { Cell, type CellBatch } from '../../foundation/cells/cell-batch.js';
import { isInBatch, type RowCells, toCellTexts } from '../../foundation/cells/row-cells.js';
import type { FoundIssue } from './run.js';

const BLOCK_BYTES = 256 * 1024;
const TAB = 0x09;
const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const COMMA = 0x2c;

/** Blocks of whole lines: run_id, severity, row, line, column, field, value, code, message, hint, cells (a JSON array), kinds. */
export function* toCopyLines(runId: string, issues: readonly FoundIssue[]): Generator<Buffer> {
  let lines = new CopyLines();
  for (const issue of issues) {
    const { severity, row, line, column, field, value, code, message, hint, rowCells } = issue;
    lines.text(runId);
    for (const cell of [severity, row, line, column, field, value, code, message, hint]) lines.text(cell);
    lines.cells(rowCells);
    lines.end();
    if (lines.length >= BLOCK_BYTES) {
      yield lines.bytes();
      lines = new CopyLines();
    }
  }
  if (lines.length > 0) yield lines.bytes();
}

class CopyLines {
  #bytes = Buffer.allocUnsafe(BLOCK_BYTES + 16 * 1024);
  length = 0;

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.length);
  }

  end(): void {
    this.#bytes[this.length - 1] = 0x0a;
  }

  text(value: string | number | undefined): void {
    if (value === undefined) {
      this.#put('\\N');
    } else if (typeof value === 'number') {
      this.#put(String(value));
    } else {
      this.#put(
        /[\\\n\r\t\0]/.test(value) ? value.replace(/[\\\n\r\t\0]/g, (sign) => ESCAPED[sign]!) : value,
      );
    }
    this.#byte(TAB);
  }

  /** The cells as a JSON array, then their kinds. */
  cells(row: RowCells | undefined): void {
    if (row === undefined) {
      this.text(undefined);
      this.text(undefined);
    } else if (isInBatch(row) && row.batch.origin === undefined) {
      this.#cellsOf(row.batch, row.index);
    } else {
      const { cells, kinds } = toCellTexts(row);
      this.text(JSON.stringify(cells));
      this.text(kinds);
    }
  }

  #cellsOf(batch: CellBatch, index: number): void {
    const width = batch.columns.length;
    const first = index * width;
    this.#byte(0x5b);
    for (let i = first; i < first + width; i++) {
      if (i > first) this.#byte(COMMA);
      const kind = batch.kind[i];
      if (kind === Cell.text || kind === Cell.json) this.#quoted(batch.bytes, batch.start[i]!, batch.end[i]!);
      else this.#put('null');
    }
    this.#byte(0x5d);
    this.#byte(TAB);
    this.#room(width + 1);
    for (let i = first; i < first + width; i++) this.#bytes[this.length++] = 0x30 + batch.kind[i]!;
    this.#byte(TAB);
  }

  /** A JSON string (RFC 8259) of UTF-8, its backslashes doubled for COPY. */
  #quoted(from: Buffer, start: number, end: number): void {
    this.#room((end - start) * 7 + 3);
    const out = this.#bytes;
    let at = this.length;
    out[at++] = QUOTE;
    for (let i = start; i < end; i++) {
      const byte = from[i]!;
      if (byte === BACKSLASH) {
        out.fill(BACKSLASH, at, at + 4);
        at += 4;
      } else if (byte === QUOTE) {
        out[at++] = BACKSLASH;
        out[at++] = BACKSLASH;
        out[at++] = QUOTE;
      } else if (byte < 0x20) {
        at += out.write(`\\\\u${byte.toString(16).padStart(4, '0')}`, at, 'latin1');
      } else {
        out[at++] = byte;
      }
    }
    out[at++] = QUOTE;
    this.length = at;
  }

  #put(text: string): void {
    this.#room(text.length * 3);
    this.length += this.#bytes.write(text, this.length);
  }

  #byte(byte: number): void {
    this.#room(1);
    this.#bytes[this.length++] = byte;
  }

  #room(bytes: number): void {
    if (this.length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.length + bytes));
    this.#bytes.copy(larger, 0, 0, this.length);
    this.#bytes = larger;
  }
}

// A NUL can't be stored in a text; the sign for "symbol for null" shows where it was.
const ESCAPED: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\0': '\u2400',
};
