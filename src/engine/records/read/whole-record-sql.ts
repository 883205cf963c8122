// The record, or the records, behind a relation as one JSON value.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Entity } from '../../catalog/catalog.js';
import { toLinks } from './filter-sql.js';
import { type ReadScope, readRelation, readTarget, type Table, tableSql } from './read-scope.js';

/** A subquery for a path that ends in `*`: an object, null where there is none, or for many records a list in key order. */
export function toWholeSql(scope: ReadScope, path: readonly string[]): string {
  const from = scope.join(path.slice(0, -2));
  const relation = readRelation(scope.catalog, from.entity, path.at(-2)!);
  const to: Table = { entity: readTarget(scope.catalog, relation), alias: scope.aliases() };
  const { links, tables } = toLinks(scope, from, to, relation);
  const fields = to.entity.fields.map((field) => ident(to.alias, field.name)).join(', ');
  const record = `select ${fields} from ${[tableSql(to), ...tables].join(' cross join ')} where ${links.join(' and ')}`;
  const name = ident(scope.aliases());
  if (relation.kind === 'one' || relation.single) {
    return `(select row_to_json(${name}) from (${record} limit 1) as ${name})`;
  }
  const key = keyOf(to.entity).map((field) => ident(to.alias, field));
  const order = key.length === 0 ? '' : ` order by ${key.join(', ')}`;
  return `(select coalesce(json_agg(row_to_json(${name})), '[]') from (${record}${order}) as ${name})`;
}

function keyOf(entity: Entity): readonly string[] {
  const names = entity.primaryKey ?? entity.identity;
  return names.every((name) => entity.fields.some((field) => field.name === name)) ? names : [];
}
