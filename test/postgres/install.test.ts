// Setting up says beforehand what it does, does just that, and removing leaves the database as it was.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setUpDatabase } from '../../src/app-setup.js';
import { JOBS_SCHEMA, readJobsScripts } from '../../src/engine/jobs/install-jobs.js';
import { openDatabase } from '../../src/foundation/postgres/database.js';
import { planInstall, planUninstall, uninstall } from '../../src/foundation/postgres/install.js';
import { migrate, readMigrations } from '../../src/foundation/postgres/migrations.js';
import { findSchemaDump, readSchemaSnapshot } from '../support/schema-snapshot.js';
import { createTestDatabase, hasShop, type TestDatabase } from '../support/test-database.js';

const options = { jobsSchema: JOBS_SCHEMA, readJobsScripts };

describe('installing and uninstalling', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase(hasShop() ? 'shop' : 'empty');
  });
  afterEach(() => test.drop());

  it('plans the statements that setting up runs, no more and no less', async () => {
    const plan = await planInstall(test.database, options);
    expect(plan.schemas).toEqual(['dovetail', 'dovetail_jobs']);
    const other = await createTestDatabase();
    for (const statement of plan.steps.flatMap((step) => step.statements))
      await other.database.query(statement);
    await setUpDatabase(test.database);
    const isOurs = (line: string) => /\bdovetail/.test(line);
    expect((await readSchemaSnapshot(other.database)).filter(isOurs)).toEqual(
      (await readSchemaSnapshot(test.database)).filter(isOurs),
    );
    await other.drop();
  });

  it('plans nothing where all is set up', async () => {
    await setUpDatabase(test.database);
    expect((await planInstall(test.database, options)).steps).toEqual([]);
  });

  it('leaves the database as it was', async () => {
    const before = await readSchemaSnapshot(test.database);
    const dumpBefore = await findSchemaDump(test.url);
    await setUpDatabase(test.database);
    expect(await readSchemaSnapshot(test.database)).not.toEqual(before);
    await uninstall(test.database, options);
    expect(await readSchemaSnapshot(test.database)).toEqual(before);
    expect(await findSchemaDump(test.url)).toEqual(dumpBefore);
    expect(await planUninstall(test.database, options)).toEqual([]);
  });

  it('leaves an empty schema that someone made for it beforehand', async () => {
    await test.database.query('create schema dovetail');
    const before = await readSchemaSnapshot(test.database);
    await migrate(test.database);
    await uninstall(test.database, options);
    expect(await readSchemaSnapshot(test.database)).toEqual(before);
  });

  it('does not take objects of others along', async () => {
    await migrate(test.database);
    await test.database.query('create view what_happened as select name from dovetail.migrations');
    await expect(uninstall(test.database, options)).rejects.toMatchObject({
      code: 'POSTGRES-207',
      detail: expect.stringContaining('what_happened'),
    });
    expect((await planUninstall(test.database, options)).length).toBe(1);
  });
});

describe('migrating', () => {
  let test: TestDatabase;
  beforeEach(async () => {
    test = await createTestDatabase();
  });
  afterEach(() => test.drop());

  it('applies each migration once, whoever comes first', async () => {
    const others = [openDatabase(test.url, { max: 1 }), openDatabase(test.url, { max: 1 })];
    const done = await Promise.all([test.database, ...others].map((database) => migrate(database)));
    const all = await readMigrations();
    expect(
      done
        .flat()
        .map((one) => one.name)
        .sort(),
    ).toEqual(all.map((one) => one.name));
    expect(await migrate(test.database)).toEqual([]);
    for (const other of others) await other.close();
  });

  it('refuses a released migration that was changed', async () => {
    const one = { number: 1, name: '000001-a', sql: 'create table dovetail.a ()', checksum: 'x' };
    await migrate(test.database, [one]);
    await expect(migrate(test.database, [{ ...one, checksum: 'y' }])).rejects.toMatchObject({
      code: 'POSTGRES-201',
    });
  });

  it('refuses a database that a newer version has migrated', async () => {
    const one = { number: 1, name: '000001-a', sql: 'create table dovetail.a ()', checksum: 'x' };
    await migrate(test.database, [one, { ...one, number: 2, name: '000002-b', sql: 'select 1' }]);
    await expect(migrate(test.database, [one])).rejects.toMatchObject({ code: 'POSTGRES-202' });
  });

  it('keeps nothing of a migration that fails, and says where', async () => {
    const good = { number: 1, name: '000001-a', sql: 'create table dovetail.a ()', checksum: 'x' };
    const bad = {
      number: 2,
      name: '000002-b',
      sql: 'create table dovetail.b ();\nselect nothing',
      checksum: 'y',
    };
    await expect(migrate(test.database, [good, bad])).rejects.toMatchObject({
      code: 'POSTGRES-203',
      pointer: { file: 'migrations/000002-b.sql', line: 2 },
    });
    const { rows } = await test.database.query(
      `select to_regclass('dovetail.a') as a, to_regclass('dovetail.b') as b`,
    );
    expect(rows).toEqual([{ a: 'dovetail.a', b: null }]);
  });

  it('refuses a schema of our name that is not ours', async () => {
    await test.database.query('create schema dovetail; create table dovetail.joints (id int)');
    await expect(migrate(test.database)).rejects.toMatchObject({ code: 'POSTGRES-206' });
  });
});
