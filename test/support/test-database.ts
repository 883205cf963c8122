// A database of its own for each test file, dropped afterwards.
import { randomBytes } from 'node:crypto';
import { type Database, openDatabase } from '../../src/foundation/postgres/database.js';

export interface TestDatabase {
  readonly database: Database;
  readonly url: string;
  readonly name: string;
  drop(): Promise<void>;
}

/** Creates `dovetail_test_…` on the test server. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const name = `dovetail_test_${randomBytes(6).toString('hex')}`;
  const admin = openDatabase(server, { max: 1 });
  await admin.query(`create database ${name} template template0`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = openDatabase(url.href);
  return {
    database,
    url: url.href,
    name,
    async drop() {
      await database.close();
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.close();
    },
  };
}
