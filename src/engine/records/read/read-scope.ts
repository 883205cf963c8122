// The `from` of a reading: which tables are joined under which alias. A relation that several paths take is joined once.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Catalog, Entity, Field, Relation } from '../../catalog/catalog.js';
import { findEntity } from '../../catalog/entity-finder.js';
import { resolvePath } from '../../catalog/path-resolver.js';
import { listSeenSql } from '../record-rule-sql.js';
import { readError } from './read-errors.js';

/** Where a table stands in a statement. */
export interface Table {
  readonly entity: Entity;
  readonly alias: string;
}

export interface Column {
  readonly field: Field;
  readonly sql: string;
}

/** Hands out aliases that are unique in the whole statement: `t0`, `t1` … */
export type AliasSource = () => string;

export function createAliases(): AliasSource {
  let count = 0;
  return () => `t${count++}`;
}

export interface ReadScope {
  readonly catalog: Catalog;
  /** Whose ids records are to have; absent: their own. */
  readonly system?: string;
  readonly root: Table;
  readonly aliases: AliasSource;
  /** The table that the to-one relations of `path` lead to; joins it if need be. */
  join(path: readonly string[]): Table;
  /** The field that `path` ends at. Throws CATALOG-103 or 104, READ-201, or READ-204 for a relation to many. */
  column(path: readonly string[]): Column;
  /** The text after `from`, with every join asked for so far. */
  fromSql(): string;
}

export function createScope(
  catalog: Catalog,
  entity: Entity,
  aliases: AliasSource,
  system?: string,
): ReadScope {
  const root: Table = { entity, alias: aliases() };
  const joined = new Map<string, Table>();
  const joins: string[] = [];

  function join(path: readonly string[]): Table {
    let table = root;
    path.forEach((step, i) => {
      const key = JSON.stringify(path.slice(0, i + 1));
      let next = joined.get(key);
      if (!next) {
        const relation = readRelation(catalog, table.entity, step);
        next = { entity: readTarget(catalog, relation), alias: aliases() };
        joined.set(key, next);
        joins.push(`left join ${tableSql(next)} on ${joinCondition(table, next, relation)}`);
      }
      table = next;
    });
    return table;
  }

  return {
    catalog,
    ...(system === undefined ? {} : { system }),
    root,
    aliases,
    join,
    column(path) {
      const { field, steps } = resolvePath(catalog, entity, path);
      const many = steps.find((step) => step.relation.kind === 'many');
      if (many) throw notSingle(entity, many.relation);
      if (!field) throw notField(entity, path, steps.at(-1)!.entity);
      const own = findOwnKey(catalog, entity, path);
      const table = join(own ? own.path : path.slice(0, -1));
      return { field, sql: ident(table.alias, own ? own.name : field.name) };
    },
    fromSql: () => [tableSql(root), ...joins].join(' '),
  };
}

// `brand.id` is `brand_id` itself: no join for what the referring row knows already.
function findOwnKey(
  catalog: Catalog,
  entity: Entity,
  path: readonly string[],
): { readonly path: readonly string[]; readonly name: string } | undefined {
  if (path.length < 2) return undefined;
  let current: Entity | undefined = entity;
  for (const step of path.slice(0, -2)) {
    const relation: Relation | undefined = current?.relations.find(
      (one) => one.name === step && one.kind === 'one',
    );
    current = relation && catalog.entities.get(relation.entity);
  }
  const last = current?.relations.find((one) => one.name === path.at(-2) && one.kind === 'one');
  if (last?.fields.length !== 1 || last.targetFields[0] !== path.at(-1)) return undefined;
  const known = current?.fields.some((field) => field.name === last.fields[0]);
  return known ? { path: path.slice(0, -2), name: last.fields[0]! } : undefined;
}

/**
 * `"public"."brand" as "t1"`; without the tables that inherit from it, whose records are other entities', and without the records that
 * the caller may not see. The one place where a reading names a table.
 */
export function tableSql({ entity, alias }: Table): string {
  const rules = listSeenSql(entity, 'x');
  if (entity.query !== undefined) return queriedSql(entity.query, rules, alias);
  const table = `${entity.inheritedBy ? 'only ' : ''}${ident(entity.schema, entity.table)}`;
  if (rules.length === 0) return `${table} as ${ident(alias)}`;
  // The caller's own part of the table. Its columns are all there, also those the caller doesn't see, for joins to go by;
  // `offset 0` keeps conditions of the caller, whose errors could tell of other records, from being asked of those.
  return `(select x.*${entity.kind === 'table' ? ', x.xmin' : ''} from ${table} x where ${rules.join(' and ')} offset 0) as ${ident(alias)}`;
}

/** Of our own queries every condition is one that can't fail, so it may be asked first, where an index answers it. */
function queriedSql(query: string, rules: readonly string[], alias: string): string {
  const where = rules.length === 0 ? '' : ` where ${rules.join(' and ')}`;
  return `(select x.* from (${query}) x${where}) as ${ident(alias)}`;
}

/** The condition under which the record of `to` is the one that `from` refers to. */
export function joinCondition(
  from: Table,
  to: Table,
  { fields, targetFields }: Pick<Relation, 'fields' | 'targetFields'>,
): string {
  return fields
    .map((name, i) => `${ident(to.alias, targetFields[i]!)} = ${ident(from.alias, name)}`)
    .join(' and ');
}

/** The relation of that name, of either kind, that `next` follows. Throws CATALOG-103 or 104, or READ-201 for a field alone. */
export function readRelation(catalog: Catalog, entity: Entity, name: string, next?: string): Relation {
  const relation = entity.relations.find((candidate) => candidate.name === name);
  if (relation && catalog.entities.has(relation.entity)) return relation;
  resolvePath(catalog, entity, next === undefined ? [name] : [name, next]);
  throw readError(201, {
    detail: `${entity.name}.${name} is a field; only a relation leads to other records.`,
    pointer: { entity: entity.name, field: name },
  });
}

/** The entity behind a relation that `readRelation` gave. */
export const readTarget = (catalog: Catalog, relation: Pick<Relation, 'entity'>): Entity =>
  findEntity(catalog, relation.entity);

function notSingle(entity: Entity, relation: Relation) {
  return readError(204, {
    detail: `${entity.name}.${relation.name} leads to many records of ${relation.entity}, not to one value.`,
    hint: `Read ${relation.entity} by itself, or write ${relation.name}.* for all of them as JSON.`,
    pointer: { entity: entity.name, field: relation.name },
  });
}

function notField(entity: Entity, path: readonly string[], target: Entity) {
  const text = path.join('.');
  return readError(201, {
    detail: `${text} is a relation, not a field.`,
    hint: `Name a field of ${target.name}, such as ${text}.${target.identity[0] ?? target.fields[0]?.name}.`,
    pointer: { entity: entity.name, field: text },
  });
}
