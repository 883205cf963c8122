// Which records a relation to many leads to, and which of some it could.

import type { Client } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Catalog, Entity, ToManyRelation } from '../../catalog/catalog.js';
import { readTarget, tableSql } from '../read/read-scope.js';
import { hasKeySql, keySql } from '../read/record-key.js';
import { andSeen } from '../record-rule-sql.js';
import { storedIn } from '../write/resolve-sql.js';

/** The record from which the relation leads. */
export interface LinkOwner {
  /** Of the relation's own fields, as text; what is not set leads nowhere. */
  readonly values: readonly (string | null)[];
  readonly version: string;
}

/** A record that the relation leads to, or could. */
export interface LinkedRecord {
  readonly id: string;
  /** Of the fields by which a row of the join table names it, as text; empty without one. */
  readonly values: readonly string[];
  readonly linked: boolean;
}

/** Undefined if there is none, for the caller. Locked until the transaction ends where its version is to be compared. */
export async function findOwner(
  client: Client,
  entity: Entity,
  key: string,
  fields: readonly string[],
  lock: boolean,
): Promise<LinkOwner | undefined> {
  const values: string[] = [];
  const has = hasKeySql(entity, 't', key, (value) => `$${values.push(value)}`);
  const texts = fields.map((name) => `${ident('t', name)}::text`).join(', ');
  const { rows } = await client.query<LinkOwner>(
    `select array[${texts}] as values, ${entity.kind === 'table' ? 't.xmin::text' : `''`} as version
       from ${storedIn(entity)} t where ${has}${andSeen(entity, 't')}${lock ? ' for update' : ''}`,
    values,
  );
  return rows[0];
}

/** Those of the keys that are there, for the caller; in no order. */
export async function readCandidates(
  client: Client,
  catalog: Catalog,
  relation: ToManyRelation,
  owner: LinkOwner,
  keys: readonly string[],
): Promise<readonly LinkedRecord[]> {
  const entity = readTarget(catalog, relation);
  const values: string[] = [];
  const value = (text: string): string => `$${values.push(text)}`;
  const linked = linkedSql(catalog, relation, owner, value);
  const where = keys.flatMap((key) => findKeySql(entity, key, values) ?? []).join(' or ');
  if (where === '') return [];
  const { rows } = await client.query<LinkedRecord>(
    `select ${recordColumns(entity, relation)}, ${linked} as linked from ${tableSql({ entity, alias: 't' })} where ${where}`,
    values,
  );
  return rows;
}

/** Undefined for a text that is no key of the entity. */
function findKeySql(entity: Entity, key: string, values: string[]): string | undefined {
  const known = values.length;
  try {
    return `(${hasKeySql(entity, 't', key, (value) => `$${values.push(value)}`)})`;
  } catch {
    values.length = known;
    return undefined;
  }
}

/** Those that it leads to, as far as the caller knows of them; at most `most` and one more. */
export async function readLinked(
  client: Client,
  catalog: Catalog,
  relation: ToManyRelation,
  owner: LinkOwner,
  most: number,
): Promise<readonly LinkedRecord[]> {
  const entity = readTarget(catalog, relation);
  const values: string[] = [];
  const linked = linkedSql(catalog, relation, owner, (text) => `$${values.push(text)}`);
  const { rows } = await client.query<LinkedRecord>(
    `select ${recordColumns(entity, relation)}, true as linked from ${tableSql({ entity, alias: 't' })} where ${linked} limit ${most + 1}`,
    values,
  );
  return rows;
}

function recordColumns(entity: Entity, { through }: ToManyRelation): string {
  const texts = (through?.targetFields ?? []).map((name) => `${ident('t', name)}::text`);
  return `${keySql(entity, 't')} as id, array[${texts.join(', ')}]::text[] as values`;
}

/** Whether the record under `t` is one that the relation leads to; never NULL. */
function linkedSql(
  catalog: Catalog,
  { through, targetFields }: ToManyRelation,
  { values }: LinkOwner,
  value: (text: string) => string,
): string {
  const alias = through ? 'm' : 't';
  const owned = targetFields
    .map((name, i) => `${ident(alias, name)} = ${value(values[i] ?? '')}`)
    .join(' and ');
  if (!through) return `coalesce(${owned}, false)`;
  const join = readTarget(catalog, through);
  const led = through.fields.map(
    (name, i) => `${ident('m', name)} = ${ident('t', through.targetFields[i]!)}`,
  );
  return `exists (select from ${tableSql({ entity: join, alias: 'm' })} where ${[owned, ...led].join(' and ')})`;
}
