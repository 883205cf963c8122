// The cells of a batch whose columns may grow while it is filled.
import {
  Cell,
  type CellBatch,
  type CellKind,
  type RowProblem,
} from '../../../foundation/cells/cell-batch.js';
import { checkBytes } from '../batch-checks.js';
import { batchCapacity } from '../row-limits.js';

export class JsonBatch {
  rows = 0;
  /** Index in the slab where the first record begins. */
  from = 0;
  readonly problems: RowProblem[] = [];
  #capacity: number;
  #stride: number;
  #start: Uint32Array;
  #end: Uint32Array;
  #kind: Uint8Array;
  readonly #lines: Uint32Array;

  constructor(columns: number, capacity: number) {
    this.#capacity = capacity;
    this.#stride = Math.max(1, columns);
    this.#start = new Uint32Array(this.#stride * capacity);
    this.#end = new Uint32Array(this.#stride * capacity);
    this.#kind = new Uint8Array(this.#stride * capacity);
    this.#lines = new Uint32Array(capacity);
  }

  get full(): boolean {
    return this.rows >= this.#capacity;
  }

  /** Sets a cell of the row that is being read. */
  set(column: number, kind: CellKind, start: number, end: number): void {
    if (column >= this.#stride) this.#widen(Math.max(column + 1, this.#stride * 2));
    const i = this.rows * this.#stride + column;
    this.#start[i] = start;
    this.#end[i] = end;
    this.#kind[i] = kind;
  }

  /** Forgets the cells of the row that is being read. */
  clearRow(): void {
    this.#kind.fill(Cell.absent, this.rows * this.#stride, (this.rows + 1) * this.#stride);
  }

  /** Applies `change` to a cell of the row that is being read; its result is the cell's new end. */
  adjust(column: number, change: (start: number, end: number) => number): void {
    const i = this.rows * this.#stride + column;
    if (this.#kind[i] === Cell.text) this.#end[i] = change(this.#start[i]!, this.#end[i]!);
  }

  endRow(line: number): void {
    this.#lines[this.rows++] = line;
  }

  /** Moves every cell to the front by `shift` bytes, after the slab was moved. */
  shift(shift: number): void {
    const cells = this.rows * this.#stride;
    for (let i = 0; i < cells; i++) {
      if (this.#kind[i] === Cell.absent) continue;
      this.#start[i]! -= shift;
      this.#end[i]! -= shift;
    }
    this.from -= shift;
  }

  /** The batch, with its bytes checked. Nothing may be set afterwards. */
  take(about: {
    readonly columns: readonly string[];
    readonly bytes: Buffer;
    readonly to: number;
    readonly firstRow: number;
    readonly sourceBytes: number;
    readonly transcodedFrom: string | undefined;
  }): CellBatch {
    const width = about.columns.length;
    if (this.#stride !== width) this.#widen(width);
    const cells = this.rows * width;
    const start = this.#start.subarray(0, cells);
    const end = this.#end.subarray(0, cells);
    const kind = this.#kind.subarray(0, cells);
    const problems = checkBytes(
      { rows: this.rows, columns: width, start, end, kind },
      about.bytes,
      this.from,
      about.to,
      about.columns,
      about.transcodedFrom,
      this.problems,
    );
    return {
      columns: about.columns,
      rows: this.rows,
      firstRow: about.firstRow,
      lines: this.#lines.subarray(0, this.rows),
      bytes: about.bytes,
      start,
      end,
      kind,
      typed: true,
      problems,
      sourceBytes: about.sourceBytes,
    };
  }

  /** Makes room for more columns; a batch that becomes very wide has fewer rows instead. */
  #widen(stride: number): void {
    this.#capacity = Math.max(this.rows + 1, batchCapacity(this.#capacity, stride));
    const old = { stride: this.#stride, start: this.#start, end: this.#end, kind: this.#kind };
    this.#start = new Uint32Array(stride * this.#capacity);
    this.#end = new Uint32Array(stride * this.#capacity);
    this.#kind = new Uint8Array(stride * this.#capacity);
    const rows = Math.min(this.rows + 1, old.kind.length / old.stride);
    const width = Math.min(stride, old.stride);
    for (let row = 0; row < rows; row++) {
      const from = row * old.stride;
      this.#start.set(old.start.subarray(from, from + width), row * stride);
      this.#end.set(old.end.subarray(from, from + width), row * stride);
      this.#kind.set(old.kind.subarray(from, from + width), row * stride);
    }
    this.#stride = stride;
  }
}
