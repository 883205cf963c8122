// A database of its own for each test file, dropped afterwards.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/foundation/postgres/database.js';
import { ident } from '../../src/foundation/postgres/sql-text.js';
import { loadShop } from './load-shop.js';
import { PREFIX } from './test-server.js';

export { hasShop } from './load-shop.js';

export interface TestDatabase {
  readonly database: Database;
  /** Holds the password of the test server. */
  readonly url: string;
  readonly name: string;
  drop(): Promise<void>;
}

/**
 * Creates `dovetail_test_…` on the test server: `empty`, or with the demo `shop` in it. Never touches the database that
 * DATABASE_URL names. Databases not dropped are dropped at the end of the run, or of a later one.
 */
export async function createTestDatabase(from: 'empty' | 'shop' = 'empty'): Promise<TestDatabase> {
  const { url: server, run } = readTestServer();
  const name = `${PREFIX}${run}_${randomBytes(6).toString('hex')}`;
  await withServer(server, async (client) => {
    const template = from === 'shop' ? await readShopTemplate(client, server, run) : 'template0';
    await createDatabase(client, name, template);
  });
  const url = toDatabaseUrl(server, name);
  const database = openDatabase(url, { applicationName: 'dovetail_test' });
  return {
    database,
    url,
    name,
    async drop() {
      await database.close();
      await withServer(server, (client) =>
        client.query(`drop database if exists ${ident(name)} with (force)`),
      );
    },
  };
}

/** The same server, another database. */
export function toDatabaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** The server of this test run. The set-up of the run puts it into the environment. */
export function readTestServer(): { readonly url: string; readonly run: string } {
  const url = process.env['DOVETAIL_TEST_SERVER'];
  const run = process.env['DOVETAIL_TEST_RUN'];
  if (url === undefined || run === undefined) {
    throw new Error(
      'No test server: run tests through vitest, whose set-up (test/setup/global-setup.ts) starts it.',
    );
  }
  return { url, run };
}

async function createDatabase(client: pg.Client, name: string, template: string): Promise<void> {
  await client.query(`create database ${ident(name)} template ${ident(template)} encoding 'UTF8'`);
}

// Made by the first test file that asks, while the others wait for the lock.
async function readShopTemplate(client: pg.Client, server: string, run: string): Promise<string> {
  const name = `${PREFIX}${run}_shop`;
  await client.query('select pg_advisory_lock(hashtext($1))', [name]);
  const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
  if (rowCount === 0) {
    const unfinished = `${name}_unfinished`;
    await client.query(`drop database if exists ${ident(unfinished)} with (force)`);
    await createDatabase(client, unfinished, 'template0');
    await loadShop(toDatabaseUrl(server, unfinished));
    await client.query(`alter database ${ident(unfinished)} rename to ${ident(name)}`);
  }
  await client.query('select pg_advisory_unlock(hashtext($1))', [name]);
  return name;
}

async function withServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
