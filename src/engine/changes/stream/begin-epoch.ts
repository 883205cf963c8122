// A new epoch: a new slot, a gap in the log that says why, and the watched tables as they were when the slot was made.
import type pg from 'pg';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import { changesError } from '../changes-errors.js';
import { toCommitTime } from '../log/commit-time.js';
import { type LogWriterSettings, openLogWriter } from '../log/log-writer.js';
import type { ReplicationConnection } from '../replication/replication-connection.js';
import { createSlot, dropSlot, readSlotLimit } from '../replication/replication-slot.js';
import type { WatchedTable } from '../watched.js';
import { addEpoch, markReady } from './epoch-store.js';
import type { ServerIdentity, Settled } from './settle-epoch.js';
import { snapshotTables } from './snapshot-tables.js';
import { type TellStream, toTableText } from './stream-event.js';

export interface EpochRooms {
  readonly connection: pg.ClientConfig;
  readonly replication: ReplicationConnection;
  readonly log: LogWriterSettings;
  readonly clock: Clock;
  readonly server: ServerIdentity;
  readonly slot: string;
  readonly tables: readonly WatchedTable[];
  /** The operator knows that the server sets no limit, and takes it. */
  readonly acceptUnlimitedSlot: boolean;
  readonly signal: AbortSignal;
  readonly tell: TellStream;
}

type NewEpoch = Extract<Settled, { kind: 'new-epoch' }>;

/** Where it is interrupted, the next one to lead begins another epoch. Throws CHANGES-103, 105, 106. */
export async function beginEpoch(rooms: EpochRooms, { epoch, reason, isFirst }: NewEpoch): Promise<void> {
  const { run } = rooms.log;
  await run((session) => refuseUnlimited(session, rooms.acceptUnlimitedSlot));
  rooms.tell({ event: 'epoch', epoch, reason });
  await run((session) => session.query('set synchronous_commit = on'));
  await run((session) => addEpoch(session, { epoch, reason, capture: 'wal', ...rooms.server }));
  await run((session) => dropSlot(session, rooms.slot));
  const { consistentPoint, snapshot } = await createSlot(rooms.replication, rooms.slot);
  const writer = await openLogWriter({ ...rooms.log, epoch });
  writer.blocks.begin({
    // Before every transaction that the slot will bring.
    lsn: consistentPoint - 1n,
    number: 0n,
    committedAt: toCommitTime(rooms.clock.now()),
    origin: Buffer.alloc(0),
  });
  writer.blocks.gap(1, reason);
  writer.blocks.end(consistentPoint);
  await writer.flush();
  if (!isFirst) {
    await snapshotTables({
      connection: rooms.connection,
      snapshot,
      tables: rooms.tables,
      writer,
      run,
      ordinal: 2,
      signal: rooms.signal,
      onTable: (table, records) => rooms.tell({ event: 'snapshot', table: toTableText(table), records }),
    });
  }
  // On the disk before anything is acknowledged, and with it everything of the log so far.
  await run((session) => session.query('set synchronous_commit = on'));
  await run((session) => markReady(session, epoch));
}

async function refuseUnlimited(db: Parameters<typeof readSlotLimit>[0], isAccepted: boolean): Promise<void> {
  if (isAccepted || (await readSlotLimit(db)) !== null) return;
  throw changesError(103, {
    detail:
      'The server sets no limit to the WAL that a replication slot holds (max_slot_wal_keep_size is -1): if nobody reads the stream, its disk fills up.',
    hint: `Set one: alter system set max_slot_wal_keep_size = '4GB'; select pg_reload_conf(); or accept it: changes.acceptUnlimitedSlot in the configuration.`,
  });
}
