// What failed of a document comes back as a document: the failed records as they came, with their errors, to be mended and sent again; and
// a batch that was a document is undone like any import.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BATCH_DOCUMENT, type BatchApi, openBatchApi } from './batch-fixture.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

let api: BatchApi;
beforeAll(async () => {
  api = await openBatchApi({
    setUp: `${SMALL_SHOP}
      create table note (id int generated always as identity primary key, text text not null check (text <> 'bad'),
        about_id int references note, info jsonb)`,
  });
});
beforeEach(() => api.at.database.query(`${SMALL_GOODS} truncate note restart identity cascade`));
afterAll(() => api.close());

const to = (type: string, id: object) => ({ data: { type, ...id } });
const failedOf = async (run: string) => {
  const { status, text, headers } = await api.ask('GET', `/api/dovetail/runs/${run}/failed-rows`, undefined);
  return { status, text, headers };
};

describe('the failed records of a document', () => {
  it('come back as they came, each with its errors, and only they', async () => {
    const body = JSON.stringify(
      {
        included: [
          { type: 'brands', lid: 'b1', attributes: { name: 'New' } },
          { type: 'brands', lid: 'b2', attributes: { name: 'Bosch' }, extra: true },
        ],
        data: [
          {
            type: 'products',
            attributes: { sku: 'OK', name: 'ok', price: 1 },
            relationships: { brand: to('brands', { lid: 'b1' }) },
          },
          {
            type: 'products',
            lid: 'p',
            attributes: { sku: 'N1', name: 'n\u2028\n1', price: 'dear' },
            relationships: { brand: to('brands', { lid: 'b1' }) },
          },
          { type: 'products', id: '999', attributes: { price: 2 } },
          { type: 'products', attributes: { sku: 'N2', nam: 'x', price: 'PRICE' } },
          { type: 'notes', attributes: { text: 'wrong place' } },
        ],
      },
      null,
      2,
    ).replace('"PRICE"', '12345678901234567890.12');
    const answer = await api.ask('PATCH', '/api/products', BATCH_DOCUMENT, body);
    expect(answer.status, answer.text).toBe(200);
    const { id, attributes } = answer.json.data;
    expect(attributes, answer.text).toMatchObject({ state: 'completed_with_errors', failed: 4 });
    const file = await failedOf(id);
    expect(file.status, file.text).toBe(200);
    expect(file.headers.get('content-disposition')).toContain(`${id}-failed.json`);
    expect(file.text).toContain('12345678901234567890.12');
    const { data, included } = JSON.parse(file.text);
    expect(included).toBeUndefined();
    const brand = (await api.rows(`select id from brand where name = 'New'`))[0]![0];
    expect(data.map(({ meta, ...record }: { meta: { errors: { code: string }[] } }) => record)).toEqual([
      {
        type: 'products',
        lid: 'p',
        attributes: { sku: 'N1', name: 'n\u2028\n1', price: 'dear' },
        relationships: { brand: { data: { type: 'brands', id: String(brand) } } },
      },
      { type: 'products', id: '999', attributes: { price: 2 } },
      { type: 'products', attributes: { sku: 'N2', nam: 'x', price: 12345678901234567890.12 } },
      { type: 'notes', attributes: { text: 'wrong place' } },
    ]);
    expect(data.map((one: { meta: { errors: { code: string }[] } }) => one.meta.errors[0]!.code)).toEqual([
      'RECORDS-202',
      'RECORDS-301',
      'API-302',
      'API-303',
    ]);
    // Mended, it is a batch again.
    const mended = file.text.replace('"dear"', '3').replace('"nam"', '"name"');
    const again = await api.ask('PATCH', '/api/products', BATCH_DOCUMENT, mended);
    expect(again.json.data.attributes, again.text).toMatchObject({ added: 2, failed: 2 });
    expect(await api.rows(`select sku, brand_id from product where sku like 'N%' order by sku`)).toEqual([
      ['N1', brand],
      ['N2', null],
    ]);
  });

  it('keep their local ids where the other one failed too, and are in both lists', async () => {
    const answer = await api.send('notes', {
      data: [
        { type: 'notes', lid: 'a', attributes: { text: 'bad', info: { a: [1, { o: 2 }] } } },
        {
          type: 'notes',
          lid: 'b',
          attributes: { text: 'good' },
          relationships: { about: to('notes', { lid: 'a' }) },
        },
        { type: 'notes', attributes: { text: 'fine' } },
      ],
      included: [{ type: 'brands', attributes: { name: 'Bosch', country: 7, id: 1 } }],
    });
    const { id } = answer.json.data;
    const { data, included } = JSON.parse((await failedOf(id)).text);
    const [good] = await api.rows(`select id from note where text = 'good'`);
    expect(data.map(({ meta: _, ...record }: { meta: object }) => record)).toEqual([
      { type: 'notes', lid: 'a', attributes: { text: 'bad', info: { a: [1, { o: 2 }] } } },
      {
        type: 'notes',
        id: String(good![0]),
        relationships: { about: { data: { type: 'notes', lid: 'a' } } },
      },
    ]);
    expect(included).toHaveLength(1);
  });

  it('are none where none failed, and are told where the file is gone', async () => {
    const fine = await api.send('notes', { data: [{ type: 'notes', attributes: { text: 'x' } }] });
    expect((await failedOf(fine.json.data.id)).status).toBe(404);
  });
});

describe('the undo of a document', () => {
  const undo = async (run: string) => {
    const data = {
      type: 'dovetail-runs',
      relationships: { undoes: { data: { type: 'dovetail-runs', id: run } } },
    };
    const made = await api.ask(
      'POST',
      '/api/dovetail/runs',
      'application/vnd.api+json',
      JSON.stringify({ data }),
    );
    expect(made.status, made.text).toBe(201);
    return api.settled(made.json.data.id);
  };
  const STATE = `select 'brand', b::text from brand b union all select 'product', p::text from product p
    union all select 'note', n::text from note n order by 1, 2`;

  it('takes back what it added, changed, and set afterwards, of every kind of record', async () => {
    await api.rows(`insert into note (text) values ('old')`);
    const before = await api.rows(STATE);
    const sent = await api.send('notes', {
      data: [
        {
          type: 'notes',
          lid: 'x',
          attributes: { text: 'one' },
          relationships: { about: to('notes', { lid: 'y' }) },
        },
        {
          type: 'notes',
          lid: 'y',
          attributes: { text: 'two' },
          relationships: { about: to('notes', { lid: 'x' }) },
        },
        {
          type: 'notes',
          id: '1',
          attributes: { text: 'changed' },
          relationships: { about: to('notes', { lid: 'x' }) },
        },
      ],
      included: [
        { type: 'brands', lid: 'b', attributes: { name: 'Undone' } },
        {
          type: 'products',
          id: '1',
          attributes: { price: 99 },
          relationships: { brand: to('brands', { lid: 'b' }) },
        },
      ],
    });
    expect(sent.json.data.attributes, sent.text).toMatchObject({
      state: 'completed',
      undo: 'kept',
      added: 3,
      updated: 2,
    });
    expect(await api.rows(STATE)).not.toEqual(before);
    const run = await undo(sent.json.data.id);
    expect(run, JSON.stringify(run)).toMatchObject({
      kind: 'undo',
      state: 'completed',
      counters: { failed: 0 },
    });
    expect(await api.rows(STATE)).toEqual(before);
  });
});
