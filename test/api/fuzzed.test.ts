// Requests made by chance: whatever is sent, the answer is a document of its kind, in time, and a request that fails has written
// nothing. The seed is fixed; what fails is shrunk, and named with its seed and path.
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hasShop } from '../support/load-shop.js';
import { type ApiAnswer, openTestApi, type TestApi } from './api-fixture.js';
import { listFaults } from './document-faults.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';
import { readStoredDigest } from './stored-digest.js';

const SEED = 20_261_127;
/** An answer takes milliseconds; this is what a busy machine may make of it. */
const MOST_MS = 15_000;

function check(answer: ApiAnswer, sent: string, ms: number): void {
  const what = `${sent}\n${answer.status} ${answer.text.slice(0, 1_000)}`;
  const later = answer.status === 503 && answer.headers.has('retry-after');
  if (answer.status >= 500 && !later) throw new Error(what);
  if (answer.text !== '' && answer.headers.get('content-type') !== 'application/vnd.api+json')
    throw new Error(what);
  if (answer.status >= 400 && answer.json?.errors === undefined) throw new Error(what);
  const faults = answer.json === undefined ? [] : listFaults(answer.json);
  if (faults.length > 0) throw new Error(`${faults.join('; ')}\n${what}`);
  if (ms > MOST_MS) throw new Error(`${Math.round(ms)} ms: ${what}`);
}

async function ask(
  api: TestApi,
  method: string,
  path: string,
  body?: string,
  headers = {},
): Promise<ApiAnswer> {
  const from = performance.now();
  const answer = await api.ask(method, path, { ...(body === undefined ? {} : { body }), headers });
  check(answer, `${method} ${path} ${body ?? ''}`, performance.now() - from);
  return answer;
}

const NASTY = fc.constantFrom(
  '',
  '0',
  '-1',
  '1',
  '2',
  'a',
  ',',
  '.',
  '..',
  '*',
  '%',
  '\\',
  "'",
  '"',
  ';',
  '--',
  '\u0000',
  '\ud800',
  'null',
  'true',
  'NaN',
  'infinity',
  '1e999',
  '99999999999999999999',
  '1,2',
  'x,y',
  '1,x~1y',
  '~',
  '~2',
  '{}',
  '{a',
  '[1,2)',
  '2024-02-30',
  '2024-02-29',
  '12:00',
  '__proto__',
  'constructor',
  'ä',
  '😀',
  '\u202e',
  'A,B',
  '10.5',
  '192.168.0.1/33',
  'tool',
  'a/b',
  ' ',
  '+',
  '$1',
  'id',
  'and',
  'or',
  'not',
);
const NAMES: readonly string[] = [
  'sku',
  'name',
  'price',
  'data',
  'tags',
  'net',
  'on_day',
  'at',
  'type-value',
  'größe',
  'a-b',
  'odd',
  'constructor',
  'proto',
  'doubled',
  'id',
  'brand',
  'parent',
  'stock',
  'category',
  'product',
  'amount',
  'place',
  'code',
  'label',
  'products',
  'brands',
];
const OPERATORS = [
  'eq',
  'neq',
  'lt',
  'lte',
  'gt',
  'gte',
  'in',
  'nin',
  'contains',
  'starts_with',
  'ends_with',
  'exists',
  'empty',
  'range',
  'or',
  'and',
  'not',
  '0',
  '1',
];

