// kill -9 of the process that delivers, and of the receiver, at random moments under load.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSubscriptionsDoor } from '../../src/doors/subscriptions/subscriptions-door.js';
import { createAccess } from '../../src/engine/access/index.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createSeal } from '../../src/foundation/secrets/seal.js';
import { createRandom } from '../formats/seeded-random.js';
import { createTableLog, TABLE_LOG } from '../subscriptions/table-log.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { type CompiledProduct, compileProduct } from './compiled-product.js';
import { ROUNDS as ALL_ROUNDS } from './fault-fixture.js';
import { eventually, type FaultProcess, startProcess } from './fault-process-control.js';
import { SEED } from './kill-rounds.js';

/** Each starts three processes and waits for what they were in the middle of. */
const ROUNDS = Math.ceil(ALL_ROUNDS / 5);

const RECORDS = 40;
const CHANGES_PER_ROUND = 200;

let at: TestDatabase;
let folder: string;
let product: CompiledProduct;
let address: string;
beforeAll(async () => {
  at = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), 'dovetail-delivery-'));
  product = compileProduct('delivery-process');
  await migrate(at.database);
  await at.database.query(`create table item (id bigint primary key, seq bigint); ${TABLE_LOG}`);
  address = `127.0.0.1:${await findFreePort()}`;
});
afterAll(async () => {
  await at?.drop();
  product?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { readonly port: number };
  await new Promise((done) => server.close(done));
  return port;
}

describe('kill -9 of the delivering process and of the receiver', () => {
  it(`loses no committed change and keeps the order of each record, ${ROUNDS} times (seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    const { database } = at;
    const services = createSubscriptionsDoor({
      database,
      log: createTableLog(database),
      catalog: createCatalog({ database }),
      access: createAccess({ database }),
      seal: () => createSeal(Buffer.alloc(32, 5)),
      sinkRooms: { clock: systemClock, allow: [address], folders: [] },
      base: '/api',
      clock: systemClock,
    }).services;
    await services.create({
      name: 'hook',
      owner: { kind: 'program', id: 'program' },
      wants: [{ entity: 'item' }],
      sink: 'webhook',
      settings: { url: `http://${address}/`, timeoutSeconds: 2 },
      createdBy: {},
    });
    const file = join(folder, 'received');
    writeFileSync(file, '');
    const deliver = () => startProcess(product.entry, ['deliver', at.url, address]);
    const receive = () => startProcess(product.entry, ['receive', file, address.split(':')[1]!]);
    let deliverers: FaultProcess[] = [deliver(), deliver()];
    let receiver = receive();
    const counts = new Map<number, number>();
    const lines = () =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '');

    for (let round = 0; round < ROUNDS; round++) {
      const before = lines().length;
      const rows = Array.from({ length: CHANGES_PER_ROUND }, () => {
        const record = Math.floor(random.next() * RECORDS);
        const value = (counts.get(record) ?? 0) + 1;
        counts.set(record, value);
        return [record, value] as const;
      });
      await database.query(
        `insert into logged (record, value) select r::text, v from unnest($1::int[], $2::int[]) with ordinality as x(r, v, n) order by n`,
        [rows.map(([record]) => record), rows.map(([, value]) => value)],
      );
      const target = before + 1 + Math.floor(random.next() * CHANGES_PER_ROUND * 0.7);
      await eventually(() => lines().length >= target);
      await sleep(random.next() * 20);
      if (random.next() < 0.3) {
        await receiver.kill();
        receiver = receive();
      } else {
        // The one that holds the subscription: of two, whichever it is.
        await Promise.all(deliverers.map((one) => one.kill()));
        deliverers = [deliver(), deliver()];
      }
    }
    const expected = [...counts].reduce((sum, [, count]) => sum + count, 0);
    await eventually(() => new Set(lines().map((line) => line.split(' ')[2])).size === expected);
    await eventually(async () => (await services.read('hook')).waiting === 0);

    // Sequence numbers tell: what is new to the receiver comes without a hole, what it knew comes again under the same id.
    const known = new Map<string, number>();
    const ids = new Map<string, string>();
    for (const line of lines()) {
      const [record, seq, id] = line.split(' ') as [string, string, string];
      const last = known.get(record) ?? 0;
      expect(Number(seq), line).toBeLessThanOrEqual(last + 1);
      known.set(record, Math.max(last, Number(seq)));
      expect(ids.get(`${record} ${seq}`) ?? id, line).toBe(id);
      ids.set(`${record} ${seq}`, id);
    }
    for (const [record, count] of counts) expect(known.get(String(record)), `record ${record}`).toBe(count);
    for (const one of [...deliverers, receiver]) await one.kill();
  }, 600_000);
});
