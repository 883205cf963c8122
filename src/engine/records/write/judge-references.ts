// References in the judgement: those that lead nowhere, and, in a dry run, those whose record would be created.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Reference, SetField, WritePlan } from './plan-parts.js';
import { givenSql } from './resolve-sql.js';

/** Of the judgement's options, what references depend on. */
interface ReferenceOptions {
  readonly readOnly: boolean;
}

/** References that are given but not found; to the entity itself they may still come. */
export function referenceError(plan: WritePlan, options: ReferenceOptions): string {
  const rules = plan.references.flatMap((reference, i) => {
    const { name, relation, entity } = reference;
    const given = `(${givenSql(reference)})`;
    const key = `${name}.${ident(relation.targetFields[0]!)}`;
    const missing = entity.name === plan.entity.name ? `'later'` : `'reference:${i}'`;
    return [
      `when ${given} and ${key} is null${options.readOnly && reference.create ? ` and not ${makeable(reference)}` : ''} then ${missing}`,
      ...(reference.unique ? [] : [`when ${name}._n > 1 then 'several:${i}'`]),
    ];
  });
  return rules.length === 0 ? 'null::text' : `case ${rules.join(' ')} end`;
}

/** Whether the row gives all that a missing record is created by. */
const makeable = (reference: Reference): string =>
  `(${reference.columns.map((column) => `s.${column.name} is not null`).join(' and ') || 'false'})`;

/** In a dry run nothing is created: columns that say of each reference whether its record would be. */
export function newReferences(plan: WritePlan, options: ReferenceOptions): readonly string[] {
  if (!options.readOnly) return [];
  return plan.references.flatMap((reference, i) => {
    const key = `${reference.name}.${ident(reference.relation.targetFields[0]!)}`;
    return reference.create ? [`(${key} is null and ${makeable(reference)}) as _dt_new${i}`] : [];
  });
}

/** The column that says whether the set's value will be the key of a record yet to be created; undefined if it can't be. */
export function isNew(
  plan: WritePlan,
  set: SetField,
  options: ReferenceOptions,
  row = 'r',
): string | undefined {
  const reference = set.reference?.reference;
  if (!options.readOnly || !reference?.create) return undefined;
  return `${row}._dt_new${plan.references.indexOf(reference)}`;
}

/** A condition to put before a test for null: the key of a record yet to be created is none. */
export const butNew = (plan: WritePlan, set: SetField | undefined, options: ReferenceOptions): string => {
  const fresh = set && isNew(plan, set, options);
  return fresh ? `not ${fresh} and ` : '';
};
