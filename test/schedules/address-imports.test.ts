// Imports from an address: conditional, through the guard, with secrets that are written down nowhere.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScheduleFixture, type ScheduleFixture } from './schedule-fixture.js';

let at: ScheduleFixture;
let server: Server;
let port: number;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const asked: IncomingMessage[] = [];

beforeEach(async () => {
  asked.length = 0;
  server = createServer((request, response) => {
    asked.push(request);
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  port = (server.address() as AddressInfo).port;
  at = await createScheduleFixture('create table item (sku text primary key, price numeric not null)', {
    places: { roots: [], storages: {}, allow: [`127.0.0.1:${port}`, `localhost:${port}`] },
    env: { TOKEN: 'hush-hush' },
  });
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await at?.drop();
});

const url = (path = '/prices.csv') => at.place(`http://127.0.0.1:${port}${path}`);

describe('a schedule that imports from an address', () => {
  it('imports what is new, and asks whether it changed the next time', async () => {
    let version = 1;
    answer = (request, response) => {
      const etag = `"v${version}"`;
      if (request.headers['if-none-match'] === etag) response.writeHead(304).end();
      else response.writeHead(200, { etag }).end(`sku,price\nA,${version}\n`);
    };
    await at.addImport('prices', { from: url() });
    expect(await at.tick('prices', '2026-06-01T03:00:01Z')).toMatchObject({
      state: 'done',
      says: expect.stringContaining('as run 1 (completed)'),
    });
    expect(await at.tick('prices', '2026-06-02T03:00:01Z')).toMatchObject({
      state: 'nothing',
      says: expect.stringContaining('has not changed'),
    });
    version = 2;
    expect(await at.tick('prices', '2026-06-03T03:00:01Z')).toMatchObject({ state: 'done' });
    expect(await at.rows('select price::text from item')).toEqual([['2']]);
    expect(asked.map((request) => request.headers['if-none-match'])).toEqual([undefined, '"v1"', '"v1"']);
    expect(await at.rows('select title from dovetail.runs')).toEqual([['prices.csv'], ['prices.csv']]);
  });

  it('makes no run of the same content where the other side knows no versions', async () => {
    answer = (_request, response) => response.end('sku,price\nA,1\n');
    await at.addImport('prices', { from: url() });
    await at.tick('prices', '2026-06-01T03:00:01Z');
    expect(await at.tick('prices', '2026-06-02T03:00:01Z')).toMatchObject({
      state: 'nothing',
      says: expect.stringContaining('the same content'),
    });
    expect(await at.rows('select count(*)::int from dovetail.runs')).toEqual([[1]]);
  });

  it('takes secrets from the environment, and keeps them out of everything it writes', async () => {
    answer = (_request, response) => response.end('sku,price\nA,1\n');
    const headers = { authorization: 'Bearer {env:TOKEN}' };
    await at.addImport('prices', { from: url('/p.csv?token={env:TOKEN}'), headers });
    await at.tick('prices', '2026-06-01T03:00:01Z');
    expect(asked[0]!.headers.authorization).toBe('Bearer hush-hush');
    expect(asked[0]!.url).toBe('/p.csv?token=hush-hush');
    for (const table of ['schedules', 'schedule_firings', 'taken_files', 'runs']) {
      expect(JSON.stringify(await at.rows(`select to_jsonb(t) from dovetail.${table} t`))).not.toContain(
        'hush',
      );
    }
    await expect(
      at.addImport('x', { from: url(), headers: { Authorization: 'Bearer hush-hush' } }),
    ).rejects.toMatchObject({ code: 'SCHEDULES-107' });
    await expect(
      at.addImport('x', { from: at.place(`http://joe:pw@127.0.0.1:${port}/`) }),
    ).rejects.toMatchObject({ code: 'SCHEDULES-107' });
  });

  it('follows a redirect only to where it may go itself, and takes no credentials to strangers', async () => {
    answer = (request, response) => {
      const to = request.url === '/prices.csv' ? `http://localhost:${port}/other.csv` : 'http://[::1]:1/';
      if (request.url === '/other.csv') response.end('sku,price\nA,1\n');
      else response.writeHead(302, { location: to }).end();
    };
    await at.addImport('prices', { from: url(), headers: { authorization: '{env:TOKEN}' } });
    expect(await at.tick('prices', '2026-06-01T03:00:01Z')).toMatchObject({ state: 'done' });
    expect(asked.map((request) => request.headers.authorization)).toEqual(['hush-hush', undefined]);
    await at.addImport('bad', { from: url('/bad.csv') });
    const firing = await at.tick('bad', '2026-06-02T03:00:01Z');
    expect(firing).toMatchObject({ state: 'failed', says: expect.stringContaining('HTTP-102') });
  });

  it('says what the other side answered', async () => {
    answer = (_request, response) => response.writeHead(404).end();
    await at.addImport('prices', { from: url() });
    expect(await at.tick('prices', '2026-06-01T03:00:01Z')).toMatchObject({
      state: 'failed',
      says: expect.stringContaining('answered 404. (HTTP-107)'),
    });
  });

  it.each([
    'http://127.0.0.1:1/',
    'http://10.1.2.3/x.csv',
    'http://[::ffff:127.0.0.1]/',
    'http://0x7f000001/',
    'http://169.254.169.254/latest',
  ])('does not ask %s', async (address) => {
    await expect(at.addImport('x', { from: at.place(address) })).rejects.toMatchObject({ code: 'HTTP-102' });
  });
});
