// kill -9 of the importing process, at random moments, again and again.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../formats/seeded-random.js';
import { createFaultFixture, type FaultFixture, ROUNDS } from './fault-fixture.js';
import { createArticleStory } from './fault-story.js';
import { killAtRandom, SEED } from './kill-rounds.js';

const KILLS_PER_IMPORT = 7;
const story = createArticleStory(14_000, 20_260);

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
      for (let killsLeft = KILLS_PER_IMPORT; killsLeft > 0 && rounds < ROUNDS; killsLeft--) {
        const { kill } = process;
        if (!(await killAtRandom(at, { run, rows: story.rows, killsLeft, kill, random }))) break;
        rounds++;
        await at.abandoned(run);
        process = at.command(['runs', 'resume', run, '--json']);
      }
      // A kill that came too late for the round to count is as good a reason to resume.
      while (!(await at.isOver(run))) {
        await process.ended;
        if (await at.isOver(run)) break;
        await at.abandoned(run);
        process = at.command(['runs', 'resume', run, '--json']);
      }
      const outcome = await at.readOutcome(run);
      expect(outcome.state, process.said()).toBe('completed_with_errors');
      expect(outcome).toEqual(await at.undisturbed(run));
    }
    expect(rounds).toBe(ROUNDS);
  }, 300_000);
});
