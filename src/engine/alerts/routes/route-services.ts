// Routes as whoever manages them meets them: those of the configuration as they are, and those that are kept in the database.
import type { Database, Queryable } from '../../../foundation/postgres/database.js';
import type { Seal } from '../../../foundation/secrets/seal.js';
import type { AlertActor } from '../alert.js';
import { alertsError } from '../alerts-errors.js';
import { checkRoute } from './check-route.js';
import { type AlertRoute, listTargets } from './route.js';
import { deleteRoute, insertRoute, readStoredRoutes, updateRoute } from './route-store.js';
import { isPeople } from './target.js';

/** What is not said stays as it is; null takes away. */
export type RouteChanges = { readonly [K in keyof Omit<AlertRoute, 'name'>]?: AlertRoute[K] | null };

export interface RouteServices {
  /** Throws ALERTS-103, 104, and what the notifiers throw of an address. */
  add(route: AlertRoute, by: AlertActor): Promise<void>;
  /** Throws ALERTS-102, 103, 106, and what the notifiers throw of an address. */
  change(name: string, changes: RouteChanges): Promise<void>;
  /** Throws ALERTS-102. */
  remove(name: string): Promise<void>;
}

export interface RouteRooms {
  readonly database: Database;
  readonly now: () => Date;
  /** Of the configuration, checked. */
  readonly configured: readonly AlertRoute[];
  readonly seal: () => Seal;
  /** Throws for an address that nobody can be told at. */
  readonly checkTarget: (to: string) => void;
}

export interface ReadRoutes {
  readonly routes: readonly AlertRoute[];
  /** Names of those that were sealed under another master key. */
  readonly unreadable: readonly string[];
}

/** Those of the configuration first; one of the database that is called as one of them is passed over. */
export async function readRoutes(
  db: Queryable,
  rooms: Pick<RouteRooms, 'configured' | 'seal'>,
): Promise<ReadRoutes> {
  const stored = await readStoredRoutes(db, rooms.seal);
  const taken = new Set(rooms.configured.map(({ name }) => name));
  const routes = stored.flatMap((one) => ('route' in one && !taken.has(one.route.name) ? [one.route] : []));
  return {
    routes: [...rooms.configured, ...routes],
    unreadable: stored.flatMap((one) => ('unreadable' in one ? [one.unreadable] : [])),
  };
}

export function createRouteServices(rooms: RouteRooms): RouteServices {
  const { database, seal, now } = rooms;

  function check(route: AlertRoute): AlertRoute {
    checkRoute(route);
    for (const target of listTargets(route)) if (!isPeople(target)) rooms.checkTarget(target);
    return route;
  }

  return {
    async add(route, by) {
      if (rooms.configured.some(({ name }) => name === route.name))
        throw alertsError(104, { detail: `The configuration has a route '${route.name}'.` });
      await insertRoute(database, check(route), seal(), { by, now: now() });
    },
    change: (name, changes) =>
      database.transaction(async (client) => {
        const known = (await readStoredRoutes(client, seal)).find(
          (one) => ('route' in one ? one.route.name : one.unreadable) === name,
        );
        const { to, escalate } = changes;
        if (known !== undefined && !('route' in known) && (to == null || escalate === undefined))
          throw alertsError(106, {
            detail: `The addresses of the route '${name}' were sealed under another master key.`,
            hint: 'Give it all its addresses anew: to, and escalate or null.',
          });
        const before = known !== undefined && 'route' in known ? known.route : { name, to: [] };
        const merged = Object.entries({ ...before, ...changes }).filter(
          ([, value]) => value !== null && value !== undefined,
        );
        await updateRoute(client, check(Object.fromEntries(merged) as unknown as AlertRoute), seal(), now());
      }),
    remove: (name) => deleteRoute(database, name),
  };
}
