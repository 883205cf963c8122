// Content negotiation: https://jsonapi.org/format/1.1/#content-negotiation
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

const JSON_API = 'application/vnd.api+json';
const NEW_BRAND = { data: { type: 'brands', attributes: { name: 'New' } } };

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ setUp: SMALL_SHOP });
});
beforeEach(() => api.at.database.query(SMALL_GOODS));
afterAll(() => api.close());

const accept = async (header: string) =>
  (await api.get('/api/brands', { headers: { accept: header } })).status;
const sendAs = async (type: string) =>
  (await api.ask('POST', '/api/brands', { body: NEW_BRAND, headers: { 'content-type': type } })).status;

describe('answers', () => {
  it('sends every document as application/vnd.api+json, without parameters', async () => {
    const answers = [
      await api.get('/api/brands'),
      await api.get('/api/brands/1'),
      await api.get('/api/products/1/relationships/brand'),
      await api.ask('POST', '/api/brands', { body: NEW_BRAND }),
      await api.get('/api/nothing'),
      await api.get('/elsewhere'),
      await api.get('/api/brands/%ff'),
      await api.get('/api/brands', { headers: { authorization: 'Bearer wrong' } }),
      await api.get('/api/brands', { headers: { accept: 'text/html' } }),
      await api.get(`/api/brands?sort=${'x'.repeat(40_000)}`),
    ];
    expect(answers.map((one) => one.status)).toEqual([200, 200, 200, 201, 404, 404, 400, 401, 406, 431]);
    for (const { headers } of answers) expect(headers.get('content-type')).toBe(JSON_API);
  });

  it('sends no media type where there is no document', async () => {
    const { headers } = await api.get('/api/brands/1');
    const same = await api.get('/api/brands/1', { headers: { 'if-none-match': headers.get('etag')! } });
    const gone = await api.ask('DELETE', '/api/brands/3');
    expect([same.status, gone.status]).toEqual([304, 204]);
    for (const one of [same, gone]) expect(one.headers.get('content-type')).toBeNull();
  });

  it('says on which headers of the request an answer depends', async () => {
    const { headers } = await api.get('/api/brands');
    expect(headers.get('vary')).toMatch(/\bAccept\b/);
  });
});

describe('a body', () => {
  it('is taken as application/vnd.api+json only: 415 to other types, to none, and to parameters', async () => {
    for (const type of [
      'text/plain',
      'application/json',
      'no type',
      '',
      `${JSON_API}; charset=utf-8`,
      `${JSON_API};version=1`,
    ])
      expect(await sendAs(type), type).toBe(415);
    expect(await sendAs(JSON_API)).toBe(201);
  });

  it('may name profiles, which are passed over where they are not known', async () => {
    expect(await sendAs(`${JSON_API}; profile="https://example.org/a https://example.org/b"`)).toBe(201);
  });

  it('may not use an extension that is not served', async () => {
    expect(await sendAs(`${JSON_API}; ext="https://jsonapi.org/ext/atomic"`)).toBe(415);
  });
});

describe('what is accepted', () => {
  it('is JSON:API, everything, or not said', async () => {
    for (const header of [JSON_API, '*/*', 'application/*', `text/html, ${JSON_API};q=0.5`, ''])
      expect(await accept(header), header).toBe(200);
  });

  it('is nothing of ours where every JSON:API type has parameters: 406; those are passed over where one has none', async () => {
    expect(await accept(`${JSON_API}; charset=utf-8`)).toBe(406);
    expect(await accept(`${JSON_API}; charset=utf-8, ${JSON_API}; x=1, */*`)).toBe(406);
    expect(await accept(`${JSON_API}; charset=utf-8, ${JSON_API}`)).toBe(200);
  });

  it('is nothing of ours where every JSON:API type has an extension that is not served', async () => {
    expect(await accept(`${JSON_API}; ext="https://jsonapi.org/ext/atomic"`)).toBe(406);
    expect(await accept(`${JSON_API}; ext="https://jsonapi.org/ext/atomic", ${JSON_API}`)).toBe(200);
    expect(await accept(`${JSON_API}; profile="https://example.org/a"`)).toBe(200);
  });

  it('is nothing of ours where it is another type, or ours is ruled out', async () => {
    for (const header of ['text/html', 'application/json', `${JSON_API};q=0`, '*/*;q=0.0', ';;,'])
      expect(await accept(header), header).toBe(406);
  });
});
