// The extension `upsert`: one POST for records that may be there or not.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { listFaults } from './document-faults.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

const UPSERT = 'application/vnd.api+json; ext="urn:dovetail:jsonapi:upsert:1"';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ setUp: SMALL_SHOP });
});
beforeEach(() => api.at.database.query(SMALL_GOODS));
afterAll(() => api.close());

const upsert = (path: string, data: object, headers = {}) =>
  api.ask('POST', `/api/${path}`, { body: { data }, headers: { 'content-type': UPSERT, ...headers } });
const product = (attributes: object, more = {}) => ({ type: 'products', attributes, ...more });
const count = async () => (await api.get('/api/products?page[total]=true')).json.meta.page.total;

describe('an upsert', () => {
  it('creates a record with 201, updates it with 200, and leaves it where nothing differs', async () => {
    const made = await upsert('products', product({ sku: 'N', name: 'n', price: 1 }));
    expect(made.status, made.text).toBe(201);
    expect(made.headers.get('location')).toBe(made.json.data.links.self);
    expect(made.headers.get('content-type')).toBe(UPSERT);
    for (const price of [2, 2]) {
      const changed = await upsert('products', product({ sku: 'N', price }));
      expect(changed.status, changed.text).toBe(200);
      expect(changed.headers.get('location')).toBeNull();
      expect(changed.json.data).toMatchObject({ id: made.json.data.id, attributes: { name: 'n', price: 2 } });
      expect(listFaults(changed.json)).toEqual([]);
      const { etag } = Object.fromEntries(changed.headers);
      expect(etag).toBe((await api.get(made.json.data.links.self)).headers.get('etag'));
    }
    expect(await count()).toBe(5);
  });

  it('finds the record by its id, or by the members that are named', async () => {
    const byId = await upsert('products', product({ name: 'x', sku: 'A' }, { id: '1' }));
    expect([byId.status, byId.json.data.attributes.name]).toEqual([200, 'x']);
    const newId = await upsert('products', product({ name: 'x', sku: 'Z' }, { id: '77' }));
    expect([newId.status, newId.json.data.id]).toEqual([201, '77']);
    const brand = { brand: { data: { type: 'brands', id: '2' } } };
    const named = await upsert(
      'products?upsert:by=name,brand&fields[products]=price',
      product({ name: 'Bit', price: 9 }, { relationships: brand }),
    );
    expect([named.status, named.json.data]).toMatchObject([200, { id: '3', attributes: { price: 9 } }]);
    const stock = await upsert('stocks', { type: 'stocks', id: '2,z', attributes: { amount: 5 } });
    expect([stock.status, stock.json.data.attributes.amount]).toEqual([200, 5]);
    expect(await count()).toBe(5);
  });

  it('takes relationships to many, and is done once under an Idempotency-Key', async () => {
    const relationships = { category: { data: [{ type: 'categories', id: 'none' }] } };
    const headers = { 'idempotency-key': 'u1' };
    const sent = () => upsert('products', product({ sku: 'A' }, { relationships }), headers);
    expect((await sent()).status).toBe(200);
    expect((await sent()).headers.get('idempotency-replayed')).toBe('true');
    const linked = (await api.get('/api/products/1/relationships/category')).json.data;
    expect(linked).toEqual([{ type: 'categories', id: 'none' }]);
  });

  it('is refused with its place, and nothing is written', async () => {
    const refusals = [
      [await upsert('products', product({ sku: 'A', price: -1 })), 422],
      [await upsert('products', product({ sku: 'N' })), 422],
      [await upsert('products', product({ name: 'n' })), 422],
      [await upsert('products?upsert:by=nothing', product({ sku: 'A' })), 400],
      [await upsert('products?upsert:by=price&upsert:by=sku', product({ sku: 'A' })), 400],
      [await upsert('products?upsert:by=price', product({ price: 30, name: 'x' })), 422],
      [await upsert('products', product({ sku: 'A' }), { 'if-match': '"1"' }), 400],
      [await api.ask('POST', '/api/products?upsert:by=sku', { body: { data: product({ sku: 'A' }) } }), 400],
      [await api.ask('POST', '/api/products', { body: { data: product({ sku: 'A', name: 'x' }) } }), 409],
    ] as const;
    for (const [refused, status] of refusals) expect(refused.status, refused.text).toBe(status);
    expect(refusals[0][0].json.errors[0].source.pointer).toBe('/data/attributes/price');
    const { rows } = await api.at.database.query('select sku, name, price from product order by id');
    expect(rows.map((row) => Object.values(row).join())).toEqual([
      'A,Drill,10.50',
      'B,Saw,30.00',
      'C,Bit,2.00',
      'D,Case,30.00',
    ]);
  });

  it('of many at the same moment creates one record', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => upsert('products', product({ sku: 'N', name: 'n', price: i }))),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, text } of answers) expect([200, 201, 409], text).toContain(status);
    expect(await count()).toBe(5);
  });
});
