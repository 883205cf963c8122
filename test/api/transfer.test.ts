// How answers travel: in fewer bytes, to browsers' programs of named origins, and not to whoever asks too often.
import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

interface Bytes {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** `fetch` would decode what comes. */
function askBytes(
  api: TestApi,
  method: string,
  path: string,
  headers: Record<string, string>,
): Promise<Bytes> {
  return new Promise((resolve, reject) => {
    const sent = request(`${api.url}${path}`, {
      method,
      headers: { authorization: 'Bearer test', ...headers },
    });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode!, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    });
    sent.end();
  });
}

const ORIGIN = 'https://app.example.org';

describe('answers', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi({ setUp: SMALL_SHOP + SMALL_GOODS, settings: { origins: [ORIGIN] } });
  });
  afterAll(() => api.close());

  it('are sent in brotli or gzip to whoever takes it, and as they are where they are short', async () => {
    const plain = await askBytes(api, 'GET', '/api/products', {});
    expect(plain.headers['content-encoding']).toBeUndefined();
    const br = await askBytes(api, 'GET', '/api/products', { 'accept-encoding': 'gzip, br' });
    expect(br.headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(br.body)).toEqual(plain.body);
    const gz = await askBytes(api, 'GET', '/api/products', { 'accept-encoding': 'gzip' });
    expect(gz.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(gz.body)).toEqual(plain.body);
    expect(Number(gz.headers['content-length'])).toBe(gz.body.length);
    expect(gz.body.length).toBeLessThan(plain.body.length / 2);
    const short = await askBytes(api, 'GET', '/api/brands/1', { 'accept-encoding': 'br' });
    expect(short.headers['content-encoding']).toBeUndefined();
    for (const { headers } of [plain, br, gz, short]) expect(headers['vary']).toMatch(/\bAccept-Encoding\b/);
  });

  it('are told apart by their tags, each of which is known again: by 304, and by If-Match', async () => {
    const path = '/api/products/1';
    const [plain, br] = [
      await askBytes(api, 'GET', path, {}),
      await askBytes(api, 'GET', path, { 'accept-encoding': 'br' }),
    ];
    const tags = [plain, br].map(({ headers }) => headers['etag'] as string);
    expect(tags[1]).toBe(tags[0]!.replace(/"$/, '-br"'));
    for (const tag of tags) {
      const same = await askBytes(api, 'GET', path, { 'accept-encoding': 'br', 'if-none-match': tag });
      expect([same.status, same.headers['etag'], same.headers['content-encoding']]).toEqual([
        304,
        tags[1],
        undefined,
      ]);
      expect((await askBytes(api, 'GET', path, { 'if-match': tag })).status).toBe(200);
    }
    const body = { data: { type: 'products', id: '1', attributes: { on_day: '2024-02-29' } } };
    expect((await api.ask('PATCH', path, { body, headers: { 'if-match': tags[1]! } })).status).toBe(200);
    expect((await api.ask('PATCH', path, { body, headers: { 'if-match': tags[1]! } })).status).toBe(412);
  });

  it('have to HEAD the headers they have to GET', async () => {
    const headers = { 'accept-encoding': 'gzip' };
    const [head, get] = [
      await askBytes(api, 'HEAD', '/api/products', headers),
      await askBytes(api, 'GET', '/api/products', headers),
    ];
    for (const name of ['content-encoding', 'content-length', 'etag', 'vary'])
      expect(head.headers[name], name).toBe(get.headers[name]);
    expect(head.body.length).toBe(0);
  });

  it('are 415 to a body that is encoded', async () => {
    const body = { data: { type: 'brands', attributes: { name: 'x' } } };
    const refused = await api.ask('POST', '/api/brands', { body, headers: { 'content-encoding': 'gzip' } });
    expect(refused.status).toBe(415);
    expect(refused.json.errors[0].source).toEqual({ header: 'Content-Encoding' });
  });

  it('may be read by programs in browsers of the origins that are named, errors too, and of no others', async () => {
    const allowed = (answer: { headers: Headers }) => answer.headers.get('access-control-allow-origin');
    for (const path of ['/api/brands', '/api/nothing']) {
      const named = await api.get(path, { headers: { origin: ORIGIN } });
      expect(allowed(named), path).toBe(ORIGIN);
      expect(named.headers.get('access-control-expose-headers')).toContain('ETag');
      expect(named.headers.get('vary')).toMatch(/\bOrigin\b/);
      expect(named.headers.get('access-control-allow-credentials')).toBeNull();
    }
    for (const origin of [
      'https://example.org',
      `${ORIGIN}.evil.example`,
      'https://APP.example.org',
      'null',
      '*',
    ])
      expect(allowed(await api.get('/api/brands', { headers: { origin } })), origin).toBeNull();
  });

  it('tell a browser first what it may send, without asking who it is', async () => {
    const ask = (origin: string) =>
      askBytes(api, 'OPTIONS', '/api/brands', {
        authorization: '',
        origin,
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'authorization,content-type',
      });
    const told = await ask(ORIGIN);
    expect(told.status).toBe(204);
    expect(told.headers).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': expect.stringContaining('PATCH'),
      'access-control-allow-headers': expect.stringContaining('Authorization'),
    });
    const other = await ask('https://example.org');
    expect([other.status, other.headers['access-control-allow-origin']]).toEqual([401, undefined]);
  });
});

describe('a caller who asks too often', () => {
  it('is told before how much is left, then refused with 429 until time has passed', async () => {
    let ms = 0;
    const api = await openTestApi({
      setUp: SMALL_SHOP + SMALL_GOODS,
      settings: { rateLimit: { requests: 3, seconds: 60 } },
      now: () => ms,
      access: {
        authenticateKey: async (key) => ({ kind: 'client', id: key, name: key, roles: [] }),
        catalogFor: async (_caller, catalog) => catalog,
      },
    });
    try {
      const left = [];
      for (let i = 0; i < 3; i++) left.push((await api.get('/api/brands')).headers.get('ratelimit'));
      expect(left).toEqual(['"default";r=2;t=20', '"default";r=1;t=40', '"default";r=0;t=60']);
      const refused = await api.get('/api/brands');
      expect(refused.status).toBe(429);
      expect(refused.headers.get('retry-after')).toBe('20');
      expect(refused.headers.get('ratelimit-policy')).toBe('"default";q=3;w=60');
      expect(refused.json.errors[0].code).toBe('API-116');
      // Errors count as well; others are not touched.
      expect((await api.get('/api/nothing')).status).toBe(429);
      expect((await api.get('/api/brands', { headers: { authorization: 'Bearer other' } })).status).toBe(200);
      ms += 20_000;
      expect((await api.get('/api/brands')).status).toBe(200);
    } finally {
      await api.close();
    }
  });
});
