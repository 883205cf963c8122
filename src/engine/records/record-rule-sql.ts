// Rules on records as conditions of SQL: the one text of them, for reading and for writing.
import { ident, literal } from '../../foundation/postgres/sql-text.js';
import type { Entity } from '../catalog/catalog.js';
import type { AccessAction, RecordRule } from '../catalog/entity-access.js';

/** Whether the record under `alias` satisfies the rule, as a condition that an index of the field can answer; undefined where all do. */
export function findRuleSql(rule: RecordRule | undefined, alias: string): string | undefined {
  if (rule === undefined || rule === 'all') return undefined;
  return rule === 'none' ? 'false' : allowsSql(rule, ident(alias, rule.field));
}

/** Whether a rule on a field allows the value, an expression of any type; NULL where the value is. */
export function allowsSql({ in: values }: { readonly in: readonly string[] }, value: string): string {
  return `${value}::text in (${values.map(literal).join(', ') || 'null'})`;
}

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
