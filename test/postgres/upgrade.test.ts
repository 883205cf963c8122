// An upgrade of our schema: from every version there ever was, with rows in it, to the present one.
import { afterEach, describe, expect, it } from 'vitest';
import { prepareDatabase, setUpDatabase } from '../../src/app-setup.js';
import { type Database, openDatabase } from '../../src/foundation/postgres/database.js';
import { type Migration, migrate, readMigrations } from '../../src/foundation/postgres/migrations.js';
import { readSchemaSnapshot } from '../support/schema-snapshot.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { RELEASED_ROWS } from './released-rows.js';

const MIGRATIONS = await readMigrations();

const opened: TestDatabase[] = [];
afterEach(async () => {
  for (const test of opened.splice(0)) await test.drop();
});

/** A database as a version left it that had these migrations, with rows from each version before. */
async function openVersion(migrations: readonly Migration[]): Promise<TestDatabase> {
  const test = await createTestDatabase();
  opened.push(test);
  for (const [i, { number }] of migrations.entries()) {
    await migrate(test.database, migrations.slice(0, i + 1));
    await test.database.query(RELEASED_ROWS[number] ?? 'select 1');
  }
  return test;
}

async function countRows(database: Database): Promise<ReadonlyMap<string, number>> {
  const { rows } = await database.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'dovetail'::regnamespace and relkind = 'r'
     and relname not in ('migrations', 'access_version') order by 1`,
  );
  const counts = new Map<string, number>();
  for (const { name } of rows) {
    const found = await database.query<{ n: number }>(`select count(*)::int as n from dovetail."${name}"`);
    counts.set(name, found.rows[0]!.n);
  }
  return counts;
}

const snapshotOf = async (database: Database) =>
  (await readSchemaSnapshot(database)).filter((line) => /\bdovetail\b/.test(line));

describe('an upgrade', () => {
  it('has rows for every table of the present version to try it with', async () => {
    const { database } = await openVersion(MIGRATIONS);
    const empty = [...(await countRows(database))].filter(([, count]) => count === 0).map(([name]) => name);
    expect(empty, 'write rows for these tables into test/postgres/released-rows.ts').toEqual([]);
  });

  it.each(MIGRATIONS.map(({ name }, i) => [name, i + 1] as const))(
    'from the version of %s keeps every row, and ends as a new database begins',
    async (_name, count) => {
      const { database } = await openVersion(MIGRATIONS.slice(0, count));
      const before = await countRows(database);
      await migrate(database);
      const after = await countRows(database);
      for (const [table, rows] of before)
        expect(after.get(table) ?? rows, table).toBeGreaterThanOrEqual(rows);
      const fresh = await openVersion([]);
      await migrate(fresh.database);
      expect(await snapshotOf(database)).toEqual(await snapshotOf(fresh.database));
    },
  );

  it('is done once where several processes begin it at the same moment, and all can go on', async () => {
    const test = await openVersion(MIGRATIONS.slice(0, 4));
    const others = [1, 2, 3].map(() => openDatabase(test.url, { max: 2 }));
    await Promise.all(others.map((database) => setUpDatabase(database)));
    const target = { kind: 'option', says: 'here', ours: false } as const;
    for (const database of others) {
      await prepareDatabase(database, target);
      await database.close();
    }
    const { rows } = await test.database.query('select number from dovetail.migrations order by number');
    expect(rows.map(({ number }) => number)).toEqual(MIGRATIONS.map(({ number }) => number));
  });

  it('is not tried on a database that a newer version has upgraded: that is refused before anything is touched', async () => {
    const { database } = await openVersion(MIGRATIONS);
    await database.query(`insert into dovetail.migrations values (900000, '900000-later', 'x')`);
    for (const ours of [true, false]) {
      await expect(prepareDatabase(database, { kind: 'option', says: 'here', ours })).rejects.toMatchObject({
        code: 'POSTGRES-202',
        detail: expect.stringContaining('900000-later'),
        hint: expect.stringContaining('newer'),
      });
    }
  });

  it('is asked for where the database is not Dovetail’s alone', async () => {
    const { database } = await openVersion(MIGRATIONS.slice(0, 3));
    await expect(
      prepareDatabase(database, { kind: 'option', says: 'shop', ours: false }),
    ).rejects.toMatchObject({
      code: 'APP-105',
      hint: expect.stringContaining('dovetail init'),
    });
  });
});
