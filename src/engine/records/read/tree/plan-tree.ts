// A page of records with the records around them, as one statement in which PostgreSQL builds the JSON: each kind of record is
// a common table expression that asks the one above it, and the rows of all come out together.
import { ident } from '../../../../foundation/postgres/sql-text.js';
import type { Catalog, Entity } from '../../../catalog/catalog.js';
import { isExternalSql } from '../../external/external-id-sql.js';
import { toFilterSql, toLinks } from '../filter-sql.js';
import { readError } from '../read-errors.js';
import {
  createAliases,
  createScope,
  type ReadScope,
  readRelation,
  readTarget,
  type Table,
  tableSql,
} from '../read-scope.js';
import { findKeyFields, hasKeySql, keySql } from '../record-key.js';
import type { ValueSql } from '../value-sql.js';
import { afterSql, type OrderColumn, orderSql, reverseOrder } from './keyset-sql.js';
import type { TreeNode, TreePlan, TreeRequest } from './tree-request.js';
import { treeRowSql } from './tree-row-sql.js';

const INCLUDE_LIMIT = 1_000;

/** Plans the reading. Throws READ-2xx for paths, conditions and keys that the catalog doesn't allow. */
export function planTree(catalog: Catalog, request: TreeRequest): TreePlan {
  const parameters: string[] = [];
  const value: ValueSql = (text) => {
    parameters.push(text);
    return `$${parameters.length}`;
  };
  const scope = createScope(catalog, request.root.entity, createAliases(), request.system);
  const order = planOrder(scope, request);
  const backwards = request.before !== undefined;
  const nodes: TreeNode[] = [];
  const tables: string[] = [];
  const rows: string[] = [];

  const conditions = rootConditions(scope, request, value);
  const place = request.after ?? request.before;
  const read = backwards ? reverseOrder(order) : order;
  const behind = place ? [afterSql(read, checkPlace(order, place), value)] : [];
  tables.push(rootTable(scope, request, order, read, [...conditions, ...behind]));
  // The record that is only peeked at has nothing around it.
  const page = request.peek && request.root.include.length > 0 ? 'page' : 'n0';
  if (page !== 'n0') tables.push(`page as (select * from n0 where _dt_n <= ${Math.trunc(request.limit)})`);
  nodes.push(request.root);
  rows.push(`(${treeRowSql(scope, request.root, 0, 'n0', 'root')} order by _dt_n)`);

  const include = (parent: TreeNode, at: number): void => {
    for (const { relation, node } of parent.include) {
      const number = nodes.push(node) - 1;
      const name = `n${number}`;
      tables.push(
        includedTable(
          scope,
          parent.entity,
          at === 0 ? page : `n${at}`,
          relation,
          name,
          request.includeLimit ?? INCLUDE_LIMIT,
        ),
      );
      rows.push(`(${treeRowSql(scope, node, number, name, 'included')})`);
      include(node, number);
    }
  };
  include(request.root, 0);
  if (request.total) rows.push(totalRow(scope, conditions));
  return {
    sql: `with ${tables.join(',\n')}\n${rows.join('\nunion all\n')}`,
    parameters,
    nodes,
    ordered: order.length > 0 && findKeyFields(request.root.entity) !== undefined,
    reversed: backwards,
  };
}

function rootConditions(scope: ReadScope, request: TreeRequest, value: ValueSql): readonly string[] {
  const { root } = scope;
  const { key, from, filter } = request;
  return [
    ...(key === undefined ? [] : [isNamedSql(scope, root, key, value)]),
    ...(from === undefined ? [] : [fromSql(scope, from, value)]),
    ...(filter === undefined ? [] : [toFilterSql(scope, filter, value)]),
  ];
}

/** The record is the one of that id: its own, or that of the system whose ids are asked for. */
const isNamedSql = ({ system }: ReadScope, { entity, alias }: Table, id: string, value: ValueSql): string =>
  system === undefined
    ? hasKeySql(entity, alias, id, value)
    : isExternalSql(system, entity, alias, id, value);

