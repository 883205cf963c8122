// Are the bytes of a batch text? One native pass over all of it says yes; only where it says no are rows looked at.
import { isUtf8 } from 'node:buffer';
import { Cell, type RowProblem } from '../../foundation/cells/cell-batch.js';
import { characterLength } from './encoding/text-encoding.js';
import { excerpt, problemCode } from './formats-errors.js';

interface CheckedCells {
  readonly rows: number;
  readonly columns: number;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly kind: Uint8Array;
}

const REPLACEMENT = Buffer.from('\ufffd');

/**
 * Reports rows with invalid UTF-8 (206: with NULs) within bytes[from..to) and puts a `?` in place of each such byte, so
 * that every cell is valid text. `transcodedFrom` names the encoding the text was in, if it was not UTF-8: there U+FFFD
 * stands for bytes that were invalid in it. `likelyEncoding` names the one that invalid UTF-8 may be in, for hints. Problems come back merged into `problems`, in order of rows.
 */
export function checkBytes(
  cells: CheckedCells,
  bytes: Buffer,
  from: number,
  to: number,
  names: readonly string[],
  transcodedFrom: string | undefined,
  problems: readonly RowProblem[],
  likelyEncoding: (text: Buffer) => string | undefined = () => undefined,
): readonly RowProblem[] {
  const range = bytes.subarray(from, to);
  const valid = isUtf8(range);
  const nul = range.includes(0);
  const replaced = transcodedFrom !== undefined && range.includes(REPLACEMENT);
  if (valid && !nul && !replaced) return problems;
  const found: RowProblem[] = [];
  // Before any byte is masked.
  const likely = valid ? undefined : likelyEncoding(range);
  for (let row = 0; row < cells.rows; row++) {
    for (let column = 0; column < cells.columns; column++) {
      const i = row * cells.columns + column;
      if (cells.kind[i] !== Cell.text && cells.kind[i] !== Cell.json) continue;
      const cell = bytes.subarray(cells.start[i], cells.end[i]);
      const at = `cell ${column + 1} (${names[column]})`;
      if (!valid && !isUtf8(cell)) {
        const hex = maskInvalid(cell)
          .slice(0, 8)
          .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
        found.push({
          index: row,
          code: problemCode(205),
          ...blamed(names[column]!, cell),
          message: `Invalid UTF-8 in ${at}: bytes ${hex.join(' ')}.`,
          hint: likely
            ? `If the file is not UTF-8, it is probably ${likely}: set encoding (--encoding ${likely}).`
            : 'If the whole file is in another encoding, set encoding (for example windows-1252).',
        });
      } else if (replaced && cell.includes(REPLACEMENT)) {
        found.push({
          index: row,
          code: problemCode(205),
          ...blamed(names[column]!, cell),
          message: `Bytes that are no character in ${transcodedFrom} in ${at}.`,
          hint: 'Set encoding if it is another one.',
        });
      }
      if (nul && cell.includes(0)) {
        for (let k = 0; k < cell.length; k++) if (cell[k] === 0) cell[k] = 63;
        found.push({
          index: row,
          code: problemCode(206),
          ...blamed(names[column]!, cell),
          message: `NUL character in ${at}; PostgreSQL can't store it in text.`,
          hint: 'Remove it from the source.',
        });
      }
    }
  }
  if (found.length === 0) return problems;
  return [...problems, ...found].sort((a, b) => a.index - b.index);
}

/** The cell as it is once its bad bytes are masked. */
function blamed(column: string, cell: Buffer) {
  return { column, value: excerpt(cell.toString('utf8', 0, 400), 200) };
}

/** Puts `?` for every byte that belongs to no valid character; returns those bytes. */
function maskInvalid(cell: Buffer): number[] {
  const invalid: number[] = [];
  for (let i = 0; i < cell.length; ) {
    const length = cell[i]! < 0x80 ? 1 : characterLength(cell, i);
    if (length === 0) {
      invalid.push(cell[i]!);
      cell[i] = 63;
    }
    i += Math.max(1, length);
  }
  return invalid;
}
