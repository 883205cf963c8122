// An API over a database of its own, asked by real requests.
import { createApiDoor } from '../../src/doors/api/api-door.js';
import type { AccessGate } from '../../src/doors/api/api-services.js';
import { createCatalog, type EntityOverrides } from '../../src/engine/catalog/index.js';
import type { ApiSettings } from '../../src/foundation/config/project-config.js';
import { startHttpServer } from '../../src/foundation/http/server/http-server.js';
import { type DatabaseOptions, openDatabase } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

export const FINGERPRINT_KEY = Buffer.alloc(32, 7);

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: documents are looked into member by member.
  readonly json: any;
}

export interface TestApi {
  readonly at: TestDatabase;
  readonly url: string;
  /** Errors that the door was told of. */
  readonly errors: unknown[];
  ask(method: string, path: string, options?: AskOptions): Promise<ApiAnswer>;
  get(path: string, options?: AskOptions): Promise<ApiAnswer>;
  close(): Promise<void>;
}

export interface AskOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON; a text as it is. */
  readonly body?: unknown;
}

const EVERYTHING: AccessGate = {
  authenticateKey: async (key) =>
    key === 'test' ? { kind: 'client', id: '1', name: 'test', roles: [] } : undefined,
  catalogFor: async (_caller, catalog) => catalog,
};

export interface TestApiOptions {
  readonly from?: 'empty' | 'shop';
  /** SQL that is run first. */
  readonly setUp?: string;
  readonly prepare?: (at: TestDatabase) => Promise<void>;
  readonly access?: AccessGate;
  readonly overrides?: EntityOverrides;
  readonly settings?: ApiSettings;
  /** A monotonic clock. */
  readonly now?: () => number;
  /** Connections of the door's own. Default: those of the test. */
  readonly connections?: DatabaseOptions;
  /** Milliseconds a request may take to arrive. */
  readonly requestMs?: number;
}

export async function openTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const at = await createTestDatabase(options.from ?? 'empty');
  await options.prepare?.(at);
  if (options.setUp !== undefined) await at.database.query(options.setUp);
  await migrate(at.database);
  const catalog = createCatalog({ database: at.database, overrides: options.overrides });
  const errors: unknown[] = [];
  const { connections } = options;
  const requests = connections === undefined ? at.database : openDatabase(at.url, connections);
  const door = createApiDoor({
    fingerprintKey: FINGERPRINT_KEY,
    database: requests,
    readCatalog: () => catalog.read(),
    access: options.access ?? EVERYTHING,
    now: options.now ?? (() => performance.now()),
    ...(options.settings === undefined ? {} : { settings: options.settings }),
    onError: (error) => errors.push(error),
  });
  const server = await startHttpServer({
    port: 0,
    routes: [door.routes],
    onUnreadable: door.refuse,
    ...(options.requestMs === undefined ? {} : { requestMs: options.requestMs }),
  });
  const ask: TestApi['ask'] = async (method, path, { headers = {}, body } = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        authorization: 'Bearer test',
        ...(body === undefined ? {} : { 'content-type': 'application/vnd.api+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: text === '' ? undefined : JSON.parse(text),
    };
  };
  return {
    at,
    url: server.url,
    errors,
    ask,
    get: (path, given) => ask('GET', path, given),
    async close() {
      await server.close();
      if (requests !== at.database) await requests.close();
      await at.drop();
    },
  };
}
