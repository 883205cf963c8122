// What an application adds to an entity beyond what the database knows: rules and hooks. Declared here, run by the write path.

/** Records on their way into the database, as hooks and rule functions see them. Rows count from 0. */
export interface RecordBatch {
  readonly entity: string;
  readonly size: number;
  /** Fields that the source or an earlier hook sets, in no particular order. */
  readonly fields: readonly string[];
  /** Physical line or ordinal in the source, from 1. */
  line(row: number): number;
  /** The value in PostgreSQL's text form, null for SQL NULL, undefined where nothing is said about the field. */
  value(row: number, field: string): string | null | undefined;
}

/** Why a record is not written. */
export interface Refusal {
  readonly message: string;
  readonly field?: string;
  readonly hint?: string;
}

/** Before the write: values may be changed and records refused. */
export interface WritableRecordBatch extends RecordBatch {
  /** Sets a value in PostgreSQL's text form; null is SQL NULL. Throws for a field that is unknown or read-only. */
  set(row: number, field: string, value: string | null): void;
  /** That record fails with this message; the others go in. */
  refuse(row: number, refusal: Refusal): void;
}

export type WriteOutcome = 'added' | 'updated' | 'unchanged' | 'deleted';

/** After the write, before the commit. */
export interface WrittenRecordBatch extends RecordBatch {
  /** What became of the record; undefined if it was refused or postponed. */
  outcome(row: number): WriteOutcome | undefined;
}

export interface EntityHooks {
  /**
   * Called once per chunk before it is matched and written, and again if the chunk is tried again. A throw fails
   * the chunk's records.
   */
  readonly beforeWrite?: (batch: WritableRecordBatch) => void | Promise<void>;
  /** Called once per chunk in its transaction, after the write. A throw rolls the chunk back and fails its records. */
  readonly afterWrite?: (batch: WrittenRecordBatch) => void | Promise<void>;
}

/** A rule on one field. A NULL, and a field about which nothing is said, breaks `required` only. */
export interface FieldRule {
  readonly name: string;
  readonly field: string;
  /** Must be said, and be neither NULL nor blank. */
  readonly required?: boolean;
  /** A JavaScript regular expression; the whole value must match. */
  readonly pattern?: string;
  /** Least and greatest value, included: a number for numbers, text as PostgreSQL writes it for dates and times. */
  readonly min?: number | string;
  readonly max?: number | string;
  readonly oneOf?: readonly string[];
  /** In characters. */
  readonly maxLength?: number;
  /** Shown instead of the rule's own words. */
  readonly message?: string;
}

/** A rule as a function over a batch: calls `refuse` for each record that breaks it, and changes nothing. */
export interface BatchRule {
  readonly name: string;
  readonly check: (
    batch: RecordBatch,
    refuse: (row: number, refusal: Refusal) => void,
  ) => void | Promise<void>;
}

export type ValidationRule = FieldRule | BatchRule;
