// Import from the outside: the command line on a real database, from the first look to the last failed row.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toZip } from '../formats/workbook-builder.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { runOnStage, type StageSettings } from './cli-stage.js';

let test: TestDatabase;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dovetail-e2e-'));
  test = await createTestDatabase();
  await test.database.query(`
    create table brand (id bigint generated always as identity primary key, name text not null unique);
    create table product (
      id bigint generated always as identity primary key, sku text not null unique, name text not null,
      brand_id bigint references brand, price numeric(12,2) check (price >= 0))`);
  expect((await run(['init', '--yes'])).code).toBe(0);
});
afterAll(async () => {
  await test?.drop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await test.database.query(
    `truncate product, brand restart identity; insert into brand (name) values ('Acme'), ('Bolt')`,
  );
});

const run = (argv: readonly string[], settings: StageSettings = {}) =>
  runOnStage([...argv, '--database', test.url], { cwd: folder, ...settings });

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

const count = async (table = 'product') =>
  Number((await test.database.query(`select count(*) as n from ${table}`)).rows[0]!.n);
const GOOD = 'sku,name,price,brand.name\nA,Anvil,10,Acme\nB,Bolt,1,Bolt\nC,Clamp,5,\n';
const BAD = 'sku,name,price,brand.name\nA,Anvil,10,Acme\nB,Bolt,-1,Bolt\nC,Clamp,5,Acmee\nD,Drill,7,\n';

describe('dovetail import', () => {
  it('imports, and again changes nothing', async () => {
    const first = await run(['import', file('p.csv', GOOD), '--entity', 'product']);
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/added\s+3/);
    expect(first.stderr).toContain("delimiter ','");
    const again = await run(['import', 'p.csv', '-e', 'product', '--json']);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({
      kind: 'import',
      entity: 'product',
      title: expect.stringContaining('p.csv'),
      state: 'completed',
      dryRun: false,
      strategy: 'add_or_update',
      identity: ['sku'],
      counters: {
        read: 3,
        added: 0,
        updated: 0,
        unchanged: 3,
        deleted: 0,
        postponed: 0,
        failed: 0,
        warnings: 0,
      },
      errors: [],
      warnings: [],
      resumable: false,
    });
  });

  it('looks first: a dry run writes nothing and shows what would change', async () => {
    await run(['import', file('p.csv', GOOD), '-e', 'product']);
    const dry = await run([
      'import',
      file('q.csv', GOOD.replace('Anvil', 'Big anvil')),
      '-e',
      'product',
      '--dry-run',
    ]);
    expect(dry.code).toBe(0);
    expect(dry.stdout).toContain('nothing written');
    expect(dry.stdout).toMatch(/would update\s+1/);
    expect(dry.stdout).toMatch(/Anvil → Big anvil/);
    expect(dry.stdout).toContain('Not checked');
    expect((await test.database.query(`select name from product where sku = 'A'`)).rows).toEqual([
      { name: 'Anvil' },
    ]);
  });

  it('exits with 4 where rows failed; the failed rows mended and imported again are in', async () => {
    const ran = await run(['import', file('bad.csv', BAD), '-e', 'product', '--failed-rows', 'failed.csv']);
    expect(ran.code).toBe(4);
    expect(ran.stdout).toMatch(/failed\s+2/);
    expect(ran.stdout).toContain("Did you mean 'Acme'?");
    expect(ran.stdout).toContain('failed.csv');
    expect(await count()).toBe(2);
    const failed = readFileSync(join(folder, 'failed.csv'), 'utf8');
    file('mended.csv', failed.replace('-1', '1').replace('Acmee', 'Acme'));
    const mended = await run(['import', 'mended.csv', '-e', 'product']);
    expect(mended.code).toBe(0);
    expect(await count()).toBe(4);
  });

  it('exits with 5 at the first failed row where it is to stop', async () => {
    expect((await run(['import', file('bad.csv', BAD), '-e', 'product', '--on-error', 'stop'])).code).toBe(5);
    const stopped = await run(['import', 'bad.csv', '-e', 'product', '--max-errors', '1']);
    expect(stopped.code).toBe(5);
    const [, more] = /dovetail (runs resume \d+ --max-errors) N/.exec(stopped.stdout)!;
    expect((await run([...more!.split(' '), '60%'])).code).toBe(4);
    expect((await run(['import', 'bad.csv', '-e', 'product', '--max-errors', '60%'])).code).toBe(4);
  });

  it('exits with 3 where it refuses before anything is written, and says why', async () => {
    const missing = await run(['import', 'nowhere.csv', '-e', 'product']);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain('nowhere.csv');
    const wrong = await run(['import', file('p.csv', GOOD), '-e', 'prodct', '--json']);
    expect(wrong.code).toBe(3);
    expect(JSON.parse(wrong.stdout)).toMatchObject({
      error: { hint: expect.stringContaining('product') },
      exitCode: 3,
    });
    const unreadable: [name: string, content: string | Buffer, ...options: string[]][] = [
      ['bin.csv', Buffer.alloc(3_000)],
      ['list.json', '[1, 2]'],
      ['p.csv', GOOD, '--encoding', 'klingon'],
      ['p.csv', GOOD, '--columns', 'a,a'],
      ['p.csv', GOOD, '--decimal', ',', '--thousands', ','],
    ];
    for (const [name, content, ...options] of unreadable) {
      const ran = await run(['import', file(name, content), '-e', 'product', ...options]);
      expect([name, options, ran.code]).toEqual([name, options, 3]);
    }
  });

  it('exits with 2 for options that make no sense', async () => {
    expect((await run(['import', 'p.csv', '-e', 'product', '--strategy', 'upsert'])).code).toBe(2);
    expect((await run(['import', 'p.csv', '-e', 'product', '--max-removals', 'many'])).code).toBe(2);
  });

  it('--quiet says nothing but the result', async () => {
    const ran = await run(['import', file('p.csv', GOOD), '-e', 'product', '--quiet']);
    expect(ran.stderr).toBe('');
    expect(ran.stdout).toMatch(/added\s+3/);
  });

  it('creates brands on the way where it may', async () => {
    const source = 'sku,name,brand.name\nA,Anvil,Fresh\nB,Bolt,Fresh\n';
    expect((await run(['import', file('new.csv', source), '-e', 'product'])).code).toBe(4);
    expect((await run(['import', 'new.csv', '-e', 'product', '--create', 'brand'])).code).toBe(0);
    expect(await count('brand')).toBe(3);
  });
});

