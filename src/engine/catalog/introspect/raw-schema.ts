// The schema as pg_catalog has it: plain rows, one kind per query, joined by object id. Only `build/` reads them.

/** Everything of one database at one moment. */
export interface RawSchema {
  readonly relations: readonly RawRelation[];
  readonly columns: readonly RawColumn[];
  readonly types: readonly RawType[];
  readonly keys: readonly RawKey[];
  readonly foreignKeys: readonly RawForeignKey[];
  readonly checks: readonly RawCheck[];
  readonly searches: readonly RawSearch[];
}

export interface RawRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** `pg_class.relkind`: table, partitioned table, view, materialized view, foreign table. */
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'f';
  readonly comment: string | null;
  /** `reltuples`: -1 if never analyzed. */
  readonly estimate: number;
  /** The topmost partitioned table, for partitions. */
  readonly partitionOf: number | null;
  /** Tables it inherits from, in order; empty for partitions. */
  readonly parents: readonly number[];
  /** True if an extension brought it. */
  readonly ofExtension: boolean;
  /** Rights of the current role; those on single columns count for `select`, `insert` and `update`. */
  readonly select: boolean;
  readonly insert: boolean;
  readonly update: boolean;
  readonly delete: boolean;
  readonly hasTriggers: boolean;
  /** Functions of the triggers that see each row before it is written. */
  readonly rowTriggers: readonly { readonly language: string; readonly source: string }[];
  readonly hasRules: boolean;
}

export interface RawColumn {
  readonly relation: number;
  readonly position: number;
  readonly name: string;
  readonly type: number;
  /** `atttypmod`: -1 if none. */
  readonly modifier: number;
  readonly sql: string;
  readonly notNull: boolean;
  /** A not-null constraint that old rows were not checked against. */
  readonly notNullUnchecked: boolean;
  readonly identity: '' | 'a' | 'd';
  readonly generated: '' | 's' | 'v';
  readonly default: string | null;
  readonly comment: string | null;
  readonly deterministic: boolean;
  readonly select: boolean;
  readonly insert: boolean;
  readonly update: boolean;
}

export interface RawType {
  readonly oid: number;
  readonly name: string;
  readonly sql: string;
  /** `pg_type.typtype`: base, composite, domain, enum, multirange, pseudo, range. */
  readonly kind: 'b' | 'c' | 'd' | 'e' | 'm' | 'p' | 'r';
  /** The type under a domain, and the modifier the domain gives it. */
  readonly base: number | null;
  readonly baseModifier: number;
  /** The element's type, for true arrays. */
  readonly element: number | null;
  readonly notNull: boolean;
  readonly default: string | null;
  readonly labels: readonly string[];
  readonly checks: readonly string[];
  /** The attributes' types, for composites. */
  readonly attributes: readonly number[];
  /** True if the type itself (not its element or attributes) has a default btree operator class. */
  readonly ordered: boolean;
}

/** A unique index that covers every row by plain columns: valid, not partial, no expressions, no exclusion. */
export interface RawKey {
  readonly relation: number;
  readonly name: string;
  readonly columns: readonly string[];
  readonly primary: boolean;
  readonly immediate: boolean;
  readonly nullsNotDistinct: boolean;
}

export interface RawForeignKey {
  readonly relation: number;
  readonly name: string;
  readonly columns: readonly string[];
  readonly target: number;
  readonly targetColumns: readonly string[];
  readonly deferrable: boolean;
}

export interface RawCheck {
  readonly relation: number;
  readonly name: string;
  readonly expression: string;
  readonly columns: readonly string[];
}

/** A place in an index of type tsvector: a column of that type, with what computes it, or an expression. */
export interface RawSearch {
  readonly relation: number;
  readonly column: string | null;
  readonly expression: string | null;
  readonly generation: string | null;
}
