// Watching as others call it: what would be altered, doing it, putting it back, and what is watched now.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Database, Queryable } from '../../../foundation/postgres/database.js';
import { type Catalog, findEntity } from '../../catalog/index.js';
import { applyUnwatch, applyWatch, withLockLimit } from './apply-plan.js';
import { dropOwnSlot } from './drop-own-slot.js';
import { planUnwatch } from './plan-unwatch.js';
import { planWatch, type WatchWish } from './plan-watch.js';
import { planRefresh, type Refreshed, refreshWatching } from './refresh-watching.js';
import type { UnwatchPlan, WatchPlan } from './watch-plan.js';
import { findWatching, type Watching } from './watching-store.js';

/** Without a reader the outbox grows to so many bytes, and then says that changes were lost. */
export const OUTBOX_BYTES = 2 * 1024 ** 3;
/** Milliseconds that altering a table waits for those who are at work on it. */
const LOCK_MS = 10_000;

export interface WatchServices {
  /** Reads only. Throws as `planWatch`. */
  planWatch(wish: WatchWish): Promise<WatchPlan>;
  /** Does what `plan` says, for the same wish. Throws CHANGES-203 to 205. */
  watch(wish: WatchWish, plan: WatchPlan): Promise<void>;
  /** Reads only; works where Dovetail is not set up. Throws CHANGES-206. */
  planUnwatch(entities: readonly string[] | 'all'): Promise<UnwatchPlan>;
  /** Throws CHANGES-203 to 207. */
  unwatch(entities: readonly string[] | 'all', plan: UnwatchPlan): Promise<void>;
  /** Undefined where nothing was ever watched. */
  find(): Promise<Watching | undefined>;
  /** Mends what no longer fits because tables were altered: new partitions, renamed and dropped tables, lost keys. */
  refresh(): Promise<Refreshed>;
  /** What that would be. Reads only. */
  planRefresh(): Promise<Pick<Refreshed, 'steps'>>;
  /** Drops the slot that a plan names, and ends whoever reads it. */
  dropSlot(slot: string): Promise<'dropped' | 'absent'>;
}

export interface WatchRooms {
  readonly database: Database;
  readonly catalog: { read(): Promise<Catalog> };
  readonly clock: Clock;
  /** Default 2 GiB. */
  readonly outboxBytes?: number;
}

export function createWatchServices({ database, catalog, clock, outboxBytes }: WatchRooms): WatchServices {
  const toTables = async (entities: readonly string[] | 'all') => {
    if (entities === 'all') return entities;
    const all = await catalog.read();
    return entities.map((name) => findEntity(all, name));
  };
  const dropSlot = (slot: string) => dropOwnSlot(database, slot, (ms) => clock.sleep(ms));
  return {
    async planWatch(wish) {
      const all = await catalog.read();
      return withLockLimit(database, LOCK_MS, (client) => planWatch(client, all, wish));
    },
    async watch(wish, plan) {
      const all = await catalog.read();
      await applyWatch(database, plan, (client: Queryable) => planWatch(client, all, wish), {
        lockMs: LOCK_MS,
        acceptUnlimitedWal: wish.acceptUnlimitedWal,
        outboxBytes: outboxBytes ?? OUTBOX_BYTES,
      });
      if (plan.slot !== undefined) await dropSlot(plan.slot);
    },
    async planUnwatch(entities) {
      const tables = await toTables(entities);
      return withLockLimit(database, LOCK_MS, (client) => planUnwatch(client, tables));
    },
    async unwatch(entities, plan) {
      const tables = await toTables(entities);
      await applyUnwatch(database, plan, (client: Queryable) => planUnwatch(client, tables), {
        lockMs: LOCK_MS,
      });
      if (plan.slot !== undefined) await dropSlot(plan.slot);
    },
    find: () => findWatching(database),
    planRefresh: async () => (await withLockLimit(database, LOCK_MS, planRefresh)) ?? { steps: [] },
    refresh: () => refreshWatching(database, { lockMs: 1_000 }),
    dropSlot,
  };
}
