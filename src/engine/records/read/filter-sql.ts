// Conditions as SQL. Every condition is true or false, never unknown, so that `not` means what people expect.
import { ident, literal } from '../../../foundation/postgres/sql-text.js';
import type { Catalog, Entity, Field, Relation } from '../../catalog/catalog.js';
import { hasExternalIdSql } from '../external/external-id-sql.js';
import type { Condition, Filter } from './filter.js';
import { checkValue } from './filter-value.js';
import { readError } from './read-errors.js';
import {
  type Column,
  createAliases,
  createScope,
  joinCondition,
  type ReadScope,
  readRelation,
  readTarget,
  type Table,
  tableSql,
} from './read-scope.js';
import { searchSql } from './search-sql.js';
import type { ValueSql } from './value-sql.js';

/** The condition over the scope's tables. Throws READ-2xx for what the catalog or the types don't allow. */
export function toFilterSql(scope: ReadScope, filter: Filter, value: ValueSql): string {
  if ('and' in filter) return joinParts(scope, filter.and, 'and', value);
  if ('or' in filter) return joinParts(scope, filter.or, 'or', value);
  if ('not' in filter) return `not ${toFilterSql(scope, filter.not, value)}`;
  if ('knownTo' in filter) return hasExternalIdSql(filter.knownTo, scope.root.entity, scope.root.alias);
  return toConditionSql(scope, filter, value);
}

function joinParts(scope: ReadScope, parts: readonly Filter[], word: 'and' | 'or', value: ValueSql): string {
  // Nothing demanded holds; no alternative doesn't.
  if (parts.length === 0) return word === 'and' ? 'true' : 'false';
  return `(${parts.map((part) => toFilterSql(scope, part, value)).join(` ${word} `)})`;
}

function toConditionSql(scope: ReadScope, condition: Condition, value: ValueSql): string {
  const { path } = condition;
  let entity = scope.root.entity;
  for (const [i, step] of path.entries()) {
    const isLast = i === path.length - 1;
    if (isLast && entity.fields.some((field) => field.name === step)) break;
    const asksForRecord = isLast && (condition.op === 'exists' || condition.op === 'empty');
    if (isLast && !asksForRecord) break;
    const relation = readRelation(scope.catalog, entity, step, path[i + 1]);
    if (relation.kind === 'many' || asksForRecord) {
      const rest: Condition | undefined = isLast ? undefined : { ...condition, path: path.slice(i + 1) };
      const found = toExistsSql(scope, path.slice(0, i), relation, rest, value);
      return isLast && condition.op === 'empty' ? `not ${found}` : found;
    }
    entity = readTarget(scope.catalog, relation);
  }
  return `(${compare(scope.column(path), condition, value)})`;
}

// A related record, any of them, for which the rest of the condition holds.
function toExistsSql(
  scope: ReadScope,
  before: readonly string[],
  relation: Relation,
  rest: Condition | undefined,
  value: ValueSql,
): string {
  const from = scope.join(before);
  const inner = createScope(scope.catalog, readTarget(scope.catalog, relation), scope.aliases);
  const where = rest ? [toConditionSql(inner, rest, value)] : [];
  const { links, tables } = toLinks(scope, from, inner.root, relation);
  const from2 = [inner.fromSql(), ...tables].join(' cross join ');
  return `exists (select from ${from2} where ${[...links, ...where].join(' and ')})`;
}

/** The conditions that tie the records of `to` to the record of `from`, and the join table they need, if any. */
export function toLinks(
  scope: ReadScope,
  from: Table,
  to: Table,
  relation: Relation,
): { readonly links: readonly string[]; readonly tables: readonly string[] } {
  if (relation.kind === 'one' || !relation.through)
    return { links: [joinCondition(from, to, relation)], tables: [] };
  const { through } = relation;
  const entity = readTarget(scope.catalog, through);
  const middle: Table = { entity, alias: scope.aliases() };
  return {
    links: [joinCondition(from, middle, relation), joinCondition(middle, to, through)],
    tables: [tableSql(middle)],
  };
}

const COMPARISONS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;

