// The commands of the page on backups, run where there is a pg_dump that fits the server: what comes back is whole, and goes on.
import { execFile, execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.js';
import { setUpDatabase } from '../../src/app-setup.js';
import { toCall } from '../import/import-fixture.js';
import { createTestDatabase, readTestServer, type TestDatabase } from '../support/test-database.js';
import { readBlocks } from './markdown-blocks.js';

const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'how-tos', 'backup-and-restore.md');
const [BACKUP, RESTORE] = readBlocks(readFileSync(PAGE, 'utf8')).filter(({ marks }) => 'elsewhere' in marks);

function readDumpMajor(): number {
  try {
    return Number(/(\d+)\./.exec(execFileSync('pg_dump', ['--version'], { encoding: 'utf8' }))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

async function readServerMajor(): Promise<number> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: readTestServer().url });
  await client.connect();
  const { rows } = await client.query<{ major: number }>(
    `select current_setting('server_version_num')::int / 10000 as major`,
  );
  await client.end();
  return rows[0]!.major;
}

const fits = readDumpMajor() >= (await readServerMajor());

describe.skipIf(!fits)('a backup', () => {
  let from: TestDatabase;
  let to: TestDatabase;
  let cwd: string;
  beforeAll(async () => {
    [from, to] = [await createTestDatabase('shop'), await createTestDatabase()];
    await setUpDatabase(from.database);
    cwd = mkdtempSync(join(tmpdir(), 'dovetail-backup-'));
    mkdirSync(join(cwd, '.dovetail', 'runs'), { recursive: true });
    writeFileSync(join(cwd, '.dovetail', 'runs', '1-failed.csv'), 'x');
    writeFileSync(join(cwd, 'dovetail.config.json'), '{}');
    writeFileSync(join(cwd, 'brands.csv'), 'name,country_code\nLindqvist,SE\n');
  });
  afterAll(async () => {
    await from?.drop();
    await to?.drop();
    rmSync(cwd, { recursive: true, force: true });
  });

  /** The page's commands; those of Dovetail are left to the program in this process. */
  const run = (script: string) =>
    promisify(execFile)('bash', ['-ec', script.replaceAll(/^npx dovetail .*$/gm, '')], {
      cwd,
      env: { PATH: process.env['PATH'], DATABASE_URL: from.url, RESTORED_URL: to.url },
    });

  it('that is restored has every row and file, and a queued run goes on in it', async () => {
    const before = await createApp({ databaseUrl: from.url, cwd, env: {} });
    const source = { path: join(cwd, 'brands.csv') };
    const { run: id } = await before.files.import({
      source,
      ...toCall({ entity: 'brand', background: true }),
    });
    await before.close();
    await run(BACKUP!.text);
    rmSync(join(cwd, '.dovetail'), { recursive: true });
    await run(RESTORE!.text);
    expect(readFileSync(join(cwd, '.dovetail', 'runs', '1-failed.csv'), 'utf8')).toBe('x');

    const restored = await createApp({ databaseUrl: to.url, cwd, env: {} });
    try {
      await restored.prepare();
      const count = async ({ database }: TestDatabase) =>
        (await database.query('select count(*)::int as n from product')).rows[0]!['n'];
      expect(await count(to)).toBe(await count(from));
      const stop = new AbortController();
      const workers = await restored.jobs.startWorkers({ concurrency: 1, signal: stop.signal });
      await expect
        .poll(async () => (await restored.files.readReport(id!)).state, { timeout: 30_000 })
        .toBe('completed');
      stop.abort();
      await workers.stopped;
      const { rowCount } = await to.database.query(`select from brand where name = 'Lindqvist'`);
      expect(rowCount).toBe(1);
    } finally {
      await restored.close();
    }
  });
});
