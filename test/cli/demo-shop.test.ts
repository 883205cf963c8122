// The demo makes its shop once, finds it again, and keeps out of databases that hold anything else.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.js';
import { setUpDatabase } from '../../src/app-setup.js';
import { prepareShop as prepare } from '../../src/cli/demo/demo-shop.js';
import type { Database } from '../../src/foundation/postgres/database.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { runOnStage } from './cli-stage.js';

/** As the command does it. */
async function prepareShop(
  database: Database,
  signal = new AbortController().signal,
  onFile = (_: string) => {},
) {
  const app = await createApp({ cwd: '/', env: {}, databaseUrl: test.url });
  const openLoad = async () => {
    await setUpDatabase(database);
    return app.initialLoad;
  };
  return prepare({ database, openLoad, signal, onFile }).finally(() => app.close());
}

let test: TestDatabase;
beforeEach(async () => {
  test = await createTestDatabase();
});
afterEach(() => test.drop());

const tables = async () =>
  (await test.database.query(`select from pg_tables where schemaname = 'public'`)).rowCount;

describe("the demo's shop", () => {
  it('is made once and found again', async () => {
    expect(await prepareShop(test.database)).toBe('made');
    const products = await test.database.query('select count(*)::int as n from product');
    expect(products.rows[0]?.n).toBeGreaterThan(1_000);
    expect(await prepareShop(test.database)).toBe('found');
  });

  it('is gone on with where a load was stopped', async () => {
    const stop = new AbortController();
    await prepareShop(test.database, stop.signal, (path) => {
      if (path === '1.1/121-categories.yaml') stop.abort();
    });
    const brands = await test.database.query('select count(*)::int as n from brand');
    expect(brands.rows[0]?.n).toBe(31);
    expect(await prepareShop(test.database)).toBe('made');
    const again = await test.database.query(
      'select (select count(*) from brand)::int as brands, (select count(*) from product)::int > 1000 as products',
    );
    expect(again.rows[0]).toEqual({ brands: 31, products: true });
    expect(await prepareShop(test.database)).toBe('found');
  });

  it('is not put beside tables of somebody else, not even one', async () => {
    await test.database.query('create table ledger (id integer)');
    await expect(prepareShop(test.database)).rejects.toMatchObject({
      code: 'APP-106',
      detail: expect.stringContaining('ledger'),
    });
    expect(await tables()).toBe(1);
  });

  it('is not completed where somebody has a table of the same name', async () => {
    await test.database.query('create table product (id integer)');
    await expect(prepareShop(test.database)).rejects.toMatchObject({ code: 'APP-106' });
    expect(await tables()).toBe(1);
  });
});

describe('where the demo works', () => {
  it('is never the database that was named', async () => {
    const named = await runOnStage(['demo', '--database', test.url]);
    expect(named.code).toBe(2);
    expect(named.stderr).toContain('--into-database');
    const same = await runOnStage(['demo', '--into-database', test.name], {
      env: { DATABASE_URL: test.url },
    });
    expect(same.code).toBe(3);
    expect(same.stderr).toContain('APP-106');
    expect(await tables()).toBe(0);
  });

  it('is a database of its own on the server, made if it is missing', async () => {
    const own = `${test.name}_demo`;
    try {
      for (let round = 0; round < 2; round++) {
        const app = await createApp({ cwd: '/', env: { DATABASE_URL: test.url }, ownDatabase: own });
        const { rows } = await app.database.query('select current_database() as name');
        expect(rows[0]?.name).toBe(own);
        expect(app.target.ours).toBe(true);
        await app.prepare();
        await app.close();
      }
    } finally {
      await test.database.query(`drop database if exists ${own} with (force)`);
    }
  });
});
