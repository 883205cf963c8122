// Writing relationships to many: https://jsonapi.org/format/1.1/#crud-updating-to-many-relationships
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({
    setUp: `${SMALL_SHOP} create table badge (id int primary key, product_id int unique references product);`,
  });
});
beforeEach(() =>
  api.at.database.query(`${SMALL_GOODS} truncate badge; insert into badge values (1, 1), (2, null)`),
);
afterAll(() => api.close());

const products = (...ids: readonly string[]) => ({ data: ids.map((id) => ({ type: 'products', id })) });
const categories = (...ids: readonly string[]) => ({ data: ids.map((id) => ({ type: 'categories', id })) });
const send = (method: string, path: string, body: unknown, headers = {}) =>
  api.ask(method, `/api/${path}`, { body, headers });
const linked = async (path: string) =>
  (await api.get(`/api/${path}`)).json.data.map((one: { id: string }) => one.id).sort();

const ONE = 'brands/1/relationships/product';
const MANY = 'products/1/relationships/category';

describe('relationships that others refer by', () => {
  it('get members by POST, each once, and none twice', async () => {
    expect((await send('POST', ONE, products('4', '3', '4', '1'))).status).toBe(204);
    expect(await linked(ONE)).toEqual(['1', '2', '3', '4']);
    expect((await send('POST', ONE, products('4', '3', '4', '1'))).status).toBe(204);
    expect(await linked(ONE)).toEqual(['1', '2', '3', '4']);
    expect(await linked('brands/2/relationships/product')).toEqual([]);
  });

  it('are replaced whole by PATCH, by nothing too', async () => {
    expect((await send('PATCH', ONE, products('2', '3'))).status).toBe(204);
    expect(await linked(ONE)).toEqual(['2', '3']);
    expect((await send('PATCH', ONE, products())).status).toBe(204);
    expect(await linked(ONE)).toEqual([]);
    expect((await api.get('/api/products/2/brand')).json.data).toBeNull();
  });

  it('lose members by DELETE, and succeed where they are gone already', async () => {
    for (let i = 0; i < 2; i++)
      expect((await send('DELETE', ONE, products('1', '3', '99'))).status).toBe(204);
    expect(await linked(ONE)).toEqual(['2']);
    expect(await linked('brands/2/relationships/product')).toEqual(['3']);
  });

  it('keep members that can not be without: 403, and nothing is written', async () => {
    const at = 'products/1/relationships/stock';
    const [stock] = (await linked(at)) as string[];
    for (const [method, body] of [
      ['PATCH', { data: [] }],
      ['DELETE', { data: [{ type: 'stocks', id: stock }] }],
      ['POST', { data: [{ type: 'stocks', id: '2,z' }] }],
    ] as const) {
      const refused = await send(method, at, body);
      expect(refused.status, method).toBe(403);
      expect(refused.json.errors[0]).toMatchObject({ code: 'API-311', source: { pointer: '/data' } });
    }
    expect(await linked(at)).toEqual([stock]);
    expect((await send('PATCH', at, { data: [{ type: 'stocks', id: stock }] })).status).toBe(204);
  });
});

describe('relationships through a join table', () => {
  it('get members by POST, each once', async () => {
    for (let i = 0; i < 2; i++)
      expect((await send('POST', MANY, categories('none', 'tool'))).status).toBe(204);
    expect(await linked(MANY)).toEqual(['a/b', 'none', 'tool']);
    expect(await linked('categories/none/relationships/product')).toEqual(['1']);
  });

  it('are replaced by PATCH and lose members by DELETE', async () => {
    expect((await send('PATCH', MANY, categories('none', 'tool'))).status).toBe(204);
    expect(await linked(MANY)).toEqual(['none', 'tool']);
    for (let i = 0; i < 2; i++)
      expect((await send('DELETE', MANY, categories('none', 'nix'))).status).toBe(204);
    expect(await linked(MANY)).toEqual(['tool']);
    expect((await send('PATCH', MANY, categories())).status).toBe(204);
    expect(await linked(MANY)).toEqual([]);
    expect(await linked('products/2/relationships/category')).toEqual(['tool']);
  });
});

describe('a relationship to one that the other refers by', () => {
  const at = 'products/2/relationships/badge';
  it('takes an identifier or null', async () => {
    expect((await send('PATCH', at, { data: { type: 'badges', id: '2' } })).status).toBe(204);
    expect((await api.get(`/api/${at}`)).json.data).toEqual({ type: 'badges', id: '2' });
    expect((await send('PATCH', at, { data: { type: 'badges', id: '1' } })).status).toBe(204);
    expect((await api.get(`/api/${at}`)).json.data).toEqual({ type: 'badges', id: '1' });
    expect((await api.get('/api/products/1/relationships/badge')).json.data).toBeNull();
    expect((await send('PATCH', at, { data: null })).status).toBe(204);
    expect((await api.get(`/api/${at}`)).json.data).toBeNull();
  });

  it('has neither POST nor DELETE: 405', async () => {
    for (const method of ['POST', 'DELETE'])
      expect((await send(method, at, { data: { type: 'badges', id: '2' } })).status).toBe(405);
    expect((await send('POST', 'products/1/relationships/brand', { data: null })).status).toBe(405);
  });
});

