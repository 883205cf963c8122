// Records behind a relation to many as one value: a JSON list with, for each of them, a list of texts.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Catalog, Entity } from '../../catalog/catalog.js';
import type { Filter } from './filter.js';
import { asLiteral, toFilterSql, toLinks } from './filter-sql.js';
import { createAliases, createScope, type ReadScope, readRelation, readTarget } from './read-scope.js';

/** What is read of a relation to many. */
export interface PartList {
  readonly relation: string;
  /** From the related record on. */
  readonly paths: readonly (readonly string[])[];
  /** By these first, then by the record's key. */
  readonly order: readonly (readonly string[])[];
}

/** The subquery. Texts are PostgreSQL's own, booleans `true` and `false`. Throws READ-2xx. */
export function toPartListSql(scope: ReadScope, { relation: name, paths, order }: PartList): string {
  const relation = readRelation(scope.catalog, scope.root.entity, name);
  const inner = createScope(scope.catalog, readTarget(scope.catalog, relation), scope.aliases);
  const { links, tables } = toLinks(scope, scope.root, inner.root, relation);
  const texts = paths.map((path) => `${inner.column(path).sql}::text`);
  const key = inner.root.entity.primaryKey ?? inner.root.entity.identity;
  const known = key.filter((field) => inner.root.entity.fields.some((one) => one.name === field));
  const by = [
    ...order.map((path) => inner.column(path).sql),
    ...known.map((field) => ident(inner.root.alias, field)),
  ];
  const sorted = by.length === 0 ? '' : ` order by ${by.join(', ')}`;
  const from = [inner.fromSql(), ...tables].join(' cross join ');
  return `(select coalesce(json_agg(json_build_array(${texts.join(', ')})${sorted}), '[]')::text from ${from} where ${links.join(' and ')})`;
}

/**
 * A statement for what columns the records of a relation need: `(most, values)`, the largest number that one record has, and
 * the distinct texts of `place` among them.
 */
export function planPartExtent(
  catalog: Catalog,
  entity: Entity,
  part: { readonly name: string; readonly place?: readonly string[] },
  filter: Filter | undefined,
): string {
  const scope = createScope(catalog, entity, createAliases());
  const relation = readRelation(catalog, entity, part.name);
  const inner = createScope(catalog, readTarget(catalog, relation), scope.aliases);
  const { links, tables } = toLinks(scope, scope.root, inner.root, relation);
  const place = part.place ? `${inner.column(part.place).sql}::text` : 'null::text';
  const where = filter ? ` where ${toFilterSql(scope, filter, asLiteral)}` : '';
  const from = [inner.fromSql(), ...tables].join(' cross join ');
  return `
    with listed as (
      select row_number() over () as owner, p.list from (
        select (select array_agg(${place}) from ${from} where ${links.join(' and ')}) as list
        from ${scope.fromSql()}${where}) p)
    select coalesce(max(cardinality(list)), 0) as most,
      coalesce((select array_agg(distinct v) from listed l, unnest(l.list) v where v is not null), '{}') as values
    from listed`;
}
