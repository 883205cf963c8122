// What is remembered of access only as long as nothing of it changed: one store per version of the tables, dropped whole.
import type { Clock } from '../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../foundation/postgres/database.js';

/** How long the version is believed without asking. */
export const VERSION_AGE_MS = 2000;

export interface VersionCache<Store> {
  /**
   * The store of the version that was valid at most two seconds ago. Whoever fills it must have taken it before they read:
   * what was read after a change then lies, at worst, in a store that is dropped at the next question.
   */
  current(): Promise<Store>;
  /** As `current`, of the version valid now. */
  refresh(): Promise<Store>;
}

export function createVersionCache<Store>(
  database: Queryable,
  clock: Clock,
  makeStore: () => Store,
): VersionCache<Store> {
  let known: { readonly version: string; readonly store: Store } | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<Store> | undefined;

  async function ask(): Promise<Store> {
    const startedAt = clock.now().getTime();
    const version = await readAccessVersion(database);
    if (known?.version !== version) known = { version, store: makeStore() };
    askedAt = startedAt;
    return known.store;
  }

  return {
    current() {
      const age = clock.now().getTime() - askedAt;
      // A clock that was put back must not make the age negative for hours.
      if (known !== undefined && age >= 0 && age < VERSION_AGE_MS) return Promise.resolve(known.store);
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      return asking;
    },
    refresh: ask,
  };
}

async function readAccessVersion(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ version: string }>('select version::text from dovetail.access_version');
  return rows[0]!.version;
}