describe('what can not be linked', () => {
  it('is refused by its place, and nothing is written', async () => {
    const wrong: readonly (readonly [unknown, number, string])[] = [
      [{}, 400, ''],
      [{ data: null }, 400, '/data'],
      [{ data: { type: 'products', id: '3' } }, 400, '/data'],
      [{ data: [{ type: 'products' }] }, 400, '/data/0'],
      [
        {
          data: [
            { type: 'products', id: '4' },
            { type: 'brands', id: '1' },
          ],
        },
        422,
        '/data/1/type',
      ],
      [products('4', '99'), 404, '/data/1'],
      [products('4', 'x'), 404, '/data/1'],
      [products('4', ''), 404, '/data/1'],
    ];
    for (const [body, status, pointer] of wrong)
      for (const method of ['POST', 'PATCH']) {
        const refused = await send(method, ONE, body);
        expect(refused.status, JSON.stringify(body)).toBe(status);
        expect(refused.json.errors[0].source.pointer).toBe(pointer);
      }
    expect(await linked(ONE)).toEqual(['1', '2']);
    expect((await send('POST', 'brands/99/relationships/product', products('4'))).status).toBe(404);
    expect((await send('POST', 'brands/x/relationships/product', products('4'))).status).toBe(404);
    expect((await send('POST', MANY, categories('nix'))).status).toBe(404);
  });

  it('is more than a thousand at once', async () => {
    const many = products(...Array.from({ length: 1_001 }, (_, i) => String(i)));
    expect((await send('POST', ONE, many)).status).toBe(422);
  });

  it('is refused with 412 where the record has changed', async () => {
    const etag = (await api.get('/api/brands/1')).headers.get('etag')!;
    expect((await send('POST', ONE, products('4'), { 'if-match': etag })).status).toBe(204);
    await api.at.database.query(`update brand set name = 'x' where id = 1`);
    expect((await send('POST', ONE, products('3'), { 'if-match': etag })).status).toBe(412);
    expect(await linked(ONE)).toEqual(['1', '2', '4']);
  });
});

describe('a resource with relationships to many', () => {
  it('is created with them, and updated by them', async () => {
    const relationships = { product: products('4'), category: undefined };
    const data = { type: 'brands', attributes: { name: 'New' }, relationships };
    const made = await send('POST', 'brands?include=product', { data });
    expect(made.status).toBe(201);
    expect(made.json.data.relationships.product.data).toEqual(products('4').data);
    const { id } = made.json.data;
    const changed = await send('PATCH', `brands/${id}?include=product`, {
      data: { type: 'brands', id, relationships: { product: products('2', '3') } },
    });
    expect(changed.status).toBe(200);
    expect(changed.json.data.relationships.product.data).toEqual(products('2', '3').data);
    const product = { type: 'products', attributes: { sku: 'N', name: 'n' } };
    const both = { category: categories('tool', 'none'), brand: { data: { type: 'brands', id } } };
    const second = await send('POST', 'products', { data: { ...product, relationships: both } });
    expect(second.status).toBe(201);
    expect(await linked(`products/${second.json.data.id}/relationships/category`)).toEqual(['none', 'tool']);
  });

  it('is not written at all where one of them can not be', async () => {
    const data = {
      type: 'brands',
      attributes: { name: 'New' },
      relationships: { product: products('4', '99') },
    };
    const refused = await send('POST', 'brands', { data });
    expect(refused.status).toBe(404);
    expect(refused.json.errors[0].source.pointer).toBe('/data/relationships/product/data/1');
    const stay = {
      type: 'products',
      id: '1',
      attributes: { name: 'x' },
      relationships: { stock: { data: [] } },
    };
    expect((await send('PATCH', 'products/1', { data: stay })).status).toBe(403);
    expect((await api.get('/api/products/1')).json.data.attributes.name).toBe('Drill');
    expect((await api.get('/api/brands?filter[name]=New')).json.data).toEqual([]);
    expect(await linked(ONE)).toEqual(['1', '2']);
  });

  it('is done once under an Idempotency-Key, and judged without being kept', async () => {
    const headers = { 'idempotency-key': 'links-1' };
    expect((await send('POST', ONE, products('4'), headers)).status).toBe(204);
    await send('DELETE', ONE, products('4'));
    expect((await send('POST', ONE, products('4'), headers)).status).toBe(204);
    expect(await linked(ONE)).toEqual(['1', '2']);
    const type = 'application/vnd.api+json; ext="urn:dovetail:jsonapi:validate:1"';
    expect((await send('PATCH', ONE, products(), { 'content-type': type })).status).toBe(200);
    expect(await linked(ONE)).toEqual(['1', '2']);
  });
});
