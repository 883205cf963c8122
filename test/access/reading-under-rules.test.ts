// Reading by callers who may see some records only, through the API: nothing of a request tells of the others.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRuledShop, type RuledClient, type RuledShop } from './ruled-shop.js';

let shop: RuledShop;
let north: RuledClient;
beforeAll(async () => {
  shop = await openRuledShop();
  await shop.reset();
  await shop.api.at.database.query('update product set parent_id = 4 where id in (1, 2)');
  north = await shop.client([
    { entity: 'product', actions: ['view'], level: 'unit' },
    { entity: 'brand', actions: ['view'], level: 'unit' },
    { entity: 'label', actions: ['view'], level: 'unit' },
  ]);
});
afterAll(() => shop?.close());

const ids = async (path: string, by = north): Promise<readonly string[]> => {
  const answer = await by.get(path);
  expect(answer.status, answer.text).toBe(200);
  return answer.json.data.map(({ id }: { id: string }) => id);
};
const seen = (id: string, text: string) => text.replaceAll(`'${id}'`, "'?'").replace(/"id":"[^"]*"/, '');

it.each([
  ['own', ['1']],
  ['unit', ['1', '2']],
  ['unit_and_below', ['1', '2', '3']],
  ['organization', ['1', '2', '3', '4']],
  ['all', ['1', '2', '3', '4', '5']],
])('the level %s shows those records, one by one and together', async (level, expected) => {
  const client = await shop.client([{ entity: 'product', actions: ['view'], level }]);
  expect(await ids('/api/products', client)).toEqual(expected);
  for (const id of ['1', '2', '3', '4', '5'])
    expect((await client.get(`/api/products/${id}`)).status).toBe(expected.includes(id) ? 200 : 404);
  const counted = await client.get('/api/products?page[total]=true&page[size]=1');
  expect(counted.json.meta, counted.text).toEqual({ page: { total: expected.length } });
});

describe('a hidden record', () => {
  it('is as if it were not there, whatever is asked of it', async () => {
    for (const rest of ['', '/brand', '/label', '/relationships/brand', '/relationships/label']) {
      const hidden = await north.get(`/api/products/4${rest}`);
      const none = await north.get(`/api/products/99${rest}`);
      expect([hidden.status, seen('4', hidden.text)]).toEqual([none.status, seen('99', none.text)]);
      expect(hidden.status).toBe(404);
      expect((await north.get(`/api/products/1${rest}`)).status).toBe(200);
    }
  });

  it('is in no linkage, not included, and not what a relation leads to', async () => {
    const one = await north.get('/api/products/2?include=brand,parent,label');
    expect(one.status, one.text).toBe(200);
    expect(one.json.data.relationships.brand.data).toBeNull();
    expect(one.json.data.relationships.parent.data).toBeNull();
    expect(one.json.included).toEqual([]);
    const first = await north.get('/api/products/1?include=label,brand');
    expect(
      first.json.included.map((each: { type: string; id: string }) => [each.type, each.id]).sort(),
    ).toEqual([
      ['brands', '1'],
      ['labels', '1'],
    ]);
    expect(first.text).not.toMatch(/hidden|south/);
    expect((await north.get('/api/products/2/brand')).json.data).toBeNull();
    expect((await north.get('/api/products/1/relationships/label')).json.data).toEqual([
      { type: 'labels', id: '1' },
    ]);
    expect(await ids('/api/brands/1/product')).toEqual(['1']);
  });

  it('is found by no filter, not through a relation, nor by what is not so', async () => {
    for (const [filter, expected] of [
      ['filter[sku]=D', []],
      ['filter[brand.name]=Makita', []],
      ['filter[parent.sku]=D', []],
      ['filter[parent.sku][neq]=D', ['1', '2']],
      ['filter[label.text]=hidden', []],
      ['filter[label.text]=new', ['1']],
      ['filter[brand][exists]=true', ['1']],
      ['filter[brand][exists]=false', ['2']],
    ] as const) {
      const answer = await north.get(`/api/products?${filter}`);
      expect(answer.status, `${filter}: ${answer.text}`).toBe(200);
      expect([filter, answer.json.data.map(({ id }: { id: string }) => id)]).toEqual([filter, expected]);
    }
  });

  it('gives no order', async () => {
    // By the hidden parent both are equal, so that the key decides, whatever the hidden records hold.
    const before = [
      await ids('/api/products?sort=brand.name,-id'),
      await ids('/api/products?sort=parent.sku,-id'),
    ];
    await shop.api.at.database.query(
      `update product set sku = 'AAA' where id = 4; update brand set name = 'AAA' where id = 2; update product set parent_id = 5 where id = 2`,
    );
    expect([
      await ids('/api/products?sort=brand.name,-id'),
      await ids('/api/products?sort=parent.sku,-id'),
    ]).toEqual(before);
    await shop.api.at.database.query(
      `update product set sku = 'D' where id = 4; update brand set name = 'Makita' where id = 2; update product set parent_id = 4 where id = 2`,
    );
  });

  it('is counted by no page', async () => {
    const page = await north.get('/api/products?page[size]=2&page[total]=true');
    expect([page.json.links.next ?? null, page.json.meta.page.total]).toEqual([null, 2]);
  });
});

