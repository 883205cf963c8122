// A server over the shop with everything that lets programs and people in, asked by real requests.
import { serveApp } from '../../src/app-serve.js';
import { type Access, createAccess } from '../../src/engine/access/index.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { type Clock, systemClock } from '../../src/foundation/lifecycle/clock.js';
import type { Database } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createTestDatabase } from '../support/test-database.js';
import { createVisitor, type Visitor } from './visitor.js';

export interface OAuthFixture {
  readonly url: string;
  readonly access: Access;
  readonly database: Database;
  /** Stands still until it is moved; the library and PostgreSQL have the machine's. */
  readonly clock: Clock & { pass(ms: number): void };
  readonly logged: string[];
  /** How many statements the room `access` has sent since the last call. */
  countStatements(): number;
  inviteFirst(): Promise<string | undefined>;
  /** A browser of its own. */
  visitor(): Visitor;
  /** A client that may ask for tokens, with its secret. */
  makeClient(name: string, wish?: ClientWish): Promise<{ readonly id: string; readonly secret: string }>;
  askToken(
    client: { readonly id: string; readonly secret?: string },
    form: Readonly<Record<string, string>>,
    path?: string,
  ): Promise<TokenAnswer>;
  api(token: string, path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export interface ClientWish {
  readonly roles?: readonly string[];
  readonly scopes?: readonly string[];
  readonly redirectUris?: readonly string[];
  readonly grants?: readonly string[];
  readonly isPublic?: boolean;
}

export interface TokenAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into member by member.
  readonly json: any;
}

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');

export interface OAuthFixtureOptions {
  readonly publicUrl?: string;
  readonly host?: string;
}

const SHOP = `create table product (id int generated always as identity primary key, name text not null);
  insert into product (name) values ('Drill'), ('Saw');`;

export async function openOAuth({ publicUrl, host }: OAuthFixtureOptions = {}): Promise<OAuthFixture> {
  const test = await createTestDatabase();
  await test.database.query(SHOP);
  await migrate(test.database);
  let now = Date.now();
  let statements = 0;
  const clock = {
    ...systemClock,
    now: () => new Date(now),
    pass: (ms: number) => {
      now += ms;
    },
  };
  const counted: Database = {
    ...test.database,
    query(text, values) {
      statements++;
      return test.database.query(text, values);
    },
  };
  const access = createAccess({ database: counted, clock });
  const logged: string[] = [];
  const note = (...words: unknown[]) => void logged.push(JSON.stringify(words));
  const server = await serveApp(
    {
      database: test.database,
      catalog: createCatalog({ database: test.database }),
      access,
      // No test here follows changes.
      changeLog: {} as never,
      // Of Dovetail's own, these tests ask for users only.
      own: {
        services: { access, storages: { listStorages: () => [] } },
        within: () => ({ access }),
      } as never,
      clock,
      env: { DOVETAIL_MASTER_KEY: MASTER_KEY },
      dataFolder: '/nowhere',
      ...(publicUrl === undefined ? {} : { publicUrl }),
      log: { info: note, warn: note, error: note, debug: note } as never,
    },
    { port: 0, ...(host === undefined ? {} : { host }) },
  );
  return {
    url: server.url,
    access,
    database: test.database,
    clock,
    logged,
    countStatements() {
      const count = statements;
      statements = 0;
      return count;
    },
    inviteFirst: server.inviteFirst,
    visitor: () => createVisitor(server.url),
    async makeClient(name, { roles = ['administrator'], ...wish } = {}) {
      await access.clients.create({ name });
      for (const role of roles) await access.clients.giveRole(name, role);
      const { clientId, secret } = await access.oauth.set(name, wish);
      return { id: clientId, secret: secret ?? '' };
    },
    async askToken({ id, secret }, form, path = '/oauth/token') {
      const basic = secret === undefined ? undefined : Buffer.from(`${id}:${secret}`).toString('base64');
      const response = await fetch(`${server.url}${path}`, {
        method: 'POST',
        headers: basic === undefined ? {} : { authorization: `Basic ${basic}` },
        body: new URLSearchParams({ ...form, ...(secret === undefined ? { client_id: id } : {}) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        json: text === '' ? undefined : JSON.parse(text),
      };
    },
    api: (token, path, init = {}) =>
      fetch(`${server.url}${path}`, {
        ...init,
        headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) },
      }),
    async close() {
      await server.close();
      await test.drop();
    },
  };
}
