// Files that were put one behind the other bring their header again. Such a row is no record.
import { Cell, type RowProblem } from '../../../foundation/cells/cell-batch.js';
import { problemCode } from '../formats-errors.js';
import type { RowSink } from './csv-rows.js';

/** The header's cells as they stand in the source; undefined where a row like it may well be a record. */
export function toHeaderCells(cells: readonly string[]): readonly Buffer[] | undefined {
  const filled = cells.filter((cell) => cell.trim() !== '');
  return filled.length < 2 ? undefined : cells.map((cell) => Buffer.from(cell));
}

/** The rows of the sink that are the header again. Looks at a row's first cell only, unless that is the header's. */
export function findRepeatedHeaders(
  header: readonly Buffer[],
  sink: RowSink,
  bytes: Buffer,
): readonly RowProblem[] {
  const first = header[0]!;
  const found: RowProblem[] = [];
  for (let row = 0; row < sink.rows; row++) {
    const i = row * sink.columns;
    const from = sink.start[i]!;
    if (sink.kind[i] === Cell.absent || sink.end[i]! - from !== first.length) continue;
    if (first.length > 0 && bytes[from] !== first[0]) continue;
    if (!isHeader(header, sink, row, bytes)) continue;
    found.push({
      index: row,
      code: problemCode(240),
      message: 'The header stands here again; the row is passed over.',
      hint: 'Was one file appended to another? If it is a record, set repeatedHeader to "keep".',
      dropped: true,
    });
  }
  return found;
}

function isHeader(header: readonly Buffer[], sink: RowSink, row: number, bytes: Buffer): boolean {
  for (let c = 0; c < sink.columns; c++) {
    const i = row * sink.columns + c;
    const name = header[c];
    if (sink.kind[i] === Cell.absent || name === undefined) return false;
    if (!name.equals(bytes.subarray(sink.start[i], sink.end[i]))) return false;
  }
  return true;
}

/** Both in order of rows; what is wrong with a row that is passed over does not matter. */
export function mergeDropped(
  problems: readonly RowProblem[],
  dropped: readonly RowProblem[],
): readonly RowProblem[] {
  if (dropped.length === 0) return problems;
  const gone = new Set(dropped.map(({ index }) => index));
  return [...problems.filter(({ index }) => !gone.has(index)), ...dropped].sort((a, b) => a.index - b.index);
}
