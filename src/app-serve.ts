// The server with the doors that have routes: put together apart from the rest, because only `start` and `serve` need its libraries.

import { DEMO_CLIENT } from './app-demo-client.js';
import { appError } from './app-errors.js';
import { readGauges, toReadinessChecks } from './app-observe.js';
import type { OwnSource, ServerlessOwn } from './app-own.js';
import { createApiDoor } from './doors/api/api-door.js';
import type { BatchRooms } from './doors/api/batch/batch-rooms.js';
import { ApiFailure } from './doors/api/response/error-document.js';
import { createOAuthDoor } from './doors/oauth/oauth-door.js';
import { createChangesRoutes } from './doors/subscriptions/follow/changes-routes.js';
import { type Access, createSigningKeys } from './engine/access/index.js';
import type { CatalogService } from './engine/catalog/index.js';
import type { ChangeLog } from './engine/changes/index.js';
import type { JobLog } from './engine/jobs/job-log.js';
import { readVersion } from './foundation/config/package-folder.js';
import type { ApiSettings, MetricsConfig } from './foundation/config/project-config.js';
import { DovetailError } from './foundation/errors/dovetail-error.js';
import { createProxyHeaders } from './foundation/http/server/forwarded.js';
import { type HttpServer, startHttpServer } from './foundation/http/server/http-server.js';
import type { Clock } from './foundation/lifecycle/clock.js';
import { createMetrics } from './foundation/observe/metrics.js';
import { addOperatorRoutes, type OperatorRoutes } from './foundation/observe/operator-routes.js';
import { type Database, openDatabase } from './foundation/postgres/database.js';
import { readMasterKey } from './foundation/secrets/master-key.js';
import { createSeal, deriveKey } from './foundation/secrets/seal.js';

export interface ServeSettings {
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** Default 4000; 0: any free one. */
  readonly port?: number;
  /** Aborted when the end is asked for: from then on `/ready` sends requests elsewhere. The server is closed by `close`. */
  readonly signal?: AbortSignal;
}

export interface Served {
  readonly database: Database;
  readonly catalog: CatalogService;
  readonly access: Access;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly dataFolder: string;
  /** Where others find the server, if not where it listens. */
  readonly publicUrl?: string;
  /** How what is Dovetail's own is written. */
  readonly own: OwnSource;
  readonly log?: JobLog;
  readonly api?: ApiSettings;
  /** What `/api/changes` reads from. */
  readonly changeLog: ChangeLog;
  readonly batches?: BatchRooms;
  readonly scrape?: MetricsConfig;
}

/** Connections that requests share; each waits for a free one. */
const CONNECTIONS = 20;
/** Milliseconds that one statement of a request may take. */
const STATEMENT_MS = 15_000;
/** Milliseconds that a request waits for one of them. */
const WAIT_MS = 10_000;
/** What watches must be quick, or say that it isn't. */
const WATCH_MS = 2_000;

/** Throws APP-108 where others than this machine would be served while the demo's client may come in. */
async function refuseWideDemo(access: Access, host: string): Promise<void> {
  if (/^(?:127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host)) return;
  const { items } = await access.clients.list({ text: DEMO_CLIENT });
  if (!items.some(({ name, disabledAt }) => name === DEMO_CLIENT && disabledAt === undefined)) return;
  throw appError(108, {
    detail: `Others could reach ${host}, and ${DEMO_CLIENT}, whose keys the demo showed, may do everything.`,
    hint: `Run \`dovetail clients delete ${DEMO_CLIENT}\` first, or leave --host out.`,
  });
}

export interface AppServer extends HttpServer {
  /** The address of a one-time link with which the first administrator sets a password; undefined where there are users. */
  inviteFirst(): Promise<string | undefined>;
}