const text = fc.oneof(
  { weight: 4, arbitrary: NASTY },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

/** Query strings made of words that mean something, and of words that don't. */
function toQueries(names: readonly string[], types: readonly string[]): fc.Arbitrary<string> {
  const name = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: text });
  const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
  const list = fc
    .array(fc.tuple(fc.constantFrom('', '', '-', '+'), path), { maxLength: 3 })
    .map((parts) => parts.map(([sign, one]) => sign + one).join(','));
  const operator = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...OPERATORS) },
    { weight: 1, arbitrary: text },
  );
  const filter = fc
    .tuple(
      fc.array(fc.constantFrom('or', 'and', 'not', '0', '1'), { maxLength: 3 }),
      path,
      fc.option(operator),
      text,
    )
    .map(([groups, at, op, value]): [string, string] => [
      `filter${[...groups, at, ...(op === null ? [] : [op])].map((one) => `[${one}]`).join('')}`,
      value,
    ]);
  const page = fc.tuple(
    fc.constantFrom('size', 'number', 'after', 'before', 'total'),
    fc.oneof(text, fc.constantFrom('1', '2', 'true')),
  );
  const parameter: fc.Arbitrary<[string, string]> = fc.oneof(
    { weight: 4, arbitrary: filter },
    list.map((value): [string, string] => ['sort', value]),
    list.map((value): [string, string] => ['include', value]),
    fc
      .tuple(fc.constantFrom(...types), list)
      .map(([type, value]): [string, string] => [`fields[${type}]`, value]),
    page.map(([member, value]): [string, string] => [`page[${member}]`, value]),
    fc.tuple(text, text),
  );
  return fc
    .array(parameter, { maxLength: 4 })
    .map((all) => all.map(([one, value]) => `${encode(one)}=${encode(value)}`).join('&'));
}

/** Halves of surrogate pairs as the bytes they would be. */
const encode = (one: string): string =>
  [...one].map((sign) => (/\p{Surrogate}/u.test(sign) ? '%ED%A0%80' : encodeURIComponent(sign))).join('');

const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: text },
  {
    weight: 2,
    arbitrary: fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
  },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(text, text, { maxKeys: 3 }) },
);
const linkage = fc.record(
  {
    type: fc.constantFrom<unknown>('brands', 'products', 'categories', 7),
    id: fc.oneof(text, fc.constantFrom<unknown>('1', '2', 3)),
  },
  { requiredKeys: [] },
);

/** Documents that are nearly right, somewhere wrong, or nothing of the kind. */
const document = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      {
        data: fc.record(
          {
            type: fc.oneof(
              { weight: 9, arbitrary: fc.constant<unknown>('products') },
              { weight: 1, arbitrary: value },
            ),
            id: fc.oneof(
              { weight: 3, arbitrary: fc.constantFrom<unknown>('1', '2') },
              { weight: 1, arbitrary: value },
            ),
            attributes: fc.dictionary(
              fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: text }),
              value,
              {
                maxKeys: 4,
              },
            ),
            relationships: fc.dictionary(
              fc.oneof(
                { weight: 9, arbitrary: fc.constantFrom('brand', 'parent', 'stock') },
                { weight: 1, arbitrary: text },
              ),
              fc.oneof(
                {
                  weight: 4,
                  arbitrary: fc.record({
                    data: fc.oneof(linkage, fc.constant(null), fc.array(linkage, { maxLength: 2 })),
                  }),
                },
                { weight: 1, arbitrary: value },
              ),
              { maxKeys: 2 },
            ),
          },
          { requiredKeys: [] },
        ),
      },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: value },
);

/** With what a new product needs, where the document is so far right: else hardly one would be created. */
function complete(body: unknown, sku: string): unknown {
  const { data } = (body ?? {}) as { data?: { attributes?: object } };
  if (typeof data !== 'object' || data === null || typeof data.attributes !== 'object') return body;
  return { data: { ...data, attributes: { sku, name: 'n', ...data.attributes } } };
}

const run = (check: fc.IAsyncProperty<never> | fc.IAsyncProperty<unknown[]>, numRuns: number) =>
  fc.assert(check as fc.IAsyncProperty<unknown[]>, { seed: SEED, numRuns });

