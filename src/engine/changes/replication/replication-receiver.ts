// Receives the stream of a slot. What was received is not acknowledged by that: whoever keeps it says how far.
import { changesError } from '../changes-errors.js';
import { ByteReader } from '../pgoutput/byte-reader.js';
import { PUBLICATION } from '../watched.js';
import type { ReplicationConnection } from './replication-connection.js';

export interface ReceiverListener {
  /** A message of pgoutput: a view, valid until it returns; or, if it returns a promise, until that is settled: what comes next waits. */
  onMessage(bytes: Buffer): Promise<void> | undefined;
  /** The server has sent everything up to `end`. */
  onKeepAlive(end: bigint): void;
  /** Everything that came at once has been handed over. */
  onIdle(): void;
}

export interface Receiver {
  /** Everything before `lsn` is kept for good: the slot may forget it. Never goes back. */
  acknowledge(lsn: bigint): void;
  /** Says that we are there. */
  beat(): void;
  /** Nothing more is read from the socket until `resume`; what has already come is still handed over. */
  pause(): void;
  resume(): void;
  /** Settles when the stream ends: by `stop`, else it throws. */
  readonly ended: Promise<void>;
  /** Ends it cleanly, so that the slot is free at once. */
  stop(): Promise<void>;
}

/** Milliseconds that the server has to end the stream. */
const STOP_MS = 2_000;

export function startReceiver(
  { client, wire }: ReplicationConnection,
  slot: string,
  listener: ReceiverListener,
): Receiver {
  let acknowledged = 0n;
  let stopping = false;
  let isStarted = false;
  let failure: unknown;
  let pauses = 0;
  let isIdlePlanned = false;
  /** What came while a message is being taken in. */
  const held: Buffer[] = [];
  let isHolding = false;

  const send = (): void => {
    if (isStarted && !stopping) wire.sendCopyFromChunk(toStatus(acknowledged));
  };
  const pause = (): void => {
    pauses++;
    if (pauses === 1) wire.stream.pause();
  };
  const resume = (): void => {
    pauses--;
    if (pauses === 0) wire.stream.resume();
  };
  const fail = (error: unknown): void => {
    failure ??= error;
    wire.stream.destroy();
  };
  const planIdle = (): void => {
    if (isIdlePlanned) return;
    isIdlePlanned = true;
    setImmediate(() => {
      isIdlePlanned = false;
      if (!isHolding) listener.onIdle();
    });
  };
  const take = (chunk: Buffer): Promise<void> | undefined => {
    if (chunk[0] === XLOG_DATA && chunk.length >= XLOG_HEADER) {
      planIdle();
      return listener.onMessage(chunk.subarray(XLOG_HEADER));
    }
    if (chunk[0] === KEEP_ALIVE && chunk.length === 18) {
      const reader = new ByteReader(chunk, 1);
      listener.onKeepAlive(reader.uint64());
      if (chunk[17] === 1) send();
      return undefined;
    }
    throw changesError(108, {
      detail: `The replication stream holds what is neither data nor a keep-alive (${chunk.length} bytes).`,
    });
  };
  const hold = async (waits: Promise<void>): Promise<void> => {
    isHolding = true;
    pause();
    try {
      await waits;
      for (let chunk = held.shift(); chunk !== undefined; chunk = held.shift()) await take(chunk);
    } finally {
      isHolding = false;
      resume();
    }
    planIdle();
  };
  wire.once('replicationStart', () => {
    isStarted = true;
    send();
  });
  wire.on('copyData', ({ chunk }) => {
    if (failure !== undefined || stopping) return;
    try {
      if (isHolding) {
        // The parser's buffer is used again.
        held.push(Buffer.from(chunk));
        return;
      }
      const waits = take(chunk);
      if (waits !== undefined) hold(waits).catch(fail);
    } catch (error) {
      fail(error);
    }
  });

  const ended = client
    .query(
      `START_REPLICATION SLOT "${slot}" LOGICAL 0/0 (proto_version '1', publication_names '"${PUBLICATION}"', messages 'true')`,
    )
    .then(
      () => {
        if (!stopping) throw new Error('The server ended the replication stream.');
      },
      (error: unknown) => {
        if (!stopping) throw failure ?? error;
      },
    );
  ended.catch(() => {});

  return {
    acknowledge(lsn) {
      if (lsn <= acknowledged) return;
      acknowledged = lsn;
      send();
    },
    beat: send,
    pause,
    resume,
    ended,
    async stop() {
      send();
      stopping = true;
      if (isStarted) wire.endCopyFrom();
      // What is still on its way must come before the end does.
      wire.stream.resume();
      const timer = setTimeout(() => wire.stream.destroy(), STOP_MS);
      await ended.catch(() => {});
      clearTimeout(timer);
      wire.stream.destroy();
    },
  };
}

/** Standby status update: written, flushed, applied. */
function toStatus(lsn: bigint): Buffer {
  const status = Buffer.alloc(34);
  status[0] = 0x72;
  for (const at of [1, 9, 17]) status.writeBigUInt64BE(lsn, at);
  status.writeBigInt64BE(BigInt(Date.now() - Date.UTC(2000, 0, 1)) * 1000n, 25);
  return status;
}

const XLOG_DATA = 0x77;
/** Letter, start, end, time. */
const XLOG_HEADER = 25;
const KEEP_ALIVE = 0x6b;
