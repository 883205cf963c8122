// Which records the caller may write, as part of the judgement: a stored record out of reach is not there for them, a new or
// changed one must stay within it, and none may refer to a record they must not know of.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { ToOneRelation } from '../../catalog/catalog.js';
import type { AccessAction, RecordCondition } from '../../catalog/entity-access.js';
import {
  allowsSql,
  andSeen,
  failsSql,
  listDecidingFields,
  listRuleSql,
  listSeenSql,
} from '../record-rule-sql.js';
import type { Strategy } from '../write-request.js';
import { findCondition, findFilled, findWrittenSet } from './filled-field.js';
import type { SetField, WritePlan } from './plan-parts.js';
import { storedIn } from './resolve-sql.js';
import { STAGE } from './stage-table.js';

const ON_STORED: Readonly<Record<Strategy, readonly AccessAction[]>> = {
  add: ['view'],
  update: ['view', 'update'],
  add_or_update: ['view', 'update'],
  replace: ['view', 'update'],
  mirror: ['view', 'update'],
  delete: ['view', 'delete'],
};

/** What a stored record `t` must satisfy to be changed or removed; where records are added only, to be known of. */
export const reachRules = ({ entity, strategy }: Pick<WritePlan, 'entity' | 'strategy'>): readonly string[] =>
  listRuleSql(entity, [...ON_STORED[strategy], ...(strategy === 'add' ? [] : throughOf(entity))], 't');

const throughOf = ({ access }: WritePlan['entity']): readonly AccessAction[] =>
  access?.through === 'import' ? ['import'] : [];

/** The same, to be put behind another condition. The writing statement asks it of the record as it is by then. */
export const andInReach = (plan: Pick<WritePlan, 'entity' | 'strategy'>): string =>
  reachRules(plan)
    .map((rule) => ` and ${rule}`)
    .join('');

/** A mirror removes none that its caller may not remove, nor one that they don't see. */
export const andRemovable = ({ entity }: WritePlan): string => andInReach({ entity, strategy: 'delete' });

/** A column of the judgement: whether the matched record `t` is out of reach. */
export const outOfReach = (plan: WritePlan): readonly string[] =>
  judgesReach(plan) ? [`t.tableoid is not null and ${failsSql(reachRules(plan))} as _dt_out`] : [];

const judgesReach = (plan: WritePlan): boolean => plan.identity.length > 0 && reachRules(plan).length > 0;

const FATES: Readonly<Record<Strategy, string>> = {
  add: 'exists',
  update: 'not found',
  add_or_update: 'taken',
  replace: 'taken',
  mirror: 'taken',
  delete: '=',
};

/** The first of all rules: nothing else may be told of a record out of reach. */
export function reachErrors(plan: WritePlan): readonly string[] {
  if (!judgesReach(plan)) return [];
  return [`when r._dt_out then '${FATES[plan.strategy]}'`];
}

/** Where a record may lead outside: what is told of it by the number in `outside:0`. */
export interface OutsideRule {
  readonly action: AccessAction;
  readonly rule: RecordCondition;
  /** Whether it is one on new records, or on those that are there. */
  readonly isNew: boolean;
  /** The first field that the request sets of those that decide; undefined if it says nothing of any. */
  readonly set: SetField | undefined;
}

/** The rules that a new or changed record must satisfy, those that may not hold. */
export function listOutsideRules(plan: WritePlan): readonly OutsideRule[] {
  const { entity, strategy } = plan;
  if (entity.access === undefined || strategy === 'delete') return [];
  const through = throughOf(entity);
  const ofNew: readonly AccessAction[] = strategy === 'update' ? [] : ['create', ...through];
  const ofStored: readonly AccessAction[] = strategy === 'add' ? [] : ['view', 'update', ...through];
  const toRules = (actions: readonly AccessAction[], isNew: boolean): readonly OutsideRule[] =>
    actions.flatMap((action) => {
      const rule = findCondition(entity.access![action]);
      if (rule === undefined) return [];
      const fields = listDecidingFields(rule);
      const set = fields.flatMap((name) => findWrittenSet(plan, name) ?? []).at(-1);
      // What is not set stays as it is, or is filled in.
      const isFilled = fields.some((name) => findFilled(entity, name) !== undefined);
      if (set === undefined && (!isNew || isFilled)) return [];
      return [{ action, rule, isNew, set }];
    });
  return [...toRules(ofNew, true), ...toRules(ofStored, false)];
}

/**
 * Before whatever a trigger might mend: rows that fail for that are tried, alone, without being judged further.
 */
