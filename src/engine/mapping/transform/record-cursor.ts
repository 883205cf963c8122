// One record of the source while it is mapped: a row, or several that belong together. Of each column its first value counts.
import { Cell, type CellBatch } from '../../../foundation/cells/cell-batch.js';

export class RecordCursor {
  readonly batch: CellBatch;
  /** First row of the record, and the one after its last. */
  first = 0;
  last = 0;
  readonly #width: number;

  constructor(batch: CellBatch) {
    this.batch = batch;
    this.#width = batch.columns.length;
  }

  move(first: number, last: number): void {
    this.first = first;
    this.last = last;
  }

  /** Where the record's cell of the column lies among the batch's cells; -1 if the batch has no such column. */
  cell(column: number): number {
    if (column >= this.#width) return -1;
    const own = this.first * this.#width + column;
    if (this.last - this.first === 1 || !this.#isBlank(own)) return own;
    for (let i = own + this.#width; i < this.last * this.#width; i += this.#width) {
      if (!this.#isBlank(i)) return i;
    }
    return own;
  }

  /** The text of the record's cell, empty where it has none. Of typed sources other values than texts as JSON. */
  text(column: number): string {
    const i = this.cell(column);
    return i < 0 ? '' : this.textAt(i);
  }

  textAt(i: number): string {
    const kind = this.batch.kind[i];
    if (kind !== Cell.text && kind !== Cell.json) return '';
    return this.batch.bytes.toString('utf8', this.batch.start[i]!, this.batch.end[i]!);
  }

  #isBlank(i: number): boolean {
    const kind = this.batch.kind[i];
    if (kind !== Cell.text && kind !== Cell.json) return true;
    for (let at = this.batch.start[i]!; at < this.batch.end[i]!; at++) {
      if (this.batch.bytes[at] !== 0x20) return false;
    }
    return true;
  }
}
