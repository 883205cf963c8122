// Ids of another system: `/api/dovetail/ids/erp` is the same API, in which all ids are those of the ERP.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { pruneExternalIds } from '../../src/engine/records/index.js';
import { openTestApi, type TestApi } from './api-fixture.js';
import { listFaults } from './document-faults.js';
import { type OwnApp, openOwnApp } from './own-fixture.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

const JSON_API = 'application/vnd.api+json';
const UPSERT = `${JSON_API}; ext="urn:dovetail:jsonapi:upsert:1"`;
const ERP = '/api/dovetail/ids/erp';
const KNOWN = `
  delete from dovetail.external_ids;
  insert into dovetail.external_ids (system, entity, key, external_id, created_by) values
    ('erp', 'product', '1', 'P/100', '{}'), ('erp', 'product', '2', '1', '{}'), ('crm', 'product', '1', 'other', '{}'),
    ('erp', 'brand', '1', 'BOS', '{}'), ('erp', 'stock', '1,x~1y', 'S-1', '{}'), ('erp', 'category', 'tool', 'T', '{}'),
    ('erp', 'product', '999', 'gone', '{}'), ('erp', 'product', 'no number', 'odd', '{}')`;

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ setUp: SMALL_SHOP });
});
beforeEach(async () => {
  await api.at.database.query(SMALL_GOODS);
  await api.at.database.query(KNOWN);
});
afterAll(() => api.close());

const product = (attributes: object, more: object = {}) => ({ type: 'products', attributes, ...more });
const send = (method: string, path: string, data?: unknown, headers = {}) =>
  api.ask(method, `${ERP}${path}`, { ...(data === undefined ? {} : { body: { data } }), headers });
const upsert = (data: object) => send('POST', '/products', data, { 'content-type': UPSERT });
const rowsOf = async (sql: string) =>
  (await api.at.database.query(sql)).rows.map((row) => Object.values(row).join());
const idsOf = (answer: { json: { data: readonly { id: string }[] } }) => answer.json.data.map(({ id }) => id);
const to = (type: string, id: string) => ({ data: { type, id } });

describe('a fetch', () => {
  it('has the ids of the system everywhere, and own ones with a mark where it has none', async () => {
    const one = await api.get(`${ERP}/products/P%2F100?include=brand,category,stock`);
    expect(one.status, one.text).toBe(200);
    expect(listFaults(one.json)).toEqual([]);
    const { data, included } = one.json;
    expect(data.id).toBe('P/100');
    expect(data.links.self).toBe(`${ERP}/products/P%2F100`);
    expect(data.relationships.brand.data).toEqual({ type: 'brands', id: 'BOS' });
    expect(data.relationships.category.data.map((each: { id: string }) => each.id).sort()).toEqual([
      'T',
      '~a/b',
    ]);
    const names = included.map((each: { type: string; id: string }) => `${each.type} ${each.id}`).sort();
    expect(names).toEqual(
      expect.arrayContaining(['brands BOS', 'categories T', 'categories ~a/b', 'stocks S-1']),
    );
    const list = await api.get(`${ERP}/products?page[total]=true&page[size]=3`);
    expect(idsOf(list)).toEqual(['P/100', '1', '~3']);
    expect(idsOf(await api.get(list.json.links.next))).toEqual(['~4']);
    expect(list.json.meta.page.total).toBe(4);
    expect(idsOf(await api.get('/api/products'))).toEqual(['1', '2', '3', '4']);
  });

  it('follows its own links, to related records and relationships, and takes marked ids', async () => {
    const { data } = (await api.get(`${ERP}/products/1`)).json;
    expect(data.attributes.sku).toBe('B');
    const { links } = data.relationships.brand;
    expect((await api.get(links.related)).json.data.id).toBe('BOS');
    expect((await api.get(links.self)).json.data).toEqual({ type: 'brands', id: 'BOS' });
    expect((await api.get(`${ERP}/products/~3`)).json.data.attributes.sku).toBe('C');
    expect((await api.get(`${ERP}/stocks/S-1`)).json.data.attributes.amount).toBe(3);
    expect(idsOf(await api.get(`${ERP}/brands/BOS/product`))).toEqual(['P/100', '1']);
  });

  it('is not there for an id of nobody, of another system, or of a record that is gone', async () => {
    for (const id of ['none', 'other', 'gone', 'odd', '3', '~99', '~', '~x', '%00', 'x'.repeat(300)]) {
      const answer = await api.get(`${ERP}/products/${id}`);
      expect([id, answer.status], answer.text).toEqual([id, 404]);
      expect((await api.get(`${ERP}/products/${id}/brand`)).status).toBe(404);
    }
    expect((await api.get('/api/dovetail/ids/E%20RP/products')).status).toBe(404);
    expect(api.errors.filter((error) => (error as { code?: string }).code === 'API-110')).toEqual([]);
  });

  it('filters by whether the system has an id, and by no id', async () => {
    const filtered = (query: string) => api.get(`${ERP}/products?${query}`);
    expect(idsOf(await filtered('filter[id][exists]=true'))).toEqual(['P/100', '1']);
    expect(idsOf(await filtered('filter[id][exists]=false&filter[sku]=C'))).toEqual(['~3']);
    for (const query of ['filter[id]=1', 'filter[brand.id]=1', 'filter[or][0][id][exists]=true']) {
      const refused = await filtered(query);
      expect([refused.status, refused.json.errors[0].code], query).toEqual([400, 'API-432']);
    }
    expect((await filtered('filter[id][exists]=perhaps')).status).toBe(400);
    expect((await filtered('aggregateBy=sku')).json.errors[0].code).toBe('API-432');
  });

  it('names the profile where it is asked for, and only there', async () => {
    const accept = `${JSON_API}; profile="urn:dovetail:jsonapi:ids:1"`;
    const typeOf = async (path: string) =>
      (await api.get(path, { headers: { accept } })).headers.get('content-type');
    expect(await typeOf(`${ERP}/products`)).toBe(accept);
    expect(await typeOf('/api/products')).toBe(JSON_API);
  });
});

