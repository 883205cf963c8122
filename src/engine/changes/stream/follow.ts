// Follows the slot: what it brings is put into the log as it comes, and acknowledged once it lies on the disk.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { type LogWriterSettings, openLogWriter } from '../log/log-writer.js';
import { keepShape } from '../log/table-shape.js';
import type { ReplicationConnection } from '../replication/replication-connection.js';
import { startReceiver } from '../replication/replication-receiver.js';
import { createAcknowledger } from './acknowledge.js';
import { createMessageSink } from './message-sink.js';
import type { Pace } from './pace.js';

export interface FollowRooms {
  /** For looking at the server, beside the sessions that lead and receive. */
  readonly db: Queryable;
  readonly replication: ReplicationConnection;
  readonly log: LogWriterSettings;
  readonly clock: Clock;
  readonly slot: string;
  readonly pace: Pace;
  /** Ends it cleanly. */
  readonly signal: AbortSignal;
  /** The lead is lost: ends it at once, by an error. */
  readonly lost: AbortSignal;
}

/** Bytes that may wait to be written; beyond them nothing more is read. */
const MOST_WAITING = 2 * 1024 * 1024;
const TICK_MS = 1_000;
/** In ticks: how often the server hears that we are there. */
const BEAT_TICKS = 5;
/** Our own noting of it is WAL too: for less than this it is not worth it. */
const IDLE_BYTES = 64n * 1024n;

/** Until `signal` is aborted; else it throws what ended it. */
export async function follow(rooms: FollowRooms): Promise<void> {
  const { pace } = rooms;
  const writer = await openLogWriter(rooms.log);
  const { blocks } = writer;
  const sink = createMessageSink({
    blocks,
    head: writer.head,
    keepShape: (relation) => rooms.log.run((session) => keepShape(session, relation)),
  });
  const failing = new AbortController();
  let isFull = false;
  /** Everything before it that is for the log was put in. */
  let passed = 0n;

  const write = async (): Promise<void> => {
    const before = writer.bytes;
    const began = performance.now();
    await writer.flush();
    if (isFull) {
      isFull = false;
      await pace.rest({ bytes: writer.bytes - before, ms: performance.now() - began });
      receiver.resume();
    }
  };
  const receiver = startReceiver(rooms.replication, rooms.slot, {
    onMessage(bytes) {
      const waits = sink.take(bytes);
      if (!isFull && blocks.waiting > pace.mostWaiting(MOST_WAITING)) {
        isFull = true;
        receiver.pause();
      }
      return waits;
    },
    onKeepAlive(end) {
      if (!sink.isInside) passed = end;
    },
    onIdle: () => void write().catch((error: unknown) => failing.abort(error)),
  });
  const acknowledger = createAcknowledger({
    db: rooms.db,
    readTo: () => writer.readTo,
    acknowledge: (lsn) => receiver.acknowledge(lsn),
  });
  let ticks = 0;
  let ticking: Promise<void> | undefined;
  const tick = async (): Promise<void> => {
    if (ticks++ % BEAT_TICKS === 0) receiver.beat();
    if (writer.isIdle && !sink.isInside && passed > writer.readTo + IDLE_BYTES) await writer.moveOn(passed);
    await acknowledger.look();
  };
  const stopTicking = rooms.clock.every(TICK_MS, () => {
    ticking ??= tick()
      .catch((error: unknown) => failing.abort(error))
      .finally(() => {
        ticking = undefined;
      });
  });
  try {
    await Promise.race([
      receiver.ended,
      untilAborted(rooms.signal),
      untilAborted(rooms.lost).then(() => {
        throw new Error('The session that writes the change log was lost.');
      }),
      untilAborted(failing.signal).then(() => {
        throw failing.signal.reason;
      }),
    ]);
    // What has come is worth keeping; what has not will come again.
    await writer.flush();
    await acknowledger.look();
  } finally {
    stopTicking();
    await receiver.stop();
    await ticking;
  }
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
