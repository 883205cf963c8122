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

/** The rules on fields that a new record must satisfy. */
export function listCreateRules({ access }: Pick<Entity, 'access'>): readonly FieldRule[] {
  const rules = [access?.create, access?.through === 'import' ? access.import : undefined];
  return rules.flatMap((rule) => findFieldRule(rule) ?? []);
}

/** The fields that may have one value only. */
export function listFilled(entity: Pick<Entity, 'access'>): readonly FilledField[] {
  const rules = listCreateRules(entity);
  return [...new Set(rules.map((rule) => rule.field))].flatMap((name) => {
    const [first = [], ...others] = rules.filter((rule) => rule.field === name).map((rule) => rule.in);
    const values = first.filter((value) => others.every((other) => other.includes(value)));
    return values.length === 1 ? [{ name, value: literal(values[0]!) }] : [];
  });
}

export const findFilled = (entity: Pick<Entity, 'access'>, name: string): FilledField | undefined =>
  listFilled(entity).find((filled) => filled.name === name);

/** The set by which the request writes the field; undefined if it doesn't. */
export const findWrittenSet = (
  { sets }: { readonly sets: readonly SetField[] },
  name: string,
): SetField | undefined => sets.find((set) => set.field.name === name && !set.matchOnly);
