// Connections that are cut under a running import: a writer's, the lease's, and one right before or after its commit.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lockCheckpoint, saveCheckpoint } from '../../src/engine/pipeline/checkpoint-store.js';
import { NO_COUNTS } from '../../src/engine/pipeline/run.js';
import { openDatabase } from '../../src/foundation/postgres/database.js';
import { createRandom } from '../formats/seeded-random.js';
import { type CommitCut, startCommitProxy } from './commit-proxy.js';
import { createFaultFixture, type FaultFixture, ROUNDS } from './fault-fixture.js';
import { eventually } from './fault-process-control.js';
import { createArticleStory } from './fault-story.js';
import { SEED } from './kill-rounds.js';

const story = createArticleStory(8_000, 20_263);

let at: FaultFixture;
beforeAll(async () => {
  at = await createFaultFixture(story);
});
afterAll(() => at?.drop());
beforeEach(() => at.refill());

describe('a connection that is cut', () => {
  it(`while it writes costs nothing, ${ROUNDS} times at random moments (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    let cuts = 0;
    while (cuts < ROUNDS) {
      await at.refill();
      const run = await at.createRun();
      let over = false;
      const importing = at
        .patiently()
        .resume(run)
        .finally(() => {
          over = true;
        });
      while (!over && cuts < ROUNDS) {
        await sleep(random.next() * 60);
        const { rowCount } = await at.database.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and starts_with(application_name, $1) limit 1`,
          [`dovetail run ${run}/`],
        );
        cuts += rowCount ?? 0;
      }
      expect(await importing).toBeUndefined();
      expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
    }
  }, 200_000);

  it('and held the lease neither stops the import nor lets another process take it', async () => {
    const run = await at.createRun();
    const importing = at.patiently().resume(run);
    await eventually(async () => (await at.readRows(run)) > 0);
    // Held up, so that it can't be through before the other one tries.
    const blocker = await at.database.pool.connect();
    await blocker.query('begin; lock table article in share row exclusive mode');
    const { rowCount } = await at.database.query(
      `select pg_terminate_backend((holder->>'backend')::int) from dovetail.runs where id = $1 and holder is not null`,
      [run],
    );
    expect(rowCount).toBe(1);
    await eventually(async () => {
      const { rows } = await at.database.query<{ own: boolean }>(
        'select holder is null as own from dovetail.runs where id = $1',
        [run],
      );
      return rows[0]!.own;
    });
    await expect(at.files.resumeRun(run, at.watch())).rejects.toMatchObject({ code: 'PIPELINE-102' });
    await blocker.query('rollback');
    blocker.release();
    expect(await importing).toBeUndefined();
    expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
  });

  const cuts: readonly (readonly [CommitCut, string])[] = [
    ['before', 'before the server sees a commit: the chunk is written again'],
    ['after', 'before the answer to a commit comes: the chunk is not written again'],
    ['late', 'on one side only, while the commit is under way: it is written once'],
  ];
  for (const [cut, promise] of cuts) {
    it(promise, async () => {
      const proxy = await startCommitProxy(at.url, cut, 3);
      const database = openDatabase(proxy.url);
      const run = await at.createRun();
      expect(await at.patiently(database).resume(run)).toBeUndefined();
      await database.close();
      await proxy.close();
      expect(proxy.cuts()).toBeGreaterThan(3);
      expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
    });
  }
});

describe('whether a commit that got no answer took place', () => {
  it('is asked only once it is decided', async () => {
    const run = await at.createRun();
    const [writer, asker] = [await at.database.pool.connect(), await at.database.pool.connect()];
    await writer.query('begin');
    await saveCheckpoint(writer, run, 0, 500, NO_COUNTS);
    await asker.query('begin');
    const answer = lockCheckpoint(asker, run, 0);
    await eventually(async () => {
      const { rows } = await at.database.query<{ waits: boolean }>(
        'select cardinality(pg_blocking_pids($1)) > 0 as waits',
        [(asker as unknown as { processID: number }).processID],
      );
      return rows[0]!.waits;
    });
    await writer.query('commit');
    expect(await answer).toBe(500);
    await asker.query('rollback');
    writer.release();
    asker.release();
  });
});
