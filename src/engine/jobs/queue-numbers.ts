// How the queue is doing, for whoever watches: cheap enough to be asked again and again, however long it is.
import type { Queryable } from '../../foundation/postgres/database.js';
import { ident } from '../../foundation/postgres/sql-text.js';
import { JOBS_SCHEMA } from './install-jobs.js';

const QUEUE = ident(JOBS_SCHEMA);

/** More are not counted: whoever has so many waiting needs no exact number. */
export const MOST_COUNTED_JOBS = 10_000;

export interface QueueNumbers {
  /** Due, and taken by nobody yet; at most `MOST_COUNTED_JOBS`. */
  readonly waiting: number;
  /** How long the oldest of them has been due; 0 without any. */
  readonly oldestSeconds: number;
  readonly running: number;
  /** Tried as often as may be, and left; at most `MOST_COUNTED_JOBS`. */
  readonly failed: number;
  /** Worker processes that were seen within the last seconds. */
  readonly workers: number;
}

export async function readQueueNumbers(db: Queryable, deadAfterSeconds: number): Promise<QueueNumbers> {
  const { rows } = await db.query<QueueNumbers & Record<string, unknown>>(
    `select w.waiting, coalesce(extract(epoch from now() - w.oldest), 0)::float8 as "oldestSeconds",
       (select count(*)::int from (select from ${QUEUE}.jobs where locked_at is not null limit $2) r) as running,
       (select count(*)::int from (select from ${QUEUE}.jobs where locked_at is null and attempts >= max_attempts limit $2) f) as failed,
       (select count(*)::int from dovetail.workers where seen_at > clock_timestamp() - make_interval(secs => $1)) as workers
     from (select count(*)::int as waiting, min(run_at) as oldest from (
       select run_at from ${QUEUE}.jobs where locked_at is null and attempts < max_attempts and run_at <= now() limit $2) due) w`,
    [deadAfterSeconds, MOST_COUNTED_JOBS],
  );
  return rows[0]!;
}
