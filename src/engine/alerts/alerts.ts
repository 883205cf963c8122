// The room as one object: alerts are raised, settled, looked at, routed; and whatever is looked at again and again is watched.
import type { Database, Queryable } from '../../foundation/postgres/database.js';
import type { Seal } from '../../foundation/secrets/seal.js';
import type { JobOptions } from '../jobs/enqueue-job.js';
import type { Alert, AlertActor, AlertKey, AlertWish } from './alert.js';
import type { AlertFilter } from './alert-filter.js';
import { createAlertNotes } from './alert-notes.js';
import {
  type AlertGroup,
  acknowledgeAlerts,
  countAlerts,
  deleteAlerts,
  deleteOldAlerts,
  readAlert,
  readAlerts,
  readSummary,
  resolveAlerts,
} from './alert-store.js';
import { createAlertWriter, type WriterRooms } from './alert-writer.js';
import { alertsError } from './alerts-errors.js';
import { readNotices, type ShownNotice } from './routes/notice-store.js';
import { planSteps, type TellWish } from './routes/plan-steps.js';
import type { AlertRoute } from './routes/route.js';
import { createRouteServices, type RouteServices, readRoutes } from './routes/route-services.js';
import { expandTargets, type FindPeople, toTargetKey } from './routes/target.js';
import type { Watcher } from './watch/watcher.js';

/** Looks for routes of new alerts, and tells what is due. */
export const PLAN_TASK = 'alerts.plan';
/** Every minute: looks at what is watched, and tells what is due. */
export const WATCH_TASK = 'alerts.watch';
/** Every week: removes alerts that were resolved long ago. */
export const PRUNE_ALERTS_TASK = 'alerts.prune';
/** Jobs of it run one after the other. */
export const ALERTS_QUEUE = 'alerts';

/** What work needs to tell of its trouble. Nothing of it throws. */
export interface AlertCalls {
  /** The same problem again is counted. `client`: of a short transaction, with which the alert is there or is not. */
  raise(wish: AlertWish, client?: Queryable): Promise<void>;
  /** For code that must not wait: it is written a moment later. */
  note(wish: AlertWish): void;
  /** It went well: what was wrong with it is over. */
  settle(key: AlertKey, client?: Queryable): Promise<void>;
}

export interface AlertServices {
  list(
    filter: AlertFilter,
    page: { readonly limit: number; readonly offset: number },
  ): Promise<readonly Alert[]>;
  count(filter: AlertFilter): Promise<number>;
  summarize(filter: AlertFilter): Promise<readonly AlertGroup[]>;
  /** With who was told. Throws ALERTS-101. */
  read(id: string): Promise<Alert & { readonly notices: readonly ShownNotice[] }>;
  /** Raises an alert for somebody who asks for it, and returns its id; of the same problem again the one there is. */
  report(wish: AlertWish): Promise<string>;
  /** Throws ALERTS-101, and 107 for one that is resolved. */
  acknowledgeOne(id: string, by: AlertActor): Promise<void>;
  /** Those of them that are open; returns how many. */
  acknowledge(filter: AlertFilter, by: AlertActor): Promise<number>;
  /** Those of them that are not resolved; returns how many. */
  resolve(filter: AlertFilter, by: AlertActor): Promise<number>;
  /** Returns how many. */
  remove(filter: AlertFilter, signal?: AbortSignal): Promise<number>;
  readonly routes: RouteServices;
}

export interface AlertsRooms extends Pick<WriterRooms, 'database' | 'now' | 'findOwner' | 'onFailure'> {
  readonly enqueue: (
    client: Queryable,
    task: string,
    payload: unknown,
    options?: JobOptions,
  ) => Promise<unknown>;
  /** The task that tells one target; its payload is a `TellWish`. */
  readonly tellTask: string;
  /** Routes of the configuration, checked. */
  readonly configured: readonly AlertRoute[];
  readonly seal: () => Seal;
  readonly findPeople: FindPeople;
  readonly checkTarget: (to: string) => void;
  readonly watchers: readonly Watcher[];
  /** Days for which resolved ones are kept. */
  readonly keptDays: number;
}

export type Alerts = ReturnType<typeof createAlerts>;

const STEP = 5_000;

