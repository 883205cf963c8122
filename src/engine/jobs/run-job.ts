// One job: runs its task, and decides by the consequence of an error what becomes of it.
import { type Consequence, DovetailError } from '../../foundation/errors/dovetail-error.js';
import type { Queryable } from '../../foundation/postgres/database.js';
import { maskValuesOf } from '../../foundation/secrets/secret-mask.js';
import type { JobLog } from './job-log.js';
import { jobsError } from './jobs-errors.js';
import { giveUpJob, holdsJob, returnAttempt } from './worker-rows.js';

export interface JobContext {
  readonly id: string;
  /** From 1. */
  readonly attempt: number;
  readonly maxAttempts: number;
  /**
   * Aborted when the worker is asked to stop. A long task then stops at the next place where nothing is lost and throws;
   * the job goes back to the queue and the attempt does not count. A short one may just finish.
   */
  readonly signal: AbortSignal;
}

/** Throwing is failing. May run more than once for one job: it must bear that. */
export type JobTask = (payload: unknown, context: JobContext) => Promise<void>;

/** What the queue knows about a job it hands out. */
export interface QueuedJob {
  readonly id: string;
  readonly task: string;
  readonly attempt: number;
  readonly maxAttempts: number;
}

/** What the consequence of an error means for its job. `done`: it leaves the queue; `again`: after a growing delay; `never`: it stays, failed. */
const FATE: Readonly<Record<Consequence, 'done' | 'again' | 'never'>> = {
  retry: 'again',
  skip: 'done',
  stop: 'never',
  ask: 'never',
  reconcile: 'never',
};

/** Runs the task. Throws what the queue shall store as the job's last error; returns if the job is done. */
export async function runJob(
  job: QueuedJob,
  payload: unknown,
  about: {
    readonly task: JobTask;
    readonly database: Queryable;
    readonly workerId: string;
    readonly signal: AbortSignal;
    readonly log: JobLog;
  },
): Promise<void> {
  const { database, workerId, signal, log } = about;
  const fields = { job: job.id, task: job.task, attempt: job.attempt };
  if (signal.aborted) {
    // It was on its way when the stop came.
    await returnAttempt(database, job.id, workerId);
    throw new Error('Put back before it began: the worker stops.');
  }
  try {
    await about.task(payload, { id: job.id, attempt: job.attempt, maxAttempts: job.maxAttempts, signal });
  } catch (error) {
    const said = maskValuesOf(payload, error instanceof Error ? error.message : String(error));
    const code = error instanceof DovetailError ? error.code : undefined;
    if (signal.aborted) {
      await returnAttempt(database, job.id, workerId);
      log.info({ ...fields, code }, 'Job put back, the worker stops');
    } else {
      // What nobody foresaw may have been chance: it is tried again.
      const fate = error instanceof DovetailError ? FATE[error.consequence] : 'again';
      if (fate === 'done') {
        log.warn({ ...fields, code, detail: said }, 'Job left out');
        return;
      }
      if (fate === 'never') await giveUpJob(database, job.id, workerId);
      const last = fate === 'never' || job.attempt >= job.maxAttempts;
      log.error(
        { ...fields, code, detail: said },
        last ? 'Job failed for good' : 'Job failed, will be tried again',
      );
    }
    // A new error: the one that came may carry the payload's secrets in its message or its cause.
    throw new Error(said);
  }
  // The queue would delete the job by its number alone, also when another worker is running it by now.
  if (!(await holdsJob(database, job.id, workerId))) {
    log.warn(fields, 'Job was given to another worker meanwhile');
    throw jobsError(103, { detail: `Job ${job.id} was given to another worker meanwhile.` });
  }
  log.info(fields, 'Job done');
}
