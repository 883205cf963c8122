// A whole app with its server, its workers and callers of several kinds, for what is Dovetail's own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type App, createApp } from '../../src/app.js';
import { setUpDatabase } from '../../src/app-setup.js';
import type { RunReport } from '../../src/doors/files/import/run-report.js';
import { ALL_SCOPES, type Caller, type Scope } from '../../src/engine/access/index.js';
import type { HttpServer } from '../../src/foundation/http/server/http-server.js';
import type { Clock } from '../../src/foundation/lifecycle/clock.js';
import { toCall } from '../import/import-fixture.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import type { ApiAnswer, AskOptions } from './api-fixture.js';

export interface OwnCaller {
  readonly key: string;
  readonly caller: Caller;
  ask(method: string, path: string, options?: AskOptions): Promise<ApiAnswer>;
  get(path: string): Promise<ApiAnswer>;
  post(path: string, data: object): Promise<ApiAnswer>;
  patch(path: string, data: object): Promise<ApiAnswer>;
}

export interface OwnApp {
  readonly at: TestDatabase;
  readonly app: App;
  readonly folder: string;
  readonly url: string;
  /** A client with these roles. */
  addClient(name: string, roles: readonly string[], unit?: string): Promise<OwnCaller>;
  /** The same client by a token of these scopes. */
  addToken(client: string, scopes: readonly Scope[]): Promise<OwnCaller>;
  /** A role that allows this: `dovetail.runs` view all. */
  addRole(name: string, grants: readonly string[]): Promise<void>;
  import(content: string, caller?: Caller, wish?: Partial<Parameters<typeof toCall>[0]>): Promise<RunReport>;
  /** Runs a worker until the queue holds nothing that it would do now. */
  work(): Promise<void>;
  close(): Promise<void>;
}

export async function openOwnApp(config: object = {}, clock?: Clock): Promise<OwnApp> {
  const folder = mkdtempSync(join(tmpdir(), 'dovetail-own-'));
  writeFileSync(join(folder, 'dovetail.config.json'), JSON.stringify(config));
  const at = await createTestDatabase('empty');
  await at.database.query('create table item (sku text primary key, price numeric not null)');
  await setUpDatabase(at.database);
  const app = await createApp({
    cwd: folder,
    env: {},
    databaseUrl: at.url,
    dataFolder: join(folder, 'data'),
    ...(clock === undefined ? {} : { clock }),
  });
  const server: HttpServer = await app.serve({ port: 0 });

  async function ask(
    key: string,
    method: string,
    path: string,
    { headers = {}, body }: AskOptions = {},
  ): Promise<ApiAnswer> {
    const response = await fetch(`${server.url}/api${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/vnd.api+json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : {
            body:
              typeof body === 'string' || body instanceof Uint8Array
                ? (body as string)
                : JSON.stringify(body),
          }),
    });
    const text = await response.text();
    const isJson = /json$/.test(response.headers.get('content-type') ?? '') && text !== '';
    const json = isJson && !text.includes('\n') ? JSON.parse(text) : undefined;
    return { status: response.status, headers: response.headers, text, json };
  }

  function toCaller(key: string, caller: Caller): OwnCaller {
    const write = (method: string, path: string, data: object) => ask(key, method, path, { body: { data } });
    return {
      key,
      caller,
      ask: (method, path, options) => ask(key, method, path, options),
      get: (path) => ask(key, 'GET', path),
      post: (path, data) => write('POST', path, data),
      patch: (path, data) => write('PATCH', path, data),
    };
  }

  return {
    at,
    app,
    folder,
    url: server.url,
    async addClient(name, roles, unit) {
      await app.access.clients.create({ name, ...(unit === undefined ? {} : { unit }) });
      for (const role of roles) await app.access.clients.giveRole(name, role);
      const { key } = await app.access.keys.create(name);
      await app.access.refresh();
      const caller = (await app.access.authenticateKey(key))!;
      return toCaller(key, caller);
    },
    async addToken(client, scopes) {
      const settings = await app.access.oauth.set(client, { scopes: [...ALL_SCOPES] });
      const { clientId } = settings;
      const secret = settings.secret ?? (await app.access.oauth.rotateSecret(client)).secret;
      const response = await fetch(`${server.url}/oauth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${clientId}:${secret}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: scopes.join(' ') }),
      });
      const { access_token: token } = (await response.json()) as { access_token: string };
      await app.access.refresh();
      return toCaller(token, (await app.access.authenticateToken(token))!);
    },
    async addRole(name, grants) {
      await at.database.query(`insert into dovetail.roles (name) values ($1) on conflict do nothing`, [name]);
      for (const grant of grants) {
        await at.database.query(
          `insert into dovetail.role_permissions (role, entity, action, level) values ($1, $2, $3, $4)`,
          [name, ...grant.split(' ')],
        );
      }
      await app.access.refresh();
    },
    async import(content, caller, wish = {}) {
      const path = join(folder, 'items.csv');
      writeFileSync(path, content);
      return app.files.import({
        ...toCall({ ...(caller === undefined ? {} : { caller }), ...wish }),
        entity: 'item',
        source: { path },
      });
    },
    async work() {
      const stop = new AbortController();
      const workers = await app.jobs.startWorkers({ concurrency: 2, signal: stop.signal });
      for (;;) {
        const { rows } = await at.database.query<{ open: number }>(
          `select count(*)::int as open from dovetail_jobs._private_jobs where locked_at is not null or run_at <= now() and attempts < max_attempts`,
        );
        if (rows[0]!.open === 0) break;
        await new Promise((done) => setTimeout(done, 20));
      }
      stop.abort();
      await workers.stopped;
    },
    async close() {
      await server.close();
      await app.close();
      await at.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