function compare({ field, sql }: Column, condition: Condition, value: ValueSql): string {
  const { op, path } = condition;
  switch (op) {
    case 'exists':
      return `${sql} is not null`;
    case 'empty':
      return isText(field) || field.type.array
        ? `${sql} is null or ${emptySql(field, sql)}`
        : `${sql} is null`;
    case 'contains':
    case 'starts_with':
    case 'ends_with':
      return containsSql(field, sql, op, readSingle(condition), value, path);
    case 'search':
      return searchSql({ field, sql }, readSingle(condition), value, path);
    case 'in':
    case 'nin':
      return listSql(field, sql, op, readList(condition), value, path);
    case 'eq':
    case 'neq': {
      checkValue(field, path, readSingle(condition));
      const left = comparable(field, sql);
      const right = value(readSingle(condition));
      return op === 'eq' ? `${left} = ${right} and ${sql} is not null` : `${left} is distinct from ${right}`;
    }
    default: {
      if (!field.type.comparable) throw notOrdered(field, path, op);
      checkValue(field, path, readSingle(condition));
      return `${sql} ${COMPARISONS[op]} ${value(readSingle(condition))} and ${sql} is not null`;
    }
  }
}

const isText = (field: Field): boolean =>
  !field.type.array && ['text', 'varchar', 'bpchar', 'citext', 'name'].includes(field.type.base);

const emptySql = (field: Field, sql: string): string =>
  field.type.array ? `cardinality(${sql}) = 0` : `${sql} = ''`;

// json, xml and point have no equality of their own; the same text is the same value.
const comparable = (field: Field, sql: string): string => (field.type.comparable ? sql : `${sql}::text`);

function listSql(
  field: Field,
  sql: string,
  op: 'in' | 'nin',
  values: readonly string[],
  value: ValueSql,
  path: readonly string[],
): string {
  if (values.length === 0) return op === 'in' ? 'false' : 'true';
  for (const one of values) checkValue(field, path, one);
  const list = values.map((one) => value(one)).join(', ');
  const left = comparable(field, sql);
  return op === 'in'
    ? `${left} in (${list}) and ${sql} is not null`
    : `${left} not in (${list}) or ${sql} is null`;
}

function containsSql(
  field: Field,
  sql: string,
  op: 'contains' | 'starts_with' | 'ends_with',
  text: string,
  value: ValueSql,
  path: readonly string[],
): string {
  if (field.type.array && op === 'contains') {
    checkValue({ ...field, type: { ...field.type, array: false } }, path, text);
    return `coalesce(${value(text)} = any (${sql}), false)`;
  }
  const escaped = text.replace(/[\\%_]/g, '\\$&');
  const pattern = `${op === 'starts_with' ? '' : '%'}${escaped}${op === 'ends_with' ? '' : '%'}`;
  // Under a collation of its own `ilike` may not be allowed; the database's default always allows it.
  return `${sql}::text collate "default" ilike ${value(pattern)} and ${sql} is not null`;
}

function readSingle(condition: Condition): string {
  if (typeof condition.value === 'string') return condition.value;
  throw readError(202, {
    detail: `${condition.path.join('.')} ${condition.op} needs one value.`,
    pointer: { field: condition.path.join('.') },
  });
}

function readList(condition: Condition): readonly string[] {
  const { value } = condition;
  return typeof value === 'string' ? [value] : (value ?? []);
}

function notOrdered(field: Field, path: readonly string[], op: string) {
  return readError(203, {
    detail: `${path.join('.')} is of type ${field.type.sql}, which has no order; ${op} can't be asked.`,
    hint: 'Possible are =, !=, in, contains, is empty, exists.',
    pointer: { field: path.join('.') },
  });
}

/** Throws READ-2xx if the condition can't be asked of the entity. */
export function checkFilter(catalog: Catalog, entity: Entity, filter: Filter): void {
  toFilterSql(createScope(catalog, entity, createAliases()), filter, asLiteral);
}

/** Constants inside the statement, for COPY, which takes no parameters. */
export const asLiteral: ValueSql = (value) => literal(value);

/** The column as `"t0"."name"`, for parts of a statement made elsewhere. */
export const columnSql = (table: Table, name: string): string => ident(table.alias, name);
