// The room put together: the log for consumers of this process, the stream for whoever runs it, and the care for both.
import { type Clock, systemClock } from '../../foundation/lifecycle/clock.js';
import type { Database } from '../../foundation/postgres/database.js';
import type { ChangeLog } from './change-log.js';
import { openChangeTail } from './change-tail.js';
import { dropParts } from './log/log-parts.js';
import { runChangeStream } from './stream/change-stream.js';
import type { TellStream } from './stream/stream-event.js';

/** The name of the daily job that drops parts of the log. */
export const PRUNE_CHANGES_TASK = 'changes.prune';

export interface Changes {
  readonly log: ChangeLog;
  /**
   * Reads changes into the log until `signal` is aborted; beside others it waits until it is its turn. Goes on by itself after whatever
   * passes; throws CHANGES-101 to 106 for what somebody has to mend.
   */
  runStream(settings: { readonly signal: AbortSignal; readonly tell: TellStream }): Promise<void>;
  /** Drops what was committed before. Returns how many parts of the log that were. */
  prune(before: Date): Promise<number>;
  close(): Promise<void>;
}

export interface ChangesRooms {
  readonly database: Database;
  readonly clock?: Clock;
  readonly acceptUnlimitedSlot?: boolean;
  /** Bytes of WAL beyond which the slot is given up. Default: the server's own limit. */
  readonly slotBytes?: number;
  /** Whether an import is writing, to which the stream gives way. */
  readonly hasImport?: () => Promise<boolean>;
}

/** How often it is looked whether an import is writing, in milliseconds. */
const LOOK_MS = 1_000;

export function createChanges(rooms: ChangesRooms): Changes {
  const { database, clock = systemClock, hasImport } = rooms;
  const tail = openChangeTail({ database, clock });
  return {
    log: tail,
    async runStream({ signal, tell }) {
      let isImporting = false;
      const stopLooking = clock.every(LOOK_MS, () => {
        hasImport?.().then(
          (found) => {
            isImporting = found;
          },
          () => {
            isImporting = false;
          },
        );
      });
      const { acceptUnlimitedSlot = false, slotBytes } = rooms;
      const settings = { acceptUnlimitedSlot, ...(slotBytes === undefined ? {} : { slotBytes }) };
      try {
        await runChangeStream(
          { database, clock, tail, tell, ...settings, isImporting: () => isImporting },
          signal,
        );
      } finally {
        stopLooking();
      }
    },
    prune: (before) => dropParts(database, before),
    close: () => tail.close(),
  };
}
