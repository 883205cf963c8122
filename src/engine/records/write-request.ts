// What a door asks of the write path: the one way in which any door changes a record.
import type { ValueSpelling } from '../../foundation/cells/value-spelling.js';
import type { Catalog, Entity } from '../catalog/catalog.js';

/**
 * What a run does with a record of the source.
 * `add_or_update` sets only the fields the source has; `replace` also sets mapped fields the source lacks to their
 * default; `mirror` is `add_or_update` and afterwards removes what is not in the source.
 */
export type Strategy = 'add' | 'update' | 'add_or_update' | 'replace' | 'mirror' | 'delete';
export const STRATEGIES: readonly Strategy[] = [
  'add',
  'update',
  'add_or_update',
  'replace',
  'mirror',
  'delete',
];

/** What an empty cell means: nothing is said about the field, set it to null, set it to its default. */
export type EmptyCell = 'leave' | 'null' | 'default';
export const EMPTY_CELL_RULES: readonly EmptyCell[] = ['leave', 'null', 'default'];

/** What happens to a second row with the same identity in one source. */
export type OnDuplicate = 'last' | 'first' | 'fail';
export const DUPLICATE_RULES: readonly OnDuplicate[] = ['last', 'first', 'fail'];

/** One thing the source sets: a field of the entity, or a field behind to-one relations by which the record referred to is found. */
export interface WriteTarget {
  /** `['sku']`, `['brand', 'name']`, `['category', 'parent', 'name']`: relation names, then a field name. */
  readonly path: readonly string[];
  /** The column of the source it comes from, or a constant (null: SQL NULL). */
  readonly source: { readonly column: number } | { readonly constant: string | null };
  readonly empty: EmptyCell;
  /** Used instead of an empty or absent cell, before `empty` is looked at. */
  readonly fallback?: string;
  /** How the source spells the column's values. Default: as PostgreSQL does. */
  readonly spelling?: ValueSpelling;
}

/** Who makes the change. Travels in the transaction as a logical message and as a setting. */
export interface Origin {
  readonly kind: 'user' | 'client' | 'integration' | 'import' | 'sql';
  readonly id: string;
  readonly correlationId?: string;
  /** True: what is done for them is held to their rights, as `access` knows them. Absent: they run the program itself. */
  readonly held?: true;
  /** What the token they came with may be used for; absent: all that their rights allow. */
  readonly scopes?: readonly string[];
}

export interface WriteRequest {
  readonly catalog: Catalog;
  readonly entity: Entity;
  readonly targets: readonly WriteTarget[];
  readonly strategy: Strategy;
  /** Field names; every one must be set by a target (itself, or through its relation). Default: the entity's own. */
  readonly identity?: readonly string[];
  readonly onDuplicate?: OnDuplicate;
  /** Names of to-one relations whose missing records are created from the cells that refer to them. */
  readonly create?: readonly string[];
  /** How many writers the rows may be dealt to. Default 1. */
  readonly writers?: number;
  readonly origin: Origin;
  /** True: new records bring the key that was drawn for them (`drawKeys`). */
  readonly keyDrawn?: boolean;
  /** There if what became of each record is to be kept with the run: by which number the record is known. */
  readonly keepsResults?: 'row' | 'line';
}
