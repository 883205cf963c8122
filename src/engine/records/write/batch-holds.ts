// Who still looks at a batch: the encoder while it reads it, and every chunk with rows of it until that is committed.
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';

export class BatchHolds {
  readonly #holds = new Map<CellBatch, number>();

  take(batch: CellBatch): void {
    this.#holds.set(batch, (this.#holds.get(batch) ?? 0) + 1);
  }

  /** The last to leave gives the batch back to its reader. */
  leave(batch: CellBatch): void {
    const holds = this.#holds.get(batch)! - 1;
    if (holds > 0) {
      this.#holds.set(batch, holds);
    } else {
      this.#holds.delete(batch);
      batch.release?.();
    }
  }
}
