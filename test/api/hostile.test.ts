// What no honest client sends: each is refused as a document, and nothing is written.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ApiAnswer, openTestApi, type TestApi } from './api-fixture.js';
import { listFaults } from './document-faults.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';
import { readStoredDigest } from './stored-digest.js';

let api: TestApi;
let stored: string;
beforeAll(async () => {
  api = await openTestApi({
    setUp: `${SMALL_SHOP} create table account (id int primary key, name text, secret text, level int default 1);`,
    overrides: { account: { fields: { secret: { excluded: true }, level: { readOnly: true } } } },
  });
});
beforeEach(async () => {
  await api.at.database.query(
    `${SMALL_GOODS} truncate account; insert into account values (1, 'a', 's3cret', 1)`,
  );
  stored = await readStoredDigest(api.at.database);
});
/** The tests of this file write nothing, whatever they send. */
afterEach(async () => expect(await readStoredDigest(api.at.database)).toBe(stored));
afterAll(() => api.close());

/** Status of an answer that must be a refusal with errors. */
function statusOf(answer: ApiAnswer, sent: unknown): number {
  const what = `${JSON.stringify(sent).slice(0, 200)}: ${answer.status} ${answer.text.slice(0, 400)}`;
  expect(answer.status, what).toBeGreaterThanOrEqual(400);
  expect(answer.status, what).toBeLessThan(500);
  expect(answer.headers.get('content-type'), what).toBe('application/vnd.api+json');
  expect(answer.json.errors, what).toBeDefined();
  expect(listFaults(answer.json), what).toEqual([]);
  return answer.status;
}

const refuseQuery = async (query: string, at = '/api/products') =>
  statusOf(await api.get(`${at}?${query}`), query);
const refuseBody = async (body: unknown, at = '/api/products', headers = {}) =>
  statusOf(await api.ask('POST', at, { body, headers }), body);
const product = (more: object, attributes: object = {}) => ({
  data: { type: 'products', attributes: { sku: 'N', name: 'n', ...attributes }, ...more },
});

const INJECTIONS = [
  `'; drop table product; --`,
  `1; drop table product`,
  `" or "1"="1`,
  `' or '1'='1`,
  `1' union select secret from account --`,
  `$1`,
  `\\'; select pg_sleep(10); --`,
  `sku) or (1=1`,
  `id::text`,
  `sku" desc, (select secret from account) --`,
];

describe('SQL in a request', () => {
  it('is a value like any other in a filter, and finds nothing', async () => {
    for (const text of INJECTIONS) {
      const found = await api.get(`/api/products?filter[name]=${encodeURIComponent(text)}`);
      expect([found.status, found.json.data], text).toEqual([200, []]);
      const contained = await api.get(`/api/products?filter[name][contains]=${encodeURIComponent(text)}`);
      expect([contained.status, contained.json.data], text).toEqual([200, []]);
      expect(await refuseQuery(`filter[price]=${encodeURIComponent(text)}`)).toBe(400);
    }
  });

  it('is no name: in filter, sort, fields, include, page and cursor it is 400, as an id 404', async () => {
    for (const text of INJECTIONS.map(encodeURIComponent)) {
      for (const query of [
        `filter[${text}]=1`,
        `filter[sku][${text}]=1`,
        `sort=${text}`,
        `fields[products]=${text}`,
      ])
        expect(await refuseQuery(query)).toBe(400);
      for (const query of [
        `fields[${text}]=sku`,
        `include=${text}`,
        `page[size]=${text}`,
        `page[after]=${text}`,
      ])
        expect(await refuseQuery(query)).toBe(400);
      for (const path of [text, `products/${text}`, `products/1/${text}`, `products/1/relationships/${text}`])
        expect(statusOf(await api.get(`/api/${path}`), path)).toBe(404);
    }
  });

  it('is refused where a cursor was made up', async () => {
    const [, cursor] = /page%5Bafter%5D=([^&]*)/.exec(
      (await api.get('/api/products?page[size]=1')).json.links.next,
    )!;
    const [digest] = JSON.parse(Buffer.from(cursor!, 'base64url').toString());
    for (const place of [
      ['1; drop table product'],
      ['x'],
      [''],
      ['1', '2'],
      [],
      [{}],
      [['1']],
      ['1\u0000'],
    ]) {
      const forged = Buffer.from(JSON.stringify([digest, ...place])).toString('base64url');
      expect(await refuseQuery(`page[after]=${forged}`), JSON.stringify(place)).toBe(400);
      expect(await refuseQuery(`page[before]=${forged}`), JSON.stringify(place)).toBe(400);
    }
  });
});

