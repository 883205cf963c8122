// A database that is set up, the services that watch its tables, and what the application does with them.
import { setUpDatabase } from '../../src/app-setup.js';
import { type CatalogService, createCatalog } from '../../src/engine/catalog/index.js';
import type { WatchWish } from '../../src/engine/changes/watch/plan-watch.js';
import type { WatchPlan } from '../../src/engine/changes/watch/watch-plan.js';
import { createWatchServices, type WatchServices } from '../../src/engine/changes/watch/watch-services.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import type { Database } from '../../src/foundation/postgres/database.js';
import { loadSample, type SampleDump } from '../support/load-dump.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

export interface Watched extends TestDatabase {
  readonly watch: WatchServices;
  readonly catalog: CatalogService;
}

export async function openWatched(from: 'empty' | 'shop' | SampleDump, sql = ''): Promise<Watched> {
  const isOwn = from === 'empty' || from === 'shop';
  const test = await createTestDatabase(isOwn ? from : 'empty');
  if (!isOwn) await loadSample(test, from);
  if (sql !== '') await test.database.query(sql);
  const catalog = createCatalog({ database: test.database });
  const watch = createWatchServices({ database: test.database, catalog, clock: systemClock });
  return { ...test, watch, catalog };
}

/** With Dovetail set up in it. */
export async function openSetUp(from: 'empty' | 'shop' | SampleDump, sql = ''): Promise<Watched> {
  const at = await openWatched(from, sql);
  await setUpDatabase(at.database);
  return at;
}

export const toWish = (entities: WatchWish['entities'], more: Partial<WatchWish> = {}): WatchWish => ({
  entities,
  capture: 'auto',
  acceptUnlimitedWal: true,
  ...more,
});

/** Plans and does it. */
export async function watchNow(
  { watch }: Watched,
  entities: WatchWish['entities'],
  more: Partial<WatchWish> = {},
): Promise<WatchPlan> {
  const wish = toWish(entities, more);
  const plan = await watch.planWatch(wish);
  await watch.watch(wish, plan);
  return plan;
}

export async function unwatchNow({ watch }: Watched, entities: readonly string[] | 'all'): Promise<void> {
  await watch.unwatch(entities, await watch.planUnwatch(entities));
}

/** An entry of the outbox, for people. */
export interface Kept {
  readonly table: string;
  readonly operation: string;
  readonly before: string | null;
  readonly after: string | null;
}

export async function readOutboxRows(database: Database): Promise<readonly Kept[]> {
  const { rows } = await database.query<Kept & Record<string, unknown>>(
    `select s.shape ->> 'table' as "table", o.operation, o.before, o.after
     from dovetail.change_outbox o join dovetail.outbox_shapes s on s.id = o.shape
     order by o.xid, o.place, o.depth, o.seq`,
  );
  return rows;
}
