// In a dry run of a mirror: which records the source has, in a table that is gone with the transaction.
import type { Client } from '../../../foundation/postgres/database.js';
import type { WritePlan } from './plan-parts.js';
import { countMissing } from './remove-missing.js';
import { markSeen } from './write-sql.js';

const SEEN = 'pg_temp._dovetail_seen';
const createSeen = `create temporary table if not exists _dovetail_seen (run_id int8, key text primary key) on commit drop`;

/** Notes the records that the staged rows match. */
export async function rememberSeen(client: Client, plan: WritePlan): Promise<void> {
  await client.query(createSeen);
  await client.query(markSeen(plan, SEEN), [0]);
}

/** How many stored records no row of the source matched; to be called in the transaction of the dry run. */
export async function countUnseen(client: Client, plan: WritePlan): Promise<number> {
  await client.query(createSeen);
  const result = await client.query<{ missing: string }>(countMissing(plan, SEEN), [0]);
  return Number(result.rows[0]!.missing);
}
