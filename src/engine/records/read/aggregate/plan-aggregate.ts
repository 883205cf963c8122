// Counts and sums by groups, as one statement in which PostgreSQL builds the JSON.
import { literal } from '../../../../foundation/postgres/sql-text.js';
import type { Catalog, Field } from '../../../catalog/catalog.js';
import { toFilterSql } from '../filter-sql.js';
import { readError } from '../read-errors.js';
import { createAliases, createScope, type ReadScope } from '../read-scope.js';
import type {
  Aggregate,
  AggregateOrder,
  AggregateRequest,
  AggregateValue,
  DatePart,
  GroupKey,
} from './aggregate-request.js';

export interface AggregatePlan {
  /** Rows have a group as JSON text, `row`: `{"by":{…},"count":3,"sum":{…}}`. */
  readonly sql: string;
  readonly parameters: readonly string[];
}

/** Throws READ-2xx, and READ-208 for a field whose type has no such sum or part. */
export function planAggregate(catalog: Catalog, request: AggregateRequest): AggregatePlan {
  const { by, values, filter, limit } = request;
  const parameters: string[] = [];
  const scope = createScope(catalog, request.entity, createAliases());
  const columns = [
    ...by.map((key, i) => `${keySql(scope, key)} as b${i}`),
    'count(*) as n',
    ...values.map((value, i) => `${valueSql(scope, value)} as v${i}`),
  ];
  const where =
    filter === undefined ? '' : ` where ${toFilterSql(scope, filter, (text) => `$${parameters.push(text)}`)}`;
  const groups = by.length === 0 ? '' : ` group by ${by.map((_, i) => i + 1).join(', ')}`;
  const order = orderSql(request);
  return {
    sql: `select json_build_object(${members(request).join(', ')})::text as row
      from (select ${columns.join(', ')} from ${scope.fromSql()}${where}${groups}) g${order} limit ${Math.trunc(limit)}`,
    parameters,
  };
}

function members({ by, values }: AggregateRequest): readonly string[] {
  const functions = [...new Set(values.map(({ of }) => of))];
  const group = by.map(({ name }, i) => `${literal(name)}, b${i}`).join(', ');
  return [
    ...(by.length === 0 ? [] : [`'by', json_build_object(${group})`]),
    `'records', n`,
    ...functions.map((of) => {
      const own = values.flatMap((value, i) => (value.of === of ? [`${literal(value.name)}, v${i}`] : []));
      return `${literal(of)}, json_build_object(${own.join(', ')})`;
    }),
  ];
}

function orderSql({ by, order }: AggregateRequest): string {
  const toColumn = (one: AggregateOrder): string =>
    'by' in one ? `b${one.by}` : 'value' in one ? `v${one.value}` : 'n';
  const wished = order.map((one) => `${toColumn(one)}${one.descending ? ' desc nulls last' : ''}`);
  const all = [...wished, ...by.map((_, i) => `b${i}`)];
  return all.length === 0 ? '' : ` order by ${all.join(', ')}`;
}

const DATES: readonly string[] = ['date', 'timestamp', 'timestamptz'];

function keySql(scope: ReadScope, { path, part }: GroupKey): string {
  const { field, sql } = scope.column(path);
  if (part === undefined) {
    if (field.type.comparable) return sql;
    throw unfit(field, path, 'has no equality, so there are no groups by it');
  }
  if (field.type.array || !DATES.includes(field.type.base) || (part === 'hour' && field.type.base === 'date'))
    throw unfit(field, path, `has no ${part}`);
  const at = field.type.base === 'timestamptz' ? `(${sql} at time zone 'UTC')` : `${sql}::timestamp`;
  return partSql(at, part);
}

function partSql(at: string, part: DatePart): string {
  if (part === 'weekday') return `extract(isodow from ${at})::int`;
  const begin = `date_trunc(${literal(part)}, ${at})`;
  return part === 'hour' ? begin : `${begin}::date`;
}

const NUMBERS: readonly string[] = ['int2', 'int4', 'int8', 'numeric', 'float4', 'float8'];
const ORDERED: readonly string[] = [
  ...NUMBERS,
  ...DATES,
  ...['text', 'varchar', 'bpchar', 'citext', 'time', 'timetz', 'interval', 'inet', 'money', 'oid'],
];

function valueSql(scope: ReadScope, { of, path }: AggregateValue): string {
  const { field, sql } = scope.column(path);
  if (!allows(field, of)) throw unfit(field, path, `has no ${of}`);
  return `${of}(${sql})`;
}

function allows({ type }: Field, of: Aggregate): boolean {
  if (of === 'count') return true;
  if (type.array) return false;
  if (of === 'sum' || of === 'avg') return NUMBERS.includes(type.base);
  return type.kind === 'enum' || ORDERED.includes(type.base);
}

const unfit = ({ type }: Field, path: readonly string[], what: string) =>
  readError(208, {
    detail: `${path.join('.')} is of type ${type.sql}, which ${what}.`,
    pointer: { field: path.join('.') },
  });
