// A server that tells of changes, over a log in memory: the API's own gate, callers with keys and roles of a database.
import { createApiDoor } from '../../src/doors/api/api-door.js';
import {
  type ChangesRooms,
  createChangesRoutes,
} from '../../src/doors/subscriptions/follow/changes-routes.js';
import { createAccess } from '../../src/engine/access/index.js';
import { createCatalog } from '../../src/engine/catalog/index.js';
import { type HttpServer, startHttpServer } from '../../src/foundation/http/server/http-server.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { createTestDatabase } from '../support/test-database.js';
import { createMemoryLog } from './memory-log.js';

export const SHOP = `create table item (id bigint primary key, name text, price numeric, unit text);
  create table secret_note (id bigint primary key, words text);
  alter table item replica identity full;
  create publication dovetail_test for table item`;

export type FollowFixture = Awaited<ReturnType<typeof createFollowFixture>>;

export async function createFollowFixture() {
  const at = await createTestDatabase();
  await migrate(at.database);
  await at.database.query(SHOP);
  const log = createMemoryLog();
  const access = createAccess({ database: at.database });
  const catalog = createCatalog({
    database: at.database,
    overrides: { item: { owner: 'unit' } },
  });
  const errors: unknown[] = [];
  const servers: HttpServer[] = [];

  /** Another process: the same tables and the same log. */
  async function serve(settings: Partial<ChangesRooms> = {}): Promise<HttpServer> {
    const door = createApiDoor({
      fingerprintKey: Buffer.alloc(32, 7),
      database: at.database,
      readCatalog: () => catalog.read(),
      access,
      now: () => performance.now(),
      onError: () => {},
    });
    const routes = createChangesRoutes({
      log,
      database: at.database,
      gate: door.gate,
      clock: systemClock,
      onError: (error) => errors.push(error),
      ...settings,
    });
    const server = await startHttpServer({
      port: 0,
      routes: [door.routes, routes],
      onUnreadable: door.refuse,
    });
    servers.push(server);
    return server;
  }

  let made = 0;
  /** The key of a new client that may view so much of items. */
  async function makeKey(level: 'all' | 'own' | 'none' = 'all', subject = 'north') {
    const name = `client${++made}`;
    await access.clients.create({ name, subject });
    if (level !== 'none') {
      await access.roles.create({ name: `role${made}` });
      await access.roles.grant(
        `role${made}`,
        { entity: 'item', actions: ['view'], level },
        await catalog.read(),
      );
      await access.clients.giveRole(name, `role${made}`);
    }
    await access.refresh();
    return { ...(await access.keys.create(name)), role: `role${made}`, name };
  }

  return {
    database: at.database,
    log,
    access,
    catalog,
    errors,
    serve,
    makeKey,
    async drop() {
      for (const server of servers) await server.close();
      await at.drop();
    },
  };
}
