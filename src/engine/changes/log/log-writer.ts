// Writes the log: whatever has come while the statement before was under way goes into the next one. So a single change is in the log
// at once, and a flood is written in large pieces.

import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { changesError } from '../changes-errors.js';
import { formatLsn, formatPosition, type Position } from '../position.js';
import { type PreparedAppend, toAppend } from './append-sql.js';
import { type BlockWriter, createBlockWriter, type WrittenBlock } from './block-writer.js';
import { type LogHead, readLogHead } from './log-head.js';
import { beginPart, type LogPart, listParts } from './log-parts.js';

export interface LogWriter {
  /** Where changes are put. */
  readonly blocks: BlockWriter;
  /** The end of the log. */
  readonly head: Position;
  /** All before it in the WAL is in the log, though a crash of the server could still take it back. */
  readonly readTo: bigint;
  /** Bytes written so far. */
  readonly bytes: number;
  /** True: all that was put in is in the log. */
  readonly isIdle: boolean;
  /** Writes until nothing waits. Repeated calls join. Throws CHANGES-107 where somebody else wrote: then nothing of it was written. */
  flush(): Promise<void>;
  /** Nothing of what came up to `readTo` was for the log. Only while it is idle. */
  moveOn(readTo: bigint): Promise<void>;
}

/** Runs statements in a session one after the other. */
export type RunInSession = <T>(work: (session: Queryable) => Promise<T>) => Promise<T>;

export interface LogWriterSettings {
  /** In the session in which the writer leads: where it has lost the lead it has lost the session, and can't write. */
  readonly run: RunInSession;
  readonly clock: Clock;
  /** The epoch of what is put in. Default: that of the head. */
  readonly epoch?: number;
  /** Told of each block that is in the log, with the position it comes after. */
  readonly onWritten?: (block: WrittenBlock, after: Position) => void;
  /** Bytes and milliseconds after which a part is full. Default: 256 MiB, an hour. */
  readonly partBytes?: number;
  readonly partMs?: number;
}

/** How many blocks one statement adds. Few numbers, so that few statements are prepared. */
const PIECES = [16, 4, 1] as const;

export async function openLogWriter(settings: LogWriterSettings): Promise<LogWriter> {
  const { run, clock } = settings;
  const { partBytes = 256 * 1024 * 1024, partMs = 3_600_000 } = settings;
  // What a crash takes back is read again from the slot, which is told only of what is on the disk (see stream/acknowledge.ts).
  await run((session) => session.query('set synchronous_commit = off'));
  let head: LogHead = await run(readLogHead);
  let part: LogPart | undefined = (await run(listParts)).at(-1);
  let written = part === undefined ? 0 : await run((session) => readPartBytes(session, part!.part));
  let total = 0;
  const blocks = createBlockWriter({ ...head, epoch: settings.epoch ?? head.epoch });
  let flushing: Promise<void> | undefined;

  const readyPart = async (session: Queryable): Promise<number> => {
    const now = clock.now();
    const isFull =
      part === undefined || written > partBytes || now.getTime() - part.startedAt.getTime() > partMs;
    if (isFull) {
      part = await beginPart(session, head, now);
      written = 0;
    }
    return part!.part;
  };
  const append = async (session: Queryable, piece: readonly WrittenBlock[]): Promise<void> => {
    const statement = toAppend(await readyPart(session), head, piece);
    const { rowCount } = await (session as unknown as PreparedSession).query(statement);
    if (rowCount === 0) throw await elsewhere(session, head);
    for (const block of piece) {
      settings.onWritten?.(block, head);
      head = { ...block, readTo: block.readTo > head.readTo ? block.readTo : head.readTo };
      written += block.body.length;
      total += block.body.length;
    }
  };
  const flushAll = async (): Promise<void> => {
    while (blocks.waiting > 0) {
      const taken = blocks.take(PIECES[0]);
      for (let from = 0; from < taken.length; ) {
        const size = PIECES.find((one) => one <= taken.length - from)!;
        const piece = taken.slice(from, from + size);
        await run((session) => append(session, piece));
        from += size;
      }
    }
  };

  return {
    blocks,
    get head() {
      return head;
    },
    get readTo() {
      return head.readTo;
    },
    get bytes() {
      return total;
    },
    get isIdle() {
      return flushing === undefined && blocks.waiting === 0;
    },
    flush() {
      flushing ??= flushAll().finally(() => {
        flushing = undefined;
      });
      return flushing;
    },
    moveOn: (readTo) =>
      run(async (session) => {
        const { rowCount } = await session.query(
          `update dovetail.change_head set read_to = $4 where epoch = $1 and lsn = $2::pg_lsn and ordinal = $3 and read_to < $4`,
          [head.epoch, formatLsn(head.lsn), head.ordinal, formatLsn(readTo)],
        );
        if (rowCount === 1) head = { ...head, readTo };
      }),
  };
}

interface PreparedSession {
  query(statement: PreparedAppend): Promise<{ readonly rowCount: number | null }>;
}

async function elsewhere(db: Queryable, believed: Position): Promise<Error> {
  return changesError(107, {
    detail: `The change log ends at ${formatPosition(await readLogHead(db))}, not at ${formatPosition(believed)}: another process wrote to it.`,
    hint: 'It is gone on with from there by itself.',
  });
}

async function readPartBytes(db: Queryable, part: number): Promise<number> {
  const { rows } = await db.query<{ bytes: number }>(
    `select pg_total_relation_size(to_regclass($1))::float8 as bytes`,
    [`dovetail.changes_${part}`],
  );
  return rows[0]?.bytes ?? 0;
}
