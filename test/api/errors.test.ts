// Errors: https://jsonapi.org/format/1.1/#errors
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { listFaults } from './document-faults.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({
    setUp: SMALL_SHOP,
    access: {
      authenticateKey: async (key) => {
        if (key === 'breaks') throw new Error('the secret of the inside');
        return { kind: 'client', id: '1', name: 'test', roles: [] };
      },
      catalogFor: async (_caller, catalog) => catalog,
    },
  });
});
beforeEach(() => api.at.database.query(SMALL_GOODS));
afterAll(() => api.close());

/** What a JSON pointer (RFC 6901) leads to; undefined where it leads nowhere. */
function findAt(document: unknown, pointer: string): unknown {
  const parts = pointer.split('/').slice(1);
  return parts.reduce(
    (at, part) =>
      (at as Record<string, unknown> | undefined)?.[part.replaceAll('~1', '/').replaceAll('~0', '~')],
    document,
  );
}

describe('errors', () => {
  it.each([
    ['/api', 'There is nothing at /api.', 'shown at /api/docs'],
    ['/', 'There is nothing at /.', 'shown at /api/docs'],
    ['/api/dovetail', 'The address names no resource type.', 'openapi.json'],
    ['/api/zebras', "There is no resource type 'zebras'.", "what your roles don't let you see"],
    ['/api/product', "There is no resource type 'product'.", "Did you mean 'products'?"],
  ])('say at %s where to look', async (path, detail, hint) => {
    const { status, json } = await api.get(path);
    expect(status).toBe(404);
    expect(json.errors[0]).toMatchObject({ detail, meta: { hint: expect.stringContaining(hint) } });
  });

  it.each(['GET', 'PATCH', 'DELETE'])(
    'of %s say the same of an id that none has and of one that can’t be',
    async (method) => {
      const said = [];
      for (const id of ['999', 'x', '1,2', '99999999999999999999']) {
        const body = { data: { type: 'products', id, attributes: { name: 'x' } } };
        const answer = await api.ask(method, `/api/products/${id}`, method === 'PATCH' ? { body } : {});
        const { id: _, ...error } = answer.json.errors[0];
        said.push([answer.status, JSON.stringify(error).replace(id, '?')]);
      }
      expect(new Set(said.map(([status, text]) => `${status} ${text}`)).size, JSON.stringify(said)).toBe(1);
      expect(said[0]).toEqual([404, expect.stringContaining('API-401')]);
    },
  );

  it('come in an array under errors, each with id, status, code, title and detail', async () => {
    const { status, json } = await api.get('/api/products?sort=nothing');
    expect(listFaults(json)).toEqual([]);
    expect(json.errors).toEqual([
      {
        id: expect.stringMatching(/^[\da-f-]{36}$/),
        status: String(status),
        code: 'API-202',
        title: 'The query parameter cannot be understood',
        detail: "products have no attribute or relationship 'nothing'.",
        source: { parameter: 'sort' },
      },
    ]);
  });

  it('point into the document, at something that is there', async () => {
    const type = 'products';
    const right = { sku: 'N', name: 'n' };
    const bodies: readonly unknown[] = [
      5,
      {},
      { data: null },
      { data: [] },
      { data: {} },
      { data: { type: 5 } },
      { data: { type: 'brands' } },
      { data: { type, id: 5 } },
      { data: { type, id: '' } },
      { data: { type, attributes: [] } },
      { data: { type, attributes: {} } },
      { data: { type, attributes: { ...right, 'a/b~c': 1 } } },
      { data: { type, attributes: { ...right, price: 'x' } } },
      { data: { type, attributes: { ...right, price: '' } } },
      { data: { type, attributes: { ...right, price: -1 } } },
      { data: { type, attributes: { ...right, doubled: 1 } } },
      { data: { type, attributes: { ...right, net: 'x' } } },
      { data: { type, attributes: { ...right, sku: 'A' } } },
      { data: { type, attributes: right, relationships: 1 } },
      { data: { type, attributes: right, relationships: { brand: null } } },
      { data: { type, attributes: right, relationships: { brand: {} } } },
      { data: { type, attributes: right, relationships: { brand: { data: [] } } } },
      { data: { type, attributes: right, relationships: { brand: { data: { type: 'brands' } } } } },
      { data: { type, attributes: right, relationships: { brand: { data: { type, id: '1' } } } } },
      { data: { type, attributes: right, relationships: { brand: { data: { type: 'brands', id: '99' } } } } },
      { data: { type, attributes: right, relationships: { brand: { data: { type: 'brands', id: '' } } } } },
      { data: { type, attributes: right, relationships: { stock: { data: null } } } },
    ];
    for (const body of bodies) {
      const refused = await api.ask('POST', '/api/products', { body });
      expect(refused.status, JSON.stringify(body)).toBeGreaterThanOrEqual(400);
      expect(refused.status, refused.text).toBeLessThan(500);
      for (const { source } of refused.json.errors)
        if (source !== undefined) expect(findAt(body, source.pointer), refused.text).toBeDefined();
    }
  });

  it('name the query parameter or the header that is wrong', async () => {
    for (const [query, parameter] of [
      ['page[size]=0', 'page[size]'],
      ['filter[price][gte]=x', 'filter[price][gte]'],
      ['include=nothing', 'include'],
      ['fields[nothing]=', 'fields[nothing]'],
      ['page[after]=x', 'page[after]'],
      ['lang=de', 'lang'],
    ]) {
      const { errors } = (await api.get(`/api/products?${query}`)).json;
      expect(errors[0].source, query).toEqual({ parameter });
    }
    const headers = { accept: 'text/html' };
    expect((await api.get('/api/products', { headers })).json.errors[0].source).toEqual({ header: 'Accept' });
  });

  it('say nothing of the inside where it is not the fault of the request', async () => {
    const failed = await api.get('/api/products', { headers: { authorization: 'Bearer breaks' } });
    expect(failed.status).toBe(500);
    expect(listFaults(failed.json)).toEqual([]);
    expect(failed.text).not.toContain('secret');
    expect(failed.json.errors[0].detail).toContain(failed.headers.get('x-request-id'));
  });
});
