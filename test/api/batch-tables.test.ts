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
      { record: 1, status: 'updated', type: 'products', id: '2' },
      { record: 2, status: 'added', type: 'products', id: '5' },
      { record: 3, status: 'unchanged', type: 'products', id: '1' },
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

  it('has the keys of records that nothing but the database tells apart, in the order of the body', async () => {
    const answer = await api.ask(
      'PATCH',
      '/api/notes',
      NDJSON,
      toLines([{ text: 'one' }, { text: 'two' }, { text: 'one' }]),
    );
    const ids = answer.json.meta.results.map(({ id }: { id: string }) => id);
    for (const [i, text] of ['one', 'two', 'one'].entries())
      expect(await api.rows(`select text from note where id = ${ids[i]}`)).toEqual([[text]]);
  });

  it('has bad lines of it fail alone, by the line they stand on', async () => {
    const body = `${toLines([{ sku: 'N1', name: 'x' }])}{"sku":"N2"\n${toLines([
      { sku: 'N3', name: 'x', price: -1 },
      { sku: 'N4', name: 'x', 'brand.name': 'None' },
      { sku: 'N5', name: 'x', price: 3 },
    ])}`;
    const answer = await api.ask('PATCH', '/api/products', NDJSON, body);
    expect(answer.json.data.attributes, answer.text).toMatchObject({
      state: 'completed_with_errors',
      added: 2,
      failed: 3,
    });
    expect(
      (await api.lines(answer.json.data.id, 'errors')).map(({ line, code, column }) => [line, code, column]),
    ).toEqual([
      [2, 'FORMATS-211', undefined],
      [3, 'RECORDS-308', 'price'],
      [4, 'RECORDS-302', 'brand.name'],
    ]);
    const results = await api.lines(answer.json.data.id, 'results');
    expect(results.map(({ record, status }) => `${record} ${status}`)).toEqual([
      '1 added',
      '2 failed',
      '3 failed',
      '4 failed',
      '5 added',
    ]);
  });

  it('may be empty', async () => {
    const answer = await api.ask('PATCH', '/api/products', NDJSON, '\n');
    expect(answer.json.data?.attributes, answer.text).toMatchObject({ state: 'completed', read: 0 });
  });

  it('never takes a text for a path of this machine, or for a member that is none', async () => {
    const hostile = [
      { sku: 'N1', name: 'x', __proto__: null, constructor: 'c' },
      JSON.parse('{"sku":"N2","name":"x","__proto__":"p"}'),
      { sku: "N3'; drop table product; --", name: '$1 \\ %s' },
    ];
    const answer = await api.ask('PATCH', '/api/products', NDJSON, toLines(hostile));
    expect(answer.json.data.attributes, answer.text).toMatchObject({ state: 'completed', added: 3 });
    expect(
      await api.rows(`select sku, constructor, __proto__ from product where id > 4 order by sku`),
    ).toEqual([
      ['N1', 'c', null],
      ['N2', null, 'p'],
      ["N3'; drop table product; --", null, null],
    ]);
  });
});

describe('a batch of CSV', () => {
  it('is read as a file is, its columns by name', async () => {
    const body = 'sku;name;price;brand.name\nN1;"A; b";1,50;Bosch\nN2;C;2,25;\n';
    const answer = await api.ask('PATCH', '/api/products', 'text/csv', body);
    expect(answer.json.data.attributes, answer.text).toMatchObject({ state: 'completed', added: 2 });
    expect(answer.json.meta.results.map(({ record }: { record: number }) => record)).toEqual([1, 2]);
    expect(
      await api.rows(`select sku, name, price, brand_id from product where sku like 'N%' order by 1`),
    ).toEqual([
      ['N1', 'A; b', '1.50', '1'],
      ['N2', 'C', '2.25', null],
    ]);
    const wrong = await api.ask('PATCH', '/api/products', 'text/csv', 'sku,colour\nN1,red\n');
    expect([wrong.status, wrong.json.errors[0].code]).toEqual([422, 'API-504']);
    expect(await api.spooled()).toEqual([]);
  });
});