describe('a create', () => {
  it('stores the record and its id, and relates by ids of the system', async () => {
    const relationships = {
      brand: to('brands', 'BOS'),
      category: { data: [{ type: 'categories', id: 'T' }] },
    };
    const made = await send(
      'POST',
      '/products',
      product({ sku: 'N', name: 'n' }, { id: 'P 5', relationships }),
    );
    expect(made.status, made.text).toBe(201);
    expect(listFaults(made.json)).toEqual([]);
    expect(made.json.data.id).toBe('P 5');
    expect(made.headers.get('location')).toBe(`${ERP}/products/P%205`);
    expect(made.json.data.links.self).toBe(made.headers.get('location'));
    expect(made.json.data.relationships.brand.data.id).toBe('BOS');
    expect(
      await rowsOf(
        `select brand_id, category_code from product join product_category on product_id = id where sku = 'N'`,
      ),
    ).toEqual(['1,tool']);
    const unnamed = await send('POST', '/products', product({ sku: 'O', name: 'o' }));
    expect(unnamed.json.data.id).toMatch(/^~\d+$/);
  });

  it('that is refused stores neither', async () => {
    const refusals = [
      [product({ sku: 'A', name: 'taken' }, { id: 'new' }), 409],
      [product({ sku: 'N', name: 'n', price: -1 }, { id: 'new' }), 422],
      [product({ sku: 'N', name: 'n' }, { id: 'P/100' }), 409],
      [product({ sku: 'N', name: 'n' }, { id: '~7' }), 409],
      [product({ sku: 'N', name: 'n' }, { id: 'new', relationships: { brand: to('brands', '1') } }), 404],
    ] as const;
    for (const [data, status] of refusals) {
      const refused = await send('POST', '/products', data);
      expect(refused.status, refused.text).toBe(status);
    }
    expect(
      (await send('POST', '/products?sort=nothing', product({ sku: 'N', name: 'n' }, { id: 'new' }))).status,
    ).toBe(400);
    expect(await rowsOf(`select count(*) from product`)).toEqual(['4']);
    expect(await rowsOf(`select count(*) from dovetail.external_ids where external_id = 'new'`)).toEqual([
      '0',
    ]);
  });

  it('takes the id of a record that SQL deleted', async () => {
    const made = await send('POST', '/products', product({ sku: 'N', name: 'n' }, { id: 'gone' }));
    expect(made.status, made.text).toBe(201);
    expect((await api.get(`${ERP}/products/gone`)).json.data.attributes.sku).toBe('N');
  });
});

describe('an upsert', () => {
  it('sent again is an update, also of many at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => upsert(product({ sku: 'N', name: 'n', price: i }, { id: 'P-9' }))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
    for (const { json } of answers) expect(json.data.id).toBe('P-9');
    expect(await rowsOf(`select count(*) from product`)).toEqual(['5']);
    const changed = await upsert(product({ sku: 'A2' }, { id: 'P/100' }));
    expect([changed.status, changed.json.data.attributes]).toMatchObject([200, { sku: 'A2', name: 'Drill' }]);
    expect(changed.headers.get('content-type')).toBe(UPSERT);
  });
});

