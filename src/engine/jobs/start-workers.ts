// A worker process: the queue's runner, the heartbeat that says it lives, the reaper for those that don't, the schedules' tick.

import { EventEmitter } from 'node:events';
import { hostname } from 'node:os';
import type { Runner, TaskList, WorkerEvents } from 'graphile-worker';
import type { Clock } from '../../foundation/lifecycle/clock.js';
import type { Database } from '../../foundation/postgres/database.js';
import { enqueueDaily } from './daily-jobs.js';
import { JOBS_SCHEMA } from './install-jobs.js';
import type { JobLog } from './job-log.js';
import { openQueueDatabase } from './queue-database.js';
import { createQueueLogger } from './queue-logger.js';
import { enqueueRegular, type RegularJob } from './regular-jobs.js';
import { type JobTask, runJob } from './run-job.js';
import { tickSchedules } from './schedules/tick-schedules.js';
import { beat, reapDeadWorkers, removeWorker, type WorkerRow } from './worker-rows.js';

export interface WorkerTiming {
  /** Between two heartbeats, and two looks for dead workers and for schedules that are due. Default 2,000 ms. */
  readonly beatMs: number;
  /** Without a heartbeat for so long a worker counts as dead. Default 7 s: its jobs are back within 10. */
  readonly deadAfterSeconds: number;
  /** How long running jobs may go on after a stop before they are given back by force. Default 30 s. */
  readonly drainSeconds: number;
}

export const DEFAULT_TIMING: WorkerTiming = { beatMs: 2_000, deadAfterSeconds: 7, drainSeconds: 30 };

export interface Workers {
  readonly id: string;
  readonly tasks: readonly string[];
  /** Resolves when the last job has ended and everything is given back. Rejects if the queue broke down. */
  readonly stopped: Promise<void>;
}

export async function startWorkerProcess(about: {
  readonly database: Database;
  readonly tasks: ReadonlyMap<string, JobTask>;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Tasks of every day. */
  readonly daily: readonly string[];
  /** Tasks of other periods. */
  readonly regular: readonly RegularJob[];
  readonly log: JobLog;
  readonly timing: WorkerTiming;
}): Promise<Workers> {
  const { clock, log, timing, signal } = about;
  // One listens for new jobs, one beats, two fetch and finish jobs.
  const database = openQueueDatabase(about.database, 4);
  try {
    const runner = await startRunner({ ...about, database });
    const worker: WorkerRow = {
      id: runner.id,
      host: hostname(),
      pid: process.pid,
      concurrency: about.concurrency,
      tasks: [...about.tasks.keys()],
    };
    await beat(database, worker);
    const { daily, regular } = about;
    const stopBeating = startBeating(worker, { database, clock, log, timing, daily, regular });
    const stopped = stopWith(signal, runner.runner, { clock, log, timing }).finally(async () => {
      await stopBeating();
      await removeWorker(database, worker.id).catch(() => {});
      await database.close();
    });
    // Whoever waits for it sees the rejection; until then it must not end the process.
    stopped.catch(() => {});
    return { id: worker.id, tasks: worker.tasks, stopped };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function startRunner(about: {
  readonly database: Database;
  readonly tasks: ReadonlyMap<string, JobTask>;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  readonly log: JobLog;
}): Promise<{ readonly runner: Runner; readonly id: string }> {
  const { database, signal, log } = about;
  const events: WorkerEvents = new EventEmitter();
  let id = '';
  events.on('pool:create', ({ workerPool }) => {
    id = workerPool.id;
  });
  const taskList: TaskList = {};
  for (const [name, task] of about.tasks) {
    taskList[name] = (payload, { job }) =>
      runJob({ id: job.id, task: name, attempt: job.attempts, maxAttempts: job.max_attempts }, payload, {
        task,
        database,
        workerId: id,
        signal,
        log,
      });
  }
  const library = await import('graphile-worker');
  const runner = await library.run({
    pgPool: database.pool,
    schema: JOBS_SCHEMA,
    taskList,
    concurrency: about.concurrency,
    noHandleSignals: true,
    events,
    logger: createQueueLogger(library, log),
    parsedCronItems: [],
    // Ends of jobs are then written with retries, and a stop waits for them; without, it may close the pool first.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  return { runner, id };
}

/** Beats and reaps until the returned function is called; that one waits for a beat on its way. */
function startBeating(
  worker: WorkerRow,
  about: {
    readonly database: Database;
    readonly clock: Clock;
    readonly log: JobLog;
    readonly timing: WorkerTiming;
    readonly daily: readonly string[];
    readonly regular: readonly RegularJob[];
  },
): () => Promise<void> {
  const { database, log, timing } = about;
  let day = '';
  const periods = new Map<string, number>();
  let running: Promise<void> | undefined;
  async function beatAndReap(): Promise<void> {
    try {
      await beat(database, worker);
      await tickSchedules(database, about.clock.now());
      day = await enqueueDaily(database, about.daily, about.clock.now(), day);
      await enqueueRegular(database, about.regular, about.clock.now(), periods);
      const dead = await reapDeadWorkers(database, timing.deadAfterSeconds);
      if (dead.length > 0) log.warn({ dead }, 'Workers not seen any more; their jobs are back in the queue');
    } catch (error) {
      // The database is away; the next beat tries again.
      log.warn({ code: (error as { code?: string }).code }, 'Heartbeat failed');
    }
  }
  const stop = about.clock.every(timing.beatMs, () => {
    running ??= beatAndReap().finally(() => {
      running = undefined;
    });
  });
  return async () => {
    stop();
    await running;
  };
}

/** Resolves when the runner is through: after the signal and the last job, or when it breaks down by itself. */
async function stopWith(
  signal: AbortSignal,
  runner: Runner,
  about: { readonly clock: Clock; readonly log: JobLog; readonly timing: WorkerTiming },
): Promise<void> {
  const asked = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await Promise.race([asked, runner.promise]);
  if (!signal.aborted) return;
  const drained = new AbortController();
  const stopping = runner.stop().finally(() => drained.abort());
  await about.clock.sleep(about.timing.drainSeconds * 1000, drained.signal);
  if (!drained.signal.aborted) {
    about.log.warn({}, 'Jobs still running after the time to drain; they go back to the queue');
    await runner.kill();
  }
  await stopping.catch(() => {});
}
