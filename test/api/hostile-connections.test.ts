// What reaches the server on a bare connection: methods and addresses no client sends, senders that stall, what is no HTTP.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestApi, type TestApi } from './api-fixture.js';
import { listFaults } from './document-faults.js';
import { sendRaw, toBody } from './raw-request.js';
import { SMALL_GOODS, SMALL_SHOP } from './small-shop.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({ setUp: SMALL_SHOP + SMALL_GOODS, requestMs: 500 });
});
afterAll(() => api.close());

const head = (line: string, ...more: string[]) =>
  [`${line} HTTP/1.1`, 'Host: x', 'Authorization: Bearer test', ...more, '', ''].join('\r\n');

function checkRefusal(text: string, status: number): void {
  expect(text.split('\r\n', 1)[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(text).toMatch(/^content-type: application\/vnd\.api\+json\r$/im);
  const { errors } = JSON.parse(toBody(text));
  expect(listFaults({ errors })).toEqual([]);
  expect(errors[0].status).toBe(String(status));
}

describe('a connection', () => {
  it('is cut where a body stalls, and the sender is told', async () => {
    const type = 'Content-Type: application/vnd.api+json';
    const text = await sendRaw(
      api.url,
      `${head('POST /api/brands', type, 'Content-Length: 1000')}{"data":`,
      'closed',
    );
    checkRefusal(text, 408);
  });

  it('is cut where the headers stall', async () => {
    checkRefusal(await sendRaw(api.url, 'GET /api/products HTTP/1.1\r\nHost: x\r\nX-Slow: ', 'closed'), 408);
  });

  it('is answered as a document, and ended, where what comes is no HTTP', async () => {
    for (const bytes of [
      'nonsense\r\n\r\n',
      'FOO /api/products HTTP/1.1\r\nHost: x\r\n\r\n',
      head('GET /api/products?sort=\xff'),
      head('GET /api/products', 'X: a\0b'),
      `${head('POST /api/brands', 'Transfer-Encoding: chunked')}zz\r\n`,
      head('POST /api/brands', 'Content-Length: 1', 'Content-Length: 2'),
      head('POST /api/brands', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
    ])
      checkRefusal(await sendRaw(api.url, Buffer.from(bytes, 'latin1'), 'closed'), 400);
    checkRefusal(
      await sendRaw(api.url, head('GET /api/products', `X: ${'x'.repeat(40_000)}`), 'closed'),
      431,
    );
  });

  it('may ask with any method, and is told which there are', async () => {
    for (const method of ['TRACE', 'PROPFIND', 'PURGE', 'M-SEARCH', 'QUERY', 'LINK', 'PUT']) {
      const more = method === 'QUERY' ? ['Content-Type: application/vnd.api+json', 'Content-Length: 0'] : [];
      const text = await sendRaw(api.url, head(`${method} /api/products`, ...more), 'answered');
      checkRefusal(text, 405);
      expect(text).toMatch(/^allow: GET, HEAD, POST, PATCH, OPTIONS\r$/im);
    }
  });

  it('may name a whole address, as to a proxy', async () => {
    const text = await sendRaw(api.url, head('GET http://example.org/api/brands?sort=id'), 'answered');
    expect(JSON.parse(toBody(text)).data).toHaveLength(3);
  });

  it('leads nowhere but to the API by odd addresses', async () => {
    for (const path of [
      '*',
      '/',
      '//',
      '/api/../etc/passwd',
      '/api/%2e%2e/%2e%2e/etc',
      '/api/products/..%2f..%2f',
      '/apix',
      '/API/products',
    ])
      checkRefusal(await sendRaw(api.url, head(`GET ${path}`), 'answered'), 404);
  });
});
