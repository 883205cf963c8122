// The promises of the job queue, on a real PostgreSQL and with real processes.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { installJobs, JOBS_SCHEMA, uninstallJobs } from '../../src/engine/jobs/install-jobs.js';
import { createJobs } from '../../src/engine/jobs/jobs.js';
import type { JobTask } from '../../src/engine/jobs/run-job.js';
import { reapDeadWorkers } from '../../src/engine/jobs/worker-rows.js';
import { errorRegister } from '../../src/foundation/errors/dovetail-error.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const TIMING = { beatMs: 200, deadAfterSeconds: 1.5 };
const FAST_TESTS = errorRegister('TEST', {
  1: { title: 'Passes by', consequence: 'retry' },
  2: { title: 'Is left out', consequence: 'skip' },
  3: { title: 'Is given up', consequence: 'stop' },
});

let test: TestDatabase;
const children: ChildProcess[] = [];
let stops: AbortController[] = [];
let running: Promise<void>[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.database);
  await installJobs(test.database);
  await test.database.query('create table noted (word text, pid integer, attempt integer)');
});
beforeEach(async () => {
  await test.database.query(
    `truncate noted; delete from ${JOBS_SCHEMA}._private_jobs; delete from dovetail.workers`,
  );
});
afterEach(async () => {
  for (const stop of stops) stop.abort();
  await Promise.all(running);
  stops = [];
  running = [];
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => test?.drop());

function makeJobs(tasks: Record<string, JobTask>, lines: { fields: object; message: string }[] = []) {
  const write = (fields: object, message: string) => {
    lines.push({ fields, message });
  };
  return createJobs({
    database: test.database,
    tasks,
    clock: systemClock,
    timing: TIMING,
    log: { info: write, warn: write, error: write },
  });
}

async function work(jobs: ReturnType<typeof createJobs>) {
  const stop = new AbortController();
  stops.push(stop);
  const workers = await jobs.startWorkers({ concurrency: 2, signal: stop.signal });
  running.push(workers.stopped);
  return { ...workers, stop: () => stop.abort() };
}

async function eventually<T>(read: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await read();
    if (found) return found;
    await systemClock.sleep(50);
  }
}

async function queued(): Promise<
  {
    id: string;
    attempts: number;
    max_attempts: number;
    locked_by: string | null;
    last_error: string | null;
  }[]
> {
  const { rows } = await test.database.query(
    `select id, attempts, max_attempts, locked_by, last_error from ${JOBS_SCHEMA}.jobs order by id`,
  );
  return rows as never;
}

const noted = async () => (await test.database.query('select * from noted order by attempt')).rows;

async function startChild(mode: 'hang' | 'work'): Promise<{ child: ChildProcess; worker: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'test/jobs/worker-process.ts', test.url, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.startsWith('ready ')) return { child, worker: line.slice(6) };
  }
  throw new Error('The worker process ended before it was ready.');
}

describe('enqueueing', () => {
  it('a job of a transaction that is rolled back was never there', async () => {
    const jobs = makeJobs({ note: async () => {} });
    const rolledBack = test.database.transaction(async (client) => {
      await jobs.enqueue(client, 'note', { word: 'never' });
      throw new Error('changed my mind');
    });
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect(await queued()).toEqual([]);
    await test.database.transaction((client) => jobs.enqueue(client, 'note', { word: 'now' }));
    expect(await queued()).toHaveLength(1);
  });

  it('a job of the same key replaces the one that waits', async () => {
    const words: unknown[] = [];
    const jobs = makeJobs({ note: async (payload) => void words.push((payload as { word: string }).word) });
    await jobs.enqueue(test.database, 'note', { word: 'first' }, { jobKey: 'one' });
    await jobs.enqueue(test.database, 'note', { word: 'second' }, { jobKey: 'one' });
    expect(await queued()).toHaveLength(1);
    await work(jobs);
    await eventually(async () => (await queued()).length === 0);
    expect(words).toEqual(['second']);
  });

  it('refuses a task that no door has, and says which one is near', async () => {
    const jobs = makeJobs({ 'run.import': async () => {} });
    await expect(jobs.enqueue(test.database, 'run.imprt', {})).rejects.toMatchObject({
      code: 'JOBS-101',
      hint: 'Did you mean "run.import"?',
    });
  });

  it('says what is missing where the queue is not set up', async () => {
    const bare = await createTestDatabase();
    try {
      const jobs = createJobs({
        database: bare.database,
        tasks: { note: async () => {} },
        clock: systemClock,
      });
      await expect(jobs.enqueue(bare.database, 'note', {})).rejects.toMatchObject({ code: 'JOBS-104' });
    } finally {
      await bare.drop();
    }
  });
});

