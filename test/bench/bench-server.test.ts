// Benchmarks run on a durable server only, in databases of their own that they remove.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBenchServer } from '../../bench/server/bench-server.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase('empty');
});
afterAll(() => test?.drop());

describe('the server of a benchmark', () => {
  it('is refused if it would lose committed data in a crash', async () => {
    const url = new URL(test.url);
    url.searchParams.set('options', '-c synchronous_commit=off');
    await expect(openBenchServer(url.href)).rejects.toThrow(/^(fsync|synchronous_commit) is off: /);
  });

  it('gives databases that start as copies of another, and leaves none behind', async ({ skip }) => {
    const { rows } = await test.database.query<{ durable: boolean }>(
      "select current_setting('fsync')::boolean and current_setting('full_page_writes')::boolean as durable",
    );
    if (!rows[0]!.durable) skip('the test server runs without fsync, which a benchmark rightly refuses');
    const server = await openBenchServer(test.url);
    const template = await server.createDatabase();
    await template.database.query('create table kept as select 7 as seven');
    await template.disconnect();
    const copy = await server.createDatabase(template.name);
    expect((await copy.database.query('select seven from kept')).rows).toEqual([{ seven: 7 }]);
    await server.close();
    const left = await test.database.query('select from pg_database where datname = any ($1)', [
      [template.name, copy.name],
    ]);
    expect(left.rowCount).toBe(0);
  });
});
