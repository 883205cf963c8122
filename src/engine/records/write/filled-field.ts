// A new record belongs to whoever may create it: the field that says so is filled in where there is only one way.
import { literal } from '../../../foundation/postgres/sql-text.js';
import type { Entity } from '../../catalog/catalog.js';
import type { RecordRule } from '../../catalog/entity-access.js';
import type { SetField } from './plan-parts.js';

export interface FilledField {
  /** May be one that the caller doesn't see. */
  readonly name: string;
  /** A quoted constant, which takes the type of what it is put into. */
  readonly value: string;
}

export type FieldRule = Exclude<RecordRule, string>;

/** The rule on a field, if it is one. */
export const findFieldRule = (rule: RecordRule | undefined): FieldRule | undefined =>
  typeof rule === 'object' ? rule : undefined;

/** Undefined where no field decides, or where it may have several values. */
export function findFilled({ access }: Pick<Entity, 'access'>): FilledField | undefined {
  const rule = findFieldRule(access?.create);
  return rule?.in.length === 1 ? { name: rule.field, value: literal(rule.in[0]!) } : undefined;
}

/** The set by which the request writes the field; undefined if it doesn't. */
export const findWrittenSet = (
  { sets }: { readonly sets: readonly SetField[] },
  name: string,
): SetField | undefined => sets.find((set) => set.field.name === name && !set.matchOnly);
