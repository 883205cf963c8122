// kill -9 while pictures are fetched and put, and between that and the commit: every record names a file that is there and whole, the
// resumed run is as if nothing had happened, and no address is fetched twice for it.
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { installJobs } from '../../src/engine/jobs/install-jobs.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { png } from '../import/file-fields/pictures.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { compileProduct } from './compiled-product.js';
import { eventually, type FaultProcess, startProcess } from './fault-process-control.js';

const ROWS = 300;
const ROUNDS = Math.min(3, Number(process.env['DOVETAIL_FAULT_ROUNDS'] ?? '3'));

let test: TestDatabase;
let folder: string;
let server: Server;
let product: Awaited<ReturnType<typeof compileProduct>>;
let asked: string[] = [];
let round = 0;
const started: FaultProcess[] = [];

const media = () => join(folder, `media-${round}`);

beforeAll(async () => {
  product = await compileProduct();
  test = await createTestDatabase();
  await migrate(test.database);
  await installJobs(test.database);
  folder = mkdtempSync(join(tmpdir(), 'dovetail-fault-pictures-'));
  server = createServer((request, response) => {
    asked.push(request.url!);
    response.writeHead(200, { etag: `"${request.url}"` }).end(png(request.url));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
}, 120_000);
afterAll(async () => {
  for (const process of started) process.child.kill('SIGKILL');
  await Promise.all(started.map((process) => process.ended));
  server?.closeAllConnections();
  server?.close();
  product?.remove();
  await test?.drop();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  round++;
  asked = [];
  const { port } = server.address() as AddressInfo;
  const config = {
    storages: { media: { kind: 'folder', path: media() } },
    allowAddresses: [`127.0.0.1:${port}`],
    entities: { item: { fields: { picture: { file: { storage: 'media' } } } } },
  };
  writeFileSync(join(folder, 'dovetail.config.json'), JSON.stringify(config));
  const rows = Array.from({ length: ROWS }, (_, i) => `${i},http://127.0.0.1:${port}/${round}/${i}.png\n`);
  writeFileSync(join(folder, 'item.csv'), `sku,picture\n${rows.join('')}`);
  await test.database.query(
    `drop table if exists item; create table item (sku text primary key, picture text);
     truncate dovetail.field_files, dovetail.fetched_files`,
  );
});

function command(...args: string[]): FaultProcess {
  const where = ['--database', test.url, '--data-folder', join(folder, 'data')];
  const config = ['--config', join(folder, 'dovetail.config.json')];
  const process = startProcess(product.entry, ['cli', ...args, ...where, ...config], {
    env: { FAULT_CHUNK_ROWS: '20' },
  });
  started.push(process);
  return process;
}

const countKept = (): number => {
  try {
    return readdirSync(media(), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.png'))
      .length;
  } catch {
    return 0;
  }
};

const readRecords = async () =>
  (await test.database.query<{ sku: string; picture: string }>('select sku, picture from item')).rows;

/** Every record names a file that is there, whole, and what its address gave. */
async function expectWhole(): Promise<number> {
  const records = await readRecords();
  for (const { sku, picture } of records) {
    const bytes = readFileSync(join(media(), picture));
    expect(bytes.equals(png(`/${round}/${sku}.png`))).toBe(true);
    expect(picture.replace('/', '')).toBe(`${createHash('sha256').update(bytes).digest('hex')}.png`);
  }
  return records.length;
}

async function killedRun(moment: () => Promise<boolean> | boolean): Promise<string> {
  const first = command('import', join(folder, 'item.csv'), '--entity', 'item', '--writers', '1');
  await eventually(moment);
  await first.kill();
  const { rows } = await test.database.query<{ id: string }>('select max(id)::text as id from dovetail.runs');
  return rows[0]!.id;
}

async function resume(run: string): Promise<void> {
  // The lease of the dead process has to run out.
  await eventually(async () => {
    const again = command('runs', 'resume', run);
    const { code } = await again.ended;
    return code === 0;
  });
}

describe('kill -9 of an import that takes pictures', () => {
  it.each(Array.from({ length: ROUNDS }, (_, i) => Math.round(((i + 0.5) * ROWS) / ROUNDS)))(
    'between putting a file and its commit, at the %s. file, loses nothing, and fetches nothing twice',
    async (files) => {
      const run = await killedRun(() => countKept() >= files);
      await expectWhole();
      await resume(run);
      expect(await expectWhole()).toBe(ROWS);
      // What was on its way when the process died is fetched once more: six at most.
      expect(asked.length).toBeLessThanOrEqual(ROWS + 6);
      expect(new Set(asked).size).toBe(ROWS);
      expect(countKept()).toBe(ROWS);
    },
    120_000,
  );

  it('between two commits goes on with the next row', async () => {
    const run = await killedRun(async () => (await readRecords()).length > 0);
    await expectWhole();
    await resume(run);
    expect(await expectWhole()).toBe(ROWS);
    expect(asked.length).toBe(ROWS);
  }, 120_000);
});