export function rightsErrors(plan: WritePlan): readonly string[] {
  const outside = listOutsideRules(plan).map(({ rule, isNew, set }, i) => {
    const whose = `${isNew ? 'not ' : ''}r._dt_found`;
    const valueFor = (name: string) => valueSql(plan, name, isNew);
    const allowed = set === undefined ? '' : ` and ${failsSql([allowsSql(rule, valueFor)])}`;
    return `when ${whose}${allowed} then coalesce(${laterSql(plan, rule, valueFor)}'outside:${i}')`;
  });
  return [...outside, ...plan.entity.relations.flatMap((relation, i) => hiddenKeyError(plan, relation, i))];
}

/** A record above that is not there, or not for the caller, may still come: then the tree will say whether it lies in reach. */
function laterSql(plan: WritePlan, rule: RecordCondition, valueFor: (name: string) => string): string {
  if (!('top' in rule) || plan.part || findWrittenSet(plan, rule.parent) === undefined) return '';
  const parent = valueFor(rule.parent);
  const there = `select from ${storedIn(plan.entity)} o where o.${ident(rule.key)} = ${parent}${andSeen(plan.entity, 'o')}`;
  return `case when ${parent} is not null and not exists (${there}) then 'later' end, `;
}

/** What the record will have in the field: what the row gives, what it has, or what is filled in. */
function valueSql(plan: WritePlan, name: string, isNew: boolean): string {
  if (findWrittenSet(plan, name) !== undefined) return `r.${ident(name)}`;
  if (!isNew) return `r.${ident(`_dt_had_${name}`)}`;
  return findFilled(plan.entity, name)?.value ?? 'null';
}

/** Columns of the judgement: what stored records have in fields that decide together with others which the request sets. */
export function hadValues(plan: WritePlan): readonly string[] {
  const rules = listOutsideRules(plan).filter(({ isNew, set }) => !isNew && set !== undefined);
  const names = new Set(rules.flatMap(({ rule }) => listDecidingFields(rule)));
  return [...names]
    .filter((name) => findWrittenSet(plan, name) === undefined)
    .map((name) => `t.${ident(name)} as ${ident(`_dt_had_${name}`)}`);
}

/** True if some records of the entity must not be known of, so that the database's own foreign key is not enough. */
export const hidesRecords = (plan: WritePlan, entity: string): boolean =>
  findCondition(plan.catalog.entities.get(entity)?.access?.view) !== undefined;

/** A plain key of a record that the caller may not see: as if there were none. One that the record has already tells nothing new. */
function hiddenKeyError(
  plan: WritePlan,
  relation: WritePlan['entity']['relations'][number],
  index: number,
): readonly string[] {
  if (relation.kind !== 'one' || !hidesRecords(plan, relation.entity)) return [];
  const sets = relation.fields.map((name) =>
    plan.sets.find((set) => set.field.name === name && set.reference === undefined),
  );
  if (sets.some((set) => set === undefined || set.matchOnly)) return [];
  const target = plan.catalog.entities.get(relation.entity)!;
  const key = relation.fields.map((name) => `r.${ident(name)}`);
  const given = key.map((sql) => `${sql} is not null`);
  const compared = sets.every((set) => !plan.identity.includes(set!.field));
  const had =
    plan.identity.length > 0 && compared
      ? [
          `not (r._dt_found and ${sets.map((set, i) => `${key[i]} is not distinct from r._dt_o${set!.index}`).join(' and ')})`,
        ]
      : [];
  const there = relation.targetFields.map((name, i) => `o.${ident(name)} = ${key[i]}`).join(' and ');
  const missing = `not exists (select from ${storedIn(target)} o where ${there}${andSeen(target, 'o')})`;
  const own = relation.entity === plan.entity.name;
  const staged = own ? stagedKey(plan, relation, key) : [];
  return [
    `when ${[...given, ...had, missing, ...staged].join(' and ')} then ${own && !plan.part ? `'later'` : `'key:${index}'`}`,
  ];
}

/** That no row of the chunk brings the record: one of a record that must not be known of does not. */
function stagedKey(
  plan: WritePlan,
  { targetFields }: ToOneRelation,
  key: readonly string[],
): readonly string[] {
  const columns = targetFields.map(
    (name) => plan.sets.find((set) => set.field.name === name && !set.reference)?.columns[0],
  );
  if (columns.some((column) => column === undefined)) return [];
  const names = columns.map((column) => `o.${column!.name}`);
  const hidden = targetFields.map((name, i) => `h.${ident(name)}::text = ${names[i]}::text`).join(' and ');
  return [
    `(${key.map((sql) => `${sql}::text`).join(', ')}) not in (select ${names.map((name) => `${name}::text`).join(', ')}
        from ${STAGE} o where ${names.map((name) => `${name} is not null`).join(' and ')}
          and not exists (select from ${storedIn(plan.entity)} h where ${hidden} and ${failsSql(listSeenSql(plan.entity, 'h'))}))`,
  ];
}
