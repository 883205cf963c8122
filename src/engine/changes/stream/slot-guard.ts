// Keeps the slot from filling the database's disk: near the limit it says so, beyond it the slot is given up, and the tables are read anew.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { findSlot, readSlotLimit } from '../replication/replication-slot.js';
import type { TellStream } from './stream-event.js';

/** What a slot may hold where neither the server nor the configuration says it. */
const DEFAULT_BYTES = 16 * 1024 ** 3;
/** Of the limit: from here on it is told. */
const NEAR = 0.8;

export class SlotTooLarge extends Error {}

export interface SlotGuard {
  /** Throws SlotTooLarge. */
  look(): Promise<void>;
}

export function createSlotGuard(rooms: {
  readonly db: Queryable;
  readonly slot: string;
  readonly limit: number | undefined;
  readonly tell: TellStream;
}): SlotGuard {
  let isTold = false;
  return {
    async look() {
      const bytes = (await findSlot(rooms.db, rooms.slot))?.bytes ?? 0;
      const limit = rooms.limit ?? (await readSlotLimit(rooms.db)) ?? DEFAULT_BYTES;
      if (bytes > limit) {
        throw new SlotTooLarge(
          `The replication slot was given up, because it held ${Math.round(bytes / 1e6)} MB of WAL (limit: ${Math.round(limit / 1e6)} MB)`,
        );
      }
      const isNear = bytes > limit * NEAR;
      if (isNear && !isTold) rooms.tell({ event: 'slot-large', bytes, limit });
      isTold = isNear;
    },
  };
}
