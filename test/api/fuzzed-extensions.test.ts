// Requests made by chance under extensions and to relationships to many: never a 500, and a request that fails has written nothing.
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';
import { readStoredDigest } from './stored-digest.js';

const SEED = 20_261_128;
const JSON_API = 'application/vnd.api+json';
const ATOMIC = `${JSON_API}; ext="https://jsonapi.org/ext/atomic"`;
const toType = (name: string) => `${JSON_API}; ext="urn:dovetail:jsonapi:${name}:1"`;

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ setUp: SMALL_SHOP });
});
beforeEach(() => api.at.database.query(SMALL_GOODS));
afterAll(() => api.close());

const text = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '1',
    '2',
    '3',
    'A',
    'tool',
    'a/b',
    '1,x~1y',
    ',',
    '\u0000',
    '\ud800',
    '__proto__',
    'x',
  ),
  fc.constantFrom('9999999999999', "'", '"', '\\', '%', 'price', 'brand', 'sku', 'NaN', '1e999'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const any: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.integer(),
  fc.constant(null),
  fc.array(text, { maxLength: 2 }),
  fc.dictionary(text, text, { maxKeys: 2 }),
);
const type = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom<unknown>('products', 'brands', 'categories', 'stocks', 'cheaps') },
  { weight: 1, arbitrary: any },
);
const identifier = fc.record({ type, id: text, lid: text }, { requiredKeys: ['type'] });
const linkage = fc.oneof(fc.array(identifier, { maxLength: 3 }), identifier, any);
const relationship = fc.constantFrom('brand', 'product', 'category', 'stock', 'parent', 'nothing');
const resource = fc.record(
  {
    type,
    id: text,
    lid: fc.constantFrom('a', 'b'),
    attributes: fc.dictionary(
      fc.constantFrom('sku', 'name', 'price', 'amount', 'label', 'doubled', 'x'),
      any,
      {
        maxKeys: 3,
      },
    ),
    relationships: fc.dictionary(relationship, fc.oneof(fc.record({ data: linkage }), any), { maxKeys: 2 }),
  },
  { requiredKeys: ['type'] },
);
const operation = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record(
      {
        op: fc.oneof(fc.constantFrom<unknown>('add', 'update', 'remove'), any),
        ref: fc.oneof(
          fc.record({ type, id: text, lid: text, relationship }, { requiredKeys: ['type'] }),
          any,
        ),
        href: fc.oneof(
          fc.tuple(fc.constantFrom('/api/products', '/api/brands', ''), text).map((parts) => parts.join('/')),
          any,
        ),
        data: fc.oneof(resource, linkage, any),
      },
      { requiredKeys: ['op'] },
    ),
  },
  { weight: 1, arbitrary: any },
);

const name = fc.oneof(
  fc.constantFrom('sku', 'price', 'on_day', 'at', 'brand.name', 'id', 'tags', 'data', 'brand'),
  text,
);
const list = fc.array(name, { maxLength: 3 }).map((names) => names.join(','));
const dated = fc
  .tuple(name, fc.constantFrom('', ':month', ':hour', ':x', ':'))
  .map((parts) => parts.join(''));
const query = fc
  .array(
    fc.oneof(
      fc.tuple(fc.constant('aggregateBy'), fc.oneof(list, dated)),
      fc.tuple(
        fc.constantFrom('sum', 'avg', 'min', 'max', 'count', 'x').map((of) => `aggregateOf[${of}]`),
        list,
      ),
      fc.tuple(fc.constantFrom('sort', 'page[size]', 'upsert:by', 'delete:count'), fc.oneof(list, text)),
      fc.tuple(
        name.map((one) => `filter[${one}][search]`),
        text,
      ),
      fc.tuple(
        name.map((one) => `filter[${one}]`),
        text,
      ),
    ),
    { maxLength: 4 },
  )
  .map((all) => all.map((pair) => pair.map(encode).join('=')).join('&'));

/** Halves of surrogate pairs as the bytes they would be. */
const encode = (one: string): string =>
  [...one].map((sign) => (/\p{Surrogate}/u.test(sign) ? '%ED%A0%80' : encodeURIComponent(sign))).join('');

/** Asks; holds the answer to what every answer is held to. Returns its status. */
async function ask(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const before = await readStoredDigest(api.at.database);
  const sent = { headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const { status, text: answer, json } = await api.ask(method, path, sent);
  const what = `${method} ${path} ${sent.body ?? ''}\n${status} ${answer.slice(0, 500)}`;
  expect(status, what).toBeLessThan(500);
  if (status >= 400) {
    expect(json?.errors, what).toBeInstanceOf(Array);
    expect(await readStoredDigest(api.at.database), what).toBe(before);
  }
  return status;
}

async function count(property: (seen: Set<number>) => fc.IAsyncProperty<never>, numRuns: number) {
  const seen = new Set<number>();
  await fc.assert(property(seen) as unknown as fc.IAsyncProperty<unknown[]>, { seed: SEED, numRuns });
  return [...seen];
}

describe('by chance', () => {
  it('operations are done whole, or not at all', async () => {
    const seen = await count(
      (found) =>
        fc.asyncProperty(fc.array(operation, { maxLength: 3 }), async (operations) => {
          const body = { 'atomic:operations': operations };
          found.add(await ask('POST', '/api/operations', { 'content-type': ATOMIC }, body));
        }) as never,
      300,
    );
    expect(seen).toEqual(expect.arrayContaining([204, 400, 404, 422]));
  }, 180_000);

  it('relationships to many are changed whole, or not at all', async () => {
    const path = fc.constantFrom(
      ['brands/1/relationships/product', 'products'],
      ['products/1/relationships/category', 'categories'],
      ['products/1/relationships/stock', 'stocks'],
    );
    const ids = fc.array(text, { maxLength: 2 });
    const seen = await count(
      (found) =>
        fc.asyncProperty(
          fc.constantFrom('POST', 'PATCH', 'DELETE'),
          path,
          fc.oneof(ids, linkage),
          async (method, [at, fitting], some) => {
            const fits = Array.isArray(some) && some.every((one) => typeof one === 'string');
            const data = fits ? some.map((id) => ({ type: fitting, id })) : some;
            found.add(await ask(method, `/api/${at}`, { 'content-type': JSON_API }, { data }));
          },
        ) as never,
      200,
    );
    expect(seen).toEqual(expect.arrayContaining([204, 400, 403, 404, 422]));
  }, 180_000);

  it('aggregates, searches, upserts and lists to delete are answered', async () => {
    const seen = await count(
      (found) =>
        fc.asyncProperty(
          fc.constantFrom('get', 'post', 'delete'),
          query,
          resource,
          async (kind, asked, data) => {
            const path = `/api/products?${asked}`;
            if (kind === 'get') found.add(await ask('GET', path, {}));
            else if (kind === 'post')
              found.add(await ask('POST', path, { 'content-type': toType('upsert') }, { data }));
            else found.add(await ask('DELETE', path, { accept: toType('delete') }));
          },
        ) as never,
      300,
    );
    expect(seen).toEqual(expect.arrayContaining([200, 400, 409]));
  }, 180_000);
});
