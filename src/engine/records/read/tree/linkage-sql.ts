// Which records a relation of a record leads to, by their keys, as one JSON value.
import { ident } from '../../../../foundation/postgres/sql-text.js';
import type { Relation } from '../../../catalog/catalog.js';
import { externalIdSql } from '../../external/external-id-sql.js';
import { listSeenSql } from '../../record-rule-sql.js';
import { toLinks } from '../filter-sql.js';
import { type ReadScope, readRelation, readTarget, type Table, tableSql } from '../read-scope.js';
import { findKeyFields, keySql, keyTextSql } from '../record-key.js';

/** An expression of type json: a key or null for one record, a list of keys in their order for many. */
export function linkageSql(scope: ReadScope, from: Table, name: string): string {
  const relation = readRelation(scope.catalog, from.entity, name);
  const to: Table = { entity: readTarget(scope.catalog, relation), alias: scope.aliases() };
  const shown = (key: string): string =>
    scope.system === undefined ? key : externalIdSql(scope.system, to.entity, key);
  const known = findOwnColumns(relation, to, from.alias);
  if (known) return `to_json(${shown(keyTextSql(known))})`;
  const { links, tables } = toLinks(scope, from, to, relation);
  const found = `from ${[tableSql(to), ...tables].join(' cross join ')} where ${links.join(' and ')}`;
  const key = shown(keySql(to.entity, to.alias));
  if (leadsToOne(relation)) return `(select to_json(${key}) ${found} limit 1)`;
  const order = (findKeyFields(to.entity) ?? []).map((field) => ident(to.alias, field.name)).join(', ');
  return `(select coalesce(json_agg(${key}${order === '' ? '' : ` order by ${order}`}), '[]') ${found})`;
}

export const leadsToOne = (relation: Relation): boolean => relation.kind === 'one' || relation.single;

/** The referring row's own columns, where they hold the key; not where some records must not be known of. */
function findOwnColumns(relation: Relation, to: Table, alias: string): readonly string[] | undefined {
  const key = findKeyFields(to.entity);
  if (relation.kind !== 'one' || key === undefined || listSeenSql(to.entity, to.alias).length > 0)
    return undefined;
  const columns = key.map((field) => relation.fields[relation.targetFields.indexOf(field.name)]);
  if (columns.some((column) => column === undefined) || key.length !== relation.fields.length)
    return undefined;
  return columns.map((column) => ident(alias, column!));
}
