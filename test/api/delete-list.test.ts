// The extension `delete`: many records by a filter, if there are as many as the client expects.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { listFaults } from './document-faults.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

const JSON_API = 'application/vnd.api+json';
const DELETE = `${JSON_API}; ext="urn:dovetail:jsonapi:delete:1"`;

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ setUp: SMALL_SHOP });
});
beforeEach(() => api.at.database.query(SMALL_GOODS));
afterAll(() => api.close());

const remove = (path: string, accept = DELETE) => api.ask('DELETE', `/api/${path}`, { headers: { accept } });
const skus = async () =>
  (await api.get('/api/products')).json.data.map(
    (one: { attributes: { sku: string } }) => one.attributes.sku,
  );

describe('deleting a list', () => {
  it('deletes what the filter holds for, if it is as many as expected', async () => {
    const asked = await remove('products?filter[price]=30');
    expect(asked.status).toBe(409);
    expect(asked.json.errors[0]).toMatchObject({
      code: 'API-411',
      source: { parameter: 'delete:count' },
      meta: { hint: 'If these are meant, send delete:count=2.' },
    });
    expect((await remove('products?filter[price]=30&delete:count=3')).status).toBe(409);
    expect(await skus()).toHaveLength(4);
    const done = await remove('products?filter[price]=30&delete:count=2');
    expect([done.status, done.json.meta]).toEqual([200, { deleted: 2 }]);
    expect(done.headers.get('content-type')).toBe(DELETE);
    expect(listFaults(done.json)).toEqual([]);
    expect(await skus()).toEqual(['A', 'C']);
    expect((await remove('products?filter[price]=30&delete:count=0')).json.meta).toEqual({ deleted: 0 });
  });

  it('goes by paths, groups and composite keys', async () => {
    expect((await remove('stocks?filter[product.sku]=A&delete:count=1')).status).toBe(200);
    expect((await api.get('/api/stocks')).json.data).toHaveLength(1);
    expect((await remove('products?filter[or][0][sku]=C&filter[or][1][sku]=D&delete:count=2')).status).toBe(
      200,
    );
    expect(await skus()).toEqual(['A', 'B']);
  });

  it('deletes nothing where one of them can not be', async () => {
    const refused = await remove('brands?filter[id][gte]=2&delete:count=2');
    expect(refused.status, refused.text).toBe(409);
    expect((await api.get('/api/brands')).json.data).toHaveLength(3);
    // Those that refer to each other go together.
    expect((await remove('products?filter[id][gte]=1&delete:count=4')).status).toBe(200);
  });

  it('is never without a filter, nor without the extension, nor of a view', async () => {
    for (const path of ['products', 'products?delete:count=4', 'products?filter[nothing]=1&delete:count=0'])
      expect((await remove(path)).status, path).toBe(400);
    for (const path of [
      'products?filter[sku]=A&delete:count=x',
      'products?filter[sku]=A&sort=sku',
      'products?filter[sku]=A&delete:all=1',
    ])
      expect((await remove(path)).status, path).toBe(400);
    const plain = await remove('products?filter[sku]=D&delete:count=1', JSON_API);
    expect(plain.status).toBe(405);
    expect(plain.json.errors[0].meta.hint).toContain('urn:dovetail:jsonapi:delete:1');
    expect((await remove('cheaps?filter[sku]=C&delete:count=1')).status).toBe(403);
    expect(await skus()).toHaveLength(4);
  });

  it('is done once under an Idempotency-Key, and judged without being kept', async () => {
    const path = '/api/products?filter[sku]=D&delete:count=1';
    const both = `${JSON_API}; ext="urn:dovetail:jsonapi:delete:1 urn:dovetail:jsonapi:validate:1"`;
    const judged = await api.ask('DELETE', path, { headers: { accept: both } });
    expect(judged.json).toMatchObject({ meta: { deleted: 1 }, 'validate:status': '200' });
    expect(await skus()).toHaveLength(4);
    const headers = { accept: DELETE, 'idempotency-key': 'd1' };
    for (let i = 0; i < 2; i++)
      expect((await api.ask('DELETE', path, { headers })).json.meta).toEqual({ deleted: 1 });
    expect(await skus()).toHaveLength(3);
  });
});