describe('what an error does to its job', () => {
  it('retry: the job waits for its next attempt', async () => {
    const jobs = makeJobs({ fail: async () => Promise.reject(FAST_TESTS(1, { detail: 'not yet' })) });
    await jobs.enqueue(test.database, 'fail', {});
    await work(jobs);
    const [job] = await eventually(async () => {
      const jobs = await queued();
      return jobs[0]?.last_error != null && jobs;
    });
    expect(job).toMatchObject({ attempts: 1, max_attempts: 10, last_error: 'TEST-1: not yet' });
  });

  it('stop: the job stays in the queue as failed, without another attempt', async () => {
    const jobs = makeJobs({ fail: async () => Promise.reject(FAST_TESTS(3, { detail: 'hopeless' })) });
    await jobs.enqueue(test.database, 'fail', {});
    await work(jobs);
    const [job] = await eventually(async () => {
      const jobs = await queued();
      return jobs[0]?.last_error != null && jobs;
    });
    expect(job).toMatchObject({ attempts: 1, max_attempts: 1, last_error: 'TEST-3: hopeless' });
  });

  it('skip: the job is done', async () => {
    const lines: { fields: object; message: string }[] = [];
    const jobs = makeJobs(
      { fail: async () => Promise.reject(FAST_TESTS(2, { detail: 'not for us' })) },
      lines,
    );
    await jobs.enqueue(test.database, 'fail', {});
    await work(jobs);
    await eventually(async () => (await queued()).length === 0);
    expect(lines.map((line) => line.message)).toContain('Job left out');
  });

  it('neither the log nor the queue keeps a secret of the payload', async () => {
    const lines: { fields: object; message: string }[] = [];
    const jobs = makeJobs(
      {
        fail: async (payload) =>
          Promise.reject(new Error(`login with ${(payload as { password: string }).password}`)),
      },
      lines,
    );
    await jobs.enqueue(test.database, 'fail', { password: 'hunter2' });
    await work(jobs);
    const [job] = await eventually(async () => {
      const jobs = await queued();
      return jobs[0]?.last_error != null && jobs;
    });
    expect(job?.last_error).toBe('login with ****');
    expect(JSON.stringify(lines)).toContain('login with ****');
    expect(JSON.stringify(lines)).not.toContain('hunter2');
  });
});

