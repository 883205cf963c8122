// Fetching: https://jsonapi.org/format/1.1/#fetching
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ setUp: SMALL_SHOP + SMALL_GOODS });
});
afterAll(() => api.close());

const dataOf = async (path: string) => {
  const answer = await api.get(path);
  expect(answer.status, `${path}: ${answer.text}`).toBe(200);
  return answer.json.data;
};
const idsOf = async (path: string): Promise<readonly string[]> =>
  (await dataOf(path)).map((one: { id: string }) => one.id);
const statusOf = async (path: string) => (await api.get(path)).status;

describe('resources', () => {
  it('of a collection come in an array, be it of one or empty', async () => {
    expect(await idsOf('/api/brands')).toEqual(['1', '2', '3']);
    expect(await idsOf('/api/brands?filter[name]=Bosch')).toEqual(['1']);
    expect(await idsOf('/api/brands?filter[name]=none')).toEqual([]);
    expect(await idsOf('/api/brands/3/product')).toEqual([]);
  });

  it('come alone from their own address, and 404 where there is none', async () => {
    expect(await dataOf('/api/brands/1')).toMatchObject({ type: 'brands', id: '1' });
    for (const id of ['99', 'abc', '%00', '1,2', '99999999999999999999'])
      expect(await statusOf(`/api/brands/${id}`), id).toBe(404);
  });

  it('that could be related, but are not, are null', async () => {
    expect(await dataOf('/api/products/4/brand')).toBeNull();
    expect(await statusOf('/api/products/99/brand')).toBe(404);
  });
});

describe('relationships', () => {
  it('come as linkage: an identifier, null, a list, an empty list', async () => {
    expect(await dataOf('/api/products/1/relationships/brand')).toEqual({ type: 'brands', id: '1' });
    expect(await dataOf('/api/products/4/relationships/brand')).toBeNull();
    expect(await dataOf('/api/brands/2/relationships/product')).toEqual([{ type: 'products', id: '3' }]);
    expect(await dataOf('/api/brands/3/relationships/product')).toEqual([]);
  });

  it('are 404 where there is no such relationship, or no such record', async () => {
    for (const path of [
      '1/relationships/nothing',
      '99/relationships/brand',
      '1/nothing',
      '1/relationships/brand/x',
    ])
      expect(await statusOf(`/api/products/${path}`), path).toBe(404);
  });

  it('include by paths that begin with the relationship itself', async () => {
    const { json } = await api.get(
      '/api/brands/1/relationships/product?include=product.parent&fields[products]=sku',
    );
    expect(json.data).toEqual([
      { type: 'products', id: '1' },
      { type: 'products', id: '2' },
    ]);
    expect(json.included.map((one: { attributes: object }) => one.attributes)).toEqual([
      { sku: 'A' },
      { sku: 'B' },
    ]);
    expect(await statusOf('/api/brands/1/relationships/product?include=parent')).toBe(400);
  });
});

describe('include', () => {
  const included = async (path: string) =>
    (await api.get(path)).json.included?.map((one: { type: string; id: string }) => `${one.type} ${one.id}`);

  it('brings what is asked for and nothing else', async () => {
    expect(await included('/api/products/2')).toBeUndefined();
    expect(await included('/api/products/2?include=')).toEqual([]);
    expect(await included('/api/products/2?include=brand')).toEqual(['brands 1']);
  });

  it('takes paths with commas between them, of names with points between them', async () => {
    expect((await included('/api/products/3?include=brand,parent.brand')).sort()).toEqual([
      'brands 1',
      'brands 2',
      'products 1',
    ]);
  });

  it('answers 400 to a path that leads nowhere', async () => {
    for (const path of ['nothing', 'brand.nothing', 'sku', ',', 'brand.', 'brand brand'])
      expect(await statusOf(`/api/products?include=${path}`), path).toBe(400);
  });
});

describe('fields', () => {
  it('are only those that are asked for, by type, with commas between them', async () => {
    const { json } = await api.get(
      '/api/products/1?include=brand&fields[products]=sku,brand&fields[brands]=',
    );
    expect(json.data).toEqual({
      type: 'products',
      id: '1',
      attributes: { sku: 'A' },
      relationships: { brand: json.data.relationships.brand },
      links: { self: '/api/products/1' },
    });
    expect(json.included).toEqual([{ type: 'brands', id: '1', links: { self: '/api/brands/1' } }]);
  });

  it('are 400 where there is no such field or type', async () => {
    for (const query of ['fields[products]=nothing', 'fields[nothing]=sku', 'fields=sku'])
      expect(await statusOf(`/api/products?${query}`), query).toBe(400);
  });
});

