// One record written by the statement somebody would write by hand, where nothing about it needs to be looked up first. What the
// database itself refuses (a key that is taken or not there, a check, a missing value) it refuses here as well; the chunk's way then says why.
import { ident } from '../../../foundation/postgres/sql-text.js';
import { allowsSql } from '../record-rule-sql.js';
import { findListed } from './filled-field.js';
import { andInReach, hidesRecords, listOutsideRules } from './judge-rights.js';
import { comparedSets } from './judge-sql.js';
import type { SetField, WritePlan } from './plan-parts.js';
import { type Says, storedIn, tableOf } from './resolve-sql.js';
import { stageType } from './stage-table.js';
import { listConstants } from './write-sql.js';

/**
 * The statement up to its `returning`, with the values of the plan's columns as parameters from `$first` on; undefined where the
 * row has to be judged. `mark`: a table expression that is worked out before the row. `and`: a further condition on the record `t`.
 */
export function findPlainWrite(
  plan: WritePlan,
  says: Says,
  { first, mark, and }: { readonly first: number; readonly mark: string; readonly and: string },
): string | undefined {
  if (!isPlain(plan, says)) return undefined;
  const toValue = (set: SetField) => {
    const column = set.columns[0]!;
    return `$${first + column.index}::${stageType(column)}`;
  };
  const known = plan.identity.map((field) => toValue(plan.sets.find((set) => set.field === field)!));
  const allowed = listOutsideRules(plan).map(({ rule, set }) => allowsSql(rule, () => toValue(set!)));
  if (plan.strategy === 'add') {
    const given = known.map((value) => `${value} is not null`);
    return insertOne(plan, toValue, mark, [...given, ...allowed]);
  }
  const match = plan.identity.map((field, i) => `t.${ident(field.name)} = ${known[i]}`).join(' and ');
  const where = `where ${match}${andInReach(plan)}${and}`;
  if (plan.strategy === 'delete') return `delete from ${storedIn(plan.entity)} t using ${mark} ${where}`;
  const changes = comparedSets(plan);
  const differs = changes.map((set) => {
    const cast = set.field.type.comparable ? '' : '::text';
    return `t.${ident(set.field.name)}${cast} is distinct from ${toValue(set)}${cast}`;
  });
  const assigned = changes.map((set) => `${ident(set.field.name)} = ${toValue(set)}`);
  const conditions = [`(${differs.join(' or ')})`, ...allowed].join(' and ');
  return `update ${storedIn(plan.entity)} t set ${assigned.join(', ')} from ${mark} ${where} and ${conditions}`;
}

function insertOne(
  plan: WritePlan,
  toValue: (set: SetField) => string,
  mark: string,
  conditions: readonly string[],
): string {
  const constants = listConstants(plan);
  const into = [...plan.sets.map(({ field }) => field.name), ...constants.map(({ name }) => name)].map(
    (name) => ident(name),
  );
  const values = [...plan.sets.map(toValue), ...constants.map(({ value }) => value)];
  const overriding = plan.sets.some(({ field }) => field.generated === 'always')
    ? ' overriding system value'
    : '';
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  return `insert into ${tableOf(plan.entity)} (${into.join(', ')})${overriding} select ${values.join(', ')} from ${mark}${where}`;
}

/** Every value is known as it comes, the database holds all that a judgement would, and nobody's sight is narrower than its keys. */
function isPlain(plan: WritePlan, says: Says): boolean {
  const { sets, identity, strategy } = plan;
  return (
    says.every((flags) => flags === 0) &&
    plan.identityUnique &&
    identity.length > 0 &&
    plan.blankIdentity.length === 0 &&
    sets.every(isDirect) &&
    sets.length === plan.columns.length &&
    sets.every((set) => set.newOnly !== true && (!set.matchOnly || isOnlyMatched(plan, set))) &&
    (strategy !== 'add' || plan.missingRequired.length === 0) &&
    (strategy !== 'update' || comparedSets(plan).length > 0) &&
    // What a tree says of a record depends on more than what the request sets.
    listOutsideRules(plan).every(({ rule, set }) => set && findListed(rule, set.field.name)) &&
    (strategy === 'delete' || !refersToHidden(plan))
  );
}

const isOnlyMatched = ({ identity, strategy }: WritePlan, { field }: SetField): boolean =>
  strategy !== 'add' && identity.includes(field);

/** A value of its own, or the key itself of a record that is referred to: the foreign key looks whether that is there. */
const isDirect = ({ columns, reference }: SetField): boolean =>
  columns.length === 1 &&
  (reference === undefined ||
    (!reference.reference.create &&
      reference.reference.allColumns.length === 1 &&
      reference.reference.path.length === 1 &&
      columns[0]!.field.name === reference.targetField));

/** Whether a key that is set may be one of a record that the caller must not know of. */
const refersToHidden = (plan: WritePlan): boolean =>
  plan.entity.relations.some(
    (relation) =>
      relation.kind === 'one' &&
      hidesRecords(plan, relation.entity) &&
      plan.sets.some(({ field }) => relation.fields.includes(field.name)),
  );
