// At the end of the log all subscriptions share one reader: a thousand of them are not a thousand queries.
import type { StreamEntry } from '../../../engine/changes/change.js';
import type { ChangeLog, ChangePage } from '../../../engine/changes/change-log.js';
import { comparePositions, type Position } from '../../../engine/changes/position.js';
import { tableKey } from '../view/entity-view.js';

export interface Follower {
  /** By `tableKey`. */
  readonly tables: ReadonlySet<string>;
  /** Everything up to here was taken. */
  readTo(): Position;
  /** In order, entries of its tables and gaps. False: it has no room, and goes on by itself from where it is. */
  take(entries: readonly StreamEntry[], next: Position): boolean;
  /** It is followed no more: the log lost its place, or the tail ended. */
  drop(): void;
}

export interface ChangeTail {
  /** False where the follower is not as far yet. */
  join(follower: Follower): boolean;
  leave(follower: Follower): void;
  /** Resolves when the reading is over. */
  close(): Promise<void>;
}

const PAGE = 1_000;
/** After the log could not be read. */
const PAUSE_MS = 500;

export async function startChangeTail(
  log: ChangeLog,
  sleep: (ms: number, signal: AbortSignal) => Promise<void>,
  onError: (error: unknown) => void,
): Promise<ChangeTail> {
  const followers = new Set<Follower>();
  const abort = new AbortController();
  let position = await log.readHead();

  async function follow(): Promise<void> {
    while (!abort.signal.aborted) {
      try {
        if (!(await log.waitAfter(position, { signal: abort.signal }))) continue;
        const page = await log.readAfter(position, { limit: PAGE });
        if (page.kind === 'page') hand(page);
        else drop(page.tail);
      } catch (error) {
        onError(error);
        await sleep(PAUSE_MS, abort.signal);
      }
    }
  }

  function drop(to: Position): void {
    position = to;
    for (const follower of followers) follower.drop();
    followers.clear();
  }

  function hand({ entries, next }: ChangePage): void {
    const before = position;
    position = next;
    const there = new Set(
      entries.map((entry) => (entry.kind === 'gap' ? '' : tableKey(entry.table.schema, entry.table.table))),
    );
    for (const follower of followers) {
      const isAhead = comparePositions(follower.readTo(), before) > 0;
      const concerned = there.has('') || [...there].some((table) => follower.tables.has(table));
      const found = concerned
        ? entries.filter(
            (entry) =>
              (entry.kind === 'gap' ||
                follower.tables.has(tableKey(entry.table.schema, entry.table.table))) &&
              (!isAhead || comparePositions(entry.position, follower.readTo()) > 0),
          )
        : [];
      if (isAhead && comparePositions(follower.readTo(), next) >= 0) continue;
      if (follower.take(found, next)) continue;
      followers.delete(follower);
      follower.drop();
    }
  }

  const following = follow();
  return {
    join(follower) {
      if (abort.signal.aborted || comparePositions(follower.readTo(), position) < 0) return false;
      followers.add(follower);
      return true;
    },
    leave(follower) {
      followers.delete(follower);
    },
    async close() {
      abort.abort();
      await following;
      for (const follower of followers) follower.drop();
      followers.clear();
    },
  };
}