/** The record is one that a relation of another record leads to. */
function fromSql(scope: ReadScope, from: NonNullable<TreeRequest['from']>, value: ValueSql): string {
  const parent: Table = { entity: from.entity, alias: scope.aliases() };
  const relation = readRelation(scope.catalog, from.entity, from.relation);
  const { links, tables } = toLinks(scope, parent, scope.root, relation);
  const where = [isNamedSql(scope, parent, from.key, value), ...links];
  return `exists (select from ${[tableSql(parent), ...tables].join(' cross join ')} where ${where.join(' and ')})`;
}

function planOrder(scope: ReadScope, { order = [] }: TreeRequest): readonly OrderColumn[] {
  const wished = order.map(({ path, descending }): OrderColumn => {
    const { field, sql } = scope.column(path);
    if (!field.type.comparable) {
      throw readError(203, {
        detail: `${path.join('.')} is of type ${field.type.sql}, which has no order.`,
        pointer: { field: path.join('.') },
      });
    }
    return { sql, descending: descending === true, nullable: field.nullable || path.length > 1 };
  });
  const named = new Set(order.filter(({ path }) => path.length === 1).map(({ path }) => path[0]));
  const key = findKeyFields(scope.root.entity) ?? [];
  const rest = key
    .filter((field) => !named.has(field.name))
    .map(
      (field): OrderColumn => ({
        sql: ident(scope.root.alias, field.name),
        descending: false,
        nullable: field.nullable,
      }),
    );
  return [...wished, ...rest];
}

function checkPlace(
  order: readonly OrderColumn[],
  place: readonly (string | null)[],
): readonly (string | null)[] {
  if (place.length === order.length && order.length > 0) return place;
  throw readError(207, { detail: 'The place was given by a reading in another order.' });
}

function rootTable(
  scope: ReadScope,
  { limit, peek = false, offset = 0 }: TreeRequest,
  order: readonly OrderColumn[],
  read: readonly OrderColumn[],
  conditions: readonly string[],
): string {
  const { root } = scope;
  const by = orderSql(read);
  const columns = [
    `${ident(root.alias)}.*`,
    `${keySql(root.entity, root.alias)} as _dt_key`,
    `${order.length === 0 ? 'null' : `json_build_array(${order.map(({ sql }) => `${sql}::text`).join(', ')})`}::text as _dt_place`,
    `${versionSql(root, !peek)} as _dt_version`,
    `row_number() over (${by === '' ? '' : `order by ${by}`}) as _dt_n`,
  ];
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  const skip = offset > 0 ? ` offset ${Math.trunc(offset)}` : '';
  return `n0 as materialized (select ${columns.join(', ')} from ${scope.fromSql()}${where}${by === '' ? '' : ` order by ${by}`} limit ${Math.trunc(limit) + (peek ? 1 : 0)}${skip})`;
}

/**
 * What changes with the record, in digits: of a table what PostgreSQL says; of what is put together by a query a digest of all that
 * the caller sees of it, which is made only where few records are read.
 */
function versionSql({ entity, alias }: Table, few: boolean): string {
  if (entity.kind === 'table') return `${ident(alias)}.xmin::text`;
  if (entity.query === undefined || !few) return 'null::text';
  const fields = entity.fields.map(({ name }) => ident(alias, name)).join(', ');
  return `(hashtextextended(row(${fields})::text, 0) & 9223372036854775807)::text`;
}

function includedTable(
  scope: ReadScope,
  parent: Entity,
  from: string,
  name: string,
  as: string,
  limit: number,
): string {
  const relation = readRelation(scope.catalog, parent, name);
  const target: Table = { entity: readTarget(scope.catalog, relation), alias: scope.aliases() };
  const { links, tables } = toLinks(scope, { entity: parent, alias: from }, target, relation);
  const asked = `exists (select from ${[from, ...tables].join(' cross join ')} where ${links.join(' and ')})`;
  return `${as} as materialized (select ${ident(target.alias)}.*, ${keySql(target.entity, target.alias)} as _dt_key from ${tableSql(target)} where ${asked} limit ${limit + 1})`;
}

function totalRow(scope: ReadScope, conditions: readonly string[]): string {
  const where = conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`;
  return `select -1, (select count(*) from ${scope.fromSql()}${where})::text, null, null, null, null`;
}
