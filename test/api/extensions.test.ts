// Extensions and profiles: https://jsonapi.org/format/1.1/#extensions-and-profiles
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

const JSON_API = 'application/vnd.api+json';
const VALIDATE = `${JSON_API}; ext="urn:dovetail:jsonapi:validate:1"`;
const UNKNOWN = `${JSON_API}; ext="https://example.org/ext"`;
const FILTER = `${JSON_API}; profile="urn:dovetail:jsonapi:filter:1"`;
const NEW_BRAND = { data: { type: 'brands', attributes: { name: 'New' } } };

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ setUp: SMALL_SHOP });
});
beforeEach(() => api.at.database.query(SMALL_GOODS));
afterAll(() => api.close());

const as = (type: string, body: unknown = NEW_BRAND) => ({ body, headers: { 'content-type': type } });
const countBrands = async () => (await api.get('/api/brands')).json.data.length;

describe('negotiation', () => {
  it('names in the answer what was applied, by the body or by Accept', async () => {
    const sent = await api.ask('POST', '/api/brands', as(VALIDATE));
    const accepted = await api.ask('DELETE', '/api/brands/3', { headers: { accept: VALIDATE } });
    const refused = await api.ask('POST', '/api/brands', as(VALIDATE, { data: { type: 'brands' } }));
    for (const { headers } of [sent, accepted, refused]) {
      expect(headers.get('content-type')).toBe(VALIDATE);
      expect(headers.get('vary')).toMatch(/\bAccept\b/);
    }
    expect([sent.status, accepted.status, refused.status]).toEqual([200, 200, 422]);
    const plain = await api.ask('POST', '/api/brands', { body: NEW_BRAND });
    expect(plain.headers.get('content-type')).toBe(JSON_API);
  });

  it('answers 415 to a body of an extension that is not served, or not there', async () => {
    expect((await api.ask('POST', '/api/brands', as(UNKNOWN))).status).toBe(415);
    const both = `${JSON_API}; ext="urn:dovetail:jsonapi:validate:1 https://example.org/ext"`;
    expect((await api.ask('POST', '/api/brands', as(both))).status).toBe(415);
    expect((await api.ask('PATCH', '/api/brands', as(VALIDATE))).status).toBe(415);
    expect(await countBrands()).toBe(3);
  });

  it('answers 406 where every type that is accepted has an extension of no use there', async () => {
    const accept = async (header: string) =>
      (await api.get('/api/brands', { headers: { accept: header } })).status;
    expect(await accept(UNKNOWN)).toBe(406);
    expect(await accept(VALIDATE)).toBe(406);
    expect(await accept(`${VALIDATE}, ${UNKNOWN}, */*`)).toBe(406);
    expect(await accept(`${VALIDATE}, ${JSON_API};q=0.1`)).toBe(200);
  });

  it('applies a profile that it knows where it has something to say, and passes over others', async () => {
    const typeOf = async (path: string, accept: string) =>
      (await api.get(path, { headers: { accept } })).headers.get('content-type');
    expect(await typeOf('/api/brands', FILTER)).toBe(FILTER);
    expect(await typeOf('/api/brands/1', FILTER)).toBe(JSON_API);
    expect(await typeOf('/api/brands', `${JSON_API}; profile="https://example.org/a"`)).toBe(JSON_API);
    expect(await typeOf('/api/brands', `${FILTER};q=0.1, ${JSON_API}`)).toBe(JSON_API);
  });
});

describe('validate', () => {
  const wholeShop = async () => {
    const { rows } = await api.at.database.query(
      'select (select json_agg(p order by id) from product p) as p, (select json_agg(b order by id) from brand b) as b',
    );
    return rows[0];
  };

  it('answers what a write would be answered with, and writes nothing', async () => {
    const before = await wholeShop();
    const made = await api.ask('POST', '/api/brands', as(VALIDATE));
    expect(made.status).toBe(200);
    expect(made.json['validate:status']).toBe('201');
    expect(made.json.data.attributes.name).toBe('New');
    expect(made.headers.get('location')).toBeNull();
    const change = { data: { type: 'products', id: '1', attributes: { price: 7 } } };
    const changed = await api.ask('PATCH', '/api/products/1', as(VALIDATE, change));
    expect(changed.json['validate:status']).toBe('200');
    expect(changed.json.data.attributes).toMatchObject({ price: 7, doubled: 14 });
    const gone = await api.ask('DELETE', '/api/products/4', { headers: { accept: VALIDATE } });
    expect(gone.json).toEqual({ jsonapi: { version: '1.1' }, 'validate:status': '204' });
    const linked = await api.ask(
      'PATCH',
      '/api/products/1/relationships/brand',
      as(VALIDATE, { data: null }),
    );
    expect(linked.json['validate:status']).toBe('204');
    expect(await wholeShop()).toEqual(before);
  });

  it('tells what would be refused as the write itself would', async () => {
    const change = { data: { type: 'products', id: '1', attributes: { price: 'cheap' } } };
    const [judged, tried] = [
      await api.ask('PATCH', '/api/products/1', as(VALIDATE, change)),
      await api.ask('PATCH', '/api/products/1', { body: change }),
    ];
    expect(judged.status).toBe(422);
    expect({ ...judged.json.errors[0], id: '' }).toEqual({ ...tried.json.errors[0], id: '' });
    const used = await api.ask('DELETE', '/api/brands/1', { headers: { accept: VALIDATE } });
    expect(used.status).toBe(409);
  });

  it('keeps no answer under an Idempotency-Key', async () => {
    const headers = { 'content-type': VALIDATE, 'idempotency-key': 'k1' };
    await api.ask('POST', '/api/brands', { body: NEW_BRAND, headers });
    const real = { ...headers, 'content-type': JSON_API };
    const made = await api.ask('POST', '/api/brands', { body: NEW_BRAND, headers: real });
    expect(made.status).toBe(201);
    expect(await countBrands()).toBe(4);
  });
});
