// kill -9 of a process that undoes an import, at random moments: resumed, it takes back the rest, and nothing twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../formats/seeded-random.js';
import { createFaultFixture, type FaultFixture } from './fault-fixture.js';
import { createArticleStory } from './fault-story.js';
import { killAtRandom, SEED } from './kill-rounds.js';

const KILLS = Math.min(6, Number(process.env['DOVETAIL_FAULT_ROUNDS'] ?? '6'));
const story = createArticleStory(9_000, 20_261);

let at: FaultFixture;
beforeAll(async () => {
  at = await createFaultFixture(story);
});
afterAll(() => at?.drop());

const snapshot = async () =>
  (await at.database.query<{ concat_ws: string }>(story.snapshot)).rows.map((row) => row.concat_ws);

describe('kill -9 of the undoing process', () => {
  it(`leaves an undo that goes on where it was, ${KILLS} times (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    const before = await snapshot();
    const imported = await at.createRun();
    await at.files.resumeRun(imported, at.watch());
    const { inserted, updated, deleted } = await at.files.readUndo(imported);
    const records = inserted + updated + deleted;
    expect(await snapshot()).not.toEqual(before);

    let process = at.command(['runs', 'undo', imported, '--yes', '--json']);
    const run = await Promise.race([at.newRun(imported), process.ended.then(() => undefined)]);
    if (run === undefined) throw new Error(process.said());
    let kills = 0;
    for (let killsLeft = KILLS; killsLeft > 0; killsLeft--) {
      const { kill } = process;
      const counts = await killAtRandom(at, { run, rows: records, killsLeft, kill, random });
      if (await at.isOver(run)) break;
      if (counts) kills++;
      await at.abandoned(run);
      process = at.command(['runs', 'resume', run, '--json']);
    }
    while (!(await at.isOver(run))) {
      await process.ended;
      if (await at.isOver(run)) break;
      await at.abandoned(run);
      process = at.command(['runs', 'resume', run, '--json']);
    }
    const outcome = await at.readOutcome(run);
    expect(outcome.state, process.said()).toBe('completed');
    expect(kills).toBeGreaterThan(0);
    expect(await snapshot()).toEqual(before);
    // Every record once, however often the undo was begun again.
    expect(outcome.counters).toMatchObject({ read: records, added: deleted, updated, deleted: inserted });
    const kept = await at.database.query('select from dovetail.run_undo');
    expect(kept.rowCount).toBe(0);
  }, 180_000);
});
