// Atomic Operations: https://jsonapi.org/ext/atomic
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { listFaults } from './document-faults.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

const JSON_API = 'application/vnd.api+json';
const URI = 'https://jsonapi.org/ext/atomic';
const ATOMIC = `${JSON_API}; ext="${URI}"`;
const CHOSEN = `create table chosen (id text primary key, next text references chosen deferrable initially deferred);`;

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ setUp: `${SMALL_SHOP} ${CHOSEN}` });
});
beforeEach(() => api.at.database.query(`${SMALL_GOODS} truncate chosen`));
afterAll(() => api.close());

const operate = (operations: unknown, headers = {}) =>
  api.ask('POST', '/api/operations', {
    body: { 'atomic:operations': operations },
    headers: { 'content-type': ATOMIC, ...headers },
  });
// biome-ignore lint/suspicious/noExplicitAny: rows are looked into column by column.
const wholeShop = async (): Promise<any> =>
  (
    await api.at.database.query(
      `select (select json_agg(p order by id) from product p) as p, (select json_agg(b order by id) from brand b) as b,
        (select json_agg(c order by product_id, category_code) from product_category c) as c`,
    )
  ).rows[0];
const newProduct = (sku: string, more = {}) => ({
  op: 'add',
  data: { type: 'products', attributes: { sku, name: sku, price: 10.5 }, ...more },
});

describe('operations', () => {
  it('add, update and remove resources in order, and answer what became of each', async () => {
    const answer = await operate([
      newProduct('N1'),
      { op: 'add', href: '/api/brands', data: { type: 'brands', attributes: { name: 'New' } } },
      { op: 'update', data: { type: 'products', id: '1', attributes: { price: 7 } } },
      {
        op: 'update',
        ref: { type: 'products', id: '2' },
        data: { type: 'products', id: '2', attributes: { name: 'x' } },
      },
      {
        op: 'update',
        href: '/api/products/2',
        data: { type: 'products', id: '2', attributes: { price: 1 } },
      },
      { op: 'remove', ref: { type: 'products', id: '4' } },
      { op: 'remove', href: '/api/brands/3' },
    ]);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get('content-type')).toBe(ATOMIC);
    const { 'atomic:results': results, jsonapi, ...rest } = answer.json;
    expect(rest).toEqual({});
    expect(jsonapi).toEqual({ version: '1.1', ext: [URI] });
    expect(results.map((one: { data?: { type: string } }) => one.data?.type)).toEqual([
      'products',
      'brands',
      'products',
      'products',
      'products',
      undefined,
      undefined,
    ]);
    expect(results[2].data.attributes).toMatchObject({ price: 7, doubled: 14 });
    expect(results[4].data.attributes).toMatchObject({ name: 'x', price: 1 });
    for (const one of results.slice(0, 5)) expect(listFaults({ data: one.data })).toEqual([]);
    expect(results[0].data).toEqual((await api.get(results[0].data.links.self)).json.data);
    expect((await api.get('/api/products/4')).status).toBe(404);
    expect((await api.get('/api/brands/3')).status).toBe(404);
  });

  it('keep every digit of a number', async () => {
    const digits = '12345678901234567890.12';
    const body = `{"atomic:operations":[{"op":"update","data":{"type":"products","id":"1","attributes":{"price":${digits}}}}]}`;
    const answer = await api.ask('POST', '/api/operations', { body, headers: { 'content-type': ATOMIC } });
    expect(answer.text).toContain(`"price":${digits}`);
  });

  it('change relationships to one and to many', async () => {
    const product = (id: string, relationship: string) => ({ type: 'products', id, relationship });
    const answer = await operate([
      { op: 'update', ref: product('1', 'brand'), data: { type: 'brands', id: '2' } },
      { op: 'update', href: '/api/products/2/relationships/brand', data: null },
      { op: 'add', ref: product('4', 'category'), data: [{ type: 'categories', id: 'tool' }] },
      { op: 'remove', ref: product('1', 'category'), data: [{ type: 'categories', id: 'a/b' }] },
      { op: 'update', ref: product('2', 'category'), data: [{ type: 'categories', id: 'none' }] },
    ]);
    expect([answer.status, answer.text]).toEqual([204, '']);
    const { p, c } = await wholeShop();
    expect(p.map((one: { brand_id: number }) => one.brand_id)).toEqual([2, null, 2, null]);
    expect(c.map((one: object) => Object.values(one).join())).toEqual(['1,tool', '2,none', '4,tool']);
  });

  it('name records of the same request by lid', async () => {
    const answer = await operate([
      { op: 'add', data: { type: 'brands', lid: 'b', attributes: { name: 'New' } } },
      newProduct('N1', { lid: 'p', relationships: { brand: { data: { type: 'brands', lid: 'b' } } } }),
      newProduct('N2', { relationships: { parent: { data: { type: 'products', lid: 'p' } } } }),
      { op: 'update', data: { type: 'products', lid: 'p', attributes: { price: 3 } } },
      {
        op: 'add',
        ref: { type: 'products', lid: 'p', relationship: 'category' },
        data: [{ type: 'categories', id: 'tool' }],
      },
      {
        op: 'add',
        ref: { type: 'brands', lid: 'b', relationship: 'product' },
        data: [
          { type: 'products', id: '4' },
          { type: 'products', lid: 'p' },
        ],
      },
    ]);
    expect(answer.status, answer.text).toBe(200);
    const [brand, first, second] = answer.json['atomic:results'].map(
      (one: { data?: { id: string } }) => one.data,
    );
    expect(first.relationships.brand.data.id).toBe(brand.id);
    expect(second.relationships.parent.data.id).toBe(first.id);
    const linked = (await api.get(`/api/brands/${brand.id}/relationships/product`)).json.data;
    expect(linked.map((one: { id: string }) => one.id)).toEqual(['4', first.id]);
    expect((await api.get(`/api/products/${first.id}`)).json.data.attributes.price).toBe(3);
  });
});

