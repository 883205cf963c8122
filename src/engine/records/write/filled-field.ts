// A new record belongs to whoever may create it: the field that says so is filled in where there is only one way.
import { literal } from '../../../foundation/postgres/sql-text.js';
import type { Entity } from '../../catalog/catalog.js';
import type { RecordCondition, RecordRule } from '../../catalog/entity-access.js';
import { listDecidingFields } from '../record-rule-sql.js';
import type { SetField } from './plan-parts.js';

export interface FilledField {
  /** May be one that the caller doesn't see. */
  readonly name: string;
  /** A quoted constant, which takes the type of what it is put into. */
  readonly value: string;
}

/** What the rule asks of a record, if it depends on the record. */
export const findCondition = (rule: RecordRule | undefined): RecordCondition | undefined =>
  typeof rule === 'object' ? rule : undefined;

/** What a new record must satisfy. */
export function listCreateRules({ access }: Pick<Entity, 'access'>): readonly RecordCondition[] {
  const rules = [access?.create, access?.through === 'import' ? access.import : undefined];
  return rules.flatMap((rule) => findCondition(rule) ?? []);
}

/** The values that a rule lists for a field; undefined where it doesn't list them. */
export const findListed = (rule: RecordCondition, name: string): readonly string[] | undefined =>
  'in' in rule && rule.field === name && !('where' in rule.in) ? rule.in : undefined;

/** The fields that may have one value only. */
export function listFilled(entity: Pick<Entity, 'access'>): readonly FilledField[] {
  const rules = listCreateRules(entity);
  return [...new Set(rules.flatMap(listDecidingFields))].flatMap((name) => {
    const [first = [], ...others] = rules.flatMap((rule) => {
      const listed = findListed(rule, name);
      return listed === undefined ? [] : [listed];
    });
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
