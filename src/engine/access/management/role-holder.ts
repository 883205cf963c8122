// What users and clients have in common: they hold roles, belong to a unit, and can be disabled.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { ListRange } from './list-page.js';

export interface RoleHolder {
  readonly id: string;
  readonly name: string;
  /** Names, sorted. */
  readonly roles: readonly string[];
  /** Id of the unit. */
  readonly unit?: string;
  /** How the application's own tables name it: what owner fields hold. */
  readonly subject?: string;
  readonly createdAt: Date;
  /** Absent if it is not. */
  readonly disabledAt?: Date;
}

export interface HolderWish {
  readonly unit?: string | null;
  readonly subject?: string | null;
}

/** A text is a label or an id; one may be called as another is numbered, and then the label counts. */
export type HolderLabel = string | { readonly id: string };

/** What a statement looks for: a label, and an id. */
export const toSought = (label: HolderLabel): readonly [label: string | null, id: string] =>
  typeof label === 'string' ? [label, label] : [null, label.id];

/** The table of one kind of holder; what it is given is checked already. */
export interface HolderStore<Holder extends RoleHolder, Values> {
  readonly kind: 'user' | 'client';
  /** Unique among its kind: what a person names it by, and its place in lists. */
  labelOf(holder: Holder | Values): string;
  read(db: Queryable, range: ListRange): Promise<readonly Holder[]>;
  /** By label or by id. */
  find(db: Queryable, label: HolderLabel): Promise<Holder | undefined>;
  readLabels(db: Queryable): Promise<readonly string[]>;
  /** Returns the id. */
  insert(db: Queryable, values: Values, now: Date): Promise<string>;
  update(db: Queryable, id: string, values: Values): Promise<void>;
  /** Undefined: enabled. One that is disabled already stays so, since when it was. */
  updateDisabled(db: Queryable, id: string, at: Date | undefined): Promise<void>;
  remove(db: Queryable, id: string): Promise<void>;
  addRole(db: Queryable, id: string, role: string): Promise<void>;
  removeRole(db: Queryable, id: string, role: string): Promise<void>;
}
