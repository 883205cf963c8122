// The stream's reader, told as its steps: it takes the lead, settles the epoch, reads tables again where that is needed, and follows.

import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Database } from '../../../foundation/postgres/database.js';
import type { ChangeTail } from '../change-tail.js';
import { changesError } from '../changes-errors.js';
import { openReplication } from '../replication/replication-connection.js';
import { freeSlot } from '../replication/replication-slot.js';
import { findWatched, readSlotName, type WatchedTable } from '../watched.js';
import { beginEpoch } from './begin-epoch.js';
import { follow } from './follow.js';
import { type Lead, takeLead } from './lead.js';
import { createPace } from './pace.js';
import { identifyServer, settleEpoch } from './settle-epoch.js';
import type { TellStream } from './stream-event.js';

export interface StreamRooms {
  readonly database: Database;
  readonly clock: Clock;
  readonly tell: TellStream;
  /** Consumers in this process, who are handed what is written. */
  readonly tail?: Pick<ChangeTail, 'openFeed'>;
  /** The operator knows that the server sets no limit to what a slot holds, and takes it. */
  readonly acceptUnlimitedSlot?: boolean;
  /** Whether an import of ours is writing, to which the stream gives way. Default: never. */
  readonly isImporting?: () => boolean;
}

/**
 * Reads changes into the log until `signal` is aborted; beside others, waits until it is its turn. Goes on by itself after whatever
 * passes; throws CHANGES-101 to 106 for what somebody has to mend.
 */
export async function runChangeStream(rooms: StreamRooms, signal: AbortSignal): Promise<void> {
  let failures = 0;
  let missed: string | undefined;
  while (!signal.aborted) {
    try {
      await readOnce(rooms, signal, missed, () => {
        failures = 0;
        missed = undefined;
      });
    } catch (error) {
      if (signal.aborted) break;
      if (error instanceof DovetailError && error.consequence !== 'retry') throw error;
      missed = findMissed(error);
      const seconds = RETRY_SECONDS[Math.min(failures++, RETRY_SECONDS.length - 1)]!;
      rooms.tell({ event: 'interrupted', reason: (error as Error).message, seconds });
      await rooms.clock.sleep(seconds * 1_000, signal);
    }
  }
  rooms.tell({ event: 'stopped' });
}

const RETRY_SECONDS = [0.1, 0.5, 1, 2, 5] as const;
/** How often it is looked whether something is watched, in milliseconds. */
const LOOK_MS = 1_000;

async function readOnce(
  rooms: StreamRooms,
  signal: AbortSignal,
  missed: string | undefined,
  onFollowing: () => void,
): Promise<void> {
  const { database, clock, tell } = rooms;
  const { connection } = database;
  const lead = await takeLead({ connection, clock, signal, onStandby: () => tell({ event: 'standby' }) });
  if (lead === undefined) return;
  const feed = rooms.tail?.openFeed();
  let replication: Awaited<ReturnType<typeof openReplication>> | undefined;
  try {
    tell({ event: 'leading' });
    await refuseWalLevel(database);
    const tables = await waitForWatched(rooms, lead, signal);
    if (tables === undefined) return;
    replication = await openReplication(connection);
    const slot = await readSlotName(database);
    const server = await identifyServer(replication);
    const log = {
      run: lead.run,
      clock,
      ...(feed === undefined ? {} : { onWritten: feed.add }),
    };
    const found = await settleEpoch(database, server, slot);
    const settled =
      missed !== undefined && found.kind === 'go-on'
        ? { kind: 'new-epoch' as const, epoch: found.epoch + 1, reason: missed, isFirst: false }
        : found;
    if (settled.kind === 'new-epoch') {
      const acceptUnlimitedSlot = rooms.acceptUnlimitedSlot === true;
      const ways = { connection, replication, log, clock, server, slot, tables, acceptUnlimitedSlot, tell };
      await beginEpoch({ ...ways, signal: AbortSignal.any([signal, lead.lost]) }, settled);
    }
    await lead.run((session) => freeSlot(session, slot));
    tell({ event: 'following', epoch: settled.epoch, slot, tables: tables.length });
    onFollowing();
    const pace = createPace({ clock, isBusy: rooms.isImporting ?? (() => false) });
    await follow({ db: database, replication, log, clock, slot, pace, signal, lost: lead.lost });
  } finally {
    feed?.close();
    replication?.destroy();
    await lead.release();
  }
}

async function refuseWalLevel(database: Database): Promise<void> {
  const { rows } = await database.query<{ level: string }>(`select current_setting('wal_level') as level`);
  if (rows[0]!.level === 'logical') return;
  throw changesError(101, {
    detail: `wal_level is ${rows[0]!.level}: the server does not write down what changes.`,
    hint: `alter system set wal_level = 'logical'; and restart PostgreSQL.`,
  });
}

/** Undefined where the end came first. */
async function waitForWatched(
  { database, clock, tell }: StreamRooms,
  lead: Lead,
  signal: AbortSignal,
): Promise<readonly WatchedTable[] | undefined> {
  for (let looks = 0; !signal.aborted && !lead.lost.aborted; looks++) {
    const tables = await findWatched(database);
    if (tables !== undefined) return tables;
    if (looks === 0) tell({ event: 'nothing-watched' });
    await clock.sleep(LOOK_MS, AbortSignal.any([signal, lead.lost]));
  }
  return undefined;
}

/** Where the publication had gone and was made again, the server can't read what was written between. */
function findMissed(error: unknown): string | undefined {
  const { code, message } = error as { code?: string; message: string };
  const isGone = code === '42704' && message.includes('publication');
  return isGone ? 'Nothing was watched for a while (the publication was made anew)' : undefined;
}
