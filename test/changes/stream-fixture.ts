// A database with a watched table, the stream's reader in this process, and what the log tells.

import type { StreamRooms } from '../../src/engine/changes/index.js';
import {
  type ChangeLog,
  comparePositions,
  openChangeTail,
  runChangeStream,
  STREAM_START,
  type StreamEntry,
  type StreamEvent,
} from '../../src/engine/changes/index.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import type { Database } from '../../src/foundation/postgres/database.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';

export interface RunningStream {
  readonly events: readonly StreamEvent[];
  /** The first event of that kind from now on, or from the beginning. */
  heard<E extends StreamEvent['event']>(event: E): Promise<Extract<StreamEvent, { event: E }>>;
  /** Settles when the stream ends; throws what it threw. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

export function startStream(database: Database, more: Partial<StreamRooms> = {}): RunningStream {
  const stopping = new AbortController();
  const events: StreamEvent[] = [];
  const listeners = new Set<() => void>();
  const ended = runChangeStream(
    {
      database,
      clock: systemClock,
      ...more,
      tell(event) {
        events.push(event);
        for (const listener of [...listeners]) listener();
      },
    },
    stopping.signal,
  );
  ended.catch(() => {});
  return {
    events,
    heard: (event) =>
      Promise.race([
        new Promise<never>((_, reject) => {
          ended.then(() => reject(new Error(`The stream ended before "${event}".`)), reject);
        }),
        new Promise<never>((resolve) => {
          const look = () => {
            const found = events.find((one) => one.event === event);
            if (found === undefined) return;
            listeners.delete(look);
            resolve(found as never);
          };
          listeners.add(look);
          look();
        }),
      ]),
    ended,
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

/** Our tables, and those of the story in a publication. */
export async function prepareWatched(
  database: Database,
  tables: string,
  publish = 'for all tables',
): Promise<void> {
  await migrate(database);
  await database.query(tables);
  await database.query(`create publication dovetail ${publish}`);
}

/** Everything that the log has, read in pages until it holds what `isWhole` waits for. */
export async function readLog(
  log: ChangeLog,
  isWhole: (entries: readonly StreamEntry[]) => boolean,
  from = STREAM_START,
): Promise<readonly StreamEntry[]> {
  const entries: StreamEntry[] = [];
  for (let position = from; ; ) {
    const page = await log.readAfter(position);
    if (page.kind === 'expired') throw new Error('expired');
    for (const entry of page.entries) {
      const last = entries.at(-1);
      if (last !== undefined && comparePositions(last.position, entry.position) >= 0)
        throw new Error('out of order');
      entries.push(entry);
    }
    position = page.next;
    if (isWhole(entries)) return entries;
    if (page.isLast) await log.waitAfter(position, { timeoutMs: 20_000 });
  }
}

export const openTail = (database: Database) => openChangeTail({ database });
