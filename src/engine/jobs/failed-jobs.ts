// Jobs that were tried as often as may be: they stay in the queue, so that somebody sees them, and go after a while.
import type { Queryable } from '../../foundation/postgres/database.js';
import { ident } from '../../foundation/postgres/sql-text.js';
import { JOBS_SCHEMA } from './install-jobs.js';

const QUEUE = ident(JOBS_SCHEMA);

/** The daily job that calls `removeFailedJobs`. */
export const PRUNE_JOBS_TASK = 'jobs.prune';

export interface FailedJob {
  readonly id: string;
  readonly task: string;
  readonly attempts: number;
  /** Its first line. */
  readonly says: string;
}

/** Jobs that nobody will try again, the latest first; at most twenty. */
export async function listFailedJobs(db: Queryable): Promise<readonly FailedJob[]> {
  const { rows } = await db.query<FailedJob & Record<string, unknown>>(
    `select id::text, task_identifier as task, attempts::int, left(split_part(coalesce(last_error, ''), E'\\n', 1), 200) as says
     from ${QUEUE}.jobs where locked_at is null and attempts >= max_attempts order by updated_at desc limit 20`,
  );
  return rows;
}

/** The same by task, with the latest of each; counted up to 10,000 in all. `says`: its first line. */
export async function countFailedJobs(
  db: Queryable,
): Promise<
  readonly { readonly task: string; readonly count: number; readonly latest: string; readonly says: string }[]
> {
  const { rows } = await db.query<{ task: string; count: number; latest: string; says: string }>(
    `select task, count(*)::int as count, (array_agg(id order by updated_at desc))[1]::text as latest,
       left(split_part((array_agg(coalesce(last_error, '') order by updated_at desc))[1], E'\\n', 1), 500) as says
     from (select id, task_identifier as task, updated_at, last_error from ${QUEUE}.jobs
       where locked_at is null and attempts >= max_attempts order by updated_at desc limit 10000) f
     group by task order by task`,
  );
  return rows;
}

/** Those that were left before the moment. */
export async function removeFailedJobs(db: Queryable, before: Date): Promise<void> {
  await db.query(
    `select from ${QUEUE}.complete_jobs(array(
       select id from ${QUEUE}.jobs where locked_at is null and attempts >= max_attempts and updated_at < $1))`,
    [before],
  );
}
