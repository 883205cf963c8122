// The words for templates, saved exports and archives, on a real database: what is said, and how they end.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installJobs } from '../../src/engine/jobs/install-jobs.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { runOnStage } from './cli-stage.js';

let test: TestDatabase;
let cwd: string;
beforeAll(async () => {
  test = await createTestDatabase('empty');
  cwd = await mkdtemp(join(tmpdir(), 'dovetail-exports-'));
  await test.database.query(`
    create table brand (name text primary key);
    create table product (sku text primary key, brand_name text references brand, price numeric);
    insert into brand values ('Acme'), ('Brix');
    insert into product values ('A', 'Acme', 1.5), ('B', 'Brix', 20);`);
  await migrate(test.database);
  await installJobs(test.database);
});
afterAll(async () => {
  await test.drop();
  await rm(cwd, { recursive: true, force: true });
});

const run = (...words: string[]) =>
  runOnStage([...words, '--database', test.url], { cwd, env: { NO_COLOR: '1' } });

describe('dovetail exports', () => {
  it('saves, lists, shows, makes and deletes', async () => {
    expect((await run('exports')).stdout).toMatch(/No saved exports yet/);
    const saved = await run('exports', 'save', 'dear', 'product', '-w', 'price > 10', '-f', 'sku,price');
    expect([saved.code, saved.stdout]).toEqual([0, expect.stringMatching(/Saved {2}dear, version 1/)]);
    expect((await run('exports')).stdout).toMatch(/dear +product +csv +price > 10 +1/);
    expect((await run('exports', 'show', 'dear')).stdout).toMatch(
      /where +price > 10[\s\S]*fields +sku, price/,
    );
    expect((await run('export', '--saved', 'dear')).stdout).toBe('sku,price\nB,20\n');
    // What is said now wins.
    expect((await run('export', '--saved', 'dear', '-w', 'price < 10', '--format', 'ndjson')).stdout).toBe(
      '{"sku":"A","price":1.5}\n',
    );
    const asked = await run('exports', 'delete', 'dear');
    expect([asked.code, asked.stderr]).toEqual([8, expect.stringContaining('Delete the saved export dear')]);
    expect((await run('exports', 'delete', 'dear', '--yes')).code).toBe(0);
    const gone = await run('export', '--saved', 'dear');
    expect([gone.code, gone.stderr]).toEqual([3, expect.stringContaining('EXPORT-107')]);
  });

  it('refuses to make one that no longer fits, and shows why', async () => {
    await run('exports', 'save', 'prices', 'product', '-f', 'sku,price');
    await test.database.query('alter table product rename price to cost');
    const made = await run('export', '--saved', 'prices', '-o', 'p.csv');
    expect([made.code, made.stderr]).toEqual([3, expect.stringMatching(/price[\s\S]*EXPORT-108/)]);
    const shown = await run('exports', 'show', 'prices', '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ name: 'prices', trouble: { code: 'EXPORT-108' } });
    await test.database.query('alter table product rename cost to price');
  });
});

describe('dovetail export', () => {
  it('writes templates', async () => {
    const ran = await run('export', 'product', '--template', '-o', 'p.xlsx');
    expect([ran.code, ran.stdout]).toEqual([
      0,
      expect.stringMatching(/template of product, 3 columns, required: sku/),
    ]);
    expect((await run('export', 'product', '--template')).stdout).toMatch(/^sku,.*,dovetail_example\nEX-1/);
    for (const words of [['--limit', '3'], ['--full']])
      expect((await run('export', 'product', '--template', ...words)).code).toBe(2);
  });

  it('writes several entities into a zip file, which an import takes', async () => {
    const ran = await run('export', 'product,brand', '-o', 'shop.zip');
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringMatching(/4 records of 2 entities/)]);
    expect((await readFile(join(cwd, 'shop.zip'))).subarray(0, 2).toString()).toBe('PK');
    const back = await run('import', 'shop.zip', '--json');
    expect(back.code).toBe(0);
    const all = await run('export', '--all', '-o', 'all.zip', '--json');
    expect(JSON.parse(all.stdout)).toMatchObject({
      rows: 4,
      entities: [{ entity: 'brand' }, { entity: 'product' }],
    });
  });

  it('says what does not go together', async () => {
    for (const words of [
      [],
      ['product', '--all'],
      ['product,brand', '-o', 'shop.csv'],
      ['product,brand', '-o', 'shop.zip', '--limit', '1'],
      ['product', '-m', 'm.yaml', '--headers', 'labels'],
    ])
      expect((await run('export', ...words)).code, words.join(' ')).toBe(2);
    const ods = await run('export', 'product', '-o', 'p.ods');
    expect([ods.code, ods.stderr]).toEqual([3, expect.stringContaining('FORMATS-322')]);
  });
});
