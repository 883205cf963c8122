// What a cell is to the field it fills: the same blank is a text to one and nothing to another.
import { Cell, type CellBatch } from '../../../foundation/cells/cell-batch.js';
import { isNullSpelling } from './encode/spelled-encoder.js';
import type { StageColumn } from './plan-parts.js';

/**
 * What the cell is to its field. A batch made before the source's columns were all known is narrower: what it lacks is
 * absent. A quoted blank is a text to fields that hold text, and empty to all others.
 */
export function kindOf(batch: CellBatch, base: number, index: number, column: StageColumn): number {
  if (index >= batch.columns.length) return Cell.absent;
  const i = base + index;
  const kind = batch.kind[i]!;
  if (kind !== Cell.text) return kind;
  if (batch.start[i] !== batch.end[i]) {
    const isNull =
      column.nulls !== undefined && isNullSpelling(column.nulls, batch.bytes, batch.start[i]!, batch.end[i]!);
    return isNull ? Cell.null : kind;
  }
  return (batch.typed ? column.encoder.blankString : column.encoder.textual) ? kind : Cell.empty;
}