export async function serveApp(
  {
    database,
    catalog,
    access,
    own,
    changeLog,
    clock,
    env,
    dataFolder,
    publicUrl,
    log,
    api,
    batches,
    scrape = {},
  }: Served,
  settings: ServeSettings,
): Promise<AppServer> {
  await refuseWideDemo(access, settings.host ?? '127.0.0.1');
  const requests = openDatabase(database.connection, {
    applicationName: 'dovetail_api',
    max: CONNECTIONS,
    statementMs: STATEMENT_MS,
    waitMs: WAIT_MS,
  });
  const masterKey = readMasterKey({ env, dataFolder });
  let ownUrl = publicUrl;
  const oauth = createOAuthDoor({
    access,
    keys: createSigningKeys({ database, clock, seal: createSeal(masterKey) }),
    clock,
    masterKey,
    publicUrl: () => ownUrl!,
    isSecure: publicUrl?.startsWith('https:') === true,
    onError: (error, where) => log?.error({ ...where, error: (error as Error).message }, 'a request failed'),
  });
  // Apart from the others, so that a busy server still says how it is doing.
  const watching = openDatabase(database.connection, {
    applicationName: 'dovetail_watch',
    max: 2,
    statementMs: WATCH_MS,
    waitMs: WATCH_MS,
  });
  const { proxies } = api ?? {};
  const forwarded = createProxyHeaders(proxies ?? []);
  const metrics = createMetrics({ version: readVersion() });
  const withLinks = (services: ServerlessOwn) => ({
    ...services,
    toInvitationUrl: (token: string) => oauth.toInvitationUrl(token),
  });
  const door = createApiDoor({
    database: requests,
    readCatalog: () => catalog.read(),
    access,
    browser: oauth,
    clock,
    own: {
      catalogFor: access.ownCatalogFor,
      services: withLinks(own.services),
      within: (client) => withLinks(own.within(client)),
      storages: own.services.storages.listStorages(),
    },
    now: () => performance.now(),
    fingerprintKey: deriveKey(masterKey, 'fingerprints of requests'),
    ...(api === undefined ? {} : { settings: api }),
    ...(batches === undefined ? {} : { batches }),
    originOf: forwarded.findOrigin,
    onGone: metrics.countGone,
    onError: (error, { id, method, address }) => {
      if (isRefusal(error)) metrics.countRefusal();
      // What a client did wrong is told to the client; what went wrong here is for the operator.
      const inside =
        error instanceof DovetailError ? error.code === 'API-110' : (error as Error).name !== 'ApiFailure';
      const request = { request: id, method, address: address.split('?')[0] };
      if (inside) log?.error({ ...request, error: (error as Error).message }, 'a request failed');
    },
  });
  const followChanges = createChangesRoutes({
    log: changeLog,
    database: requests,
    gate: door.gate,
    clock,
    originOf: forwarded.findOrigin,
    onError: (error) => log?.error({ error: (error as Error).message }, 'a stream of changes failed'),
  });
  const closePools = async () => {
    await Promise.all([requests.close(), watching.close()]);
  };
  try {
    const checks = await toReadinessChecks(watching);
    const operator: OperatorRoutes = {
      metrics,
      readGauges: () => readGauges(watching, { requests, others: database }),
      checks,
      isDraining: () => settings.signal?.aborted === true,
      scrape,
      isProxy: forwarded.isProxy,
      now: () => performance.now(),
    };
    const server = await startHttpServer({
      ...settings,
      ...(proxies === undefined ? {} : { proxies }),
      routes: [(to) => addOperatorRoutes(to, operator), door.routes, followChanges, oauth.routes],
      onUnreadable: door.refuse,
      onAnswered: ({ route, address, method, status, seconds }) =>
        metrics.countRequest({ route: door.kindOf(route, address), method, status, seconds }),
    });
    // An address that stands for all of this machine's is none that a link could lead to.
    ownUrl ??= server.url.replace(/\/\/(?:0\.0\.0\.0|\[::\])(?=:)/, '//127.0.0.1');
    return {
      url: server.url,
      async inviteFirst() {
        const made = await access.invitations.inviteFirst();
        return made && oauth.toInvitationUrl(made.token);
      },
      async close() {
        await server.close();
        await closePools();
      },
    };
  } catch (error) {
    await closePools();
    throw error;
  }
}

const isRefusal = (error: unknown): boolean =>
  error instanceof ApiFailure && error.errors.some(({ code }) => code === 'API-116');
