// What a run keeps for its undo, and of which tables: plain data that the write path carries with its plan.

export interface KeptColumn {
  readonly name: string;
  /** As `format_type` prints it. */
  readonly type: string;
}

export interface KeptTable {
  readonly entity: string;
  readonly schema: string;
  readonly table: string;
  /** True if other tables inherit from it, whose records are not meant. */
  readonly only: boolean;
  /** By which each record is found again. */
  readonly key: readonly KeptColumn[];
  /** All that are stored and not computed. */
  readonly columns: readonly KeptColumn[];
  /** Those an update of this run sets, itself or by a trigger. */
  readonly updated: readonly KeptColumn[];
}

/** What the write path needs to keep what it writes over. */
export interface Keeping {
  readonly runId: string;
  /** By entity; the number stands in the rows that are kept. */
  readonly tables: ReadonlyMap<string, { readonly number: number; readonly table: KeptTable }>;
  /** True if `returning` knows the old row (PostgreSQL 18); else the old row is locked and read first. */
  readonly returnsOld: boolean;
}