describe('requests by chance, to the small shop', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi({ setUp: SMALL_SHOP });
  });
  beforeEach(() => api.at.database.query(SMALL_GOODS));
  afterAll(() => api.close());

  const types = ['products', 'brands', 'categories', 'stocks', 'cheaps', 'product_categories'];

  it('with any query are answered as documents, none with 500', async () => {
    const paths = fc.constantFrom(
      ...types.map((type) => `/api/${type}`),
      '/api/products/1',
      '/api/brands/1/product',
      '/api/brands/1/relationships/product',
    );
    const before = await readStoredDigest(api.at.database);
    const answered = new Map<number, number>();
    await run(
      fc.asyncProperty(paths, toQueries(NAMES, types), async (path, query) => {
        const { status } = await ask(api, 'GET', `${path}?${query}`);
        answered.set(status, (answered.get(status) ?? 0) + 1);
      }),
      600,
    );
    expect(await readStoredDigest(api.at.database)).toBe(before);
    // Were all refused, nothing would be tried.
    expect(answered.get(200)).toBeGreaterThan(30);
  }, 180_000);

  it('with any document are answered as documents, and write nothing where they fail', async () => {
    const targets = fc.constantFrom(
      ['POST', '/api/products'],
      ['PATCH', '/api/products/1'],
      ['PATCH', '/api/products/2'],
      ['PATCH', '/api/products/1/relationships/brand'],
      ['POST', '/api/stocks'],
      ['DELETE', '/api/products/4'],
    );
    const answered = new Map<number, number>();
    let made = 0;
    let before = await readStoredDigest(api.at.database);
    await run(
      fc.asyncProperty(targets, document, async ([method, path], body) => {
        const sent = method === 'POST' ? complete(body, `N${++made}`) : body;
        const { status } = await ask(api, method!, path!, JSON.stringify(sent));
        const after = await readStoredDigest(api.at.database);
        if (status >= 400) expect(after).toBe(before);
        before = after;
        answered.set(status, (answered.get(status) ?? 0) + 1);
      }),
      400,
    );
    expect([...answered.keys()]).toEqual(expect.arrayContaining([200, 201, 204, 400, 404, 422]));
  }, 180_000);

  it('with any bytes as a body are answered as documents', async () => {
    await run(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), async (body) => {
        await ask(api, 'POST', '/api/products', body === '' ? ' ' : body);
      }),
      150,
    );
  }, 120_000);

  it('with any id and headers are answered as documents', async () => {
    const printable = fc.string({ unit: fc.constantFrom(...'aW1/"*,;=.\\ qx-:()<>@[]{}'), maxLength: 20 });
    await run(
      fc.asyncProperty(text, printable, printable, printable, async (id, accept, tag, prefer) => {
        await ask(api, 'GET', `/api/stocks/${encode(id)}`, undefined, { accept, 'if-none-match': tag });
        await ask(api, 'PATCH', `/api/brands/${encode(id)}`, '{"data":{"type":"brands","id":"1"}}', {
          'if-match': tag,
          prefer,
        });
        await ask(api, 'GET', '/api/brands', undefined, {
          'if-match': tag,
          authorization: `Bearer ${accept}`.trim(),
        });
      }),
      100,
    );
  }, 120_000);
});

describe.skipIf(!hasShop())('requests by chance, to the shop', () => {
  it('with any query are answered as documents, none with 500', async () => {
    const api = await openTestApi({ from: 'shop' });
    try {
      const types = ['products', 'brands', 'categories', 'customers'];
      const names: string[] = [...types];
      for (const type of types) {
        const { data } = (await api.get(`/api/${type}?page[size]=1`)).json;
        for (const one of data)
          names.push(...Object.keys(one.attributes), ...Object.keys(one.relationships ?? {}));
      }
      const before = await readStoredDigest(api.at.database);
      await run(
        fc.asyncProperty(
          fc.constantFrom(...types),
          toQueries([...new Set(names)], types),
          async (type, query) => {
            await ask(api, 'GET', `/api/${type}?page%5Bsize%5D=3&${query}`);
          },
        ),
        200,
      );
      expect(await readStoredDigest(api.at.database)).toBe(before);
    } finally {
      await api.close();
    }
  }, 240_000);
});
