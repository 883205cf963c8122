// The log as the consumers of a process see it: what came last is held in memory once for all of them, the rest is read from the
// database. A thousand who wait for the next change cost one read of it.
import { type Clock, systemClock } from '../../foundation/lifecycle/clock.js';
import type { Database } from '../../foundation/postgres/database.js';
import type { ChangeLog } from './change-log.js';
import type { Block } from './log/block-format.js';
import { DEFAULT_BYTES, DEFAULT_LIMIT, toPage } from './log/block-page.js';
import { findTime } from './log/find-time.js';
import { readLogHead } from './log/log-head.js';
import { createLogNotices } from './log/log-notices.js';
import { createShapeCache } from './log/shape-cache.js';
import { createStoredLog } from './log/stored-log.js';
import { createTailFollower } from './log/tail-follower.js';
import { createWaiters } from './log/tail-waiters.js';
import { createTailWindow } from './log/tail-window.js';
import { comparePositions, type Position } from './position.js';

export interface ChangeTail extends ChangeLog {
  /** For the stream in this process, while it leads: it hands over what it has just written, so that nobody here need read that. */
  openFeed(): TailFeed;
}

export interface TailFeed {
  add(block: Block, after: Position): void;
  close(): void;
}

export interface ChangeTailSettings {
  readonly database: Database;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Bytes of the log that are held in memory. Default: 16 MiB. */
  readonly windowBytes?: number;
}

/** Opens nothing before somebody reads or waits. */
export function openChangeTail(settings: ChangeTailSettings): ChangeTail {
  const { database, clock = systemClock, windowBytes = 16 * 1024 * 1024 } = settings;
  const stored = createStoredLog(database);
  const shapes = createShapeCache(database);
  const window = createTailWindow(windowBytes);
  const waiters = createWaiters(clock);
  const follower = createTailFollower({
    database,
    stored,
    window,
    windowBytes,
    notices: createLogNotices(database.connection, clock),
    clock,
    isWanted: () => waiters.count > 0,
    onMoved: () => waiters.wake(window.end!),
  });
  let feeds = 0;

  return {
    async readHead() {
      const { epoch, lsn, ordinal } = await readLogHead(database);
      return { epoch, lsn, ordinal };
    },
    readTail: () => stored.readTail(),
    findTime: (time) => findTime(stored, shapes, time),
    async readAfter(position, options = {}) {
      const held = window.findAfter(position);
      if (held !== undefined && (held.length > 0 || follower.isLive)) {
        return toPage(held, position, true, shapes, options);
      }
      const { limit = DEFAULT_LIMIT, bytes = DEFAULT_BYTES } = options;
      const found = await stored.readAfter(position, { blocks: limit, bytes });
      return found.kind === 'expired' ? found : toPage(found.blocks, position, found.isLast, shapes, options);
    },
    async waitAfter(position, options = {}) {
      const isThere = window.end !== undefined && comparePositions(window.end, position) > 0;
      if (isThere && follower.isLive) return true;
      const waits = waiters.wait(position, options);
      follower.start();
      return waits;
    },
    openFeed() {
      feeds++;
      follower.isFed = true;
      return {
        add(block, after) {
          const { end } = window;
          if (end !== undefined && comparePositions(block, end) <= 0) return;
          if (end === undefined || comparePositions(end, after) !== 0) window.begin(after);
          window.add(block);
          waiters.wake(block);
        },
        close() {
          feeds--;
          follower.isFed = feeds > 0;
        },
      };
    },
    async close() {
      waiters.close();
      await follower.close();
    },
  };
}
