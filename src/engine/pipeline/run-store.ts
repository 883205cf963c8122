// The rows of dovetail.runs: created, claimed under a fencing token, ended, listed.
import type { Queryable } from '../../foundation/postgres/database.js';
import { pipelineError } from './pipeline-errors.js';
import { type Counters, NO_COUNTS, type Run, type RunKind, type RunPhase, type RunState } from './run.js';
import { lostRun, type RunHold } from './run-fence.js';

export interface NewRun {
  readonly kind: RunKind;
  readonly entity: string;
  readonly title: string;
  readonly settings: unknown;
  readonly origin: unknown;
  /** The firing of a schedule it belongs to, as its number. */
  readonly firing?: string | undefined;
  /** Who is told of its end. */
  readonly notify?: readonly string[] | undefined;
}

export async function createRun(db: Queryable, run: NewRun): Promise<string> {
  const result = await db.query<{ id: string }>(
    `insert into dovetail.runs (kind, entity, title, settings, origin, notify, firing_id, schedule_id)
     values ($1, $2, $3, $4, $5, $6, $7, (select schedule_id from dovetail.schedule_firings where id = $7)) returning id`,
    [
      run.kind,
      run.entity,
      run.title,
      JSON.stringify(run.settings),
      JSON.stringify(run.origin),
      toNotify(run),
      run.firing ?? null,
    ],
  );
  return result.rows[0]!.id;
}

/** Until the transaction ends nothing of the run's row changes. */
export async function holdRunRow(db: Queryable, id: string): Promise<void> {
  if (/^\d{1,18}$/.test(id)) await db.query('select from dovetail.runs where id = $1 for update', [id]);
}

/** Null where nobody is to be told. */
export function toNotify({ notify }: NewRun): string | null {
  return notify === undefined || notify.length === 0 ? null : JSON.stringify(notify);
}

const COUNTERS = `
  select json_build_object('read', coalesce(sum(c.read), 0), 'added', coalesce(sum(c.added), 0),
    'updated', coalesce(sum(c.updated), 0), 'unchanged', coalesce(sum(c.unchanged), 0),
    'deleted', coalesce(sum(c.deleted), 0), 'postponed', coalesce(sum(c.postponed), 0),
    'failed', coalesce(sum(c.failed), 0), 'skipped', coalesce(sum(c.skipped), 0), 'warnings', coalesce(sum(c.warnings), 0))
  from dovetail.run_checkpoints c where c.run_id = r.id`;

// A holder is alive while its lease runs and, if it told its backend, that backend still exists: a killed process
// loses its connection at once, long before its lease runs out. Of another role's backend the start is not shown. Never
// null. To be asked of `dovetail.runs r`.
export const HOLDER_ALIVE = `
  coalesce(r.lease_until > clock_timestamp() and (r.holder->>'backend' is null or exists (
    select from pg_stat_activity a
    where a.pid = (r.holder->>'backend')::int
      and coalesce(a.backend_start::text, r.holder->>'backendStart') = r.holder->>'backendStart')), false)`;

const RUN_COLUMNS = `
  r.id, r.kind, r.entity, r.title, r.state, r.phase, r.settings, r.origin, r.failure, r.cancel_requested, r.created_at,
  r.started_at, r.ended_at, r.undo, r.undo_why, r.undone_by, (${COUNTERS}) as counters,
  r.state = 'running' and not ${HOLDER_ALIVE} as interrupted, r.notify,
  (select s.name from dovetail.schedules s where s.id = r.schedule_id) as schedule`;

export async function findRun(db: Queryable, id: string): Promise<Run | undefined> {
  if (!/^\d{1,18}$/.test(id)) return undefined;
  const result = await db.query<RunRow>(`select ${RUN_COLUMNS} from dovetail.runs r where r.id = $1`, [id]);
  return result.rows[0] && fromRow(result.rows[0]);
}

export async function readRun(db: Queryable, id: string): Promise<Run> {
  const run = await findRun(db, id);
  if (run) return run;
  throw pipelineError(101, {
    detail: `There is no run ${id}.`,
    hint: '`dovetail runs` lists the runs there are.',
  });
}

export interface RunFilter {
  readonly state?: RunState;
  readonly entity?: string;
  readonly kind?: RunKind;
  /** Only those of this schedule, by its name. */
  readonly schedule?: string;
  /** Only those this one started: the id of its origin. */
  readonly by?: string;
  /** Only those whose origin is this caller, held to their rights. */
  readonly starter?: { readonly kind: string; readonly id: string };
  /** Only those of this file: what its name ends in. */
  readonly file?: string;
  /** Only those made at or after this moment. */
  readonly since?: Date;
  /** Only runs older than this id: the last id of the page before. */
  readonly before?: string;
  /** Default 20. */
  readonly limit?: number;
}

