// In a dry run of a mirror: which records the source has, in a table that is gone with the transaction.
import type { Client } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import { storedJson } from './difference-sql.js';
import { andRemovable } from './judge-rights.js';
import type { WritePlan } from './plan-parts.js';
import { countMissing, missingSql } from './remove-missing.js';
import { storedIn } from './resolve-sql.js';
import { type CellTuples, type RowDifference, toCells } from './row-difference.js';
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

/** The first of these records, in the order of their key, whole. */
export async function readUnseen(
  client: Client,
  plan: WritePlan,
  limit: number,
): Promise<readonly RowDifference[]> {
  await client.query(createSeen);
  const identity = plan.identity.map((field) => `t.${ident(field.name)}::text`);
  const order = plan.key.map((field) => `t.${ident(field.name)}`);
  const found = await client.query<{ identity: (string | null)[]; cells: CellTuples }>(
    `select array[${identity.join(', ')}] as identity, ${storedJson(plan.entity)} as cells
     from ${storedIn(plan.entity)} t where ${missingSql(plan, SEEN)}${andRemovable(plan)} order by ${order.join(', ')} limit ${limit}`,
    [0],
  );
  return found.rows.map((row) => ({
    action: 'delete',
    identity: plan.identity.map(({ name: field }, i) => ({ field, value: row.identity[i] ?? null })),
    cells: toCells(row.cells),
  }));
}
