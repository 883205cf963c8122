// Keeps the slot from filling the database's disk also while nobody reads the stream: whoever is there looks. Near the limit it is told,
// past it the slot is dropped; the stream then begins anew and reads the tables again.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { dropOwnSlot } from './drop-own-slot.js';

/** What the slot may hold where nobody says it. */
export const SLOT_BYTES = 3 * 1024 ** 3;
/** Of the limit: from here on it is told. */
const NEAR = 0.8;

export interface SlotReading {
  readonly slot: string;
  /** WAL that the server keeps because of it. */
  readonly bytes: number;
  /** Ours, or the server's where that is less. */
  readonly limit: number;
  /** `lost`: the server has given it up. */
  readonly state: 'fine' | 'near' | 'past' | 'lost';
}

/** Undefined where there is no slot. */
export async function findSlotReading(db: Queryable, ownLimit: number): Promise<SlotReading | undefined> {
  const { rows } = await db.query<{ slot: string; bytes: number; isLost: boolean; server: number }>(
    `select s.slot_name::text as slot, s.wal_status is not distinct from 'lost' as "isLost",
       greatest(0, coalesce(pg_current_wal_lsn() - s.restart_lsn, 0))::float8 as bytes,
       (select setting::float8 * 1048576 from pg_settings where name = 'max_slot_wal_keep_size') as server
     from pg_replication_slots s
     where s.slot_name = (select 'dovetail_' || oid from pg_database where datname = current_database())
       and s.plugin = 'pgoutput' and s.database = current_database()`,
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const limit = row.server < 0 ? ownLimit : Math.min(ownLimit, row.server);
  const state = row.isLost ? 'lost' : row.bytes > limit ? 'past' : row.bytes > limit * NEAR ? 'near' : 'fine';
  return { slot: row.slot, bytes: row.bytes, limit, state };
}

export interface SlotGuardRooms {
  readonly database: Queryable;
  readonly clock: Pick<Clock, 'every' | 'sleep'>;
  /** Bytes. Default 3 GiB. */
  readonly limit?: number;
  /** Milliseconds between two looks. Default 30,000. */
  readonly everyMs?: number;
  /** Once each time that it comes near. */
  readonly onNear?: (reading: SlotReading) => void;
  readonly onDropped?: (reading: SlotReading) => void;
  /** A look failed; the next one comes as planned. */
  readonly onFailed?: (error: unknown) => void;
}

export interface SlotGuard {
  /** One look; what it does is done when it resolves. */
  look(): Promise<SlotReading | undefined>;
  /** Looks every now and then until it is stopped. */
  start(): () => void;
}

export function createSlotGuard(rooms: SlotGuardRooms): SlotGuard {
  const { database, clock } = rooms;
  let isTold = false;
  let isLooking = false;

  const look = async (): Promise<SlotReading | undefined> => {
    const reading = await findSlotReading(database, rooms.limit ?? SLOT_BYTES);
    const isNear = reading?.state === 'near';
    if (isNear && !isTold) rooms.onNear?.(reading);
    isTold = isNear;
    if (reading?.state === 'past' || reading?.state === 'lost') {
      const what = await dropOwnSlot(database, reading.slot, (ms) => clock.sleep(ms));
      // Of several that look one has dropped it, and tells.
      if (what === 'dropped') rooms.onDropped?.(reading);
    }
    return reading;
  };
  return {
    look,
    start: () =>
      clock.every(rooms.everyMs ?? 30_000, () => {
        if (isLooking) return;
        isLooking = true;
        look()
          .catch((error: unknown) => rooms.onFailed?.(error))
          .finally(() => {
            isLooking = false;
          });
      }),
  };
}