it('an entity, a field and a relation that are not there for the caller are unknown names', async () => {
  const limited = await shop.client(
    [{ entity: 'product', actions: ['view'], level: 'unit' }],
    [
      { entity: 'product', field: 'cost', view: false, edit: false },
      { entity: 'product', field: 'branch', view: false, edit: false },
    ],
  );
  expect((await limited.get('/api/brands')).status).toBe(404);
  const one = await limited.get('/api/products/1');
  expect(Object.keys(one.json.data.attributes)).not.toEqual(expect.arrayContaining(['cost']));
  expect(one.text).not.toMatch(/cost|north/);
  for (const query of [
    'filter[cost]=5',
    'sort=cost',
    'fields[products]=cost',
    'include=brand',
    'filter[brand.name]=Bosch',
    'sort=branch',
  ]) {
    const known = await limited.get(`/api/products?${query}`);
    const unknown = await limited.get(
      `/api/products?${query.replace(/cost|brand\.name|branch|brand/, 'nothing')}`,
    );
    expect([query, known.status]).toEqual([query, unknown.status]);
    expect(known.status).toBe(400);
    expect(known.text).not.toMatch(/not allowed|role/);
  }
  expect(await ids('/api/products', limited)).toEqual(['1', '2']);
});

it('what was granted is seen at the next look, what was taken away not any more', async () => {
  const client = await shop.client([{ entity: 'product', actions: ['view'], level: 'own' }]);
  expect(await ids('/api/products', client)).toEqual(['1']);
  const known = await shop.catalog.read();
  await shop.access.roles.grant(
    client.role,
    { entity: 'product', actions: ['view'], level: 'organization' },
    known,
  );
  await shop.access.refresh();
  expect(await ids('/api/products', client)).toEqual(['1', '2', '3', '4']);
  await shop.access.roles.revoke(client.role, 'product');
  await shop.access.refresh();
  expect((await client.get('/api/products')).status).toBe(404);
});

describe('aggregates', () => {
  it('count only what the caller may see, also behind relations, and know of no hidden field', async () => {
    const client = await shop.client(
      [
        { entity: 'product', actions: ['view'], level: 'unit_and_below' },
        { entity: 'brand', actions: ['view'], level: 'unit' },
      ],
      [{ entity: 'product', field: 'cost', view: false, edit: false }],
    );
    const { json } = await client.get('/api/products?aggregateBy=brand.name&aggregateOf[sum]=price');
    expect(json.meta.aggregates).toEqual([
      { by: { 'brand.name': 'Bosch' }, records: 2, sum: { price: 40 } },
      { by: { 'brand.name': null }, records: 1, sum: { price: 20 } },
    ]);
    expect((await client.get('/api/products?aggregateOf[sum]=cost')).status).toBe(400);
  });
});
