// `dovetail watch` and `unwatch` at the command line: shown, asked, done, and put back by `uninstall` too.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpDatabase } from '../../src/app-setup.js';
import { hasLogicalWal } from '../support/logical-wal.js';
import { readSchemaSnapshot } from '../support/schema-snapshot.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { runOnStage } from './cli-stage.js';

let at: TestDatabase;
let folder: string;
let before: readonly string[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'dovetail-watch-'));
  at = await createTestDatabase();
  await at.database.query(`create table product (id int primary key, name text); create table loose (id int);
    create view cheap as select * from product`);
  before = await readSchemaSnapshot(at.database);
  await setUpDatabase(at.database);
});
afterAll(async () => {
  await at?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...argv: string[]) => runOnStage([...argv, '--database', at.url], { cwd: folder });
const WAL = ['--capture', 'wal', '--accept-unlimited-wal'];

describe.skipIf(!(await hasLogicalWal()))('dovetail watch', () => {
  it('shows every statement, and changes nothing without a yes', async () => {
    const bare = await readSchemaSnapshot(at.database);
    const plan = await run('watch', '--all', ...WAL, '--plan');
    expect([plan.code, plan.stderr]).toEqual([0, '']);
    expect(plan.stdout).toContain('create publication "dovetail" for table only "public"."product"');
    expect(plan.stdout).toMatch(/loose\s+triggers\s+it has no usable replica identity/);
    const asked = await run('watch', '--all', ...WAL);
    expect(asked.code).toBe(8);
    expect(await readSchemaSnapshot(at.database)).toEqual(bare);
    expect((await run('watch')).stdout).toContain('No table is watched.');
  });

  it('refuses views, names that are none, and both at once', async () => {
    const view = await run('watch', 'cheap');
    expect([view.code, view.stderr]).toEqual([3, expect.stringContaining('CHANGES-201')]);
    const unknown = await run('watch', 'prodcut');
    expect(unknown.stderr).toContain("Did you mean 'product'?");
    expect((await run('watch', 'product', '--all')).code).toBe(2);
    expect((await run('unwatch')).code).toBe(2);
    expect((await run('unwatch', 'product')).code).toBe(3);
  });

  it('watches, lists, and is looked at by the doctor', async () => {
    const done = await run('watch', '--all', ...WAL, '--yes', '--json');
    expect(done.code).toBe(0);
    expect(JSON.parse(done.stdout)).toMatchObject({ capture: 'wal', publication: 'dovetail', done: true });
    expect((await run('watch')).stdout).toMatch(/product\s+log/);
    const doctor = async () =>
      JSON.parse((await run('doctor', '--json')).stdout).checks.filter(
        (one: { check: string }) => one.check === 'watched tables',
      );
    expect(await doctor()).toEqual([
      { check: 'watched tables', state: 'ok', says: '2 tables watched, read from the write-ahead log' },
    ]);
    await at.database.query('alter table product drop constraint product_pkey');
    expect((await doctor())[1]).toMatchObject({
      state: 'look',
      says: expect.stringContaining('leaves the publication'),
    });
    await at.database.query('alter table product add primary key (id)');
    await run('watch', '--all', '--capture', 'trigger', '--yes');
    await at.database.query(
      'update dovetail.watching set outbox_bytes = 1; insert into product values (1), (2)',
    );
    await at.database.query('insert into product values (3)');
    expect((await doctor()).map(({ state }: { state: string }) => state)).toEqual(['ok', 'bad']);
  });

  it('is undone by uninstall, which shows it', async () => {
    const plan = await run('uninstall', '--plan');
    expect(plan.stdout).toContain('drop trigger "00_dovetail_insert" on "public"."product"');
    expect((await run('uninstall', '--yes')).code).toBe(0);
    expect(await readSchemaSnapshot(at.database)).toEqual(before);
  });

  it('leaves its slot to nobody: uninstall drops it', async () => {
    await setUpDatabase(at.database);
    await run('watch', 'product', ...WAL, '--yes');
    await at.database.query(
      `select pg_create_logical_replication_slot('dovetail_' || oid, 'pgoutput') from pg_database where datname = current_database()`,
    );
    expect((await run('uninstall', '--plan')).stdout).toContain('pg_drop_replication_slot');
    expect((await run('uninstall', '--yes')).code).toBe(0);
    expect(await readSchemaSnapshot(at.database)).toEqual(before);
  });
});
