// The commands that set up, explain, work on and leave a database, on a real PostgreSQL and in real processes.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { runOnStage } from './cli-stage.js';

let test: TestDatabase;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dovetail-cli-'));
  test = await createTestDatabase();
  await test.database.query(`
    create table brand (id bigint generated always as identity primary key, name text not null unique);
    create table product (
      id bigint generated always as identity primary key, sku text not null unique, name text not null,
      brand_id bigint references brand, price numeric(12,2) check (price >= 0));
    comment on table product is 'What is sold.';
    create view cheap as select * from product where price < 10`);
});
afterAll(async () => {
  await test?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...argv: string[]) => runOnStage([...argv, '--database', test.url], { cwd: folder });

async function schemas(): Promise<string[]> {
  const { rows } = await test.database.query<{ name: string }>(
    `select nspname as name from pg_namespace where nspname like 'dovetail%' order by 1`,
  );
  return rows.map((row) => row.name);
}

describe('init and uninstall', () => {
  it('show every statement and change nothing without a yes', async () => {
    const plan = await run('init', '--plan');
    expect(plan.code).toBe(0);
    expect(plan.stdout).toContain('create schema "dovetail"');
    expect(plan.stdout).toContain('create table dovetail.workers');
    const asked = await run('init');
    expect(asked.code).toBe(8);
    expect(asked.stderr).toContain('--yes');
    expect(await schemas()).toEqual([]);
  });

  it('commands that need the set-up say so, with exit 3', async () => {
    const ran = await run('work');
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain('dovetail init');
    expect(ran.stderr).toContain('APP-105');
  });

  it('set up with a yes, once, and remove again', async () => {
    const done = await run('init', '--yes', '--json');
    expect(done.code).toBe(0);
    const document = JSON.parse(done.stdout);
    expect(document).toMatchObject({ ready: true, done: true });
    expect(document.findings.map((finding: { code: string }) => finding.code)).toContain('version');
    expect(await schemas()).toEqual(['dovetail', 'dovetail_jobs']);
    const again = JSON.parse((await run('init', '--json')).stdout);
    expect(again).toMatchObject({ done: true, steps: [] });

    expect((await run('uninstall')).code).toBe(8);
    expect(await schemas()).toEqual(['dovetail', 'dovetail_jobs']);
    expect((await run('uninstall', '--yes')).code).toBe(0);
    expect(await schemas()).toEqual([]);
    expect((await run('uninstall')).stdout).toContain('Nothing of Dovetail is in it.');
  });
});

describe('a role without rights', () => {
  let url: string;
  beforeAll(async () => {
    await test.database.query(`create role "${test.name}_guest" login password 'guest'`);
    const guest = new URL(test.url);
    guest.username = `${test.name}_guest`;
    guest.password = 'guest';
    url = guest.href;
  });
  afterAll(() => test.database.query(`drop role "${test.name}_guest"`));

  it('is told what it lacks at the end of the plan too, and nothing is changed', async () => {
    const ran = await runOnStage(['init', '--yes', '--database', url], { cwd: folder });
    expect(ran.code).toBe(3);
    const end = ran.stdout.slice(ran.stdout.indexOf('Nothing was changed'));
    expect(end).toContain(`grant create on database "${test.name}" to "${test.name}_guest";`);
    expect(end).toMatch(/grant select, insert, update, delete on .*"public"."brand"/);
    expect(await schemas()).toEqual([]);
  });

  it('is not told that there are no tables', async () => {
    const ran = await runOnStage(['entities', '--database', url], { cwd: folder });
    expect(ran.stdout).toContain(
      'No table of the 3 in this database can be shown: the database role may not read it.',
    );
  });
});

describe('entities', () => {
  it('lists them, for people and for machines', async () => {
    const ran = await run('entities');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^product\s+table\s+5\s.*sku\s+in, out\s+What is sold\.$/m);
    expect(ran.stdout).toMatch(/^cheap\s+view\s.*\sout/m);
    const { entities } = JSON.parse((await run('entities', '--json')).stdout);
    expect(entities.map((entity: { name: string }) => entity.name).sort()).toEqual([
      'brand',
      'cheap',
      'product',
    ]);
  });

  it('explains one: fields, relations, identity, what an import accepts', async () => {
    const ran = await run('entities', 'show', 'product');
    expect(ran.code).toBe(0);
    for (const part of ['sku', 'brand.name', 'price', 'Relations', 'Fields', 'add_or_update']) {
      expect(ran.stdout).toContain(part);
    }
    const document = JSON.parse((await run('entities', 'show', 'product', '--json')).stdout);
    expect(document).toMatchObject({ name: 'product', identity: { fields: ['sku'] }, writable: true });
  });

  it('says which one was meant', async () => {
    const ran = await run('entities', 'show', 'prodcut');
    expect(ran.code).toBe(3);
    expect(ran.stderr).toContain("Did you mean 'product'?");
  });
});