describe('an update', () => {
  it('finds the record by its id, under If-Match, and relates by ids of the system', async () => {
    const path = '/products/P%2F100';
    const etag = (await api.get(`${ERP}${path}`)).headers.get('etag')!;
    const change = product({ price: 7 }, { id: 'P/100', relationships: { parent: to('products', '1') } });
    const changed = await send('PATCH', path, change, { 'if-match': etag });
    expect(changed.status, changed.text).toBe(200);
    expect(changed.json.data).toMatchObject({
      id: 'P/100',
      attributes: { price: 7 },
      relationships: { parent: to('products', '1') },
    });
    expect((await send('PATCH', path, change, { 'if-match': etag })).status).toBe(412);
    expect((await send('PATCH', path, product({}, { id: '1' }))).status).toBe(409);
    expect((await send('PATCH', '/products/none', product({}, { id: 'none' }))).status).toBe(404);
    expect((await send('PATCH', path, change, { prefer: 'return=minimal' })).status).toBe(204);
    expect(await rowsOf(`select price, parent_id from product where id = 1`)).toEqual(['7.00,2']);
  });

  it('writes relationships at their own address', async () => {
    const path = '/products/P%2F100/relationships/';
    expect((await send('PATCH', `${path}brand`, null)).status).toBe(204);
    expect((await send('PATCH', `${path}brand`, { type: 'brands', id: 'BOS' })).status).toBe(204);
    expect((await send('POST', `${path}category`, [{ type: 'categories', id: '~none' }])).status).toBe(204);
    expect((await send('DELETE', `${path}category`, [{ type: 'categories', id: 'T' }])).status).toBe(204);
    const unknown = await send('POST', `${path}category`, [{ type: 'categories', id: 'tool' }]);
    expect([unknown.status, unknown.json.errors[0].source]).toEqual([404, { pointer: '/data/0' }]);
    expect(
      await rowsOf(`select category_code from product_category where product_id = 1 order by 1`),
    ).toEqual(['a/b', 'none']);
  });
});

describe('a deleted record', () => {
  it('takes its ids of all systems along, and rows that SQL leaves are pruned', async () => {
    expect((await send('DELETE', '/products/none')).status).toBe(404);
    expect((await send('DELETE', '/products/P%2F100')).status).toBe(409);
    await api.at.database.query('update product set parent_id = null');
    const deleted = await send('DELETE', '/products/P%2F100');
    expect(deleted.status, deleted.text).toBe(204);
    const left = `select external_id from dovetail.external_ids where entity = 'product' order by 1`;
    expect(await rowsOf(left)).toEqual(['1', 'gone', 'odd']);
    const catalog = await createCatalog({ database: api.at.database }).read();
    expect(await pruneExternalIds(api.at.database, catalog)).toBe(3);
    expect(await rowsOf(left)).toEqual(['1']);
  });
});

describe('with roles', () => {
  let own: OwnApp;
  beforeAll(async () => {
    own = await openOwnApp({ entities: { item: { owner: 'sku' } } });
    await own.at.database.query("insert into item values ('client:1', 1), ('b', 2)");
    await own.at.database.query(`insert into dovetail.external_ids (system, entity, key, external_id, created_by)
      values ('erp', 'item', 'b', 'B', '{}'), ('erp', 'item', 'gone', 'G', '{}'), ('erp', 'hidden', '1', 'H', '{}')`);
    await own.addRole('reader', ['item view all']);
    await own.addRole('mine', ['item view own', 'item create all', 'item update own', 'item delete own']);
    await own.addRole('none', ['other view all']);
  });
  afterAll(() => own.close());

  it('are ids of records that the caller sees, in the list and in addresses', async () => {
    const reader = await own.addClient('reader', ['reader']);
    const mine = await own.addClient('mine', ['mine']);
    await own.app.access.clients.change('mine', { subject: 'client:1' });
    await own.app.access.refresh();
    const none = await own.addClient('none', ['none']);
    const listed = await reader.get('/dovetail/external-ids?filter[system]=erp&filter[entity]=item');
    expect(listed.status, listed.text).toBe(200);
    expect(listed.json.data.map((each: { attributes: object }) => each.attributes)).toMatchObject([
      { system: 'erp', entity: 'item', key: 'b', externalId: 'B' },
    ]);
    expect((await mine.get('/dovetail/external-ids')).json.data).toEqual([]);
    expect((await none.get('/dovetail/external-ids')).json.data).toEqual([]);
    expect((await reader.get('/dovetail/ids/erp/items/B')).status).toBe(200);
    expect((await mine.get('/dovetail/ids/erp/items/B')).status).toBe(404);
    const item = { type: 'items', id: 'B', attributes: { price: 9 } };
    expect((await mine.patch('/dovetail/ids/erp/items/B', item)).status).toBe(404);
    expect((await reader.patch('/dovetail/ids/erp/items/B', item)).status).toBe(403);
    const taken = await mine.post('/dovetail/ids/erp/items', { ...item, attributes: { sku: 'c', price: 1 } });
    expect([taken.status, taken.json.errors[0].code], taken.text).toEqual([409, 'API-431']);
    expect(
      await own.at.database.query('select sku from item order by sku').then(({ rows }) => rows.length),
    ).toBe(2);
  });
});