export function createAlerts(rooms: AlertsRooms) {
  const { database, now, enqueue } = rooms;
  const queuePlan = (client: Queryable) =>
    enqueue(client, PLAN_TASK, {}, { jobKey: PLAN_TASK, queue: ALERTS_QUEUE });
  const writer = createAlertWriter({ ...rooms, queuePlan });
  const notes = createAlertNotes((wishes) => writer.raise(wishes));

  const calls: AlertCalls = {
    async raise(wish, client) {
      await writer.raise([wish], client);
    },
    note: notes.note,
    settle: writer.settle,
  };

  const inSteps = async (step: () => Promise<number>, signal?: AbortSignal): Promise<number> => {
    let sum = 0;
    for (let removed = STEP; removed === STEP; sum += removed) {
      signal?.throwIfAborted();
      removed = await step();
    }
    return sum;
  };

  /** The same over another database: one that is a transaction. */
  const servicesFor = (of: Database): AlertServices => ({
    list: (filter, page) => readAlerts(of, filter, page),
    count: (filter) => countAlerts(of, filter),
    summarize: (filter) => readSummary(of, filter),
    read: async (id) => ({ ...(await readAlert(of, id)), notices: await readNotices(of, id) }),
    report: createAlertWriter({ ...rooms, database: of, queuePlan }).report,
    async acknowledgeOne(id, by) {
      const { state } = await readAlert(of, id);
      if (state === 'resolved')
        throw alertsError(107, { detail: `Alert ${id} is resolved; nobody need see to it.` });
      await acknowledgeAlerts(of, { ids: [id] }, by, now());
    },
    acknowledge: (filter, by) => acknowledgeAlerts(of, filter, by, now()),
    resolve: (filter, by) => resolveAlerts(of, filter, by, now()),
    remove: (filter, signal) => inSteps(() => deleteAlerts(of, filter, STEP), signal),
    routes: createRouteServices({ ...rooms, database: of }),
  });

  async function plan(signal?: AbortSignal): Promise<void> {
    const unreadable = new Set<string>();
    await planSteps(
      {
        database,
        now,
        findPeople: rooms.findPeople,
        async readRoutes(db) {
          const read = await readRoutes(db, rooms);
          for (const name of read.unreadable) unreadable.add(name);
          return read.routes;
        },
        queueTelling: (client, wish) => enqueue(client, rooms.tellTask, wish),
        onNobody: async (client, route) => void (await writer.raise([toNobody(route)], client)),
      },
      signal,
    );
    await writer.keepUp({ source: 'notify', type: 'unreadable' }, [...unreadable].map(toUnreadable));
  }

  async function watch(signal: AbortSignal): Promise<void> {
    for (const { scope, look } of rooms.watchers) {
      signal.throwIfAborted();
      try {
        await writer.keepUp(scope, await look());
      } catch (error) {
        // What can't be looked at now is as it was.
        rooms.onFailure((error as Error).message);
      }
    }
    await plan(signal);
  }

  /** The address that a target stands for; undefined if the route names it no more. */
  async function findAddress({ route: name, target }: TellWish): Promise<string | undefined> {
    if (target.startsWith('mail:')) return target;
    const route = (await readRoutes(database, rooms)).routes.find((one) => one.name === name);
    if (route === undefined) return undefined;
    const named = [...route.to, ...(route.escalate ?? []).flatMap(({ to }) => to)];
    const all = await expandTargets(database, named, rooms.findPeople);
    return all.find((one) => toTargetKey(one) === target);
  }

  const tasks = {
    [PLAN_TASK]: (_payload: unknown, job: { readonly signal: AbortSignal }) => plan(job.signal),
    [WATCH_TASK]: (_payload: unknown, job: { readonly signal: AbortSignal }) => watch(job.signal),
    async [PRUNE_ALERTS_TASK](_payload: unknown, job: { readonly signal: AbortSignal }): Promise<void> {
      const before = new Date(now().getTime() - rooms.keptDays * 86_400_000);
      await inSteps(() => deleteOldAlerts(database, before, STEP), job.signal);
    },
  };

  const services = servicesFor(database);
  return {
    calls,
    services,
    servicesFor,
    tasks,
    findAddress,
    keepUp: writer.keepUp,
    flush: notes.flush,
  } as const;
}

const toNobody = (route: string): AlertWish => ({
  source: 'notify',
  type: 'nobody',
  severity: 'warning',
  itemId: route,
  message: `The route ${route} has nobody to tell: none of its users and roles stands for somebody who is enabled.`,
  details: { route },
});

const toUnreadable = (route: string): AlertWish => ({
  source: 'notify',
  type: 'unreadable',
  severity: 'error',
  itemId: route,
  message: `The addresses of the route ${route} were sealed under another master key than that of this machine's worker.`,
  details: {
    route,
    hint: 'Give all machines the same DOVETAIL_MASTER_KEY, or the route its addresses anew.',
  },
});
