// Rules on records as conditions of SQL: the one text of them, for reading and for writing.
import { ident, literal } from '../../foundation/postgres/sql-text.js';
import type { Entity } from '../catalog/catalog.js';
import type {
  AccessAction,
  FieldCondition,
  KeysOfRecords,
  RecordCondition,
  RecordRule,
  RuledTable,
  TreeCondition,
} from '../catalog/entity-access.js';

/** Whether the stored record under `alias` satisfies the rule, as a condition that an index of the field can answer; undefined where all do. */
export function findRuleSql(rule: RecordRule | undefined, alias: string): string | undefined {
  if (rule === undefined || rule === 'all') return undefined;
  return rule === 'none' ? 'false' : storedSql(rule, alias);
}

function storedSql(rule: RecordCondition, alias: string): string {
  if ('top' in rule) return `${ident(alias, rule.key)} in (${belowSql(rule)})`;
  return fieldSql(rule, ident(alias, rule.field));
}

/**
 * Whether a record with these values satisfies the rule, stored or not; NULL or false where it doesn't. `valueFor` gives the expression of a field,
 * which may be `null`.
 */
export function allowsSql(rule: RecordCondition, valueFor: (field: string) => string): string {
  if (!('top' in rule)) return fieldSql(rule, valueFor(rule.field));
  // Of a record that is not stored yet the tree knows nothing, but it knows the one above.
  return `(${fieldSql(rule.top, valueFor(rule.top.field))} or ${valueFor(rule.parent)} in (${belowSql(rule)}))`;
}

/** The fields whose values decide. */
export const listDecidingFields = (rule: RecordCondition): readonly string[] =>
  'top' in rule ? [...new Set([rule.top.field, rule.parent])] : [rule.field];

const fieldSql = ({ in: allowed }: FieldCondition, value: string): string =>
  isKeys(allowed)
    ? `${value} in (${keysSql(allowed)})`
    : `${value}::text in (${allowed.map(literal).join(', ') || 'null'})`;

const isKeys = (allowed: FieldCondition['in']): allowed is KeysOfRecords => 'where' in allowed;

function keysSql({ field, where, ...table }: KeysOfRecords): string {
  if ('top' in where && where.key === field) return belowSql(where);
  return `select k.${ident(field)} from ${ruledTableSql(table)} k where ${storedSql(where, 'k')}`;
}

/** Keys of those at the top and all below. `union` leaves out what was met before, so a circle ends. */
function belowSql({ table, key, parent, top }: TreeCondition): string {
  const from = ruledTableSql(table);
  return `with recursive below (key) as (
    select u.${ident(key)} from ${from} u where ${storedSql(top, 'u')}
    union select d.${ident(key)} from below join ${from} d on d.${ident(parent)} = below.key) select key from below`;
}

const ruledTableSql = ({ schema, table, only }: RuledTable): string =>
  `${only ? 'only ' : ''}${ident(schema, table)}`;

/** The opposite of conditions that may be NULL. */
export const failsSql = (conditions: readonly string[]): string =>
  `(${conditions.join(' and ')}) is not true`;

/** The rules of the actions, different ones only: the record under `alias` must satisfy all of them. */
export function listRuleSql(
  { access }: Pick<Entity, 'access'>,
  actions: readonly AccessAction[],
  alias: string,
): readonly string[] {
  return [...new Set(actions.flatMap((action) => findRuleSql(access?.[action], alias) ?? []))];
}

/** What a record that a statement has just written under `alias`, and does not find in its tables yet, must satisfy to be read. */
export function listSeenWhenWrittenSql({ access }: Pick<Entity, 'access'>, alias: string): readonly string[] {
  const view = access?.view ?? 'all';
  if (typeof view === 'string') return view === 'all' ? [] : ['false'];
  return [allowsSql(view, (field) => ident(alias, field))];
}

/** What the record under `alias` must satisfy to be read: in a catalog for exports, to be exported too. */
export function listSeenSql(entity: Pick<Entity, 'access'>, alias: string): readonly string[] {
  return listRuleSql(entity, entity.access?.through === 'export' ? ['view', 'export'] : ['view'], alias);
}

/** The same, to be put behind another condition; empty where the caller may read all. */
export function andSeen(entity: Pick<Entity, 'access'>, alias: string): string {
  return listSeenSql(entity, alias)
    .map((rule) => ` and ${rule}`)
    .join('');
}
