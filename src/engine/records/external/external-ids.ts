// The rows of dovetail.external_ids: by which id another system knows a record.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { literal } from '../../../foundation/postgres/sql-text.js';
import type { Catalog, Entity } from '../../catalog/catalog.js';
import { tableSql } from '../read/read-scope.js';
import type { Origin } from '../write-request.js';
import { isExternalId, isStoredSql } from './external-id-sql.js';

export const PRUNE_EXTERNAL_IDS_TASK = 'records.prune-external-ids';

export interface ExternalId {
  readonly system: string;
  readonly entity: string;
  readonly key: string;
  readonly externalId: string;
}

const NAME = /^[a-z0-9][a-z0-9_.-]{0,62}$/;
export const isSystemName = (name: string): boolean => NAME.test(name);

/** By external id the keys of records that are there, as far as the entity may be seen. */
export async function readKeys(
  db: Queryable,
  system: string,
  entity: Entity,
  externalIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const there = `exists (select from ${tableSql({ entity, alias: 't' })} where ${isStoredSql(entity, 't', 'x.key')})`;
  const { rows } = await db.query<{ id: string; key: string }>(
    `select x.external_id as id, x.key from dovetail.external_ids x
     where x.system = $1 and x.entity = $2 and x.external_id = any ($3) and ${there}`,
    [system, entity.name, externalIds.filter(isExternalId)],
  );
  return new Map(rows.map(({ id, key }) => [id, key]));
}

/** Until the transaction ends nobody else gives the id to a record. */
export async function lockExternalId(
  db: Queryable,
  system: string,
  entity: string,
  externalId: string,
): Promise<void> {
  await lock(db, ['external id', system, entity, externalId]);
}

/** Until the transaction ends nobody else gives the record, which is there, an id of the system. */
export async function lockNamedRecord(
  db: Queryable,
  { system, entity, key }: Omit<ExternalId, 'externalId'>,
): Promise<void> {
  await lock(db, ['record with an external id', system, entity, key]);
}

async function lock(db: Queryable, name: readonly string[]): Promise<void> {
  await db.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [JSON.stringify(name)]);
}

/** To be called when no record has the id or the key, under its lock: a row that is left of a record that is gone gives way. */
export async function noteExternalId(db: Queryable, one: ExternalId, by: Origin): Promise<string> {
  const { system, entity, key, externalId } = one;
  await db.query(
    `delete from dovetail.external_ids where system = $1 and entity = $2 and (key = $3 or external_id = $4)`,
    [system, entity, key, externalId],
  );
  const { rows } = await db.query<{ id: string }>(
    `insert into dovetail.external_ids (system, entity, key, external_id, created_by) values ($1, $2, $3, $4, $5) returning id`,
    [system, entity, key, externalId, JSON.stringify(by)],
  );
  return rows[0]!.id;
}

/** By which id the system knows the record, whether that is there or not. */
export async function findExternalId(
  db: Queryable,
  { system, entity, key }: Omit<ExternalId, 'externalId'>,
): Promise<string | undefined> {
  const { rows } = await db.query<{ id: string }>(
    'select external_id as id from dovetail.external_ids where system = $1 and entity = $2 and key = $3',
    [system, entity, key],
  );
  return rows[0]?.id;
}

/** Undefined if there is none of the number. */
export async function readExternalId(db: Queryable, id: string): Promise<ExternalId | undefined> {
  const { rows } = await db.query<ExternalId & Record<string, unknown>>(
    'select system, entity, key, external_id as "externalId" from dovetail.external_ids where id = $1 for update',
    [id],
  );
  return rows[0];
}

export async function removeExternalId(db: Queryable, id: string): Promise<void> {
  await db.query('delete from dovetail.external_ids where id = $1', [id]);
}

/** All that systems call a record that is deleted. */
export async function forgetExternalIds(db: Queryable, entity: string, key: string): Promise<void> {
  await db.query(`delete from dovetail.external_ids where entity = $1 and key = $2`, [entity, key]);
}

/** A query of the rows whose records are there, as far as the catalog's entities may be seen. */
export function toExternalIdsSql({ entities }: Catalog): string {
  const cases = [...entities.values()].map(
    (entity) =>
      `when ${literal(entity.name)} then exists (select from ${tableSql({ entity, alias: 't' })} where ${isStoredSql(entity, 't', 'x.key')})`,
  );
  const seen = cases.length === 0 ? 'false' : `case x.entity ${cases.join(' ')} else false end`;
  return `select x.* from dovetail.external_ids x where ${seen}`;
}

/** Removes the rows of tables' records that are gone; those of tables that the catalog does not have stay. */
export async function pruneExternalIds(db: Queryable, { entities }: Catalog): Promise<number> {
  const { rows } = await db.query<{ entity: string }>('select distinct entity from dovetail.external_ids');
  let count = 0;
  for (const { entity: name } of rows) {
    const entity = entities.get(name);
    if (entity?.kind !== 'table') continue;
    const { rowCount } = await db.query(
      `delete from dovetail.external_ids x where x.entity = $1
       and not exists (select from ${tableSql({ entity, alias: 't' })} where ${isStoredSql(entity, 't', 'x.key')})`,
      [name],
    );
    count += rowCount ?? 0;
  }
  return count;
}
