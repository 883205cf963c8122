// An API that takes batches, with workers beside it, over a database of its own.

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUpDatabase } from '../../src/app-setup.js';
import { createApiDoor } from '../../src/doors/api/api-door.js';
import type { OwnServices } from '../../src/doors/api/own/own-services.js';
import { createFilesDoor, type FilesRooms } from '../../src/doors/files/files-door.js';
import type { Access } from '../../src/engine/access/index.js';
import { createCatalog, type EntityOverrides } from '../../src/engine/catalog/index.js';
import { createJobs, type Jobs } from '../../src/engine/jobs/jobs.js';
import type { Run } from '../../src/engine/pipeline/index.js';
import type { ApiSettings } from '../../src/foundation/config/project-config.js';
import { startHttpServer } from '../../src/foundation/http/server/http-server.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import type { ApiAnswer } from './api-fixture.js';
import { FINGERPRINT_KEY } from './api-fixture.js';

export const BATCH_DOCUMENT = 'application/vnd.api+json;ext="urn:dovetail:jsonapi:batch:1"';

export interface BatchApi {
  readonly at: TestDatabase;
  readonly url: string;
  readonly errors: unknown[];
  readonly jobs: Jobs;
  ask(
    method: string,
    path: string,
    type: string | undefined,
    body?: string | Uint8Array | ReadableStream,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer>;
  /** Sends a document of records. */
  send(
    type: string,
    document: object,
    headers?: Readonly<Record<string, string>>,
    query?: string,
  ): Promise<ApiAnswer>;
  /** The lines of a file of results or errors. */
  // biome-ignore lint/suspicious/noExplicitAny: lines are looked into member by member.
  lines(run: string, kind: 'results' | 'errors'): Promise<any[]>;
  /** Rows as arrays of text. */
  rows(sql: string): Promise<readonly (readonly (string | null)[])[]>;
  /** The run once it is over, or as it is after 20 seconds. */
  settled(run: string): Promise<Run>;
  /** Names of the files that lie on disk for runs. */
  spooled(): Promise<readonly string[]>;
  close(): Promise<void>;
}

type Gate = Pick<Access, 'authenticateKey' | 'catalogFor' | 'findCaller' | 'ownCatalogFor'>;

const EVERYTHING: Gate = {
  authenticateKey: async (key) => ({ kind: 'client', id: key, name: key, roles: [] }),
  catalogFor: async (_caller, catalog) => catalog,
  ownCatalogFor: async (_caller, catalog) => catalog,
  findCaller: async ({ kind, id }) => ({ kind, id, name: id, roles: [] }),
};

export async function openBatchApi(options: {
  readonly setUp?: string;
  readonly overrides?: EntityOverrides;
  readonly access?: (at: TestDatabase) => Gate;
  readonly settings?: ApiSettings;
  readonly rooms?: Partial<FilesRooms>;
  readonly workers?: boolean;
  readonly requestMs?: number;
}): Promise<BatchApi> {
  const at = await createTestDatabase();
  if (options.setUp !== undefined) await at.database.query(options.setUp);
  await setUpDatabase(at.database);
  const folder = await mkdtemp(join(tmpdir(), 'dovetail-batch-'));
  const catalog = createCatalog({ database: at.database, overrides: options.overrides });
  const access = options.access?.(at) ?? EVERYTHING;
  const files = createFilesDoor({
    database: at.database,
    catalog,
    access,
    enqueue: (client, task, payload) => jobs.enqueue(client, task, payload),
    dataFolder: folder,
    sleep: (ms) => systemClock.sleep(ms),
    ...options.rooms,
  });
  const jobs = createJobs({
    database: at.database,
    clock: systemClock,
    tasks: { ...files.tasks, 'notify.tell': async () => {} },
  });
  const stop = new AbortController();
  const workers =
    options.workers === false ? undefined : await jobs.startWorkers({ concurrency: 2, signal: stop.signal });
  const errors: unknown[] = [];
  const services = { runs: files.services, batches: files.batches } as unknown as OwnServices;
  const door = createApiDoor({
    fingerprintKey: FINGERPRINT_KEY,
    database: at.database,
    readCatalog: () => catalog.read(),
    access,
    now: () => performance.now(),
    batches: files.batches,
    own: {
      catalogFor: access.ownCatalogFor,
      services,
      within: () => services,
      storages: [],
    },
    ...(options.settings === undefined ? {} : { settings: options.settings }),
    onError: (error) => errors.push(error),
  });
  const server = await startHttpServer({
    port: 0,
    routes: [door.routes],
    onUnreadable: door.refuse,
    ...(options.requestMs === undefined ? {} : { requestMs: options.requestMs }),
  });
  const ask: BatchApi['ask'] = async (method, path, type, body, headers = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: {
        authorization: 'Bearer test',
        ...(type === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body, duplex: 'half' }),
    } as RequestInit);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('+json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    };
  };
  return {
    at,
    url: server.url,
    errors,
    jobs,
    ask,
    send: (type, document, headers, query = '') =>
      ask('PATCH', `/api/${type}${query}`, BATCH_DOCUMENT, JSON.stringify(document), headers),
    async lines(run, kind) {
      const { status, text } = await ask('GET', `/api/dovetail/runs/${run}/${kind}`, undefined);
      if (status !== 200) throw new Error(`${status} ${text}`);
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line));
    },
    async rows(sql) {
      const { rows } = await at.database.query({ text: sql, rowMode: 'array' } as never);
      return rows.map((row) =>
        (row as unknown as unknown[]).map((value) => (value === null ? null : String(value))),
      );
    },
    settled: (run) => files.batches.readRun(run, 20_000),
    spooled: () => readdir(join(folder, 'spool')).catch(() => []),
    async close() {
      await server.close();
      stop.abort();
      await workers?.stopped;
      await at.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
