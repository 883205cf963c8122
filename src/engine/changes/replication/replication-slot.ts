// The slot by which the server keeps the WAL for us: looking at it, making it, dropping it.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { changesError } from '../changes-errors.js';
import { parseLsn } from '../position.js';
import type { ReplicationConnection } from './replication-connection.js';

export interface ReplicationSlot {
  readonly name: string;
  /** Not ours: of another database, of another plug-in, or not logical. */
  readonly isForeign: boolean;
  /** The session that reads it. */
  readonly activePid: number | undefined;
  /** What comes before it is acknowledged. */
  readonly confirmed: bigint;
  /** The server no longer has what it would need. */
  readonly isLost: boolean;
  /** Bytes of WAL that the server keeps because of it. */
  readonly bytes: number;
}

export async function findSlot(db: Queryable, name: string): Promise<ReplicationSlot | undefined> {
  const { rows } = await db.query<SlotRow & Record<string, unknown>>(
    `select s.plugin is distinct from 'pgoutput' or s.database is distinct from current_database() as foreign,
       s.active_pid as pid, coalesce(s.confirmed_flush_lsn, '0/0')::text as confirmed,
       s.wal_status is not distinct from 'lost' as lost,
       greatest(0, coalesce(pg_current_wal_lsn() - s.restart_lsn, 0))::float8 as bytes
     from pg_replication_slots s where s.slot_name = $1`,
    [name],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    name,
    isForeign: row.foreign,
    activePid: row.pid ?? undefined,
    confirmed: parseLsn(row.confirmed),
    isLost: row.lost,
    bytes: row.bytes,
  };
}

interface SlotRow {
  readonly foreign: boolean;
  readonly pid: number | null;
  readonly confirmed: string;
  readonly lost: boolean;
  readonly bytes: number;
}

/** Null: the server would keep any amount of WAL for a slot that nobody reads. */
export async function readSlotLimit(db: Queryable): Promise<number | null> {
  const { rows } = await db.query<{ mb: number }>(
    `select setting::int as mb from pg_settings where name = 'max_slot_wal_keep_size'`,
  );
  const mb = rows[0]!.mb;
  return mb < 0 ? null : mb * 1024 * 1024;
}

export interface NewSlot {
  /** Transactions committed from here on are in the stream. */
  readonly consistentPoint: bigint;
  /** For `set transaction snapshot`: what was committed before. Valid until the connection runs another command. */
  readonly snapshot: string;
}

/** Waits for the transactions that are open. Throws CHANGES-105 and 106. */
export async function createSlot({ client }: ReplicationConnection, name: string): Promise<NewSlot> {
  try {
    const { rows } = await client.query<{ consistent_point: string; snapshot_name: string }>(
      `CREATE_REPLICATION_SLOT "${name}" LOGICAL pgoutput (SNAPSHOT 'export')`,
    );
    return { consistentPoint: parseLsn(rows[0]!.consistent_point), snapshot: rows[0]!.snapshot_name };
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code === '53400') {
      throw changesError(105, {
        detail: `The server has no room for another replication slot: ${message}.`,
        hint: 'Drop one that nobody needs (select * from pg_replication_slots), or raise max_replication_slots and restart PostgreSQL.',
        cause: error,
      });
    }
    if (code === '42710') throw slotTaken(name, error);
    throw error;
  }
}

export function slotTaken(name: string, cause?: unknown): Error {
  return changesError(106, {
    detail: `The replication slot "${name}" is there, but is not Dovetail's of this database.`,
    hint: `If nobody needs it: select pg_drop_replication_slot('${name}');`,
    cause,
  });
}

/** Of ours only; ends whoever still reads it. Does nothing where there is none. */
export async function dropSlot(db: Queryable, name: string): Promise<void> {
  const slot = await findSlot(db, name);
  if (slot === undefined) return;
  if (slot.isForeign) throw slotTaken(name);
  await freeSlot(db, name);
  await db.query(
    'select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = $1',
    [name],
  );
}

/** Milliseconds that a session which was told to end has for it. */
const END_MS = 5_000;

/**
 * Ends the session that holds the slot, and waits until it has gone. To be called by the leader only: the session is one that a reader
 * before it left behind.
 */
export async function freeSlot(db: Queryable, name: string): Promise<void> {
  await db.query(
    `select pg_terminate_backend(active_pid, $2) from pg_replication_slots where slot_name = $1 and active_pid is not null`,
    [name, END_MS],
  );
}
