// kill -9 of the stream, and of PostgreSQL under it, while three writers write: every committed change is in the log once, in the order
// of the commits; and another process takes over.
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
import { createTestDatabase } from '../support/test-database.js';
import { type CompiledProduct, compileProduct } from './compiled-product.js';
import { ROUNDS as ALL_ROUNDS } from './fault-fixture.js';
import { eventually, type FaultProcess, startProcess } from './fault-process-control.js';
import { SEED } from './kill-rounds.js';
import { expectEverythingOnce, openLog, prepareLoad, startLoad } from './stream-load.js';

/** Each round starts a process. */
const ROUNDS = Math.ceil(ALL_ROUNDS / 2);

let product: CompiledProduct;
let folder: string;
const started: FaultProcess[] = [];
const startStream = (url: string): FaultProcess => {
  const process = startProcess(product.cli, ['stream', '--database', url, '--data-folder', folder, '--json']);
  started.push(process);
  return process;
};
/** Waits until it has said so. */
const says = (process: FaultProcess, event: string) =>
  eventually(() => {
    if (process.child.exitCode !== null) throw new Error(process.said());
    return process.said().includes(`"event":"${event}"`);
  });

beforeAll(async () => {
  product = compileProduct();
  folder = await mkdtemp(join(tmpdir(), 'dovetail-killed-stream-'));
}, 120_000);
afterAll(async () => {
  for (const process of started) await process.kill();
  product?.remove();
  await rm(folder, { recursive: true, force: true });
});

describe('kill -9 of the stream', () => {
  it(`under load loses nothing, tells nothing twice and keeps the order, ${ROUNDS} times with a standby (seed ${SEED})`, async () => {
    const test = await createTestDatabase();
    await prepareLoad(test.database);
    const random = createRandom(SEED);
    const reader = openLog(test.url);
    let leader = startStream(test.url);
    await says(leader, 'following');
    const load = startLoad(test.url, random);
    const takeovers: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const standby = startStream(test.url);
      await says(standby, 'standby');
      await sleep(random.next() * 400);
      await leader.kill();
      const killed = performance.now();
      await says(standby, 'following');
      takeovers.push(performance.now() - killed);
      leader = standby;
    }
    await load.stop();
    expect(load.committed).toBeGreaterThan(ROUNDS * 5);
    expect(await expectEverythingOnce(test.database, reader.log)).toBeGreaterThan(1_000);
    expect(Math.max(...takeovers)).toBeLessThan(10_000);
    await leader.kill();
    await reader.close();
    await test.drop();
  }, 300_000);

  it('while two begin at once makes one of them the reader, and nothing is written twice', async () => {
    const test = await createTestDatabase();
    await prepareLoad(test.database);
    const reader = openLog(test.url);
    const all = [1, 2, 3].map(() => startStream(test.url));
    await eventually(() => all.filter((one) => one.said().includes('standby')).length === 2);
    await eventually(() => all.some((one) => one.said().includes('following')));
    const load = startLoad(test.url, createRandom(SEED));
    await eventually(() => load.committed > 100);
    await load.stop();
    await expectEverythingOnce(test.database, reader.log);
    expect(all.filter((one) => one.said().includes('leading'))).toHaveLength(1);
    for (const one of all) await one.kill();
    await reader.close();
    await test.drop();
  }, 120_000);
});

describe('a stream that is stopped without being ended', () => {
  it('is replaced within seconds, and can write nothing when it wakes', async () => {
    const test = await createTestDatabase();
    await prepareLoad(test.database);
    const reader = openLog(test.url);
    const paused = startStream(test.url);
    await says(paused, 'following');
    const load = startLoad(test.url, createRandom(SEED));
    const standby = startStream(test.url);
    await says(standby, 'standby');
    paused.child.kill('SIGSTOP');
    await says(standby, 'following');
    paused.child.kill('SIGCONT');
    await says(paused, 'interrupted');
    await load.stop();
    await expectEverythingOnce(test.database, reader.log);
    await paused.kill();
    await standby.kill();
    await reader.close();
    await test.drop();
  }, 120_000);
});

describe('kill -9 of PostgreSQL', () => {
  it(`under load loses nothing, tells nothing twice and keeps the order, ${Math.ceil(ROUNDS / 4)} times (seed ${SEED})`, async () => {
    const place = join(folder, 'server');
    let server: EmbeddedPostgres | undefined;
    const start = async () => {
      server = await startEmbeddedPostgres({ folder: place, settings: { shared_buffers: '32MB' } });
      return server;
    };
    const { url } = await start();
    const database = openDatabase(url, { max: 2 });
    await prepareLoad(database);
    const random = createRandom(SEED);
    const reader = openLog(url);
    const stream = startStream(url);
    await says(stream, 'following');
    const load = startLoad(url, random);
    for (let round = 0; round < Math.ceil(ROUNDS / 4); round++) {
      const before = load.committed;
      await sleep(200 + random.next() * 800);
      process.kill(server!.pid, 'SIGKILL');
      await sleep(random.next() * 300);
      await start();
      await eventually(() => load.committed > before);
    }
    await load.stop();
    await expectEverythingOnce(database, reader.log);
    expect(stream.child.exitCode).toBeNull();
    await stream.kill();
    await reader.close();
    await database.close();
    await server?.stop();
    if (server !== undefined) await rm(server.folder, { recursive: true, force: true });
  }, 300_000);
});
