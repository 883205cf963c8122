// Before a proxy: what it says of a request counts if the configuration names it, and of nobody else.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpDatabase } from '../../src/app-setup.js';
import { createAccess } from '../../src/engine/access/index.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { type ServedApp, serveWith } from './served-app.js';

let at: TestDatabase;
let key: string;
const servers: ServedApp[] = [];

beforeAll(async () => {
  at = await createTestDatabase();
  await at.database.query(`create table note (id int primary key, text text);
    insert into note select i from generate_series(1, 3) i`);
  await setUpDatabase(at.database);
  const access = createAccess({ database: at.database });
  await access.clients.create({ name: 'writer' });
  await access.clients.giveRole('writer', 'administrator');
  ({ key } = await access.keys.create('writer'));
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await at?.drop();
});

async function serve(proxies?: readonly string[]): Promise<string> {
  const server = await serveWith(at.url, proxies === undefined ? {} : { api: { proxies } });
  servers.push(server);
  return server.url;
}

const OLDER = {
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'shop.example.org',
};
const NEWER = { forwarded: 'for=203.0.113.7;proto=https;host=shop.example.org' };

// biome-ignore lint/suspicious/noExplicitAny: documents are looked into member by member.
async function ask(url: string, headers: Record<string, string>, init: RequestInit = {}): Promise<any> {
  const answer = await fetch(url, { ...init, headers: { authorization: `Bearer ${key}`, ...headers } });
  return { status: answer.status, location: answer.headers.get('location'), json: await answer.json() };
}

describe('links', () => {
  it.each([OLDER, NEWER])(
    'begin with the address that clients see, by the word of a proxy that is named: %j',
    async (said) => {
      const url = await serve(['127.0.0.0/8']);
      const { json } = await ask(`${url}/api/notes?page[size]=1`, said);
      expect(json.links.self).toBe('https://shop.example.org/api/notes?page%5Bsize%5D=1');
      expect(json.links.next).toMatch(
        /^https:\/\/shop\.example\.org\/api\/notes\?page%5Bsize%5D=1&page%5Bafter%5D=/,
      );
      expect(json.data[0].links.self).toBe('https://shop.example.org/api/notes/1');
      const body = JSON.stringify({ data: { type: 'notes', id: '1', attributes: { text: 'x' } } });
      const type = { 'content-type': 'application/vnd.api+json' };
      const changed = await ask(`${url}/api/notes/1`, { ...said, ...type }, { method: 'PATCH', body });
      expect(changed.json.links.self).toBe('https://shop.example.org/api/notes/1');
    },
  );

  it.each([undefined, ['203.0.113.0/24']])(
    'pass over what strangers say where proxies are %j',
    async (proxies) => {
      const url = await serve(proxies);
      for (const said of [OLDER, NEWER]) {
        const { json } = await ask(`${url}/api/notes?page[size]=1`, said);
        expect(json.links.self).toBe('/api/notes?page%5Bsize%5D=1');
        expect(json.data[0].links.self).toBe('/api/notes/1');
      }
    },
  );
});

describe('/metrics', () => {
  it('is closed to those whom a named proxy brings from elsewhere, and open to those it brings from here', async () => {
    const url = await serve(['127.0.0.1']);
    const read = async (client: string) =>
      (await fetch(`${url}/metrics`, { headers: { 'x-forwarded-for': client } })).status;
    expect([await read('203.0.113.7'), await read('127.0.0.1')]).toEqual([403, 200]);
  });

  it('is closed to whoever comes by a proxy of this machine that nobody named', async () => {
    for (const proxies of [undefined, [], ['203.0.113.1']]) {
      const url = await serve(proxies);
      const by = (headers: Record<string, string>) => fetch(`${url}/metrics`, { headers });
      expect((await by({ 'x-forwarded-for': '127.0.0.1' })).status).toBe(403);
      expect((await by({})).status).toBe(200);
    }
  });
});
