// The `from` of a reading: which tables are joined under which alias. A relation that several paths take is joined once.
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Catalog, Entity, Field, Relation, ToOneRelation } from '../../catalog/catalog.js';
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
  readonly root: Table;
  readonly aliases: AliasSource;
  /** The table that the to-one relations of `path` lead to; joins it if need be. */
  join(path: readonly string[]): Table;
  /** The field that `path` ends at. Throws READ-201, or READ-204 if it leads over a relation to many. */
  column(path: readonly string[]): Column;
  /** The text after `from`, with every join asked for so far. */
  fromSql(): string;
}

export function createScope(catalog: Catalog, entity: Entity, aliases: AliasSource): ReadScope {
  const root: Table = { entity, alias: aliases() };
  const joined = new Map<string, Table>();
  const joins: string[] = [];

  function join(path: readonly string[]): Table {
    let table = root;
    path.forEach((step, i) => {
      const key = JSON.stringify(path.slice(0, i + 1));
      let next = joined.get(key);
      if (!next) {
        const relation = readToOne(table.entity, step);
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
    root,
    aliases,
    join,
    column(path) {
      const name = path.at(-1) ?? '';
      const own = findOwnKey(catalog, entity, path);
      const table = join(own ? own.path : path.slice(0, -1));
      const field = readField(table.entity, own ? own.name : name);
      return { field, sql: ident(table.alias, field.name) };
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

/** `"public"."brand" as "t1"`. */
export const tableSql = ({ entity, alias }: Table): string =>
  `${ident(entity.schema, entity.table)} as ${ident(alias)}`;

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

/** The relation of that name, of either kind. Throws READ-201. */
export function readRelation(entity: Entity, name: string): Relation {
  const relation = entity.relations.find((candidate) => candidate.name === name);
  if (relation) return relation;
  const isField = entity.fields.some((field) => field.name === name);
  const what = isField
    ? `${entity.name}.${name} is a field; nothing can follow it`
    : `${entity.name} has no relation ${name}`;
  throw unknown(
    entity,
    name,
    what,
    entity.relations.map((candidate) => candidate.name),
  );
}

function readToOne(entity: Entity, name: string): ToOneRelation {
  const relation = readRelation(entity, name);
  if (relation.kind === 'one') return relation;
  throw readError(204, {
    detail: `${entity.name}.${name} leads to many records of ${relation.entity}, not to one value.`,
    hint: `Read ${relation.entity} by itself, or write ${name}.* for all of them as JSON.`,
    pointer: { entity: entity.name, field: name },
  });
}

/** The entity behind a relation. Throws READ-201 if the catalog leaves it out. */
export function readTarget(catalog: Catalog, relation: Relation): Entity {
  const target = catalog.entities.get(relation.entity);
  if (target) return target;
  throw readError(201, {
    detail: `${relation.entity} is not in the catalog.`,
    pointer: { entity: relation.entity },
  });
}

function readField(entity: Entity, name: string): Field {
  const field = entity.fields.find((candidate) => candidate.name === name);
  if (field) return field;
  const relation = entity.relations.find((candidate) => candidate.name === name);
  const what = relation
    ? `${entity.name}.${name} is a relation; name a field of ${relation.entity} too, such as ${name}.${relation.targetFields[0]}`
    : `${entity.name} has no field ${name}`;
  throw unknown(entity, name, what, relation ? [] : entity.fields.map((candidate) => candidate.name));
}

function unknown(entity: Entity, name: string, what: string, known: readonly string[]) {
  const near = didYouMean(name, known);
  return readError(201, {
    detail: `${what}.`,
    ...(near === undefined ? {} : { hint: `Did you mean ${near}?` }),
    pointer: { entity: entity.name, field: name },
  });
}
