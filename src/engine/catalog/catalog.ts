// What exists: the application's tables as plain, frozen data. Every door reads this model and nothing else about the schema.
import type { Belonging } from './belonging.js';
import type { EntityAccess } from './entity-access.js';
import type { EntityHooks, ValidationRule } from './overrides/entity-rules.js';
import type { FileRule } from './overrides/file-override.js';

export interface Catalog {
  /** Entities by name, in display order (referenced before referencing where the foreign keys allow it). */
  readonly entities: ReadonlyMap<string, Entity>;
  /** Changes whenever the schema or an override changes. */
  readonly fingerprint: string;
  /** Names of what is there but not in the catalog, each with the reason in plain words. */
  readonly leftOut?: ReadonlyMap<string, string>;
}

export type EntityKind = 'table' | 'view' | 'materialized view' | 'foreign table';

export interface Entity {
  /** Unique among entities: the table's name, or `schema.table` where another schema has the same one. */
  readonly name: string;
  readonly schema: string;
  readonly table: string;
  readonly kind: EntityKind;
  /** Of what is no table of the application's but a thing of Dovetail's own: the query that gives its records. */
  readonly query?: string;
  /** The order its lists come in where nobody asks for another. Default: that of the key. */
  readonly order?: readonly { readonly path: readonly string[]; readonly descending: boolean }[];
  readonly label: string;
  readonly description?: string;
  /** In column order unless an override says otherwise; excluded ones, and those the role may not read, left out. */
  readonly fields: readonly Field[];
  readonly relations: readonly Relation[];
  /** Field names of the primary key; absent if the table has none. */
  readonly primaryKey?: readonly string[];
  /** Every usable unique key, the primary key among them: valid, not partial, no expressions. */
  readonly uniqueKeys: readonly UniqueKey[];
  /** Field names by which an incoming record is matched to a stored one; empty if the table has no total unique key. */
  readonly identity: readonly string[];
  /** Why this identity, or why none, in plain words. */
  readonly identityReason?: string;
  readonly checks: readonly Check[];
  /** False for views, for what an override made read-only, and for what the role may not write. */
  readonly writable: boolean;
  /** Why not, in plain words. */
  readonly readOnlyReason?: string;
  /** What the role may do with at least one field (insert, update) or with records (delete). Absent: everything. */
  readonly rights?: { readonly insert: boolean; readonly update: boolean; readonly delete: boolean };
  /** The planner's estimate of the number of rows when the schema was last read; absent if never analyzed. */
  readonly estimatedRows?: number;
  /** True if user triggers fire on insert, update or delete. */
  readonly hasTriggers: boolean;
  /** Fields that a trigger may set before a row is written, `any` where that can't be told; absent if none does. */
  readonly setByTriggers?: readonly string[] | 'any';
  /** True if the table has rewrite rules for writes: PostgreSQL then refuses `on conflict` and `merge`, and COPY passes them by. */
  readonly hasRules?: boolean;
  /** Entities whose columns this table inherits (plain inheritance, not partitions). */
  readonly inherits?: readonly string[];
  /**
   * Entities that inherit from this table. Without `only`, a statement on this table sees and changes their records too, to
   * which its unique and foreign keys don't apply: read and write such a table with `only`.
   */
  readonly inheritedBy?: readonly string[];
  /** True if relations are written out whole on export, or the names of those that are. */
  readonly full: boolean | readonly string[];
  /** Validation rules by override, in order; the write path holds every record against them. */
  readonly rules?: readonly ValidationRule[];
  /** Functions by override that the write path calls. */
  readonly hooks?: EntityHooks;
  /** By override: where the subject of the user or client who owns a record is held. */
  readonly owner?: Belonging;
  /** By override: where the id of the unit a record belongs to is held. */
  readonly unit?: Belonging;
  /** In a caller's catalog: which records the caller may do what with. Absent: everything, as whoever runs the program may. */
  readonly access?: EntityAccess;
  /** In a caller's catalog: defaults by override of fields that the caller doesn't see; a new record gets them all the same. */
  readonly unseenDefaults?: readonly { readonly name: string; readonly default: string }[];
}

