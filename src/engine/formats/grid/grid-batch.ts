// Rows of a sheet laid down as a batch of cells.
import { Cell, type CellBatch, type RowProblem } from '../../../foundation/cells/cell-batch.js';
import { checkBytes } from '../batch-checks.js';
import { excerpt, problemCode } from '../formats-errors.js';
import { BATCH_BYTES, MAX_CELL_BYTES } from '../row-limits.js';
import { type GridCell, type GridRow, type SharedTexts, toCellName } from './grid-row.js';

export class GridBatch {
  rows = 0;
  readonly #columns: readonly string[];
  /** Column of the sheet the first of `columns` is in, from 0. */
  readonly #from: number;
  readonly #shared: SharedTexts;
  readonly #start: Uint32Array;
  readonly #end: Uint32Array;
  readonly #kind: Uint8Array;
  readonly #lines: Uint32Array;
  readonly #capacity: number;
  readonly #problems: RowProblem[] = [];
  #bytes: Buffer;
  #filled = 0;

  constructor(
    columns: readonly string[],
    from: number,
    shared: SharedTexts,
    capacity: number,
    expectedBytes: number,
  ) {
    this.#columns = columns;
    this.#from = from;
    this.#shared = shared;
    this.#capacity = capacity;
    this.#start = new Uint32Array(columns.length * capacity);
    this.#end = new Uint32Array(columns.length * capacity);
    this.#kind = new Uint8Array(columns.length * capacity);
    this.#lines = new Uint32Array(capacity);
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(4096, expectedBytes));
  }

  get full(): boolean {
    return this.rows >= this.#capacity || this.#filled >= BATCH_BYTES;
  }

  get byteLength(): number {
    return this.#filled;
  }

  /** `line` is what the row is called in reports; over several sheets it counts on. */
  add(row: GridRow, line: number): void {
    const width = this.#columns.length;
    const first = this.rows * width;
    this.#lines[this.rows] = line;
    const { cells } = row;
    for (let column = 0; column < width; column++)
      this.#set(first + column, cells[this.#from + column], row.line);
    this.#checkBeyond(row);
    for (const { number, message, hint, column, value } of row.problems ?? []) {
      if (column < this.#from || column >= this.#from + width) continue;
      this.#problems.push({
        index: this.rows,
        code: problemCode(number),
        message,
        hint,
        column: this.#columns[column - this.#from]!,
        ...(value === undefined ? {} : { value }),
      });
    }
    this.rows++;
  }

  #set(i: number, cell: GridCell | undefined, line: number): void {
    this.#start[i] = this.#filled;
    if (cell === undefined) this.#kind[i] = Cell.empty;
    else if (cell === null) this.#kind[i] = Cell.null;
    else {
      this.#kind[i] = Cell.text;
      const length = typeof cell === 'number' ? this.#shared.byteLength(cell) : cell.length * 3;
      if (length > MAX_CELL_BYTES && this.#refuseLong(i, line, cell)) return;
      this.#reserve(length);
      this.#filled +=
        typeof cell === 'number'
          ? this.#shared.copy(cell, this.#bytes, this.#filled)
          : this.#bytes.write(cell, this.#filled);
    }
    this.#end[i] = this.#filled;
  }

  #refuseLong(i: number, line: number, cell: string | number): true {
    const column = i % this.#columns.length;
    this.#kind[i] = Cell.empty;
    this.#end[i] = this.#filled;
    this.#problems.push({
      index: this.rows,
      code: problemCode(207),
      column: this.#columns[column]!,
      value: excerpt(this.#textOf(cell)),
      message: `Cell ${toCellName(this.#from + column, line)} is longer than ${MAX_CELL_BYTES} bytes.`,
      hint: 'Shorten it.',
    });
    return true;
  }

  #checkBeyond(row: GridRow): void {
    const { cells } = row;
    const end = this.#from + this.#columns.length;
    if (cells.length <= end && this.#from === 0) return;
    const beyond = cells.findIndex(
      (cell, i) => (i < this.#from || i >= end) && cell !== undefined && cell !== '',
    );
    if (beyond < 0) return;
    this.#problems.push({
      index: this.rows,
      code: problemCode(223),
      value: excerpt(this.#textOf(cells[beyond])),
      message: `Cell ${toCellName(beyond, row.line)} stands outside the table, which has the columns ${toCellName(this.#from, 1).slice(0, -1)} to ${toCellName(end - 1, 1).slice(0, -1)}.`,
      hint: 'Give its column a name in the header, or remove the cell.',
    });
  }

  #textOf(cell: GridCell | undefined): string {
    return typeof cell === 'number' ? this.#shared.toText(cell) : (cell ?? '');
  }

  #reserve(length: number): void {
    if (this.#filled + length <= this.#bytes.length) return;
    const longer = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#filled + length));
    this.#bytes.copy(longer, 0, 0, this.#filled);
    this.#bytes = longer;
  }

  /** The batch, checked. Nothing may be added afterwards. */
  take(firstRow: number, sourceBytes: number): CellBatch {
    const count = this.rows * this.#columns.length;
    const cells = {
      rows: this.rows,
      columns: this.#columns.length,
      start: this.#start.subarray(0, count),
      end: this.#end.subarray(0, count),
      kind: this.#kind.subarray(0, count),
    };
    const problems = checkBytes(
      cells,
      this.#bytes,
      0,
      this.#filled,
      this.#columns,
      undefined,
      this.#problems,
    );
    return {
      ...cells,
      columns: this.#columns,
      firstRow,
      lines: this.#lines.subarray(0, this.rows),
      bytes: this.#bytes,
      typed: false,
      problems,
      sourceBytes,
    };
  }
}