describe('a mirror on the command line', () => {
  const many = (from: number) =>
    `sku,name\n${[...Array(100 - from).keys()].map((i) => `S${from + i},x`).join('\n')}\n`;
  const mirror = (name: string, ...more: string[]) =>
    run(['import', name, '-e', 'product', '--strategy', 'mirror', ...more]);

  it('exits with 8 above its limit where nobody can answer; the run goes on with a yes', async () => {
    await run(['import', file('all.csv', many(0)), '-e', 'product']);
    const asked = await mirror(file('some.csv', many(60)), '--json');
    expect(asked.code).toBe(8);
    const report = JSON.parse(asked.stdout);
    expect(report).toMatchObject({
      state: 'stopped',
      resumable: true,
      failure: { code: 'FILES-106', detail: expect.stringContaining('60 of 100') },
    });
    expect(await count()).toBe(100);
    const still = await run(['runs', 'resume', report.run]);
    expect(still.code).toBe(8);
    const resumed = await run(['runs', 'resume', report.run, '--yes']);
    expect(resumed.code).toBe(0);
    expect(await count()).toBe(40);
  });

  it('takes a limit, and a yes in advance', async () => {
    await run(['import', file('all.csv', many(0)), '-e', 'product']);
    expect((await mirror(file('some.csv', many(20)), '--max-removals', '19')).code).toBe(8);
    expect((await mirror('some.csv', '--max-removals', '19%')).code).toBe(8);
    expect((await mirror('some.csv', '--max-removals', '20%')).code).toBe(0);
    expect(await count()).toBe(80);
    expect((await mirror(file('few.csv', many(90)), '--yes')).code).toBe(0);
    expect(await count()).toBe(10);
  });

  it('shows the number in a dry run', async () => {
    await run(['import', file('all.csv', many(0)), '-e', 'product']);
    const dry = await mirror(file('some.csv', many(60)), '--dry-run');
    expect(dry.code).toBe(0);
    expect(dry.stdout).toMatch(/remove 60 records/);
  });
});

describe('dovetail runs', () => {
  it('lists, shows, pages, and writes errors for people and machines', async () => {
    await run(['import', file('p.csv', GOOD), '-e', 'product']);
    const bad = JSON.parse((await run(['import', file('bad.csv', BAD), '-e', 'product', '--json'])).stdout);

    const list = await run(['runs']);
    expect(list.code).toBe(0);
    expect(list.stdout).toContain('bad.csv');
    const page = JSON.parse((await run(['runs', 'list', '--limit', '1', '--json'])).stdout);
    expect(page.runs).toMatchObject([{ id: bad.run, state: 'completed_with_errors' }]);
    const next = JSON.parse(
      (await run(['runs', 'list', '--limit', '1', '--before', bad.run, '--json'])).stdout,
    );
    expect(next.runs).toMatchObject([{ state: 'completed', title: expect.stringContaining('p.csv') }]);
    const filtered = JSON.parse((await run(['runs', 'list', '--state', 'cancelled', '--json'])).stdout);
    expect(filtered.runs).toEqual([]);

    const show = JSON.parse((await run(['runs', 'show', bad.run, '--json'])).stdout);
    expect(show).toMatchObject({ run: bad.run, counters: bad.counters, errors: bad.errors });

    const errors = JSON.parse((await run(['runs', 'errors', bad.run, '--json'])).stdout);
    expect(errors.issues).toMatchObject([
      {
        severity: 'error',
        row: 2,
        line: 3,
        column: 'price',
        field: 'price',
        value: '-1',
        code: 'RECORDS-308',
        message: expect.stringContaining('price'),
      },
      {
        severity: 'error',
        row: 3,
        line: 4,
        column: 'brand.name',
        value: 'Acmee',
        code: 'RECORDS-302',
        hint: "Did you mean 'Acme'?",
      },
    ]);
    expect(
      JSON.parse((await run(['runs', 'errors', bad.run, '--limit', '1', '--json'])).stdout).issues.length,
    ).toBe(1);
    const table = await run(['runs', 'errors', bad.run]);
    expect(table.stdout).toContain('Acmee');
    const mend = await run(['runs', 'errors', bad.run, '--failed-rows', 'mend.csv']);
    expect(mend.code).toBe(0);
    expect(readFileSync(join(folder, 'mend.csv'), 'utf8').split('\n').length).toBe(4);
  });

  it('refuses what is not there or over', async () => {
    for (const command of ['show', 'cancel', 'resume', 'errors', 'undo', 'repeat']) {
      for (const id of ['999999', '99999999999999999999', '-1', 'twelve', '']) {
        const ran = await run(['runs', command, id, '--json']);
        expect([command, id, ran.code]).toEqual([command, id, 3]);
        expect(JSON.parse(ran.stdout).error).toMatchObject({
          code: 'PIPELINE-101',
          detail: `There is no run ${id}.`,
        });
      }
    }
    const done = JSON.parse((await run(['import', file('p.csv', GOOD), '-e', 'product', '--json'])).stdout);
    const again = await run(['runs', 'resume', done.run]);
    expect(again.code).toBe(3);
    expect(again.stderr).toContain('is over');
    expect((await run(['runs', 'cancel', done.run])).stdout).toContain('already over');
  });
});

