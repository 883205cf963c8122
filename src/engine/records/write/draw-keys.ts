// Keys of records that are yet to be written, drawn from where the database makes them: who sends many records at once is told
// which is which, and that can't be seen from keys that are made while they are written.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { Entity, Field } from '../../catalog/catalog.js';
import { findKeyFields } from '../read/record-key.js';
import { drawSql } from './reserve-keys.js';

/** The single field whose value the database makes for every new record; undefined if the key is said by whoever writes, or by a trigger. */
export function findDrawnKey(entity: Entity): Field | undefined {
  const fields = findKeyFields(entity);
  const [field] = fields ?? [];
  return fields?.length === 1 && drawSql(entity, field!) !== undefined ? field : undefined;
}

/** So many new keys, as texts. */
export async function drawKeys(db: Queryable, entity: Entity, count: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ key: string }>(
    `select (${drawSql(entity, findDrawnKey(entity)!)})::text as key from generate_series(1, $1)`,
    [count],
  );
  return rows.map(({ key }) => key);
}