describe('the way to the database', () => {
  it('--database wins over DATABASE_URL, that over the configuration', async () => {
    const config = join(folder, 'own.config.json');
    writeFileSync(config, JSON.stringify({ databaseUrl: test.url }));
    const says = async (databaseUrl?: string, env: Record<string, string> = {}) => {
      const app = await createApp({
        cwd: folder,
        env,
        configFile: config,
        ...(databaseUrl === undefined ? {} : { databaseUrl }),
      });
      await app.close();
      return app.target;
    };
    expect(await says()).toMatchObject({ kind: 'config' });
    expect(await says(undefined, { DATABASE_URL: test.url })).toMatchObject({ kind: 'environment' });
    const option = await says(test.url, { DATABASE_URL: 'postgres://nowhere.invalid/x' });
    expect(option.kind).toBe('option');
    expect(option.says).toContain(`${test.name} on `);
  });

  it('may lead to a socket, as libpq writes it', async () => {
    for (const place of ['joe:hunter2@', 'joe:hunter2@localhost', '']) {
      const url = `postgres://${place}/shop?host=${encodeURIComponent(folder)}`;
      const ran = await runOnStage(['entities', '--database', url], { cwd: folder });
      expect(ran.stderr).toContain(`shop on ${folder}`);
      expect(ran.stderr).toContain('APP-101');
      expect(ran.stderr).not.toContain('hunter2');
    }
  });

  it.each([
    ['shop', 'APP-104'],
    ['mysql://joe:hunter2@db/shop', 'APP-104'],
    ['postgres://joe:hunter2@host.invalid/shop', 'APP-101'],
  ])('%s is refused with exit 7 and no password', async (url, code) => {
    const ran = await runOnStage(['entities', '--database', url], { cwd: folder });
    expect(ran.code).toBe(7);
    expect(ran.stderr).toContain(code);
    expect(ran.stderr).not.toContain('hunter2');
  });

  it('says that a database does not exist', async () => {
    const url = new URL(test.url);
    url.pathname = '/dovetail_test_not_there';
    const ran = await runOnStage(['entities', '--database', url.href], { cwd: folder });
    expect(ran.code).toBe(7);
    expect(ran.stderr).toContain('APP-103');
  });
});

describe('as a process', () => {
  const entry = join(import.meta.dirname, '..', '..', 'src', 'cli', 'dovetail.ts');
  const start = (...argv: string[]): ChildProcess =>
    spawn(process.execPath, ['--import', 'tsx', entry, ...argv, '--database', test.url], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('has an exit code, and ends quietly when the reader of its output goes', async () => {
    const wrong = start('entitis');
    expect((await once(wrong, 'exit'))[0]).toBe(2);
    const child = start('import', '--help');
    let errors = '';
    child.stderr!.on('data', (chunk) => {
      errors += chunk;
    });
    child.stdout!.destroy();
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(errors).toBe('');
  });
});
