// Batches as tables of fields: NDJSON and CSV.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BatchApi, openBatchApi } from './batch-fixture.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

const NDJSON = 'application/x-ndjson';
let api: BatchApi;
beforeAll(async () => {
  api = await openBatchApi({
    setUp: `${SMALL_SHOP} create table note (id int generated always as identity primary key, text text not null);`,
  });
});
beforeEach(() => api.at.database.query(`${SMALL_GOODS} truncate note restart identity`));
afterAll(() => api.close());

const toLines = (records: readonly object[]): string =>
  records.map((one) => `${JSON.stringify(one)}\n`).join('');

describe('a batch of NDJSON', () => {
  it('adds and updates by identity, and says of each record what became of it', async () => {
    const body = toLines([
      { sku: 'B', name: 'Saw 2' },
      { sku: 'N', name: 'New', 'brand.name': 'Makita' },
      { sku: 'A', name: 'Drill' },
    ]);
    const answer = await api.ask('PATCH', '/api/products', NDJSON, body);
    expect(answer.status, answer.text).toBe(200);
    const { id, attributes } = answer.json.data;
    expect(attributes).toMatchObject({
      state: 'completed',
      read: 3,
      added: 1,
      updated: 1,
      unchanged: 1,
    });
    const results = [
      { line: 1, status: 'updated', type: 'products', id: '2' },
      { line: 2, status: 'added', type: 'products', id: '5' },
      { line: 3, status: 'unchanged', type: 'products', id: '1' },
    ];
    expect(answer.json.meta.results).toEqual(results);
    expect(await api.lines(id, 'results')).toEqual(results);
    expect(await api.rows('select sku, name, brand_id from product order by id')).toEqual([
      ['A', 'Drill', '1'],
      ['B', 'Saw 2', '1'],
      ['C', 'Bit', '2'],
      ['D', 'Case', null],
      ['N', 'New', '2'],
    ]);
    expect(await api.spooled()).toEqual([]);
  });
});