describe('sort', () => {
  it('ascends, descends with a minus, and goes by one field after the other', async () => {
    expect(await idsOf('/api/products?sort=name')).toEqual(['3', '4', '1', '2']);
    expect(await idsOf('/api/products?sort=-name')).toEqual(['2', '1', '4', '3']);
    expect(await idsOf('/api/products?sort=-price,-sku')).toEqual(['4', '2', '1', '3']);
    expect(await idsOf('/api/products?sort=-price,sku')).toEqual(['2', '4', '1', '3']);
  });

  it('answers 400 to what it can not sort by', async () => {
    for (const sort of ['nothing', 'brand', '-', 'name,', '+name'])
      expect(await statusOf(`/api/products?sort=${sort}`), sort).toBe(400);
  });
});

describe('pages', () => {
  it('are linked as first, prev, next and last in the links of the collection, null where there is none', async () => {
    const first = await api.get('/api/products?sort=name&page[size]=2');
    expect(first.json.links).toMatchObject({
      prev: null,
      next: expect.any(String),
      first: expect.any(String),
    });
    const second = await api.get(first.json.links.next);
    expect(second.json.links).toMatchObject({ prev: expect.any(String), next: null });
    const numbered = await api.get('/api/products?page[number]=1&page[size]=3&page[total]=true');
    expect(await idsOf(numbered.json.links.last)).toEqual(['4']);
  });

  it('are refused where their records together are too large, and come where fewer are asked for', async () => {
    await api.at.database.query(
      "insert into category select 'big ' || i, repeat('x', 1000000) from generate_series(1, 70) i",
    );
    const refused = await api.get('/api/categories?page[size]=1000');
    expect([refused.status, refused.json.errors[0].code]).toEqual([400, 'API-204']);
    expect(await statusOf('/api/categories?page[size]=2&sort=-code')).toBe(200);
    expect(await statusOf('/api/categories?page[size]=1000&fields[categories]=code')).toBe(200);
    await api.at.database.query("delete from category where code like 'big %'");
  });

  it('follow the order that is asked for', async () => {
    const ids: string[] = [];
    for (let at: string | null = '/api/products?sort=-name&page[size]=1'; at !== null; ) {
      const { json }: { json: { data: { id: string }[]; links: { next: string | null } } } =
        await api.get(at);
      ids.push(...json.data.map((one) => one.id));
      at = json.links.next;
    }
    expect(ids).toEqual(['2', '1', '4', '3']);
  });
});

describe('HTTP', () => {
  it('answers 400 to query parameters that nobody knows, or that stand where they mean nothing', async () => {
    for (const query of ['lang=de', 'Filter[sku]=A', 'filter[sku', 'page[offset]=1', 'sort=name&sort=sku'])
      expect(await statusOf(`/api/products?${query}`), query).toBe(400);
    expect(await statusOf('/api/products/1?sort=name')).toBe(400);
  });

  it('sends to HEAD what it would send to GET, without the document', async () => {
    const [head, get] = [await api.ask('HEAD', '/api/products'), await api.get('/api/products')];
    expect([head.status, head.text]).toEqual([200, '']);
    for (const name of ['etag', 'content-type', 'content-length'])
      expect(head.headers.get(name), name).toBe(get.headers.get(name));
  });

  it('says with 405 and to OPTIONS which methods an address has', async () => {
    const options = await api.ask('OPTIONS', '/api/products/1');
    expect([options.status, options.headers.get('allow')]).toEqual([
      204,
      'GET, HEAD, PATCH, DELETE, OPTIONS',
    ]);
    for (const method of ['PUT', 'POST', 'PROPFIND', 'MKCOL', 'REPORT']) {
      const refused = await api.ask(method, '/api/products/1');
      expect([refused.status, refused.headers.get('allow')], method).toEqual([
        405,
        options.headers.get('allow'),
      ]);
    }
  });

  it('answers 304 without a document to whoever has it already', async () => {
    for (const path of ['/api/products/1', '/api/products?sort=name']) {
      const etag = (await api.get(path)).headers.get('etag')!;
      for (const known of [etag, `"x", ${etag}`, `W/${etag.replace('W/', '')}`, '*']) {
        const same = await api.get(path, { headers: { 'if-none-match': known } });
        expect([same.status, same.text, same.headers.get('etag')], known).toEqual([304, '', etag]);
      }
      for (const other of ['"x"', etag.slice(0, -2), ',,', '""'])
        expect((await api.get(path, { headers: { 'if-none-match': other } })).status, other).toBe(200);
    }
  });

  it('answers 412 to a fetch of a version that is no more', async () => {
    const etag = (await api.get('/api/products/1')).headers.get('etag')!;
    expect((await api.get('/api/products/1', { headers: { 'if-match': etag } })).status).toBe(200);
    for (const other of ['"x"', `W/${etag}`, 'x'])
      expect((await api.get('/api/products/1', { headers: { 'if-match': other } })).status, other).toBe(412);
  });
});
