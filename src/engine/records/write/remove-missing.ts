// The last part of a mirror: what the source did not have is removed, after everything else, within limits.
import type { Client, Queryable } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { ChunkOutcome } from '../../pipeline/chunk-transaction.js';
import type { FoundIssue } from '../../pipeline/run.js';
import { ROW } from '../records-errors.js';
import { andRemovable } from './judge-rights.js';
import { markOrigin } from './origin-mark.js';
import type { WritePlan } from './plan-parts.js';
import type { RefusedRow } from './refused-issues.js';
import { storedIn } from './resolve-sql.js';
import { FORGET_JUDGEMENT, NUMBER_JUDGEMENT, readSegments, writeInSegments } from './segments-sql.js';
import { UNREADABLE } from './write-sql.js';

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
  const counted = await db.query<{ missing: string; stored: string }>(countMissing(plan), [runId]);
  const marked = await db.query(`select from dovetail.run_seen where run_id = $1 and key = '${UNREADABLE}'`, [
    runId,
  ]);
  const { missing, stored } = counted.rows[0]!;
  return { missing: Number(missing), stored: Number(stored), unreadable: marked.rowCount === 1 };
}

/** Counts stored records, and those whose key is not in `seen` for run $1. */
export function countMissing(plan: WritePlan, seen = SEEN): string {
  return `select count(*) filter (where ${missingSql(plan, seen)}) as missing, count(*) as stored
    from ${storedIn(plan.entity)} t where true${andRemovable(plan)}`;
}

const SEEN = 'dovetail.run_seen';

/** Before the key of a record that others referred to when it was tried. No record's key is written like this. */
const WAITING = '?';

function keyOf(plan: WritePlan): string {
  return `json_build_array(${plan.key.map((field) => `t.${ident(field.name)}`).join(', ')})::text`;
}

export function missingSql(plan: WritePlan, seen: string): string {
  return `not exists (select from ${seen} s where s.run_id = $1 and s.key = ${keyOf(plan)})`;
}

/** Forgets which records a run met: one row for each, of no use once it is through. */
export async function forgetMarks(db: Queryable, runId: string): Promise<void> {
  await db.query(`delete from dovetail.run_seen where run_id = $1`, [runId]);
}

export interface RemovalStep extends ChunkOutcome {
  /** How many were looked at; 0 at the end of a sweep. */
  readonly tried: number;
  /** At the end of a sweep: how many were put off because others still referred to them. The next sweep tries them again. */
  readonly waiting: number;
}

/**
 * One step of a sweep over the missing records, in the caller's transaction: removes up to `limit`. A record that others
 * refer to is put off to the next sweep, because these may be among the missing too; in the `last` sweep it is reported
 * and left, as is whatever else can't be removed.
 */
export async function removeMissing(
  client: Client,
  plan: WritePlan,
  runId: string,
  step: { readonly limit: number; readonly last: boolean },
): Promise<RemovalStep> {
  await markOrigin(client, plan.origin);
  const tried = await tryRemoval(client, plan, runId, step.limit);
  if (tried.keys.size === 0) return endSweep(client, runId);
  const { deleted, refused, keys } = tried;
  const putOff = step.last ? [] : refused.filter((row) => row.state === FOREIGN_KEY);
  const failed = refused.filter((row) => !putOff.includes(row));
  // What triggers keep without a word would be tried for ever.
  const kept = deleted === 0 && refused.length === 0 ? [...keys.values()] : [];
  await noteKeys(client, runId, [
    ...failed.map((row) => keys.get(row._row)!),
    ...kept,
    ...putOff.map((row) => `${WAITING}${keys.get(row._row)!}`),
  ]);
  const issues: FoundIssue[] = failed.map((row) => cannotRemove(plan, keys.get(row._row)!, row));
  if (kept.length > 0) {
    issues.push({
      severity: 'warning',
      code: ROW.suppressed,
      hint: 'If they are to go, ask who owns the trigger why it keeps them.',
      message: `A trigger of ${plan.entity.name} kept ${kept.length} records that are not in the source, without an error.`,
    });
  }
  return {
    tried: keys.size,
    waiting: 0,
    counters: { deleted, failed: failed.length, warnings: kept.length > 0 ? 1 : 0 },
    issues,
  };
}

const FOREIGN_KEY = '23503';

async function endSweep(client: Client, runId: string): Promise<RemovalStep> {
  const again = await client.query(
    `delete from dovetail.run_seen where run_id = $1 and left(key, 1) = '${WAITING}'`,
    [runId],
  );
  return { tried: 0, waiting: again.rowCount ?? 0, counters: {}, issues: [] };
}

async function noteKeys(client: Client, runId: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await client.query(
    `insert into dovetail.run_seen (run_id, key) select $1, unnest($2::text[]) on conflict do nothing`,
    [runId, keys],
  );
}

interface TriedRemoval {
  readonly deleted: number;
  readonly refused: readonly RefusedRow[];
  /** Keys by number in this step. */
  readonly keys: ReadonlyMap<number, string>;
}

async function tryRemoval(
  client: Client,
  plan: WritePlan,
  runId: string,
  limit: number,
): Promise<TriedRemoval> {
  const keys = plan.key.map((field, i) => `t.${ident(field.name)} as _dt_k${i}`).join(', ');
  const run = `${BigInt(runId)}`;
  await client.query(
    `create temporary table _dovetail_src on commit drop as
     select row_number() over () as _dt_n, row_number() over () as _dt_row, 'd' as _dt_action, null::text as _dt_error,
       null::text as _dt_say, null::int8 as _dt_line, true as _dt_found, ${keyOf(plan)} as _dt_key, ${keys}
     from ${storedIn(plan.entity)} t where ${missingSql(plan, SEEN).replace('$1', run)}${andRemovable(plan)}
       and not exists (select from ${SEEN} s where s.run_id = ${run} and s.key = '${WAITING}' || ${keyOf(plan)})
     limit ${limit}`,
  );
  await client.query(NUMBER_JUDGEMENT);
  await client.query(writeInSegments({ ...plan, strategy: 'delete' }, new Uint8Array(plan.columns.length)));
  const result = await client.query<{ deleted: number; refused: RefusedRow[] }>(readSegments(plan));
  const named = await client.query<{ row: string; key: string }>(
    `select _dt_row as row, _dt_key as key from pg_temp._dovetail_src`,
  );
  await client.query(FORGET_JUDGEMENT);
  const { deleted, refused } = result.rows[0]!;
  return { deleted, refused, keys: new Map(named.rows.map((row) => [Number(row.row), row.key])) };
}

function cannotRemove(plan: WritePlan, key: string, row: RefusedRow): FoundIssue {
  // The server names tables and values that a caller may not know of.
  const open = plan.entity.access === undefined;
  return {
    severity: 'error',
    code: ROW.cannotRemove,
    value: key,
    message: `${plan.entity.name} ${key} is not in the source but can't be removed${open ? `: ${row.message}` : ''}.`,
    field: plan.key.map(({ name }) => name).join(', '),
    hint: (open && row.detail) || 'Remove what refers to it first, or add it to the source if it is to stay.',
  };
}
