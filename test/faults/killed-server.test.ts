// kill -9 of PostgreSQL under a running import: a server of the test's own, with all durability on.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/foundation/postgres/database.js';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/foundation/postgres/embedded/embedded-postgres.js';
import { createRandom } from '../formats/seeded-random.js';
import { createFaultFixture, type FaultFixture, ROUNDS } from './fault-fixture.js';
import { createArticleStory } from './fault-story.js';
import { killAtRandom, SEED } from './kill-rounds.js';

const KILLS_PER_IMPORT = 5;
const story = createArticleStory(8_000, 20_262);

let folder: string;
let server: EmbeddedPostgres | undefined;
let at: FaultFixture;
const start = async () => {
  server = await startEmbeddedPostgres({ folder, settings: { shared_buffers: '32MB' } });
  return server;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dovetail-killed-server-'));
  const { url } = await start();
  at = await createFaultFixture(story, { database: openDatabase(url), url });
}, 120_000);
afterAll(async () => {
  await at?.drop();
  await server?.stop();
  if (server !== undefined) await rm(server.folder, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
});

describe('kill -9 of PostgreSQL', () => {
  it(`is survived by the importing process, nothing lost and nothing twice, ${ROUNDS} times (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    const kill = async () => {
      process.kill(server!.pid, 'SIGKILL');
      await sleep(random.next() * 300);
      await start();
    };
    let rounds = 0;
    while (rounds < ROUNDS) {
      await at.refill();
      const before = await at.lastRun();
      const importing = at.command(['import', at.path, '--entity', story.entity, '--json']);
      const run = await Promise.race([at.newRun(before), importing.ended.then(() => undefined)]);
      if (run === undefined) throw new Error(importing.said());
      for (let killsLeft = KILLS_PER_IMPORT; killsLeft > 0 && rounds < ROUNDS; killsLeft--) {
        if (!(await killAtRandom(at, { run, rows: story.rows, killsLeft, kill, random }))) break;
        rounds++;
      }
      expect(await importing.ended, importing.said()).toEqual({ code: 4, signal: null });
      expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
    }
    expect(rounds).toBe(ROUNDS);
  }, 300_000);

  it('that stays away is given up on with the way to resume, and resumed', async () => {
    await at.refill();
    const run = await at.createRun();
    const impatient = at.impatiently(500);
    let told = 0;
    const failure = await impatient.resume(run, {
      onProgress: ({ rows }) => {
        if (rows > 0 && told++ === 0) process.kill(server!.pid, 'SIGKILL');
      },
    });
    expect(failure).toMatchObject({
      code: 'PIPELINE-106',
      hint: expect.stringContaining(`runs resume ${run}`),
    });
    await start();
    await at.abandoned(run);
    const resumed = at.command(['runs', 'resume', run]);
    expect(await resumed.ended, resumed.said()).toEqual({ code: 4, signal: null });
    expect(await at.readOutcome(run)).toEqual(await at.undisturbed(run));
  }, 120_000);
});
