// The cells of one row as they came, for messages and for the file of failed rows: still in their batch, or as texts.
import { type CellBatch, cellText } from './cell-batch.js';

/** Their texts (null where there is none), and the kind of each as one digit (`Cell` of the cell batch). */
export interface CellTexts {
  readonly cells: readonly (string | null)[];
  readonly kinds: string;
}

/** A row that still lies in its batch: no string is made of a cell before somebody wants it. */
export interface RowInBatch {
  readonly batch: CellBatch;
  readonly index: number;
}

export type RowCells = CellTexts | RowInBatch;

export const isInBatch = (row: RowCells): row is RowInBatch => 'batch' in row;

/** The source's own cells, whatever a mapping made of them. */
export function toCellTexts(row: RowCells): CellTexts {
  if (!isInBatch(row)) return { cells: row.cells, kinds: row.kinds };
  const { batch, index } = row;
  if (batch.origin) return batch.origin.cellsOf(index);
  const width = batch.columns.length;
  return {
    cells: batch.columns.map((_, column) => cellText(batch, index, column)),
    kinds: batch.kind.subarray(index * width, (index + 1) * width).join(''),
  };
}