/** Newest first. */
export async function readRuns(db: Queryable, filter: RunFilter = {}): Promise<readonly Run[]> {
  const result = await db.query<RunRow>(
    `select ${RUN_COLUMNS} from dovetail.runs r
     where ($1::text is null or r.state = $1) and ($2::text is null or r.entity = $2)
       and ($3::text is null or r.kind = $3) and ($4::bigint is null or r.id < $4)
       and ($6::text is null or r.schedule_id = (select s.id from dovetail.schedules s where s.name = $6))
       and ($7::text is null or r.origin->>'id' = $7) and ($8::timestamptz is null or r.created_at >= $8)
       and ($9::text is null or right(r.title, length($9)) = $9)
       and ($10::jsonb is null or r.origin @> $10)
     order by r.id desc limit $5`,
    [
      filter.state ?? null,
      filter.entity ?? null,
      filter.kind ?? null,
      filter.before ?? null,
      filter.limit ?? 20,
      filter.schedule ?? null,
      filter.by ?? null,
      filter.since ?? null,
      filter.file ?? null,
      filter.starter === undefined ? null : JSON.stringify({ ...filter.starter, held: true }),
    ],
  );
  return result.rows.map(fromRow);
}

/**
 * Renews the lease. `lost` if another process has taken the run over. `ownBackend` false: the connection the claim named
 * is gone (a restarted server), from now on only the lease says that the holder lives.
 */
export async function renewLease(
  db: Queryable,
  id: string,
  fence: string,
  leaseSeconds: number,
  ownBackend: boolean,
): Promise<'held' | 'cancel' | 'lost'> {
  const result = await db.query<{ cancel_requested: boolean }>(
    `update dovetail.runs
     set lease_until = clock_timestamp() + make_interval(secs => $3), holder = case when $4 then holder end
     where id = $1 and fence = $2 and state = 'running' returning cancel_requested`,
    [id, fence, leaseSeconds, ownBackend],
  );
  const row = result.rows[0];
  return row === undefined ? 'lost' : row.cancel_requested ? 'cancel' : 'held';
}

/** Notes that everything before `phase` is done. Throws PIPELINE-104 if this process does not hold the run any more. */
export async function savePhase(db: Queryable, run: RunHold, phase: RunPhase): Promise<void> {
  const result = await db.query(`update dovetail.runs set phase = $3 where id = $1 and fence = $2`, [
    run.id,
    run.fence,
    phase,
  ]);
  if (result.rowCount !== 1) throw lostRun(run.id);
}

/** Replaces the run's settings. Throws PIPELINE-104 if this process does not hold the run any more. */
export async function saveSettings(db: Queryable, run: RunHold, settings: unknown): Promise<void> {
  const result = await db.query(`update dovetail.runs set settings = $3 where id = $1 and fence = $2`, [
    run.id,
    run.fence,
    JSON.stringify(settings),
  ]);
  if (result.rowCount !== 1) throw lostRun(run.id);
}

/** Puts the run back among those that wait for a worker, if this process still holds it. */
export async function putBackRun(db: Queryable, run: RunHold): Promise<void> {
  await db.query(
    `update dovetail.runs set state = 'queued', lease_until = null, holder = null where id = $1 and fence = $2`,
    [run.id, run.fence],
  );
}

/** Ends the run and lets go of it, if this process still holds it; true if it did. */
export async function endRun(
  db: Queryable,
  id: string,
  fence: string,
  state: RunState,
  failure?: { code: string; detail: string; hint?: string | undefined },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update dovetail.runs set state = $3, failure = $4, ended_at = now(), lease_until = null, holder = null
     where id = $1 and fence = $2`,
    [id, fence, state, failure ? JSON.stringify(failure) : null],
  );
  return rowCount === 1;
}

/** Asks whoever works on the run to stop after its chunk; a run nobody works on is ended at once. Throws as `readRun`. */
export async function requestCancel(db: Queryable, id: string): Promise<'requested' | 'cancelled' | 'over'> {
  await readRun(db, id);
  const result = await db.query<{ state: RunState }>(
    `update dovetail.runs r
     set cancel_requested = true,
         state = case when ${HOLDER_ALIVE} then r.state else 'cancelled' end,
         ended_at = case when ${HOLDER_ALIVE} then null else now() end
     where r.id = $1 and r.state in ('queued', 'running') returning r.state`,
    [id],
  );
  const row = result.rows[0];
  if (row === undefined) return 'over';
  return row.state === 'cancelled' ? 'cancelled' : 'requested';
}

interface RunRow {
  id: string;
  kind: RunKind;
  entity: string;
  title: string;
  state: RunState;
  phase: RunPhase;
  settings: unknown;
  origin: unknown;
  failure: Run['failure'] | null;
  cancel_requested: boolean;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  counters: Counters | null;
  interrupted: boolean | null;
  undo: NonNullable<Run['undo']> | null;
  undo_why: string | null;
  undone_by: string | null;
  notify: readonly string[] | null;
  schedule: string | null;
}

function fromRow(row: RunRow): Run {
  return {
    id: row.id,
    kind: row.kind,
    entity: row.entity,
    title: row.title,
    state: row.state,
    phase: row.phase,
    interrupted: row.interrupted === true,
    settings: row.settings,
    origin: row.origin,
    counters: row.counters ?? NO_COUNTS,
    ...(row.failure ? { failure: row.failure } : {}),
    cancelRequested: row.cancel_requested,
    createdAt: row.created_at,
    ...(row.started_at ? { startedAt: row.started_at } : {}),
    ...(row.ended_at ? { endedAt: row.ended_at } : {}),
    ...(row.undo === null ? {} : { undo: row.undo }),
    ...(row.undo_why === null ? {} : { undoWhy: row.undo_why }),
    ...(row.undone_by === null ? {} : { undoneBy: row.undone_by }),
    ...(row.schedule === null ? {} : { schedule: row.schedule }),
    ...(row.notify === null ? {} : { notify: row.notify }),
  };
}
