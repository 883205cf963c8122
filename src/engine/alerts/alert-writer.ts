// Raising and settling without ever making the work fail that does it: in the transaction of the caller behind a savepoint, or in one of its own.
import type { Database, Queryable } from '../../foundation/postgres/database.js';
import { maskSecrets } from '../../foundation/secrets/secret-mask.js';
import type { AlertKey, AlertOwner, AlertWish } from './alert.js';
import { mergeRows, type NewRow, toNewRow } from './alert-row.js';
import { insertAlerts, resolveByKey, resolveOthers } from './raise-alerts.js';
import type { WatchScope } from './watch/watcher.js';

export interface WriterRooms {
  readonly database: Database;
  readonly now: () => Date;
  /** Sees to it that routes are looked through, once the transaction of `client` is committed. */
  readonly queuePlan: (client: Queryable) => Promise<unknown>;
  /** What is known of an owner. Default: nothing. */
  readonly findOwner?: (
    db: Queryable,
    owner: AlertOwner,
  ) => Promise<{ readonly name?: string; readonly organization?: string } | undefined>;
  /** Told what could not be written. */
  readonly onFailure: (says: string) => void;
}

export interface AlertWriter {
  /** True if it was written. Never throws. `client`: in a transaction, which should be short: others who raise the same wait for it. */
  raise(wishes: readonly AlertWish[], client?: Queryable): Promise<boolean>;
  /** Raises one, and returns its id. Throws what the database throws. */
  report(wish: AlertWish): Promise<string>;
  /** Never throws. */
  settle(key: AlertKey, client?: Queryable): Promise<void>;
  /** What is wrong with something that is looked at again and again: what goes on is not counted, what is over is settled. Never throws. */
  keepUp(scope: WatchScope, wishes: readonly AlertWish[]): Promise<void>;
}

export function createAlertWriter(rooms: WriterRooms): AlertWriter {
  const { database, now } = rooms;

  async function safely(work: (db: Queryable) => Promise<void>, client?: Queryable): Promise<boolean> {
    try {
      if (client === undefined) await database.transaction(work);
      else await behindSavepoint(client, work);
      return true;
    } catch (error) {
      rooms.onFailure(maskSecrets((error as Error).message));
      return false;
    }
  }

  async function toRows(db: Queryable, wishes: readonly AlertWish[]): Promise<readonly NewRow[]> {
    const rows: NewRow[] = [];
    for (const wish of wishes) {
      const about = wish.owner && (await rooms.findOwner?.(db, wish.owner));
      rows.push(toNewRow(wish, about));
    }
    return mergeRows(rows);
  }

  async function write(db: Queryable, rows: readonly NewRow[], counts: boolean): Promise<readonly string[]> {
    if (rows.length === 0) return [];
    const touched = await insertAlerts(db, rows, { now: now(), counts });
    if (touched.some(({ unrouted }) => unrouted)) await rooms.queuePlan(db);
    return touched.map(({ id }) => id);
  }

  return {
    raise: (wishes, client) =>
      safely(async (db) => void (await write(db, await toRows(db, wishes), true)), client),
    report: (wish) =>
      database.transaction(async (client) => (await write(client, await toRows(client, [wish]), true))[0]!),
    async settle(key, client) {
      await safely(async (db) => void (await resolveByKey(db, key, now())), client);
    },
    async keepUp(scope, wishes) {
      await safely(async (db) => {
        const rows = await toRows(db, wishes);
        const found = rows.map(({ fingerprint }) => fingerprint);
        await write(db, rows, false);
        await resolveOthers(db, scope, found, now());
      });
    },
  };
}

/** What fails here takes nothing of the caller's with it. */
async function behindSavepoint(client: Queryable, work: (db: Queryable) => Promise<void>): Promise<void> {
  await client.query('savepoint alert');
  try {
    await work(client);
    await client.query('release savepoint alert');
  } catch (error) {
    await client.query('rollback to savepoint alert');
    throw error;
  }
}
