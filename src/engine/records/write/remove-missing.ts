// The last part of a mirror: what the source did not have is removed, after everything else, within limits.
import type { Client, Queryable } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { ChunkOutcome } from '../../pipeline/chunk-transaction.js';
import type { RunIssue } from '../../pipeline/run.js';
import { ROW } from '../records-errors.js';
import type { RefusedRow } from './judged-issues.js';
import { markOrigin } from './origin-mark.js';
import type { WritePlan } from './plan-parts.js';
import { storedIn } from './resolve-sql.js';
import { readSegments, UNREADABLE, writeInSegments } from './write-sql.js';

export interface RemovalPlan {
  /** Records that would go. */
  readonly missing: number;
  /** Records there are. */
  readonly stored: number;
  /** True if a row of the source could not be read, so that nobody can say which records it has. */
  readonly unreadable: boolean;
}

/** Counts what a removal would take. */
export async function readRemovalPlan(db: Queryable, plan: WritePlan, runId: string): Promise<RemovalPlan> {
  const result = await db.query<{ missing: string; stored: string; unreadable: boolean }>(
    `select count(*) filter (where ${missingSql(plan)}) as missing, count(*) as stored,
       exists (select from dovetail.run_seen where run_id = $1 and key = '${UNREADABLE}') as unreadable
     from ${storedIn(plan.entity)} t`,
    [runId],
  );
  const row = result.rows[0]!;
  return { missing: Number(row.missing), stored: Number(row.stored), unreadable: row.unreadable };
}

function keyOf(plan: WritePlan): string {
  return `json_build_array(${plan.key.map((field) => `t.${ident(field.name)}`).join(', ')})::text`;
}

function missingSql(plan: WritePlan): string {
  return `not exists (select from dovetail.run_seen s where s.run_id = $1 and s.key = ${keyOf(plan)})`;
}

export interface RemovalStep extends ChunkOutcome {
  /** How many were looked at; 0 once there is nothing left to remove. */
  readonly tried: number;
}

/** Removes up to `limit` missing records in the caller's transaction. What can't be removed is reported and not tried again. */
export async function removeMissing(
  client: Client,
  plan: WritePlan,
  runId: string,
  limit: number,
): Promise<RemovalStep> {
  await markOrigin(client, plan.origin);
  const keys = plan.key.map((field, i) => `t.${ident(field.name)} as _dt_k${i}`).join(', ');
  await client.query(
    `create temporary table _dovetail_src on commit drop as
     select row_number() over () as _dt_n, row_number() over () as _dt_row, 'd' as _dt_action, null::text as _dt_error,
       null::text as _dt_say, true as _dt_found, ${keyOf(plan)} as _dt_key, ${keys}
     from ${storedIn(plan.entity)} t where ${missingSql(plan).replace('$1', `${BigInt(runId)}`)} limit ${limit}`,
  );
  await client.query(
    `create temporary table _dovetail_refused (_row int8, state text, message text, detail text, rule text, field text) on commit drop`,
  );
  await client.query(
    `create temporary table _dovetail_written (inserted int, updated int, deleted int) on commit drop`,
  );
  await client.query(writeInSegments({ ...plan, strategy: 'delete' }, new Uint8Array(plan.columns.length)));
  const result = await client.query<{ deleted: number; refused: RefusedRow[] }>(readSegments(plan));
  const { deleted, refused } = result.rows[0]!;
  // What is refused counts as seen from now on, so that the removal comes to an end.
  await client.query(
    `insert into dovetail.run_seen (run_id, key) select $1, _dt_key from pg_temp._dovetail_src s
     where exists (select from pg_temp._dovetail_refused r where r._row = s._dt_row)
       or not exists (select from pg_temp._dovetail_refused) and ${deleted} = 0 on conflict do nothing`,
    [runId],
  );
  const stuck = await client.query<{ row: string; key: string }>(
    `select _dt_row as row, _dt_key as key from pg_temp._dovetail_src`,
  );
  const keyOfRow = new Map(stuck.rows.map((row) => [Number(row.row), row.key]));
  const issues = refused.map((row): RunIssue => {
    const key = keyOfRow.get(row._row);
    return {
      severity: 'error',
      code: ROW.cannotRemove,
      message: `${plan.entity.name} ${key} is not in the source but can't be removed: ${row.message}.`,
      ...(key === undefined ? {} : { value: key }),
      ...(row.detail ? { hint: row.detail } : {}),
    };
  });
  return { tried: stuck.rows.length, counters: { deleted, failed: refused.length }, issues };
}
