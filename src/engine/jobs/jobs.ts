// The queue as the rest of Dovetail sees it: put a job in, run what is there. Nobody else knows how it is made.

import { didYouMean } from '../../foundation/errors/did-you-mean.js';
import type { Clock } from '../../foundation/lifecycle/clock.js';
import type { Database, Queryable } from '../../foundation/postgres/database.js';
import { addJob, type JobOptions } from './enqueue-job.js';
import { type JobLog, silentLog } from './job-log.js';
import { jobsError } from './jobs-errors.js';
import type { RegularJob } from './regular-jobs.js';
import type { JobTask } from './run-job.js';
import { DEFAULT_TIMING, startWorkerProcess, type Workers, type WorkerTiming } from './start-workers.js';

export interface Jobs {
  /** Names of the tasks that are known. */
  readonly tasks: readonly string[];
  /**
   * Puts a job into the queue and returns its id. Given the client of a transaction, the job is there if and when that
   * one commits. Throws JOBS-101 for an unknown task, JOBS-104 where the queue is not set up.
   */
  enqueue(client: Queryable, task: string, payload: unknown, options?: JobOptions): Promise<string>;
  /**
   * Runs jobs until `signal` aborts. Then takes no new one, asks those that run to stop (their `signal`), waits for
   * them, and resolves `stopped`. Any number of processes may do this; of one that dies, the others take the jobs over.
   */
  startWorkers(settings: { readonly concurrency: number; readonly signal: AbortSignal }): Promise<Workers>;
}

export function createJobs(about: {
  readonly database: Database;
  readonly tasks: Readonly<Record<string, JobTask>>;
  readonly clock: Clock;
  /** Tasks that are done once a day (UTC) by whichever worker is there first. Default: none. */
  readonly daily?: readonly string[];
  /** Tasks of other periods. Default: none. */
  readonly regular?: readonly RegularJob[];
  /** Default: silence. */
  readonly log?: JobLog;
  readonly timing?: Partial<WorkerTiming>;
}): Jobs {
  const tasks = new Map(Object.entries(about.tasks));
  const names = [...tasks.keys()];
  return {
    tasks: names,
    async enqueue(client, task, payload, options) {
      if (!tasks.has(task)) {
        const near = didYouMean(task, names);
        throw jobsError(101, {
          detail: `No door has a task "${task}".`,
          ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
        });
      }
      return addJob(client, task, payload, options);
    },
    async startWorkers(settings) {
      if (tasks.size === 0)
        throw jobsError(102, { detail: 'No door has brought a task, so there is nothing to run.' });
      return startWorkerProcess({
        ...settings,
        database: about.database,
        tasks,
        clock: about.clock,
        daily: about.daily ?? [],
        regular: about.regular ?? [],
        log: about.log ?? silentLog,
        timing: { ...DEFAULT_TIMING, ...about.timing },
      });
    },
  };
}