export interface Field {
  /** The column's name; also the name used in paths, headers and the API. */
  readonly name: string;
  readonly label: string;
  /** What an export writes above the column, and an import accepts besides name and label. */
  readonly header: string;
  readonly description?: string;
  readonly type: FieldType;
  readonly nullable: boolean;
  /** The default as an SQL expression, as PostgreSQL prints it; the column's, or else its domain's. */
  readonly default?: string;
  /** True if `default` comes from an override: then PostgreSQL doesn't know it, and `default` in a statement isn't it. */
  readonly defaultByOverride?: boolean;
  /** `stored`: computed by PostgreSQL (virtual ones too), never written. `always`: an identity column that accepts no value. `byDefault`: one that does. */
  readonly generated?: 'stored' | 'always' | 'byDefault';
  /** True if no door may write it (generated, by override, or for want of rights). */
  readonly readOnly: boolean;
  /** Why not, in plain words. */
  readonly readOnlyReason?: string;
  /** By override: the field holds a file, named by its path in a storage or by its public address. */
  readonly file?: FileRule;
  /** There if an index answers which records have words in the field. */
  readonly search?: FieldSearch;
}

/** How the index sees the field: it is a tsvector, or one is made of its value, or of that and the empty text for none. */
export interface FieldSearch {
  readonly of: 'vector' | 'value' | 'valueOrEmpty';
  /** Text search configuration; absent: the session's. */
  readonly config?: string;
}

/** A type with its modifiers resolved. Domains are seen through: `base` is the type underneath, `domain` names the domain. */
export interface FieldType {
  /** As `format_type` prints it: `numeric(10,2)`, `character varying(255)[]`, `public.mpaa_rating`. Valid in a cast. */
  readonly sql: string;
  /** `pg_type.typname` of the type without domain and array: `int4`, `numeric`, `varchar`, `text`, `timestamptz`, `jsonb` … */
  readonly base: string;
  readonly kind: 'base' | 'enum' | 'composite' | 'range' | 'multirange' | 'pseudo';
  /** True for arrays; `base` and `kind` then describe the element. */
  readonly array: boolean;
  /** Longest length in characters (char, varchar) or bits (bit, varbit). */
  readonly length?: number;
  readonly precision?: number;
  readonly scale?: number;
  /** The labels of an enum, in order. */
  readonly labels?: readonly string[];
  readonly domain?: { readonly name: string; readonly notNull: boolean; readonly checks: readonly string[] };
  /** False for collations under which different texts may be equal, and for citext. */
  readonly deterministic: boolean;
  /** True if the type has a default btree equality operator (json, xml, point, … have none). */
  readonly comparable: boolean;
}

export interface UniqueKey {
  /** Name of the index or constraint. */
  readonly name: string;
  readonly fields: readonly string[];
  readonly primary: boolean;
  /** True if NULLs count as equal, or no column is nullable. Only then does the key identify every record. */
  readonly total: boolean;
  /** False for constraints that are checked at the end of the transaction: `on conflict` can't use them. */
  readonly immediate: boolean;
}

export interface Check {
  readonly name: string;
  /** The condition as an SQL expression over the table's columns, as PostgreSQL prints it. */
  readonly expression: string;
  readonly fields: readonly string[];
}

export type Relation = ToOneRelation | ToManyRelation;

/** A foreign key of this table. */
export interface ToOneRelation {
  readonly kind: 'one';
  readonly name: string;
  readonly label: string;
  /** Name of the entity referred to. */
  readonly entity: string;
  /** Own fields, and the fields of the other entity they equal, pairwise. */
  readonly fields: readonly string[];
  readonly targetFields: readonly string[];
  readonly constraint: string;
  /** True if every one of `fields` may be null. */
  readonly nullable: boolean;
  readonly deferrable: boolean;
  /** Name of the relation that leads back; absent if the other entity is not in the catalog. */
  readonly inverse?: string;
}

/** A foreign key of another table that leads here, or, with `through`, a join table seen as many-to-many. */
export interface ToManyRelation {
  readonly kind: 'many';
  readonly name: string;
  readonly label: string;
  readonly entity: string;
  /** Own fields, and the fields they equal in `entity` (or in `through`). */
  readonly fields: readonly string[];
  readonly targetFields: readonly string[];
  /** True if a unique key of the other side makes it at most one. */
  readonly single: boolean;
  readonly inverse?: string;
  readonly through?: {
    readonly entity: string;
    /** Fields of the join table that lead on to `entity`, and the fields they equal there. */
    readonly fields: readonly string[];
    readonly targetFields: readonly string[];
  };
}
