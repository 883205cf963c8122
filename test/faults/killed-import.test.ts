// kill -9 of the importing process, at random moments, again and again.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../formats/seeded-random.js';
import { CHUNK_ROWS, createFaultFixture, type FaultFixture, ROUNDS } from './fault-fixture.js';
import { eventually, type FaultProcess } from './fault-process-control.js';
import { createArticleStory } from './fault-story.js';

const SEED = Number(process.env['DOVETAIL_FAULT_SEED'] ?? Date.now() % 1_000_000);
const ROWS = 20_000;
const KILLS_PER_IMPORT = 5;
const story = createArticleStory(ROWS, 20_260);

let at: FaultFixture;
beforeAll(async () => {
  at = await createFaultFixture(story);
});
afterAll(() => at?.drop());

describe('kill -9 of the importing process', () => {
  it(`loses nothing and does nothing twice, ${ROUNDS} times (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    let rounds = 0;
    while (rounds < ROUNDS) {
      await at.refill();
      const before = await at.lastRun();
      let process = at.command(['import', at.path, '--entity', story.entity, '--json']);
      const run = await Promise.race([at.newRun(before), process.ended.then(() => undefined)]);
      if (run === undefined) throw new Error(process.said());
      for (let kills = 0; kills < KILLS_PER_IMPORT && rounds < ROUNDS; kills++) {
        const done = await at.readRows(run);
        const share = (ROWS - done) / (KILLS_PER_IMPORT - kills + 1);
        const counts = await killAfter(
          process,
          run,
          done,
          done + 1 + random.next() * share,
          random.next() * 20,
        );
        if (!counts) break;
        rounds++;
        await at.abandoned(run);
        process = at.command(['runs', 'resume', run, '--json']);
      }
      await process.ended;
      const outcome = await at.readOutcome(run);
      expect(outcome.state, process.said()).toBe('completed_with_errors');
      expect(outcome).toEqual(await at.undisturbed(run));
    }
    expect(rounds).toBe(ROUNDS);
  }, 300_000);
});

/** Kills the process a moment after so many rows are committed. True if it had committed a chunk and left one. */
async function killAfter(
  process: FaultProcess,
  run: string,
  done: number,
  target: number,
  moment: number,
): Promise<boolean> {
  const reached = eventually(async () => (await at.readRows(run)) >= target);
  await Promise.race([reached, process.ended]);
  await sleep(moment);
  await process.kill();
  const rows = await at.readRows(run);
  return rows >= done + 1 && rows <= ROWS - CHUNK_ROWS;
}
