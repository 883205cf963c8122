// Keeps the window in memory at the end of the log while somebody waits there: by notices, unless the stream of this process feeds it.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { comparePositions, type Position } from '../position.js';
import { readLogHead } from './log-head.js';
import type { LogNotices } from './log-notices.js';
import type { StoredLog } from './stored-log.js';
import type { TailWindow } from './tail-window.js';

export interface TailFollower {
  /** True: the window ends where the log does, as far as was heard. */
  readonly isLive: boolean;
  /** While it is true notices are passed over, for the window is fed. */
  isFed: boolean;
  /** Somebody waits. */
  start(): void;
  close(): Promise<void>;
}

export interface FollowerRooms {
  readonly database: Queryable;
  readonly stored: StoredLog;
  readonly window: TailWindow;
  readonly windowBytes: number;
  readonly notices: LogNotices;
  readonly clock: Clock;
  readonly isWanted: () => boolean;
  readonly onMoved: () => void;
}

/** Milliseconds after which a read that failed is tried again. */
const RETRY_MS = 500;

export function createTailFollower(rooms: FollowerRooms): TailFollower {
  const { database, stored, window, notices } = rooms;
  const closing = new AbortController();
  let isListening = false;
  let isLive = false;
  let isFed = false;
  let isDue = false;
  let following: Promise<void> | undefined;

  const readOn = async (): Promise<void> => {
    const { end } = window;
    if (end === undefined) return beginAtHead();
    const found = await stored.readAfter(end, { blocks: 4_096, bytes: rooms.windowBytes });
    // Too far behind to hold all of it: those who are behind read for themselves until they are here.
    if (found.kind === 'expired' || !found.isLast) await beginAtHead();
    else for (const block of found.blocks) if (isAfter(block)) window.add(block);
  };
  const beginAtHead = async (): Promise<void> => {
    const head = await readLogHead(database);
    // A feed may have been quicker.
    if (isAfter(head)) window.begin(head);
  };
  const isAfter = (position: Position): boolean =>
    window.end === undefined || comparePositions(position, window.end) > 0;
  const follow = async (): Promise<void> => {
    while (isDue && !closing.signal.aborted) {
      isDue = false;
      try {
        await readOn();
        isLive = true;
        rooms.onMoved();
      } catch {
        isLive = false;
        await rooms.clock.sleep(RETRY_MS, closing.signal);
        isDue = true;
      }
    }
  };
  const kick = (): void => {
    isDue = true;
    following ??= follow().finally(() => {
      following = undefined;
    });
  };
  const heard = (head: Position | undefined): void => {
    if (head !== undefined && (isFed || !isAfter(head))) return;
    // Nobody is there to read it for.
    if (!rooms.isWanted()) isLive = false;
    else kick();
  };

  return {
    get isLive() {
      return isLive;
    },
    get isFed() {
      return isFed;
    },
    set isFed(fed) {
      isFed = fed;
      // What came while one feed ended and notices were not yet heeded.
      if (!fed) heard(undefined);
    },
    start() {
      if (!isListening) {
        isListening = true;
        void notices.listen(heard);
      } else if (!isLive) kick();
    },
    async close() {
      closing.abort();
      await notices.close();
      await following;
    },
  };
}