describe('fields that a client has no business with', () => {
  it('are refused: computed ones and read-only ones with 403, hidden ones as unknown, with 422', async () => {
    expect(await refuseBody(product({}, { doubled: 5 }))).toBe(403);
    const account = (attributes: object) => ({ data: { type: 'accounts', id: '2', attributes } });
    expect(await refuseBody(account({ level: 9 }), '/api/accounts')).toBe(403);
    expect(await refuseBody(account({ secret: 'x' }), '/api/accounts')).toBe(422);
    expect((await api.get('/api/accounts/1')).text).not.toContain('s3cret');
    for (const query of ['filter[secret]=s3cret', 'sort=secret', 'fields[accounts]=secret'])
      expect(await refuseQuery(query, '/api/accounts')).toBe(400);
  });

  it('are refused: id, type and foreign keys are no attributes, whoever names them', async () => {
    for (const attributes of [
      { id: 7 },
      { type: 'x' },
      { brand_id: 1 },
      { parent_id: 1 },
      { xmin: 1 },
      { ctid: '(0,1)' },
    ])
      expect(await refuseBody(product({}, attributes))).toBe(422);
    for (const query of ['filter[brand_id]=1', 'sort=xmin', 'fields[products]=ctid'])
      expect(await refuseQuery(query)).toBe(400);
  });

  it('are refused: a view shows its columns and takes none', async () => {
    expect(await refuseBody({ data: { type: 'cheaps', attributes: { sku: 'N' } } }, '/api/cheaps')).toBe(403);
  });
});

describe('names that mean something to JavaScript', () => {
  const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

  it('are unknown names in a query, and unknown types and ids in an address', async () => {
    for (const name of NAMES) {
      for (const query of [
        `fields[${name}]=sku`,
        `include=${name}`,
        `page[${name}]=1`,
        `${name}=1`,
        `${name}[x]=1`,
      ])
        expect(await refuseQuery(query)).toBe(400);
      for (const query of [
        `filter[${name}]=1`,
        `sort=${name}`,
        `filter[or][${name}]=1`,
        `filter[name][${name}]=1`,
      ])
        expect(await refuseQuery(query, '/api/brands')).toBe(400);
      for (const path of [name, `products/${name}`, `products/1/${name}`, `products/1/relationships/${name}`])
        expect(statusOf(await api.get(`/api/${path}`), path)).toBe(404);
    }
  });

  it('are unknown members of a document, and never become what an object is made of', async () => {
    const before = Object.keys(Object.prototype);
    for (const name of NAMES) {
      const brand = (attributes: string) => `{"data":{"type":"brands","attributes":${attributes}}}`;
      expect(await refuseBody(brand(`{"name":"x","${name}":{"a":1}}`), '/api/brands')).toBe(422);
      expect(
        await refuseBody(`{"data":{"${name}":{"type":"brands","attributes":{"name":"x"}}}}`, '/api/brands'),
      ).toBe(400);
      expect(await refuseBody(`{"${name}":{"data":{"type":"brands"}}}`, '/api/brands')).toBe(400);
      const relationships = `{"data":{"type":"products","attributes":{"sku":"N","name":"n"},"relationships":{"${name}":{"data":null}}}}`;
      expect(await refuseBody(relationships)).toBe(422);
    }
    expect(Object.keys(Object.prototype)).toEqual(before);
    expect(({} as { a?: number }).a).toBeUndefined();
  });
});