describe('workers that come to an end', () => {
  it('a stop takes no new job and waits for the one that runs', async () => {
    let release = () => {};
    const started = new Promise<void>((begun) => {
      release = begun;
    });
    let finish = () => {};
    const mayFinish = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const done: string[] = [];
    const jobs = makeJobs({
      slow: async () => {
        release();
        await mayFinish;
        done.push('slow');
      },
      late: async () => void done.push('late'),
    });
    await jobs.enqueue(test.database, 'slow', {});
    const workers = await work(jobs);
    await started;
    workers.stop();
    await jobs.enqueue(test.database, 'late', {});
    finish();
    await workers.stopped;
    expect(done).toEqual(['slow']);
    expect(await queued()).toHaveLength(1);
    expect((await test.database.query('select from dovetail.workers')).rowCount).toBe(0);
  });

  it('a job that stops because its worker does goes back, and the attempt does not count', async () => {
    const { child } = await startChild('hang');
    const jobs = makeJobs({ note: async () => {} });
    await jobs.enqueue(test.database, 'note', { word: 'long' });
    await eventually(async () => (await noted()).length === 1);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    expect(await queued()).toMatchObject([{ attempts: 0, locked_by: null }]);
  });

  it('a worker killed with kill -9 gives up its job to another one within seconds', async () => {
    const { child, worker } = await startChild('hang');
    const jobs = makeJobs({ note: async () => {} });
    await jobs.enqueue(test.database, 'note', { word: 'orphan' });
    await eventually(async () => (await noted()).length === 1);
    expect((await queued())[0]?.locked_by).toBe(worker);
    child.kill('SIGKILL');
    await once(child, 'exit');

    const taken = makeJobs({
      note: async (_payload, context) => {
        await test.database.query('insert into noted values ($1, $2, $3)', [
          'taken',
          process.pid,
          context.attempt,
        ]);
      },
    });
    await work(taken);
    await eventually(async () => (await queued()).length === 0);
    expect(await noted()).toMatchObject([
      { word: 'orphan', attempt: 1 },
      { word: 'taken', attempt: 2 },
    ]);
  });

  it('a worker killed before its first heartbeat leaves no job locked either', async () => {
    const jobs = makeJobs({ note: async () => {} });
    const id = await jobs.enqueue(test.database, 'note', {});
    await test.database.query(
      `update ${JOBS_SCHEMA}._private_jobs set locked_by = 'pool-unknown', locked_at = now() - interval '1 minute' where id = $1`,
      [id],
    );
    expect(await reapDeadWorkers(test.database, 7)).toEqual(['pool-unknown']);
    expect(await queued()).toMatchObject([{ locked_by: null }]);
  });

  it('a worker that beats keeps its job, however long it takes', async () => {
    const { worker } = await startChild('hang');
    const jobs = makeJobs({ note: async () => {} });
    await jobs.enqueue(test.database, 'note', { word: 'patient' });
    await eventually(async () => (await noted()).length === 1);
    await test.database.query(
      `update ${JOBS_SCHEMA}._private_jobs set locked_at = now() - interval '1 hour'`,
    );
    expect(await reapDeadWorkers(test.database, TIMING.deadAfterSeconds)).toEqual([]);
    expect((await queued())[0]?.locked_by).toBe(worker);
  });

  it('a worker that was taken for dead and wakes cannot remove the job another one is running', async () => {
    let release = () => {};
    const started = new Promise<void>((begun) => {
      release = begun;
    });
    let finish = () => {};
    const mayFinish = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const lines: { fields: object; message: string }[] = [];
    const jobs = makeJobs(
      {
        note: async () => {
          release();
          await mayFinish;
        },
      },
      lines,
    );
    await jobs.enqueue(test.database, 'note', {});
    await work(jobs);
    await started;
    await test.database.query(`update ${JOBS_SCHEMA}._private_jobs set locked_by = 'pool-other'`);
    await test.database.query(
      `insert into dovetail.workers (id, host, pid, concurrency, tasks) values ('pool-other', 'x', 1, 1, '{}')`,
    );
    await test.database.query(
      `update dovetail.workers set seen_at = now() + interval '1 hour' where id = 'pool-other'`,
    );
    finish();
    await eventually(async () =>
      lines.some((line) => line.message === 'Job was given to another worker meanwhile'),
    );
    expect(await queued()).toMatchObject([{ locked_by: 'pool-other' }]);
  });
});

describe('the schema of the queue', () => {
  it('is made and dropped whole', async () => {
    const own = await createTestDatabase();
    try {
      const count = async () =>
        (await own.database.query('select from pg_namespace where nspname = $1', [JOBS_SCHEMA])).rowCount;
      await Promise.all([installJobs(own.database), installJobs(own.database)]);
      expect(await count()).toBe(1);
      await uninstallJobs(own.database);
      await uninstallJobs(own.database);
      expect(await count()).toBe(0);
    } finally {
      await own.drop();
    }
  });
});
