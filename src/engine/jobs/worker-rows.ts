// The rows of dovetail.workers: who works, seen when; and what becomes of the jobs of those not seen any more.
import type { Queryable } from '../../foundation/postgres/database.js';
import { ident } from '../../foundation/postgres/sql-text.js';
import { JOBS_SCHEMA } from './install-jobs.js';

const QUEUE = ident(JOBS_SCHEMA);

export interface WorkerRow {
  /** What the queue locks jobs with. */
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  readonly concurrency: number;
  readonly tasks: readonly string[];
}

/** Says that the worker lives. Makes the row anew if it was taken for dead meanwhile. */
export async function beat(database: Queryable, worker: WorkerRow): Promise<void> {
  await database.query(
    `insert into dovetail.workers (id, host, pid, concurrency, tasks) values ($1, $2, $3, $4, $5)
     on conflict (id) do update set seen_at = clock_timestamp()`,
    [worker.id, worker.host, worker.pid, worker.concurrency, worker.tasks],
  );
}

export async function removeWorker(database: Queryable, id: string): Promise<void> {
  await database.query('delete from dovetail.workers where id = $1', [id]);
}

/**
 * Gives back the jobs of every worker not seen for `deadAfterSeconds`, and of lock holders that never had a row (killed
 * before their first beat). Returns their ids. Safe to run anywhere, any number of times at once.
 */
export async function reapDeadWorkers(
  database: Queryable,
  deadAfterSeconds: number,
): Promise<readonly string[]> {
  // One statement, so that a reaper that dies in the middle leaves the rows for the next one.
  const { rows } = await database.query<{ ids: readonly string[] | null }>(
    `with dead as (
       delete from dovetail.workers where seen_at < clock_timestamp() - make_interval(secs => $1) returning id
     ), strangers as (
       select distinct j.locked_by as id from ${QUEUE}.jobs j
       where j.locked_at < clock_timestamp() - make_interval(secs => $1)
         and not exists (select from dovetail.workers w where w.id = j.locked_by)
     ), gone as (
       select id from dead union select id from strangers
     ), ids as (
       select array_agg(id) as ids from gone
     )
     select ids, ${QUEUE}.force_unlock_workers(ids), pg_notify('jobs:insert', '{"count":' || cardinality(ids) || '}')
     from ids where ids is not null`,
    [deadAfterSeconds],
  );
  return rows[0]?.ids ?? [];
}

/** True if the job is still locked by this worker: nobody took the worker for dead while it was working on it. */
export async function holdsJob(database: Queryable, jobId: string, workerId: string): Promise<boolean> {
  const { rowCount } = await database.query(`select from ${QUEUE}.jobs where id = $1 and locked_by = $2`, [
    jobId,
    workerId,
  ]);
  return rowCount === 1;
}

/** No further attempt: what failed will fail again. */
export async function giveUpJob(database: Queryable, jobId: string, workerId: string): Promise<void> {
  await database.query(
    `update ${QUEUE}._private_jobs set max_attempts = greatest(attempts, 1) where id = $1 and locked_by = $2`,
    [jobId, workerId],
  );
}

/** The attempt does not count: not the job but the worker came to its end. */
export async function returnAttempt(database: Queryable, jobId: string, workerId: string): Promise<void> {
  await database.query(
    `update ${QUEUE}._private_jobs set attempts = greatest(attempts - 1, 0) where id = $1 and locked_by = $2`,
    [jobId, workerId],
  );
}
