// What `dovetail.config.ts` may say about an entity. Everything is optional; what isn't said stays as the database has it.
import type { EntityHooks, ValidationRule } from './entity-rules.js';
import type { FileOverride } from './file-override.js';

export interface EntityOverride extends EntityHooks {
  readonly label?: string;
  readonly description?: string;
  /** Fields by which records are matched. They must hold a unique key of the table. */
  readonly identity?: string | readonly string[];
  /** Fields that come first, in this order; the others follow in column order. */
  readonly order?: readonly string[];
  /** True: no door sees the entity, nor relations to it. */
  readonly excluded?: boolean;
  /** True: an export writes the records on the other side of every relation out whole; names of relations: of these only. */
  readonly full?: boolean | readonly string[];
  /** True: no door writes it. */
  readonly readOnly?: boolean;
  /**
   * The field that says who owns a record: it holds the `subject` of a user or client. Roles may then be given at the levels `own` and
   * `own_and_below`. It may be that of another record, by a path through relations (`order.customer.id`, `users.email`); a path that ends with
   * a relation (`order`) means whoever owns that record.
   */
  readonly owner?: string;
  /** The field that says to which unit a record belongs: it holds a unit's id. Roles may then be given at the levels of units. Or a path, as with `owner`. */
  readonly unit?: string;
  /** The relation to its own entity by which records lie below each other (`parent`): `own_and_below` reaches what lies below an own one. */
  readonly tree?: string;
  readonly fields?: Readonly<Record<string, FieldOverride>>;
  /** Held against every record before it is written, in this order. */
  readonly rules?: readonly ValidationRule[];
}

export interface FieldOverride {
  readonly label?: string;
  /** What stands above the column in files. */
  readonly header?: string;
  readonly description?: string;
  /** True: no door sees the field. */
  readonly excluded?: boolean;
  readonly readOnly?: boolean;
  /** A constant for new records that say nothing about the field: text in PostgreSQL's form, or a JSON value. Null: NULL. */
  readonly default?: Constant;
  /** The field, a text, holds a file: imports fetch and check it, keep it in a storage, and put its path here. */
  readonly file?: FileOverride;
}

export type Constant =
  | string
  | number
  | boolean
  | null
  | readonly Constant[]
  | { readonly [key: string]: Constant };

/** By entity name: the table's, or `schema.table`. */
export type EntityOverrides = Readonly<Record<string, EntityOverride>>;

/** Types one entity's part of the configuration, for files of its own; returns it unchanged. */
export function defineEntity(override: EntityOverride): EntityOverride {
  return override;
}
