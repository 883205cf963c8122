// What the standard demands of writing, beyond that it works: https://jsonapi.org/format/1.1/#crud
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ setUp: SMALL_SHOP });
});
beforeEach(() => api.at.database.query(SMALL_GOODS));
afterAll(() => api.close());

const send = async (method: string, path: string, body: unknown, headers = {}) =>
  (await api.ask(method, `/api/${path}`, { body, headers })).status;
const countProducts = async () => (await api.get('/api/products?page[total]=true')).json.meta.page.total;

describe('creating', () => {
  it('takes one resource object, with a type', async () => {
    for (const data of [null, [], 'x', {}, { type: 7 }, { attributes: { name: 'x' } }])
      expect(await send('POST', 'brands', { data }), JSON.stringify(data)).toBe(400);
    expect(await send('POST', 'brands', [])).toBe(400);
  });

  it('takes relationships only with data', async () => {
    const attributes = { sku: 'N', name: 'n' };
    for (const brand of [{}, null, { links: {} }, { type: 'brands', id: '1' }]) {
      const data = { type: 'products', attributes, relationships: { brand } };
      expect(await send('POST', 'products', { data }), JSON.stringify(brand)).toBe(400);
    }
    expect(await countProducts()).toBe(4);
  });

  it('names the new resource alike in Location and in its self link', async () => {
    const made = await api.ask('POST', '/api/categories', {
      body: { data: { type: 'categories', id: 'c/d' } },
    });
    expect(made.status).toBe(201);
    expect(made.headers.get('location')).toBe('/api/categories/c%2Fd');
    expect(made.json.data.links.self).toBe(made.headers.get('location'));
    expect(made.json.links.self).toBe(made.headers.get('location'));
  });

  it('refuses with 422 an id that can be none', async () => {
    for (const id of ['', 'x', '1\u0000', '99999999999999'])
      expect(
        await send('POST', 'products', {
          data: { type: 'products', id, attributes: { sku: 'N', name: 'n' } },
        }),
        id,
      ).toBe(422);
    const stock = { type: 'stocks', id: '1', attributes: { amount: 1 } };
    expect(await send('POST', 'stocks', { data: stock })).toBe(422);
  });
});

describe('updating', () => {
  it('takes one resource object, with type and id', async () => {
    for (const data of [null, [], {}, { type: 'products' }, { id: '1' }, { type: 'products', id: 1 }])
      expect(await send('PATCH', 'products/1', { data }), JSON.stringify(data)).toBe(400);
  });

  it('leaves attributes and relationships that are not named as they are', async () => {
    const before = (await api.get('/api/products/2')).json.data;
    const { json } = await api.ask('PATCH', '/api/products/2', {
      body: { data: { type: 'products', id: '2', attributes: { name: 'Jigsaw' }, relationships: {} } },
    });
    expect(json.data).toEqual({ ...before, attributes: { ...before.attributes, name: 'Jigsaw' } });
  });

  it('answers as a fetch would, with what the database changed besides', async () => {
    const body = { data: { type: 'products', id: '1', attributes: { price: 7 } } };
    const changed = await api.ask('PATCH', '/api/products/1', { body });
    expect(changed.status).toBe(200);
    expect(changed.json.data.attributes).toMatchObject({ price: 7, doubled: 14 });
    expect(changed.json).toEqual((await api.get('/api/products/1')).json);
  });

  it('refuses an empty text where a number or date is meant, instead of passing over it', async () => {
    for (const attributes of [{ price: '' }, { on_day: '' }, { net: '' }, { tags: '' }])
      expect(await send('PATCH', 'products/1', { data: { type: 'products', id: '1', attributes } })).toBe(
        422,
      );
    expect(
      await send('PATCH', 'products/1', { data: { type: 'products', id: '1', attributes: { name: '' } } }),
    ).toBe(200);
    expect((await api.get('/api/products/1')).json.data.attributes).toMatchObject({ name: '', price: 10.5 });
  });

  it('answers 412 to If-None-Match where the record is that version', async () => {
    const body = { data: { type: 'products', id: '1', attributes: { name: 'x' } } };
    const etag = (await api.get('/api/products/1')).headers.get('etag')!;
    for (const unwanted of ['*', etag, `W/${etag}`])
      expect(await send('PATCH', 'products/1', body, { 'if-none-match': unwanted }), unwanted).toBe(412);
    expect(await send('PATCH', 'products/1', body, { 'if-none-match': '"1.x"' })).toBe(200);
  });
});

describe('relationships', () => {
  it('to one take an identifier or null, and nothing else', async () => {
    const at = 'products/1/relationships/brand';
    for (const body of [{}, { data: [] }, { data: { type: 'brands' } }, { data: 'x' }, { meta: {} }])
      expect(await send('PATCH', at, body), JSON.stringify(body)).toBe(400);
    expect(await send('PATCH', at, { data: { type: 'brands', id: '2' } })).toBe(204);
    expect(await send('PATCH', at, { data: null })).toBe(204);
    expect(await send('PATCH', 'products/99/relationships/brand', { data: null })).toBe(404);
    expect(await send('PATCH', 'products/1/relationships/nothing', { data: null })).toBe(404);
  });

  it('lead nowhere by an id that is empty: 404, and nothing is set', async () => {
    const brand = { data: { type: 'brands', id: '' } };
    expect(await send('PATCH', 'products/1/relationships/brand', brand)).toBe(404);
    expect(
      await send('PATCH', 'products/1', { data: { type: 'products', id: '1', relationships: { brand } } }),
    ).toBe(404);
    expect((await api.get('/api/products/1/relationships/brand')).json.data.id).toBe('1');
  });
});

describe('what can not be written', () => {
  it('answers 403 to columns that PostgreSQL computes', async () => {
    const data = { type: 'products', id: '1', attributes: { doubled: 1 } };
    expect(await send('PATCH', 'products/1', { data })).toBe(403);
  });
});
