// kill -9 of a worker between taking a file and the end of its run: the file is imported once, and put away.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFilesDoor, type FilesDoor } from '../../src/doors/files/files-door.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { addJob } from '../../src/engine/jobs/enqueue-job.js';
import { installJobs } from '../../src/engine/jobs/install-jobs.js';
import { readRuns } from '../../src/engine/pipeline/index.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { compileProduct } from './compiled-product.js';
import { eventually, type FaultProcess, startProcess } from './fault-process-control.js';

const ROWS = 30_000;
/** How many files are imported under kills; each kill counts as an attempt of the job, of which it has ten. */
const ROUNDS = Math.min(3, Number(process.env['DOVETAIL_FAULT_ROUNDS'] ?? '3'));

let test: TestDatabase;
let folder: string;
let files: FilesDoor;
let product: Awaited<ReturnType<typeof compileProduct>>;
const started: FaultProcess[] = [];

beforeAll(async () => {
  product = await compileProduct();
  test = await createTestDatabase();
  await migrate(test.database);
  await installJobs(test.database);
  await test.database.query('create table item (sku text primary key, price numeric not null)');
  folder = mkdtempSync(join(tmpdir(), 'dovetail-fault-schedule-'));
  mkdirSync(join(folder, 'inbox'));
  files = createFilesDoor({
    database: test.database,
    catalog: createCatalog({ database: test.database }),
    dataFolder: join(folder, 'data'),
    enqueue: (client, task, payload) => addJob(client, task, payload),
    sleep: async () => {},
    places: { roots: [folder], storages: {} },
  });
  await files.schedules.add({
    name: 'items',
    cron: '0 3 1 1 *',
    timeZone: 'UTC',
    windows: [],
    overlap: 'skip',
    createdBy: { kind: 'user', id: 'test' },
    does: {
      kind: 'import',
      settings: {
        from: { kind: 'folder', path: join(folder, 'inbox', '*.csv') },
        call: { entity: 'item', onError: 'skip', formatOptions: {}, chunkRows: 500 },
        done: 'done',
        sameContent: 'new',
        settleSeconds: 1,
      },
    },
  });
}, 120_000);
afterAll(async () => {
  for (const process of started) process.child.kill('SIGKILL');
  await Promise.all(started.map((process) => process.ended));
  product?.remove();
  await test?.drop();
  rmSync(folder, { recursive: true, force: true });
});

function startWorker(): FaultProcess {
  const worker = startProcess(product.entry, ['work', test.url, join(folder, 'data')], {
    env: { FAULT_FOLDER: folder },
  });
  started.push(worker);
  return worker;
}

describe('kill -9 of a worker that took a file', () => {
  it(`leaves it to the next one, ${ROUNDS} files, two kills each`, async () => {
    let worker = startWorker();
    for (let round = 1; round <= ROUNDS; round++) {
      const file = join(folder, 'inbox', `items-${round}.csv`);
      const rows = Array.from({ length: ROWS }, (_, i) => `${round}-${i},${i}`);
      writeFileSync(file, `sku,price\n${rows.join('\n')}\n`);
      utimesSync(file, 1_700_000_000, 1_700_000_000);
      await files.schedules.run('items', { kind: 'user', id: 'test' });
      for (let kill = 1; kill <= 2; kill++) {
        await eventually(async () => {
          const { rows: read } = await test.database.query<{ read: string }>(
            `select coalesce(sum(c.read), 0) as read from dovetail.runs r left join dovetail.run_checkpoints c on c.run_id = r.id
             where r.title like $1`,
            [`%items-${round}.csv`],
          );
          return Number(read[0]!.read) >= kill * 1_000;
        });
        await worker.kill();
        worker = startWorker();
      }
      await eventually(async () => (await files.schedules.read('items')).last?.endedAt !== undefined);
      const { last } = await files.schedules.read('items');
      expect(last, last?.says).toMatchObject({ state: 'done' });
    }
    await worker.kill();
    const runs = await readRuns(test.database, {});
    expect(runs.map((run) => [run.state, run.counters.read])).toEqual(
      Array(ROUNDS).fill(['completed', ROWS]),
    );
    const { rows } = await test.database.query<{ count: number }>('select count(*)::int as count from item');
    expect(rows).toEqual([{ count: ROUNDS * ROWS }]);
    expect(readdirSync(join(folder, 'inbox', 'done'))).toHaveLength(ROUNDS);
    expect(readdirSync(join(folder, 'inbox'))).toEqual(['done']);
  }, 240_000);
});
