// kill -9 of a worker that imports in the background: another takes over, and nobody has to ask for it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMPORT_TASK } from '../../src/doors/files/import/import-runner.js';
import { createRandom } from '../formats/seeded-random.js';
import { createFaultFixture, type FaultFixture, ROUNDS } from './fault-fixture.js';
import { eventually, type FaultProcess } from './fault-process-control.js';
import { createArticleStory } from './fault-story.js';
import { killAtRandom, SEED } from './kill-rounds.js';

/** Kills count as attempts of the job, of which it has ten; so does a worker that a busy machine makes look dead. */
const KILLS_PER_IMPORT = 4;
const story = createArticleStory(8_000, 20_261);

let at: FaultFixture;
beforeAll(async () => {
  at = await createFaultFixture(story);
});
afterAll(() => at?.drop());

/** Which of the processes has the job. */
async function findHolder(workers: readonly FaultProcess[]): Promise<FaultProcess | undefined> {
  const { rows } = await at.database.query<{ pid: number }>(
    'select w.pid from dovetail.workers w join dovetail_jobs.jobs j on j.locked_by = w.id',
  );
  return workers.find(({ child }) => rows.some(({ pid }) => pid === child.pid));
}

// The run's own jobs: what the command line has raised as an alert waits for workers that know how to tell it.
const noJobs = async () =>
  (await at.database.query('select from dovetail_jobs.jobs where task_identifier = $1', [IMPORT_TASK]))
    .rowCount === 0;

describe('kill -9 of a worker', () => {
  it(`lets another take over by itself, nothing lost and nothing twice, ${ROUNDS} times (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    let workers = [at.worker(), at.worker()];
    let rounds = 0;
    while (rounds < ROUNDS) {
      await at.refill();
      const run = await at.createRun({}, true);
      for (let killsLeft = KILLS_PER_IMPORT; killsLeft > 0 && rounds < ROUNDS; killsLeft--) {
        const holder = await eventually(async () => (await at.isOver(run)) || (await findHolder(workers)));
        if (holder === true) break;
        const { kill } = holder;
        const counts = await killAtRandom(at, { run, rows: story.rows, killsLeft, kill, random });
        workers = [...workers.filter((worker) => worker !== holder), at.worker()];
        if (!counts) break;
        rounds++;
      }
      await eventually(() => at.isOver(run));
      const outcome = await at.readOutcome(run);
      expect(outcome.state).toBe('completed_with_errors');
      await eventually(noJobs);
      expect(outcome).toEqual(await at.undisturbed(run));
    }
    expect(rounds).toBe(ROUNDS);
    for (const worker of workers) await worker.kill();
  }, 300_000);

  it('is noticed within seconds by a worker as users start it', async () => {
    await at.refill();
    const run = await at.createRun({}, true);
    const first = at.command(['work', '--json']);
    await eventually(async () => (await at.readRows(run)) > 0);
    await first.kill();
    const rows = await at.readRows(run);
    expect(rows).toBeLessThan(story.rows);
    const second = at.command(['work', '--json']);
    await eventually(() => at.isOver(run));
    second.child.kill('SIGTERM');
    expect(await second.ended, second.said()).toEqual({ code: 0, signal: null });
    expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
  }, 120_000);

  it('that was asked to stop leaves the rest of its import to the next, without losing an attempt', async () => {
    await at.refill();
    const run = await at.createRun({}, true);
    const first = at.worker();
    await eventually(async () => (await at.readRows(run)) > 0);
    first.child.kill('SIGTERM');
    expect(await first.ended, first.said()).toEqual({ code: 0, signal: null });
    expect((await at.readOutcome(run)).state).toBe('queued');
    const { rows } = await at.database.query(
      `select attempts from dovetail_jobs._private_jobs where payload->>'run' = $1`,
      [run],
    );
    expect(rows).toEqual([{ attempts: 0 }]);
    const second = at.worker();
    await eventually(() => at.isOver(run));
    expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
    await second.kill();
  }, 120_000);
});

describe('a background import that was cancelled', () => {
  it('before a worker took it is not begun', async () => {
    await at.refill();
    const run = await at.createRun({}, true);
    expect(await at.files.cancelRun(run)).toBe('cancelled');
    const worker = at.worker();
    await eventually(noJobs);
    expect(await at.readOutcome(run)).toMatchObject({ state: 'cancelled', counters: { read: 0 } });
    await worker.kill();
  });

  it('after its worker was killed is not gone on with by the next', async () => {
    await at.refill();
    const run = await at.createRun({}, true);
    const first = at.worker();
    await eventually(async () => (await at.readRows(run)) > 0);
    await first.kill();
    await at.abandoned(run);
    expect(await at.files.cancelRun(run)).toBe('cancelled');
    const rows = await at.readRows(run);
    const second = at.worker();
    await eventually(noJobs);
    expect(await at.readOutcome(run)).toMatchObject({ state: 'cancelled', counters: { read: rows } });
    await second.kill();
  });
});
