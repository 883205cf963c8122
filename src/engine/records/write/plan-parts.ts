// The parts of a write plan: plain data, made once per request by `planWrite`, read by everything that writes.
import type { Catalog, Entity, Field, ToOneRelation } from '../../catalog/catalog.js';
import type { Keeping } from '../undo/keeping.js';
import type { EmptyCell, OnDuplicate, Origin, Strategy, WriteTarget } from '../write-request.js';
import type { FieldEncoder } from './encode/field-encoder.js';
import type { Ruling } from './rules/ruling.js';

/** One column of the staging table, fed by one target. */
export interface StageColumn {
  /** `c0`, `c1` …, in staging order: those that make up the identity first. */
  readonly name: string;
  readonly index: number;
  readonly target: WriteTarget;
  /** The path as the user writes it: `brand.name`. */
  readonly path: string;
  /** The field whose values the column holds: the entity's own, or one behind relations. */
  readonly field: Field;
  readonly encoder: FieldEncoder;
  /** Cells that mean NULL. */
  readonly nulls?: readonly Buffer[];
  readonly empty: EmptyCell;
}

/** A field of the entity that the request sets, straight from a stage column or through a reference. */
export interface SetField {
  readonly field: Field;
  /** Position in `WritePlan.sets`; names the value's column in statements. */
  readonly index: number;
  /** The stage columns that decide whether the row says anything about the field. */
  readonly columns: readonly StageColumn[];
  /** True if the value only finds the record and is never written: PostgreSQL makes it, or it is read-only. */
  readonly matchOnly: boolean;
  /** True if only new records get the value: a key that was drawn for them. */
  readonly newOnly?: boolean;
  readonly reference?: { readonly reference: Reference; readonly targetField: string };
}

export interface WritePlan {
  readonly catalog: Catalog;
  readonly entity: Entity;
  readonly strategy: Strategy;
  readonly onDuplicate: OnDuplicate;
  readonly origin: Origin;
  readonly columns: readonly StageColumn[];
  /** How many trailing stage columns no target feeds: a `beforeWrite` hook may fill them. */
  readonly hookColumns: number;
  /** Rules and hooks; undefined if the entity has none. */
  readonly ruling: Ruling | undefined;
  readonly references: readonly Reference[];
  readonly sets: readonly SetField[];
  /** Fields by which a record is matched; empty for `add` into a table without a unique key. */
  readonly identity: readonly Field[];
  /** How many leading stage columns make up the identity. */
  readonly identityColumns: number;
  /** Fields of the identity whose NULL is as good as a value; in the others it identifies nothing. */
  readonly blankIdentity: readonly Field[];
  /** True if no two records can share the identity. */
  readonly identityUnique: boolean;
  /** True: `WriteTotals.keys` gets the keys of the records that were written. */
  readonly returnsKeys?: boolean;
  /** There if what became of each record is kept with the run, for whoever sent it: by which number the record is known. */
  readonly keepsResults?: 'row' | 'line';
  /** Fields that address a stored record: its primary key, else the identity. */
  readonly key: readonly Field[];
  /** True if rows may be told apart by the bytes of their identity before the server sees them. */
  readonly canonicalIdentity: boolean;
  /** How many writers the rows are dealt to. With one, keys made by the database follow the order of the source. */
  readonly writers: number;
  /** True if a reference leads to the entity itself: rows may refer to rows further down. */
  readonly selfReferring: boolean;
  /** Foreign keys to the entity itself that the source gives as plain keys. */
  readonly ownKeys: readonly ToOneRelation[];
  /** True if the identity may be left blank because the database makes it: such rows are always new. */
  readonly identityGenerated: boolean;
  /** True for records that are written with those they belong to: no marks of the run are kept for them. */
  readonly part?: boolean;
  /** Fields that a new record needs and the request never sets. */
  readonly missingRequired: readonly Field[];
  /** There if what is written over is kept for an undo. */
  readonly keeping?: Keeping;
}

/** A record referred to, found by the fields the source gives and by records it refers to in turn. */
export interface Reference {
  /** Relation names from the entity: `['category']`, `['category', 'parent']`. */
  readonly path: readonly string[];
  /** `r0`, `r1` …; children before their parents, so that joins can be written in this order. */
  readonly name: string;
  readonly relation: ToOneRelation;
  /** The entity referred to. */
  readonly entity: Entity;
  /** Columns whose fields are looked up in `entity`. */
  readonly columns: readonly StageColumn[];
  /** References of the record referred to: part of the look-up, or (`keyed`) only of what a new record is filled with. */
  readonly children: readonly Reference[];
  /** True if the record is found by `columns` alone, because it may be created and they identify it. */
  readonly keyed: boolean;
  /** Own columns and those of all children. */
  readonly allColumns: readonly StageColumn[];
  /** True if a unique key of `entity` is among what is looked up: at most one record fits. */
  readonly unique: boolean;
  /** True if records that are missing are made from the columns. */
  readonly create: boolean;
}