describe('a request of operations', () => {
  it('is done whole or not at all: the error says which operation and where', async () => {
    const before = await wholeShop();
    const good = newProduct('N1', { lid: 'n' });
    const update = (attributes: object) => ({
      op: 'update',
      data: { type: 'products', id: '1', attributes },
    });
    const at = (id: string, relationship: string) => ({ type: 'products', id, relationship });
    const wrong: readonly (readonly [unknown, number, string])[] = [
      [update({ price: 'cheap' }), 422, '/data/attributes/price'],
      [update({ price: -1 }), 422, '/data/attributes/price'],
      [update({ nothing: 1 }), 422, '/data/attributes/nothing'],
      [{ op: 'update', data: { type: 'products', id: '99', attributes: { name: 'x' } } }, 404, ''],
      [{ op: 'remove', ref: { type: 'brands', id: '1' } }, 409, ''],
      [{ op: 'remove', ref: { type: 'nothing', id: '1' } }, 404, '/ref'],
      [{ op: 'remove', ref: { type: 'brands' } }, 400, '/ref'],
      [{ op: 'remove', ref: { type: 'products', lid: 'x' } }, 422, '/ref/lid'],
      [{ op: 'remove', ref: { type: 'brands', id: '1' }, href: '/api/brands/1' }, 400, '/href'],
      [{ op: 'remove', href: 'https://example.org/api/brands/1' }, 409, '/href'],
      [{ op: 'remove', href: '/brands/1' }, 409, '/href'],
      [{ op: 'remove', href: '/api/brands/1?include=product' }, 400, '/href'],
      [{ op: 'remove' }, 400, ''],
      [{ op: 'add' }, 400, ''],
      [{ op: 'destroy' }, 400, '/op'],
      [{ op: 'remove', href: '/api/brands' }, 400, '/op'],
      [7, 400, ''],
      [
        newProduct('N2', { relationships: { brand: { data: { type: 'brands', lid: 'x' } } } }),
        422,
        '/data/relationships/brand/data/lid',
      ],
      [newProduct('N1', { lid: 'n2' }), 409, '/data/attributes/sku'],
      [newProduct('N3', { lid: 'n' }), 400, '/data/lid'],
      [{ op: 'add', ref: at('1', 'category'), data: [{ type: 'categories', id: 'nix' }] }, 404, '/data/0'],
      [{ op: 'update', ref: at('1', 'stock'), data: [] }, 403, '/data'],
      [{ op: 'add', ref: at('1', 'brand'), data: null }, 400, '/op'],
    ];
    for (const [operation, status, pointer] of wrong) {
      const refused = await operate([good, operation]);
      const says = `${JSON.stringify(operation)} ${refused.text}`;
      expect(refused.status, says).toBe(status);
      expect(refused.json.errors[0].source.pointer, says).toBe(`/atomic:operations/1${pointer}`);
      expect(listFaults(refused.json)).toEqual([]);
    }
    expect(await wholeShop()).toEqual(before);
    expect(api.errors.every((error) => (error as Error).name !== 'Error')).toBe(true);
  });

  it('is undone by an end that the database refuses', async () => {
    const add = (id: string, next: string) => ({
      op: 'add',
      data: {
        type: 'chosens',
        id,
        attributes: {},
        relationships: { next: { data: { type: 'chosens', id: next } } },
      },
    });
    const refused = await operate([{ op: 'add', data: { type: 'chosens', id: 'a' } }, add('b', 'zz')]);
    expect(refused.status).toBe(404);
    expect((await api.get('/api/chosens')).json.data).toEqual([]);
    expect((await operate([{ op: 'add', data: { type: 'chosens', id: 'a' } }, add('b', 'a')])).status).toBe(
      200,
    );
  });

  it('names the extension: 415 without, 405 to other methods', async () => {
    const body = { 'atomic:operations': [newProduct('N1')] };
    expect((await api.ask('POST', '/api/operations', { body })).status).toBe(415);
    expect(
      (await api.ask('POST', '/api/products', { body, headers: { 'content-type': ATOMIC } })).status,
    ).toBe(415);
    const got = await api.get('/api/operations');
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
    for (const wrong of [{}, { data: [] }, { 'atomic:operations': {} }, []])
      expect(
        (await api.ask('POST', '/api/operations', { body: wrong, headers: { 'content-type': ATOMIC } }))
          .status,
      ).toBe(400);
    expect((await operate([])).status).toBe(204);
  });

  it('has a limit of operations', async () => {
    const remove = { op: 'remove', ref: { type: 'products', id: '1' } };
    const refused = await operate(Array.from({ length: 1_001 }, () => remove));
    expect(refused.status).toBe(413);
    expect(refused.json.errors[0].code).toBe('API-312');
  });

  it('is done once under an Idempotency-Key, and judged without being kept', async () => {
    const headers = { 'idempotency-key': 'ops-1' };
    const [first, again] = [
      await operate([newProduct('N1')], headers),
      await operate([newProduct('N1')], headers),
    ];
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.json).toEqual(first.json);
    expect(again.headers.get('content-type')).toBe(ATOMIC);
    const both = `${JSON_API}; ext="${URI} urn:dovetail:jsonapi:validate:1"`;
    const before = await wholeShop();
    const judged = await operate([newProduct('N2'), { op: 'remove', ref: { type: 'products', id: '3' } }], {
      'content-type': both,
    });
    expect(judged.status).toBe(200);
    expect(judged.json['validate:status']).toBe('200');
    expect(judged.json['atomic:results']).toHaveLength(2);
    expect(await wholeShop()).toEqual(before);
  });
});
