// The open batch of a source whose cells are made, not found: their texts laid end to end in memory of the batch's own.
import type { CellBatch, CellKind } from '../../foundation/cells/cell-batch.js';
import { JsonBatch } from './json/json-batch.js';
import { BATCH_BYTES, batchCapacity } from './row-limits.js';

const FIRST_BYTES = 64 * 1024;

export interface OpenRows {
  readonly cells: JsonBatch;
  put(column: number, kind: CellKind, text: string): void;
  readonly full: boolean;
  /** `typed`: see `CellBatch.typed`. */
  take(about: {
    columns: readonly string[];
    firstRow: number;
    sourceBytes: number;
    typed: boolean;
  }): CellBatch;
}

export function openRows(batchRows: number | undefined, columns: number): OpenRows {
  const cells = new JsonBatch(columns, batchCapacity(batchRows, columns));
  let bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  let filled = 0;
  return {
    cells,
    get full() {
      return cells.full || filled > BATCH_BYTES;
    },
    put(column, kind, text) {
      const most = text.length * 3;
      if (filled + most > bytes.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, filled + most));
        bytes.copy(larger, 0, 0, filled);
        bytes = larger;
      }
      const from = filled;
      filled += bytes.write(text, filled);
      cells.set(column, kind, from, filled);
    },
    take: (about) => ({
      ...cells.take({ ...about, bytes, to: filled, transcodedFrom: undefined }),
      typed: about.typed,
    }),
  };
}
