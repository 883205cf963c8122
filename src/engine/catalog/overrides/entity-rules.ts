// What an application adds to an entity beyond what the database knows: rules and hooks. Declared here, run by the write path.

/** Records on their way into the database, as hooks and rule functions see them. Rows count from 0. */
export interface RecordBatch {
  readonly entity: string;
  readonly size: number;
  /** Fields that the source or an earlier hook sets, in no particular order. */
  readonly fields: readonly string[];
  /** Physical line or ordinal in the source, from 1. */
  line(row: number): number;
  /**
   * The value in PostgreSQL's text form (as `value::text`: `true`, `12.50`), null for SQL NULL, undefined where nothing is
   * said about the field or its default is asked for. Also answers paths that the source gives, such as `brand.name`.
   * Throws for a name that is no field.
   */
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
  /**
   * Sets a value in PostgreSQL's text form; null is SQL NULL. A value that is none of the field's type fails that record.
   * Throws for a field that is unknown or read-only, that records are matched by, or that the source sets through a relation.
   * Does nothing where records are deleted.
   */
  set(row: number, field: string, value: string | null): void;
  /** That record fails with this message; the others go in. */
  refuse(row: number, refusal: Refusal): void;
}

export type WriteOutcome = 'added' | 'updated' | 'unchanged' | 'deleted';

/** After the write, before the commit. */
export interface WrittenRecordBatch extends RecordBatch {
  /** What became of the record; undefined if it was refused or postponed. A row that a trigger silently left out counts as written. */
  outcome(row: number): WriteOutcome | undefined;
}

/** Rows of a file on their way in. Rows count from 0; a batch is a part of the source of any size. */
export interface SourceRows {
  readonly entity: string;
  readonly size: number;
  /** Before the mapping the columns of the source, after it the fields of the mapping. */
  readonly columns: readonly string[];
  /** Physical line or ordinal in the source, from 1. */
  line(row: number): number;
  /** The text of the cell; null where it is blank or there is none. Throws for a column that is not there. */
  value(row: number, column: string): string | null;
  set(row: number, column: string, value: string | null): void;
  /** The row is passed over, and counted as skipped. */
  skip(row: number): void;
  /** The row fails with this message. */
  refuse(row: number, refusal: Refusal): void;
}

/** A record that failed, for `onError`. */
export interface FailedRecord {
  readonly row?: number;
  readonly line?: number;
  readonly column?: string;
  readonly field?: string;
  readonly value?: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** Rows of an export on their way out, in the columns of the file. */
export interface ExportRows {
  readonly entity: string;
  readonly size: number;
  readonly columns: readonly string[];
  value(row: number, column: string): string | null;
  set(row: number, column: string, value: string | null): void;
  /** The row is left out. */
  skip(row: number): void;
}

export interface ExportOutcome {
  readonly entity: string;
  /** Records read. */
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly string[];
  /** Absent for a stream. */
  readonly file?: string;
}

/** A problem that a person should know. The same one again (of the same parts) is counted instead of told again, until it is resolved. */
export interface HookAlert {
  /** In plain words. Secrets in it are masked. */
  readonly message: string;
  /** Default: `warning`. */
  readonly severity?: 'info' | 'warning' | 'error' | 'critical';
  /** What is wrong, in a word or two. Default: `hook`. */
  readonly type?: string;
  /** Default: the entity. */
  readonly resource?: string;
  /** Default: the name of the hook. */
  readonly operation?: string;
  readonly step?: string;
  /** Which one it is about. */
  readonly itemId?: string;
  /** What the other system calls it. */
  readonly externalId?: string;
  readonly organization?: string;
  readonly user?: string;
  /** More for programs: JSON of up to 16 kB. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What went well, so that alerts about it are over: of this entity and, where it is said, this type and item. */
export interface HookSettled {
  readonly type?: string;
  readonly itemId?: string;
}

/** What every hook may call besides its batch. */
export interface HookContext {
  /** Raises an alert of the source `hooks`. Neither throws nor waits; it is there a moment later, also if the chunk is taken back. */
  alert(alert: HookAlert): void;
  /** Resolves alerts that were raised by hooks of this entity. Neither throws nor waits. */
  settle(settled?: HookSettled): void;
  /** True in a dry run, whose alerts are left out. */
  readonly rehearsal: boolean;
}

/** All are called a batch at a time, and may take 60 seconds for each (a loop that never awaits can't be stopped). */
export interface EntityHooks {
  /** Called with rows of the source before the mapping looks at them; in a dry run too. A throw fails the batch's rows. */
  readonly beforeMapping?: (rows: SourceRows, context: HookContext) => void | Promise<void>;
  /** Called with what the mapping made of them, before it is read as values of fields; in a dry run too. A throw fails the batch's rows. */
  readonly afterMapping?: (rows: SourceRows, context: HookContext) => void | Promise<void>;
  /** Called with the errors of a chunk once it is committed; not in a dry run. A throw stops the run, which can be resumed. */
  readonly onError?: (errors: readonly FailedRecord[], context: HookContext) => void | Promise<void>;
  /** Called with rows of an export before they are written. A throw ends the export, and leaves no file. */
  readonly beforeExport?: (rows: ExportRows, context: HookContext) => void | Promise<void>;
  /** Called once the file is in its place, or the stream has everything. */
  readonly afterExport?: (outcome: ExportOutcome, context: HookContext) => void | Promise<void>;
  /**
   * Called once per chunk before it is judged by the rules, matched and written, and again if the chunk is tried again;
   * in a dry run too. A throw fails the chunk's records, and so does a call that takes longer than 60 seconds (a loop
   * that never awaits can't be stopped).
   */
  readonly beforeWrite?: (batch: WritableRecordBatch, context: HookContext) => void | Promise<void>;
  /**
   * Called once per chunk in its transaction, after the write, unless none of it was written; a record that had to wait for
   * another comes in a later call. A throw rolls the chunk back and fails its records; a call that takes longer than
   * 60 seconds too. Not called in a dry run, nor for what a mirror removes.
   */
  readonly afterWrite?: (batch: WrittenRecordBatch, context: HookContext) => void | Promise<void>;
}

/**
 * A rule on one field, judged after `beforeWrite`, for every strategy but `delete`. A NULL, and a field about which
 * nothing is said, breaks `required` only.
 */
export interface FieldRule {
  readonly name: string;
  readonly field: string;
  /** Must be said, and be neither NULL nor blank; a default that is asked for counts if there is one. */
  readonly required?: boolean;
  /** A JavaScript regular expression; the whole value must match. A value on which it takes over 250 ms breaks the rule. */
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

/** A rule as a function over a batch: calls `refuse` for each record that breaks it, and changes nothing. A throw fails the chunk's records. */
export interface BatchRule {
  readonly name: string;
  readonly check: (
    batch: RecordBatch,
    refuse: (row: number, refusal: Refusal) => void,
  ) => void | Promise<void>;
}

export type ValidationRule = FieldRule | BatchRule;
