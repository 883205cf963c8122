// The mapping: one two-way description between the columns of a foreign table and the fields of an entity. Plain data,
// saved with every run, the same for files, sync, webhooks and the batch API.

import type { ValueSpelling } from '../../foundation/cells/value-spelling.js';

export type MappingStrategy = 'add' | 'update' | 'add_or_update' | 'replace' | 'mirror' | 'delete';
export const MAPPING_STRATEGIES: readonly MappingStrategy[] = [
  'add',
  'update',
  'add_or_update',
  'replace',
  'mirror',
  'delete',
];

/** What an empty cell means: nothing is said about the field, it becomes null, it becomes its default. */
export type EmptyRule = 'leave' | 'null' | 'default';
export const EMPTY_RULES: readonly EmptyRule[] = ['leave', 'null', 'default'];

/** What happens to a second row with the same identity in one source. */
export type DuplicateRule = 'last' | 'first' | 'fail';
export const MAPPING_DUPLICATE_RULES: readonly DuplicateRule[] = ['last', 'first', 'fail'];

/** Which way a field of the mapping goes. */
export type Direction = 'both' | 'import' | 'export';
export const DIRECTIONS: readonly Direction[] = ['both', 'import', 'export'];

export interface Mapping {
  readonly entity: string;
  /** Default: what the caller chooses, `add_or_update` if nobody does. */
  readonly strategy?: MappingStrategy;
  /** Names of the entity's own fields by which records are matched. Default: the entity's identity. */
  readonly identity?: readonly string[];
  /** For every field that says nothing of its own. Default `leave`. */
  readonly empty?: EmptyRule;
  /** Default `last`. */
  readonly onDuplicate?: DuplicateRule;
  /** How the source spells numbers, dates, booleans and NULL, for every field that says nothing of its own. Import only. */
  readonly spelling?: ValueSpelling;
  readonly fields: readonly MappedField[];
  /** Columns that are meant to be left out; no warning names them. */
  readonly ignore?: readonly string[];
}

/** One column and one field. Without a column it is a constant, which only an import sets. */
export interface MappedField {
  /** Path as text: `sku`, `brand.name`, `category.parent.name`; a name with a dot in quotes: `"net.price"`. */
  readonly field: string;
  /** Name of the foreign column. Exactly one of `column` and `value` is given. */
  readonly column?: string;
  /** A constant in PostgreSQL's text form; null is SQL NULL. */
  readonly value?: string | null;
  /** Used in place of an empty or missing cell, before `empty` is looked at. */
  readonly default?: string;
  readonly empty?: EmptyRule;
  /** How this column spells its values, setting by setting: `{ decimal: ',', dateOrder: dmy }`. Import only. */
  readonly spelling?: ValueSpelling;
  /** True: records that the path's relations don't find are created from the cells. */
  readonly create?: boolean;
  /** Default `both`. */
  readonly direction?: Direction;
}

/** True if an import reads the field. */
export const isImported = (field: MappedField): boolean => (field.direction ?? 'both') !== 'export';

/** True if an export writes the field. Constants say nothing about a record, so they are never exported. */
export const isExported = (field: MappedField): boolean =>
  field.column !== undefined && (field.direction ?? 'both') !== 'import';
