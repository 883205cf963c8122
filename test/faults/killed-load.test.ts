// kill -9 of the process that loads scripts and fixtures, at random moments, again and again.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installJobs } from '../../src/engine/jobs/install-jobs.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createRandom } from '../formats/seeded-random.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { type CompiledProduct, compileProduct } from './compiled-product.js';
import { eventually, startProcess } from './fault-process-control.js';
import { SEED } from './kill-rounds.js';

const FILES = 24;
const RECORDS = 400;
const KILLS = 6;

let test: TestDatabase;
let product: CompiledProduct;
let folder: string;
beforeAll(async () => {
  product = compileProduct();
  test = await createTestDatabase();
  await migrate(test.database);
  await installJobs(test.database);
  // Without a key that would hide it, so that whatever is done twice shows.
  await test.database.query('create table entry (file int not null, n int not null, made text not null)');
  folder = await mkdtemp(join(tmpdir(), 'dovetail-killed-load-'));
  await mkdir(join(folder, 'load'));
  for (let file = 0; file < FILES; file++) {
    const name = join(folder, 'load', String(file).padStart(2, '0'));
    if (file % 2 === 0) {
      const insert = (from: number) =>
        `insert into entry select ${file}, n, 'sql' from generate_series(${from}, ${from + RECORDS / 4 - 1}) n;\nselect pg_sleep(0.02);\n`;
      await writeFile(`${name}.sql`, [1, 101, 201, 301].map(insert).join(''));
    } else {
      await writeFile(
        `${name}.yaml`,
        `entry:\n  e${file}_{1..${RECORDS}}: { file: ${file}, n: "{n}", made: fixture }\n`,
      );
    }
  }
});
afterAll(async () => {
  await test?.drop();
  product?.remove();
  await rm(folder, { recursive: true, force: true });
});

const start = () =>
  startProcess(product.cli, [
    'load',
    '--folder',
    join(folder, 'load'),
    '--config',
    join(folder, 'dovetail.config.json'),
    '--database',
    test.url,
    '--json',
  ]);

async function readFiles(): Promise<readonly { file: number; n: number; distinct: number }[]> {
  const { rows } = await test.database.query<{ file: number; n: number; distinct: number }>(
    'select file, count(*)::int as n, count(distinct n)::int as distinct from entry group by file order by file',
  );
  return rows;
}

async function readNoted(): Promise<number> {
  const { rows } = await test.database.query<{ n: number }>(
    'select count(*)::int as n from dovetail.loaded_files',
  );
  return rows[0]!.n;
}

describe('kill -9 of a load', () => {
  it(`leaves every file applied wholly or not at all, and nothing twice (seed ${SEED})`, {
    timeout: 180_000,
  }, async () => {
    await writeFile(join(folder, 'dovetail.config.json'), '{}');
    const random = createRandom(SEED);
    let kills = 0;
    for (; kills < KILLS; kills++) {
      const before = await readNoted();
      if (before >= FILES) break;
      const load = start();
      const over = load.ended.then(() => true);
      await eventually(
        async () => (await readNoted()) > before || (await Promise.race([over, sleep(1, false)])),
      );
      await sleep(random.next() * 60);
      await load.kill();
      // What was being applied is rolled back by the server; a file that is noted is there whole, any other not at all.
      await eventually(async () => {
        const { rowCount } = await test.database.query(
          `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'`,
        );
        return rowCount === 0;
      });
      const files = await readFiles();
      expect(files.every(({ n, distinct }) => n === RECORDS && distinct === RECORDS)).toBe(true);
      expect(files).toHaveLength(await readNoted());
    }
    expect(kills).toBeGreaterThan(1);
    expect(await readNoted()).toBeGreaterThan(1);
    const last = start();
    expect(await last.ended, last.said()).toMatchObject({ code: 0 });
    expect(await readFiles()).toEqual(
      Array.from({ length: FILES }, (_, file) => ({ file, n: RECORDS, distinct: RECORDS })),
    );
    expect(await readNoted()).toBe(FILES);
    const runs = await test.database.query(
      `select state, count(*)::int as n from dovetail.runs group by state`,
    );
    expect(runs.rows).toEqual([{ state: 'completed', n: FILES / 2 }]);
  });
});
