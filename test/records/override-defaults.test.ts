// Defaults that only the configuration knows: the database would fill in its own, or none.
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFilesDoor } from '../../src/doors/files/files-door.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { toCall } from '../import/import-fixture.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let test: TestDatabase;
beforeAll(async () => {
  test = await createTestDatabase();
  await migrate(test.database);
  await test.database.query(
    `create table item (sku text primary key, status text not null default 'new', source text not null, note text)`,
  );
});
afterAll(() => test?.drop());

it('fills fields the source lacks with the configured default in new records, and leaves stored ones alone', async () => {
  const overrides = { item: { fields: { status: { default: 'imported' }, source: { default: 'erp' } } } };
  const { services } = createFilesDoor({
    database: test.database,
    catalog: createCatalog({ database: test.database, overrides }),
    enqueue: async () => {},
    dataFolder: tmpdir(),
    sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
  });
  await test.database.query(`insert into item values ('A', 'kept', 'hand', null)`);
  const path = join(await mkdtemp(join(tmpdir(), 'dovetail-defaults-')), 'items.csv');
  await writeFile(path, 'sku,note\nA,first\nB,second\n');
  const report = await services.import({ ...toCall({}), entity: 'item', source: { path } });
  expect(report.counters).toMatchObject({ added: 1, updated: 1, failed: 0 });
  const { rows } = await test.database.query('select * from item order by sku');
  expect(rows).toEqual([
    { sku: 'A', status: 'kept', source: 'hand', note: 'first' },
    { sku: 'B', status: 'imported', source: 'erp', note: 'second' },
  ]);
});