describe('an id for a record that is there', () => {
  let own: OwnApp;
  beforeAll(async () => {
    own = await openOwnApp();
    await own.at.database.query(`insert into item (sku, price) values ('A', 1), ('B', 2), ('C', 3)`);
    await own.addRole('editor', ['item view all', 'item update all']);
    await own.addRole('reader', ['item view all']);
  });
  afterAll(() => own.close());

  const given = (key: string, externalId: string, more: object = {}) => ({
    type: 'dovetail-external-ids',
    attributes: { system: 'erp', entity: 'item', key, externalId, ...more },
  });

  it('is given and taken away by who may change the record, and leads to it at once', async () => {
    const editor = await own.addClient('editor', ['editor']);
    const made = await editor.post('/dovetail/external-ids', given('A', 'P-1'));
    expect(made.status, made.text).toBe(201);
    expect(made.json.data.attributes).toMatchObject({ key: 'A', externalId: 'P-1' });
    expect((await editor.get('/dovetail/ids/erp/items/P-1')).json.data.attributes.price).toBe(1);
    const path = `/dovetail/external-ids/${made.json.data.id}`;
    const reader = await own.addClient('reader', ['reader']);
    expect((await reader.post('/dovetail/external-ids', given('B', 'P-2'))).status).toBe(403);
    expect((await reader.ask('DELETE', path)).status).toBe(403);
    expect((await reader.get(path)).status).toBe(200);
    expect((await editor.ask('DELETE', path)).status).toBe(204);
    expect((await editor.ask('DELETE', path)).status).toBe(404);
    expect((await editor.get('/dovetail/ids/erp/items/P-1')).status).toBe(404);
  });

  it('is refused where it is taken, where the record has one, and where there is no such record', async () => {
    const admin = await own.addClient('admin', ['administrator']);
    const post = (data: object) => admin.post('/dovetail/external-ids', data);
    expect((await post(given('A', 'P-1'))).status).toBe(201);
    const refusals = [
      [given('B', 'P-1'), 409, 'API-431'],
      [given('A', 'P-9'), 409, 'API-431'],
      [given('Z', 'P-9'), 404, 'API-401'],
      [given('B', '~9'), 422, 'API-302'],
      [given('B', 'P-9', { system: 'E RP' }), 422, 'API-302'],
      [given('B', 'P-9', { entity: 'itemm' }), 400, 'CATALOG-101'],
    ] as const;
    for (const [data, status, code] of refusals) {
      const { json, ...answer } = await post(data);
      expect([answer.status, json.errors[0].code], answer.text).toEqual([status, code]);
    }
    expect((await post(given('A', 'other', { system: 'crm' }))).status).toBe(201);
    // What is left of a record that is gone gives way.
    await own.at.database.query(`delete from item where sku = 'A'`);
    expect((await post(given('B', 'P-1'))).status).toBe(201);
  });

  it('leads to one record, whoever gives it at the same time', async () => {
    const admin = await own.addClient('again', ['administrator']);
    const post = (data: object) => admin.post('/dovetail/external-ids', data);
    const same = await Promise.all(['B', 'C'].map((key) => post(given(key, 'S', { system: 'wms' }))));
    expect(same.map(({ status }) => status).sort()).toEqual([201, 409]);
    const two = await Promise.all(['1', '2', '3'].map((id) => post(given('C', id, { system: 'shop' }))));
    expect(two.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });
});