describe('the program itself', () => {
  const entry = join(import.meta.dirname, '..', '..', 'src', 'cli', 'dovetail.ts');
  const start = (...argv: string[]) =>
    spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), entry, ...argv, '--database', test.url],
      {
        cwd: folder,
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );

  it.each([
    ['plain text', GOOD],
    ['gzip', gzipSync(GOOD)],
    ['UTF-16', Buffer.from(`\ufeff${GOOD}`, 'utf16le')],
    [
      'NDJSON',
      '{"sku":"A","name":"Anvil","brand":{"name":"Acme"}}\n{"sku":"B","name":"Bolt"}\n{"sku":"C","name":"Clamp"}\n',
    ],
  ])('reads %s from a pipe', async (_, content) => {
    const child = start('import', '-', '-e', 'product', '--json');
    const exit = once(child, 'close');
    child.stdin.end(content);
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(await exit, stderr).toEqual([0, null]);
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'completed',
      title: 'standard input',
      counters: { read: 3, added: 3 },
    });
    expect(await count()).toBe(3);
  });

  it('takes a stream on the stage as well, and refuses one that holds nothing it knows', async () => {
    const good = await run(['import', '-', '-e', 'product'], { stdin: Readable.from([Buffer.from(GOOD)]) });
    expect(good.code).toBe(0);
    const bad = await run(['import', '-', '-e', 'product'], { stdin: Readable.from([Buffer.alloc(3_000)]) });
    expect(bad.code).toBe(3);
  });
});

describe('dovetail import of spreadsheets and zip files', () => {
  it('exports a workbook by the name of its file, and reads a sheet of it', async () => {
    await run(['import', file('p.csv', GOOD), '-e', 'product']);
    expect((await run(['export', 'product', '-o', 'p.xlsx'])).code).toBe(0);
    const back = await run(['import', 'p.xlsx', '-e', 'product', '--sheet', '1', '--json']);
    expect(JSON.parse(back.stdout)).toMatchObject({
      state: 'completed',
      counters: { read: 3, unchanged: 3 },
    });
    const wrong = await run(['import', 'p.xlsx', '-e', 'product', '--sheet', 'Prices']);
    expect(wrong.code).toBe(3);
    expect(wrong.stderr).toContain("The sheets are 'Sheet1'.");
    const asCsv = await run(['import', 'p.xlsx', '-e', 'product', '--format', 'csv']);
    expect(asCsv.stderr).toContain('Leave the format out');
  });

  it('imports every table of a zip file and sums them up, with the worst exit code', async () => {
    const zip = file('shop.zip', await toZip({ 'product.csv': BAD, 'brand.csv': 'name\nAcme\nCorp\n' }));
    const all = await run(['import', zip]);
    expect(all.code).toBe(4);
    expect(all.stdout).toMatch(/shop\.zip {2}2 tables/);
    expect(all.stdout).toMatch(/brand\.csv\s+brand\s+2\s+1\s+0\s+1\s+0/);
    expect(all.stdout).toMatch(/product\.csv\s+product\s+4\s+2\s+0\s+0\s+2/);
    const json = JSON.parse((await run(['import', zip, '--json'])).stdout) as { runs: { entity: string }[] };
    expect(json.runs.map(({ entity }) => entity)).toEqual(['brand', 'product']);
    expect((await run(['import', zip, '--member', 'brand.csv', '-e', 'brand'])).code).toBe(0);
    const unclear = await run(['import', zip, '-e', 'brand']);
    expect(unclear.stderr).toContain('Name one with --member: product.csv, brand.csv.');
  });
});
