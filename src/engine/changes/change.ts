// One committed change of one record, and what else the stream says, as plain data.
import type { Position } from './position.js';

/** What the stream holds, in its order. A consumer heeds every kind: a gap that is passed over is a loss nobody was told of. */
export type StreamEntry = Change | Gap | SnapshotMark;

/** `snapshot`: no change but the state of a record, read again after a gap. */
export type ChangeOperation = 'insert' | 'update' | 'delete' | 'truncate' | 'snapshot';

export interface Change {
  readonly kind: 'change';
  readonly position: Position;
  readonly operation: ChangeOperation;
  /** The table as the database names it; the catalog's entity is found by it. */
  readonly table: TableName;
  /**
   * The record's key after the change (before it, where it is deleted) in PostgreSQL's text form, in the order of the
   * key's columns; empty for `truncate` and where the table has none.
   */
  readonly key: readonly string[];
  /** The key it had before, where the change gave it another one: to whoever knows the old one, the record is gone. */
  readonly keyBefore?: readonly string[];
  /** Values after the change; absent for `delete` and `truncate`. */
  readonly after?: RecordValues;
  /** Values before it, as far as the database tells: everything with `replica identity full` or by trigger, else the key or nothing. */
  readonly before?: RecordValues;
  /** Columns whose value differs; absent where `before` is not known whole. */
  readonly changed?: readonly string[];
  readonly transaction: ChangeTransaction;
}

export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/**
 * Values by column, in PostgreSQL's text form (null: SQL NULL). A column that is missing was not told: it is stored apart
 * (TOAST) and did not change, or it is not part of what the database tells of the record before.
 */
export type RecordValues = ReadonlyMap<string, string | null>;

export interface ChangeTransaction {
  /** The transaction's number, as text. */
  readonly id: string;
  /** ISO 8601 with microseconds, UTC. */
  readonly committedAt: string;
  readonly origin: ChangeOrigin;
}

/** Who made it, as the writing transaction said; `sql` for whoever said nothing. */
export interface ChangeOrigin {
  readonly kind: 'user' | 'client' | 'integration' | 'import' | 'sql';
  /** For `sql` the empty text. */
  readonly id: string;
  readonly correlationId?: string;
}

/** Changes may be missing before this entry. What follows, up to the end of the snapshots, shows the state of the tables anew. */
export interface Gap {
  readonly kind: 'gap';
  readonly position: Position;
  /** In plain words, for people. */
  readonly reason: string;
  readonly at: string;
}

/**
 * A table is read again between its two marks: each record as a `snapshot` change. A record that a consumer knows and that
 * is not between them was deleted inside the gap.
 */
export interface SnapshotMark {
  readonly kind: 'snapshot-begin' | 'snapshot-end';
  readonly position: Position;
  readonly table: TableName;
  readonly at: string;
}
