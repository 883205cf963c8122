// The tests' own ground: what dead runs left goes away, what living ones use stays.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, hasShop, readTestServer } from '../support/test-database.js';
import { PREFIX, startTestServer } from '../support/test-server.js';

describe('the test server', () => {
  const client = new pg.Client({ connectionString: readTestServer().url });
  beforeAll(() => client.connect());
  afterAll(() => client.end());

  const listDatabases = async (): Promise<readonly string[]> => {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    return rows.map((row) => row.datname);
  };

  it('is rid of the databases of dead runs when the next begins, and of its own when it ends', async () => {
    const living = await createTestDatabase();
    const dead = `${PREFIX}0000dead_1`;
    await client.query(`create database ${dead}`);
    const next = await startTestServer();
    const own = `${PREFIX}${next.run}_1`;
    await client.query(`create database ${own}`);
    expect(await listDatabases()).not.toContain(dead);
    expect(await listDatabases()).toEqual(expect.arrayContaining([living.name, own]));
    await next.finish();
    expect(await listDatabases()).not.toContain(own);
    expect(await listDatabases()).toContain(living.name);
    await living.drop();
    expect(await listDatabases()).not.toContain(living.name);
  });

  it('gives each test file a database that nobody else sees', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    await one.database.query('create table mine (id int)');
    const { rows } = await other.database.query(`select to_regclass('mine') as mine`);
    expect(rows).toEqual([{ mine: null }]);
    await Promise.all([one.drop(), other.drop()]);
  });

  it.skipIf(!hasShop())('clones the demo shop, also for several at once', async () => {
    const shops = await Promise.all([createTestDatabase('shop'), createTestDatabase('shop')]);
    for (const { database } of shops) {
      const { rows } = await database.query<{ count: string }>('select count(*) from product');
      expect(Number(rows[0]!.count)).toBeGreaterThan(1000);
    }
    for (const shop of shops) await shop.drop();
  });
});
