// Putting a job into the queue, in the transaction of whoever needs it done.
import type { Queryable } from '../../foundation/postgres/database.js';
import { ident } from '../../foundation/postgres/sql-text.js';
import { JOBS_SCHEMA } from './install-jobs.js';
import { jobsError } from './jobs-errors.js';

export interface JobOptions {
  /** A job of the same key that has not started yet is replaced; one that runs is followed by this one. */
  readonly jobKey?: string;
  /** Jobs of one queue run one after the other. Use few, fixed names. Default: none, side by side. */
  readonly queue?: string;
  /** Not before this moment. Default: now. */
  readonly runAt?: Date;
  /** How often it is tried before it is given up, kills included. Default 10: over about six hours. */
  readonly maxAttempts?: number;
  /** Lower comes first. Default 0. */
  readonly priority?: number;
}

export const DEFAULT_MAX_ATTEMPTS = 10;

/** Adds the job and returns its id. It can be seen by workers when the transaction of `client` commits. */
export async function addJob(
  client: Queryable,
  task: string,
  payload: unknown,
  options: JobOptions = {},
): Promise<string> {
  try {
    const { rows } = await client.query<{ id: string }>(
      `select id from ${ident(JOBS_SCHEMA)}.add_job($1, $2::json, queue_name => $3, run_at => $4, max_attempts => $5,
         job_key => $6, priority => $7)`,
      [
        task,
        toJson(task, payload),
        options.queue ?? null,
        options.runAt ?? null,
        options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
        options.jobKey ?? null,
        options.priority ?? null,
      ],
    );
    return rows[0]!.id;
  } catch (error) {
    const { code } = error as { code?: unknown };
    // undefined_function, invalid_schema_name, undefined_table
    if (code === '42883' || code === '3F000' || code === '42P01') {
      throw jobsError(104, {
        detail: `The job queue (schema "${JOBS_SCHEMA}") is not in this database, or of another version.`,
        hint: 'Run `dovetail init`.',
        cause: error,
      });
    }
    throw error;
  }
}

function toJson(task: string, payload: unknown): string {
  const json = JSON.stringify(payload ?? {});
  if (json !== undefined) return json;
  throw jobsError(105, { detail: `The payload of a job "${task}" can't be written as JSON.` });
}
