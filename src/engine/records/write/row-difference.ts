// What a dry run shows of single records: how each would change, cell by cell.

export interface DifferenceCell {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** How a record would change: added (no cell has a before), updated (cells that differ) or deleted (no cell has an after). */
export interface RowDifference {
  readonly action: 'add' | 'update' | 'delete';
  /** Absent for a record that the source does not have. */
  readonly row?: number;
  readonly line?: number;
  readonly identity: readonly { readonly field: string; readonly value: string | null }[];
  readonly cells: readonly DifferenceCell[];
}

/** How many differences of each kind are wanted. */
export interface DifferenceBudget {
  readonly add: number;
  readonly update: number;
  readonly delete: number;
}

/** Cells as statements make them; null for one that does not differ. */
export type CellTuples = readonly (
  | readonly [field: string, before: string | null, after: string | null]
  | null
)[];

export function toCells(tuples: CellTuples): readonly DifferenceCell[] {
  return tuples.flatMap((cell) => (cell ? [{ field: cell[0], before: cell[1], after: cell[2] }] : []));
}
