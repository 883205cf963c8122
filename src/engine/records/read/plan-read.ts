// A reading as one SQL statement: columns over relations, conditions, and an order in which no two records are equal.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Catalog, Entity, Field } from '../../catalog/catalog.js';
import type { Filter } from './filter.js';
import { asLiteral, toFilterSql } from './filter-sql.js';
import { type PartList, toPartListSql } from './part-list-sql.js';
import { createAliases, createScope, type ReadScope } from './read-scope.js';
import type { ValueSql } from './value-sql.js';
import { toWholeSql } from './whole-record-sql.js';

export interface ReadRequest {
  /** Relation names, then a field; or a relation and `*` for the whole record (or records) behind it, as JSON. */
  readonly paths: readonly (readonly string[])[];
  /** Records behind relations to many, after the paths: each a JSON list of lists of texts. */
  readonly parts?: readonly PartList[];
  readonly filter?: Filter;
  /** Before the total order that is always added. */
  readonly order?: readonly { readonly path: readonly string[]; readonly descending?: boolean }[];
  /** True: only the order asked for, without the total one; the server may then read in any. Default false. */
  readonly unordered?: boolean;
  /** Default: all. */
  readonly limit?: number;
  /** `literals`: constants inside the text, for COPY. Default `parameters`. */
  readonly values?: 'literals' | 'parameters';
  /** True: arrays as JSON arrays (their elements as texts, but for small numbers and booleans). Default false: as PostgreSQL's literals. */
  readonly arraysAsJson?: boolean;
}

export interface ReadColumn {
  readonly path: readonly string[];
  /** The field; absent for a whole record. */
  readonly field?: Field;
  /** What JSON makes of the column's text: a bare number, boolean or JSON value, or a string. */
  readonly json: 'number' | 'boolean' | 'json' | 'string';
  /** False if the column is never NULL. */
  readonly nullable: boolean;
}

export interface ReadPlan {
  /** The statement; its columns are called `c0`, `c1` … */
  readonly sql: string;
  readonly parameters: readonly string[];
  readonly columns: readonly ReadColumn[];
  /** True if the order is the same at every reading; false for tables and views without any key. */
  readonly ordered: boolean;
}

/**
 * Plans a reading. Values read: PostgreSQL's text output, booleans as `true` and `false`. The order ends in the primary
 * key, or the identity. Throws READ-2xx for paths and conditions that the catalog doesn't allow.
 */
export function planRead(catalog: Catalog, entity: Entity, request: ReadRequest): ReadPlan {
  const scope = createScope(catalog, entity, createAliases());
  const parameters: string[] = [];
  const value: ValueSql =
    request.values === 'literals'
      ? asLiteral
      : (text) => {
          parameters.push(text);
          return `$${parameters.length}`;
        };
  const selected = [
    ...request.paths.map((path) => toSelected(scope, path, request.arraysAsJson === true)),
    ...(request.parts ?? []).map(
      (part): Selected => ({
        sql: toPartListSql(scope, part),
        column: { path: [part.relation, '*'], json: 'json', nullable: false },
      }),
    ),
  ];
  const where = request.filter ? ` where ${toFilterSql(scope, request.filter, value)}` : '';
  const order = toOrderSql(scope, request);
  const list = selected.map(({ sql }, i) => `${sql} as ${ident(`c${i}`)}`).join(', ');
  const limit = request.limit === undefined ? '' : ` limit ${Math.max(0, Math.trunc(request.limit))}`;
  const orderBy = order.sql === '' ? '' : ` order by ${order.sql}`;
  return {
    sql: `select ${list} from ${scope.fromSql()}${where}${orderBy}${limit}`,
    parameters,
    columns: selected.map(({ column }) => column),
    ordered: order.total,
  };
}

interface Selected {
  readonly sql: string;
  readonly column: ReadColumn;
}

function toSelected(scope: ReadScope, path: readonly string[], arraysAsJson: boolean): Selected {
  if (path.length > 1 && path.at(-1) === '*') {
    return { sql: toWholeSql(scope, path), column: { path, json: 'json', nullable: true } };
  }
  const { field, sql } = scope.column(path);
  const nullable = field.nullable || path.length > 1;
  const { type } = field;
  if (type.array && arraysAsJson) {
    const bare = BARE_IN_ARRAYS.has(type.base);
    return {
      sql: `to_json(${bare ? sql : `${sql}::text[]`})`,
      column: { path, field, json: 'json', nullable },
    };
  }
  // As text: true and false instead of t and f, and char(n) without its padding.
  const asText = !type.array && (type.base === 'bool' || type.base === 'bpchar');
  return {
    sql: asText ? `${sql}::text` : sql,
    column: { path, field, json: type.array ? 'string' : (JSON_KINDS[type.base] ?? 'string'), nullable },
  };
}

/** Elements that every reader of JSON keeps exactly. */
const BARE_IN_ARRAYS = new Set(['int2', 'int4', 'float4', 'float8', 'bool']);

const JSON_KINDS: Readonly<Record<string, ReadColumn['json']>> = {
  int2: 'number',
  int4: 'number',
  int8: 'number',
  numeric: 'number',
  float4: 'number',
  float8: 'number',
  oid: 'number',
  bool: 'boolean',
  json: 'json',
  jsonb: 'json',
};

function toOrderSql(
  scope: ReadScope,
  { order: wished = [], unordered = false }: ReadRequest,
): { readonly sql: string; readonly total: boolean } {
  const key = unordered ? undefined : findTotalKey(scope.root.entity);
  const parts = wished.map(({ path, descending }) => `${scope.column(path).sql}${descending ? ' desc' : ''}`);
  const named = new Set(wished.filter(({ path }) => path.length === 1).map(({ path }) => path[0]));
  for (const name of key ?? []) {
    if (!named.has(name)) parts.push(ident(scope.root.alias, name));
  }
  return { sql: parts.join(', '), total: key !== undefined };
}

function findTotalKey(entity: Entity): readonly string[] | undefined {
  const isKnown = (names: readonly string[]): boolean =>
    names.every((name) => entity.fields.some((field) => field.name === name));
  return [entity.primaryKey, ...entity.uniqueKeys.filter((key) => key.total).map((key) => key.fields)].find(
    (names) => names !== undefined && names.length > 0 && isKnown(names),
  );
}