describe('too much', () => {
  it('is refused: includes that are deep, wide, or of many records', async () => {
    expect(await refuseQuery(`include=${Array(7).fill('parent').join('.')}`)).toBe(400);
    expect(await refuseQuery(`include=${Array(21).fill('brand').join(',')}`)).toBe(400);
    expect(await refuseQuery(`include=${Array(2_000).fill('parent').join('.')}`)).toBe(400);
  });

  it('is refused: pages that are too large, none, or no number', async () => {
    for (const size of [
      '0',
      '-1',
      '1001',
      '1e3',
      '99999999999999999999',
      'NaN',
      '1.5',
      '',
      ' 1',
      '0x10',
      'all',
    ])
      expect(await refuseQuery(`page[size]=${encodeURIComponent(size)}`), size).toBe(400);
    for (const number of ['0', '-1', '99999999', 'x'])
      expect(await refuseQuery(`page[number]=${number}`)).toBe(400);
  });

  it('is refused: 10,000 parameters, filters nested deep, sorts by many', async () => {
    expect(await refuseQuery('a&'.repeat(10_000))).toBe(400);
    expect(
      await refuseQuery(Array.from({ length: 101 }, (_, i) => `filter[or][${i}][sku]=A`).join('&')),
    ).toBe(400);
    expect(await refuseQuery(`filter${'[not]'.repeat(1_000)}[sku]=A`)).toBe(400);
    expect(await refuseQuery(`sort=${Array(9).fill('sku').join(',')}`)).toBe(400);
    expect(await refuseQuery(`filter[${'parent.'.repeat(500)}sku]=A`)).toBe(400);
  });

  it('is refused: a body over the limit with 413, an address over it with 431', async () => {
    expect(await refuseBody('x'.repeat((1 << 20) + 1))).toBe(413);
    expect(await refuseQuery(`sort=${'x'.repeat(40_000)}`)).toBe(431);
    expect(await refuseQuery(`sort=${'x'.repeat(30_000)}`)).toBe(400);
  });

  it('is refused: documents nested deep', async () => {
    for (const deep of [
      '['.repeat(100_000),
      '{"a":'.repeat(100_000),
      `{"data":${'['.repeat(65)}${']'.repeat(65)}}`,
    ])
      expect(await refuseBody(deep)).toBe(400);
    const data = JSON.parse('['.repeat(60) + ']'.repeat(60));
    expect(
      (
        await api.ask('POST', '/api/brands', {
          body: { data: { type: 'brands', attributes: { name: data } } },
        })
      ).status,
    ).toBe(422);
  });

  it('is refused: numbers of a few letters that would be written out as many digits', async () => {
    for (const number of ['1e131071', '-1e-16383', '1E+99999999999999999999', '1e401']) {
      const body = `{"data":{"type":"products","attributes":{"sku":"N","name":"n","data":[${number}]}}}`;
      expect(await refuseBody(body)).toBe(400);
    }
  });
});

describe('bytes that are no text', () => {
  it('are refused: a body that is not UTF-8, and % that begin no letter', async () => {
    const url = `${api.url}/api/brands`;
    const headers = { authorization: 'Bearer test', 'content-type': 'application/vnd.api+json' };
    const body = Buffer.from('{"data":{"type":"brands","attributes":{"name":"\xff\xfe"}}}', 'latin1');
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(400);
    for (const query of ['sort=%ff', 'sort=%', '%c3%28=1', 'filter[sku]=%ED%A0%80', 'filter[sku]=%u0041'])
      expect(await refuseQuery(query)).toBe(400);
    for (const path of ['%ff', 'products/%ff', 'products/%E0%A4%A', 'products/1/%80'])
      expect([400, 404]).toContain(statusOf(await api.get(`/api/${path}`), path));
  });

  it('are refused: NUL and halves of surrogate pairs, in values, JSON, ids and filters', async () => {
    for (const text of ['a\u0000', '\ud800', '\udc00x']) {
      expect(await refuseBody(product({}, { name: text }))).toBe(422);
      expect(await refuseBody(product({}, { data: { a: text } }))).toBe(422);
      expect(await refuseBody(product({ id: text }))).toBe(422);
      const brand = { data: { type: 'brands', id: text } };
      expect(await refuseBody(product({ relationships: { brand } }))).toBe(404);
    }
    expect(await refuseQuery('filter[sku]=%00')).toBe(400);
    for (const path of ['products/%00', 'stocks/1,%00', 'categories/%00'])
      expect(statusOf(await api.get(`/api/${path}`), path)).toBe(404);
  });

  it('are refused: what is no JSON, or says two things of one member', async () => {
    for (const body of [
      '{',
      'data',
      '{"data":}',
      "{'data':1}",
      '{"data":1,}',
      'NaN',
      '{"data":1}{"data":1}',
      '{"a":1,"a":2}',
    ])
      expect(await refuseBody(body)).toBe(400);
    expect(
      await refuseBody('{"data":{"type":"brands","attributes":{"name":"x","name":"y"}}}', '/api/brands'),
    ).toBe(400);
  });
});

describe('headers', () => {
  it('of conditions that are malformed match no version', async () => {
    for (const tag of [
      '"',
      'x',
      '"1',
      'W/',
      '*,*',
      ',,,',
      '""',
      '"1.x',
      `"${'x'.repeat(5_000)}"`,
      '"-1."',
      '"1e9."',
    ]) {
      const headers = { 'if-match': tag };
      expect(statusOf(await api.ask('DELETE', '/api/categories/none', { headers }), tag), tag).toBe(412);
    }
  });

  it('of authorization that are malformed are 401', async () => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      'Basic dGVzdA==',
      'Bearer test test',
      `Bearer ${'x'.repeat(9_000)}`,
      'Bearer \u00e4',
    ])
      expect(statusOf(await api.get('/api/products', { headers: { authorization } }), authorization)).toBe(
        401,
      );
  });
});
