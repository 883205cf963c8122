// What documents look like, whatever they are about: https://jsonapi.org/format/1.1/#document-structure
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { listFaults } from './document-faults.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

interface Resource {
  readonly type: string;
  readonly id: string;
  readonly links: { readonly self: string };
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly relationships?: Readonly<Record<string, { data?: unknown; links: Record<string, string> }>>;
}

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ setUp: SMALL_SHOP });
});
beforeEach(() => api.at.database.query(SMALL_GOODS));
afterAll(() => api.close());

const TYPES = ['brands', 'categories', 'products', 'stocks', 'cheaps'];

describe('documents', () => {
  it('are objects with data or errors, links, jsonapi and meta, each of its own kind, and nothing else', async () => {
    const created = { data: { type: 'brands', attributes: { name: 'New' } } };
    const answers = [
      ...(await Promise.all(TYPES.map((type) => api.get(`/api/${type}?page[total]=true`)))),
      await api.get('/api/products/1?include=brand,parent.brand'),
      await api.get('/api/products/4/brand'),
      await api.get('/api/products/4/relationships/brand'),
      await api.get('/api/nothing'),
      await api.get('/api/products?sort=nothing'),
      await api.ask('POST', '/api/brands', { body: created }),
      await api.ask('POST', '/api/brands', { body: created }),
    ];
    for (const { json, text } of answers) expect(listFaults(json), text).toEqual([]);
    expect(listFaults({ data: null, errors: [] })).toContain('data beside errors');
    expect(listFaults({ data: { type: 'a', id: 1 } })).toContain('a 1: type and id must be strings');
    expect(listFaults({ meta: {}, included: [] })).toContain('included without data');
  });

  it('hold resources with type and id, both strings, and what belongs to a resource', async () => {
    for (const type of TYPES) {
      const { json } = await api.get(`/api/${type}`);
      expect(json.data.length).toBeGreaterThan(0);
      for (const one of json.data) {
        expect([one.type, typeof one.id, typeof one.attributes]).toEqual([type, 'string', 'object']);
      }
    }
  });

  it('name each resource by one type and id, and show it alike wherever it stands', async () => {
    const ids: string[] = (await api.get('/api/products')).json.data.map((one: Resource) => one.id);
    expect(new Set(ids).size).toBe(4);
    const { json } = await api.get('/api/products/2?include=brand');
    const [brand] = json.included;
    expect((await api.get(brand.links.self)).json.data).toEqual({
      ...brand,
      relationships: (await api.get('/api/brands/1')).json.data.relationships,
    });
  });

  it('give fields names of the standard alphabet, one namespace, and no field the name type or id', async () => {
    const { data } = (await api.get('/api/products/1')).json;
    const names = [...Object.keys(data.attributes), ...Object.keys(data.relationships)];
    expect(names).toEqual(
      expect.arrayContaining(['type-value', 'größe', 'a-b', 'odd', 'constructor', 'proto']),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain('type');
    expect(names).not.toContain('id');
  });

  it('tell names apart by case', async () => {
    expect((await api.get('/api/Products')).status).toBe(404);
    expect((await api.get('/api/products?sort=Sku')).status).toBe(400);
    const body = { data: { type: 'brands', attributes: { Name: 'x' } } };
    expect((await api.ask('POST', '/api/brands', { body })).status).toBe(422);
    expect((await api.ask('POST', '/api/brands', { body: { Data: body.data } })).status).toBe(400);
  });

  it('are read without the members that the standard does not know, and without @-members', async () => {
    const body = {
      '@context': 'x',
      extra: 1,
      data: {
        type: 'products',
        lid: 'a',
        extra: {},
        '@id': 'x',
        attributes: { sku: 'N', name: 'n', '@type': 'x' },
        relationships: { brand: { data: { type: 'brands', id: '1', extra: 1 } }, '@graph': 1 },
      },
    };
    const made = await api.ask('POST', '/api/products', { body });
    expect(made.status, made.text).toBe(201);
    expect(made.json.data.relationships.brand.data).toEqual({ type: 'brands', id: '1' });
  });
});

describe('links', () => {
  it('lead to what they name: self and related of documents, resources and relationships', async () => {
    for (const type of TYPES) {
      const { json } = await api.get(`/api/${type}`);
      expect((await api.get(json.links.self)).json.data).toEqual(json.data);
      for (const one of json.data as Resource[]) {
        expect((await api.get(one.links.self)).json.data).toEqual(one);
        for (const { links, data } of Object.values(one.relationships ?? {})) {
          const identifiers = await api.get(links['self']!);
          expect(identifiers.status, links['self']).toBe(200);
          if (data !== undefined) expect(identifiers.json.data).toEqual(data);
          expect((await api.get(links['related']!)).status, links['related']).toBe(200);
        }
      }
    }
  });

  it('write out the letters that an address does not hold', async () => {
    await api.at.database.query('create table "größe" (id text primary key, art text references category)');
    await api.at.database.query(`insert into "größe" values ('ä/b', 'a/b')`);
    await expect.poll(async () => (await api.get('/api/größe')).status).toBe(200);
    const { json } = await api.get('/api/größe');
    expect(listFaults(json)).toEqual([]);
    expect(json.data[0].links.self).toBe('/api/gr%C3%B6%C3%9Fe/%C3%A4%2Fb');
    expect((await api.get(json.data[0].links.self)).json.data.id).toBe('ä/b');
    const category = (await api.get('/api/categories/a%2Fb')).json.data as Resource;
    const back = Object.values(category.relationships!).map(({ links }) => links['related']!);
    for (const address of back) expect((await api.get(address)).status, address).toBe(200);
    await api.at.database.query('drop table "größe"');
  });

  it('stay the same when a relationship is changed', async () => {
    const linksOf = async () => (await api.get('/api/products/1')).json.data.relationships.brand.links;
    const before = await linksOf();
    await api.ask('PATCH', before.self, { body: { data: null } });
    expect(await linksOf()).toEqual(before);
    expect((await api.get(before.related)).json.data).toBeNull();
  });
});

describe('compound documents', () => {
  it('include each resource once, in an array, and each is named by another', async () => {
    const answer = await api.get('/api/products?include=brand,parent,parent.brand,parent.parent');
    expect(listFaults(answer.json), answer.text).toEqual([]);
    const names = answer.json.included.map((one: Resource) => `${one.type} ${one.id}`);
    // Products 1 is in data already.
    expect(names.sort()).toEqual(['brands 1', 'brands 2']);
    expect(listFaults({ data: [], included: [{ type: 'a', id: '1' }] })).toContain('nothing names a 1');
  });

  it('show linkage as null, one identifier or a list, as the relationship is', async () => {
    const { json } = await api.get('/api/brands/1?include=product');
    expect(json.data.relationships.product.data).toEqual([
      { type: 'products', id: '1' },
      { type: 'products', id: '2' },
    ]);
    expect((await api.get('/api/brands/3?include=product')).json.data.relationships.product.data).toEqual([]);
    const product = (await api.get('/api/products/2')).json.data.relationships;
    expect(product.brand.data).toEqual({ type: 'brands', id: '1' });
    expect((await api.get('/api/products/4')).json.data.relationships.brand.data).toBeNull();
  });
});
