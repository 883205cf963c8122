// How a record says to whom it belongs: by a field of its own, or by that of a record it refers to, which may lie in a tree.
import type { RuledTable } from './entity-access.js';

export interface Belonging {
  /** The field of the record itself that decides: it holds who the record belongs to, or, with `of`, which record says so. */
  readonly field: string;
  readonly of?: BelongingOf;
  /** There if records of this table lie below each other. */
  readonly tree?: BelongingTree;
}

/** The records of another table whose `field` has the value; what they say counts. */
export interface BelongingOf extends RuledTable {
  readonly field: string;
  readonly belonging: Belonging;
}

/** A record lies below the one whose `key` its `parent` holds. */
export interface BelongingTree {
  readonly table: RuledTable;
  readonly key: string;
  readonly parent: string;
}
