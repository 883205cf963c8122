// Rows that follow each other with the same key, or without one, are one record. A record that reaches over the end of a
// batch waits for the next.
import { Cell, type CellBatch, type CellOrigin } from '../../../foundation/cells/cell-batch.js';
import { ownCells } from './row-changes.js';

const BLANK = 0x20;

/** A batch that holds whole records only. */
export interface JoinedBatch {
  readonly batch: CellBatch;
  /** By row: the row after the last one of the record that begins there; 0 for rows that continue one. */
  readonly ends: Uint32Array;
}

/**
 * Joins rows batch after batch; `finish` gives the record that waits. A record of more than `most` rows is given out at that
 * length with a problem, and what follows begins another.
 */
export class RowJoiner {
  readonly #key: number;
  readonly #most: number;
  #waiting: CellBatch | undefined;

  constructor(key: number, most: number) {
    this.#key = key;
    this.#most = most;
  }

  take(next: CellBatch): JoinedBatch | undefined {
    const batch = this.#waiting ? concatRows(this.#waiting, next) : next;
    this.#waiting = undefined;
    if (batch.rows === 0) return undefined;
    const begins = this.#begins(batch);
    const last = begins.at(-1)!;
    if (batch.rows - last <= this.#most) {
      this.#waiting = sliceRows(batch, last, batch.rows);
      begins.pop();
      return begins.length === 0 ? undefined : this.#toJoined(sliceRows(batch, 0, last), begins);
    }
    return this.#toJoined(batch, begins);
  }

  finish(): JoinedBatch | undefined {
    const batch = this.#waiting;
    this.#waiting = undefined;
    return batch && this.#toJoined(batch, [0]);
  }

  #begins(batch: CellBatch): number[] {
    const width = batch.columns.length;
    const begins = [0];
    let key = this.#keyOf(batch, 0, width);
    for (let row = 1; row < batch.rows; row++) {
      const own = this.#keyOf(batch, row, width);
      const same = own.length === 0 || own.equals(key);
      if (same && row - begins.at(-1)! < this.#most + 1) continue;
      begins.push(row);
      if (own.length > 0) key = own;
    }
    return begins;
  }

  #keyOf(batch: CellBatch, row: number, width: number): Buffer {
    const i = row * width + this.#key;
    const kind = this.#key < width ? batch.kind[i] : Cell.absent;
    if (kind !== Cell.text && kind !== Cell.json) return Buffer.alloc(0);
    // Cells may be padded to line up in an editor.
    let [start, end] = [batch.start[i]!, batch.end[i]!];
    while (start < end && batch.bytes[start] === BLANK) start++;
    while (end > start && batch.bytes[end - 1] === BLANK) end--;
    return batch.bytes.subarray(start, end);
  }

  #toJoined(batch: CellBatch, begins: readonly number[]): JoinedBatch {
    const ends = new Uint32Array(batch.rows);
    const problems = [...batch.problems];
    begins.forEach((begin, i) => {
      const end = begins[i + 1] ?? batch.rows;
      ends[begin] = end;
      if (end - begin > this.#most) {
        problems.push({
          index: begin,
          code: 'MAPPING-403',
          message: `More than ${this.#most} rows that follow each other have the same key, or none.`,
          column: batch.columns[this.#key] ?? '',
          value: this.#keyOf(batch, begin, batch.columns.length).toString(),
          hint: 'Is it the column that tells records apart? Allow more with rows.most.',
        });
      }
    });
    // What is wrong with one of its rows is wrong with the record.
    let record = 0;
    const owner = Uint32Array.from(ends, (end, row) => {
      if (end > 0) record = row;
      return record;
    });
    const moved = problems.map((problem) => ({
      ...problem,
      index: owner[problem.index]!,
      line: problem.line ?? batch.lines[problem.index]!,
    }));
    return { batch: { ...batch, problems: moved.sort((a, b) => a.index - b.index) }, ends };
  }
}

/** Some of the batch's rows, with the same bytes. */
export function sliceRows(batch: CellBatch, from: number, to: number): CellBatch {
  const width = batch.columns.length;
  return {
    ...batch,
    rows: to - from,
    firstRow: batch.firstRow + from,
    lines: batch.lines.subarray(from, to),
    start: batch.start.subarray(from * width, to * width),
    end: batch.end.subarray(from * width, to * width),
    kind: batch.kind.subarray(from * width, to * width),
    ...(batch.origin && { origin: shifted(batch.origin, from) }),
    problems: batch.problems
      .filter((problem) => problem.index >= from && problem.index < to)
      .map((problem) => ({ ...problem, index: problem.index - from })),
  };
}

const shifted = (origin: CellOrigin, by: number): CellOrigin => ({
  ...origin,
  rowOf: (index) => origin.rowOf(index + by),
  cellsOf: (index) => origin.cellsOf(index + by),
});

/** Both batches' rows, the second's right after the first's; only the bytes the first one uses are copied. */
function concatRows(a: CellBatch, b: CellBatch): CellBatch {
  const width = b.columns.length;
  const cells = (a.rows + b.rows) * width;
  const [start, end, kind] = [new Uint32Array(cells), new Uint32Array(cells), new Uint8Array(cells)];
  const parts: Buffer[] = [b.bytes];
  let at = b.bytes.length;
  for (let row = 0; row < a.rows; row++) {
    for (let column = 0; column < a.columns.length; column++) {
      const [from, to] = [row * a.columns.length + column, row * width + column];
      kind[to] = a.kind[from]!;
      if (kind[to] !== Cell.text && kind[to] !== Cell.json) continue;
      const bytes = a.bytes.subarray(a.start[from], a.end[from]);
      parts.push(bytes);
      start[to] = at;
      at += bytes.length;
      end[to] = at;
    }
  }
  start.set(b.start.subarray(0, b.rows * width), a.rows * width);
  end.set(b.end.subarray(0, b.rows * width), a.rows * width);
  kind.set(b.kind.subarray(0, b.rows * width), a.rows * width);
  const lines = new Uint32Array(a.rows + b.rows);
  lines.set(a.lines.subarray(0, a.rows));
  lines.set(b.lines.subarray(0, b.rows), a.rows);
  return {
    ...b,
    rows: a.rows + b.rows,
    firstRow: a.firstRow,
    lines,
    bytes: Buffer.concat(parts),
    start,
    end,
    kind,
    ...(a.origin || b.origin
      ? { origin: joinedOrigin(a.origin ?? ownCells(a), a.rows, b.origin ?? ownCells(b)) }
      : {}),
    problems: [
      ...a.problems,
      ...b.problems.map((problem) => ({ ...problem, index: problem.index + a.rows })),
    ],
  };
}

function joinedOrigin(a: CellOrigin, rows: number, b: CellOrigin): CellOrigin {
  return {
    ...b,
    rowOf: (index) => (index < rows ? a.rowOf(index) : b.rowOf(index - rows)),
    cellsOf: (index) => (index < rows ? a.cellsOf(index) : b.cellsOf(index - rows)),
  };
}
