// Puts changes into blocks as they come. A block is closed when it has the size of a page, or when the log is ready to take it.
import type { Position } from '../position.js';
import { BLOCK_VERSION, type Block, FLAG, TAG } from './block-format.js';

/** What is said of all changes of a transaction. */
export interface LoggedTransaction {
  readonly lsn: bigint;
  readonly number: bigint;
  /** Microseconds since 2000-01-01 UTC. */
  readonly committedAt: bigint;
  /** JSON; empty where nobody said who it was. */
  readonly origin: Buffer;
}

export interface LoggedRow {
  readonly operation: 'insert' | 'update' | 'delete' | 'snapshot' | 'truncate';
  readonly ordinal: number;
  /** Of the table's shape. */
  readonly table: number;
  /** TupleData; copied. */
  readonly before: Buffer | undefined;
  readonly beforeWhole: boolean;
  readonly after: Buffer | undefined;
}

export interface LoggedMark {
  readonly kind: 'snapshotBegin' | 'snapshotEnd';
  readonly ordinal: number;
  readonly table: number;
}

/** A closed block, and how far the WAL was read with it. */
export interface WrittenBlock extends Block {
  /** Of its last entry's transaction, in microseconds since 2000. */
  readonly committedAt: bigint;
  /** Ends of whole transactions only; 0: as before. */
  readonly readTo: bigint;
}

/** With it a row of the log fills a page of 8 kB, and is not stored apart. */
const BLOCK_BYTES = 8_000;
const HEAD_BYTES = 64;

export interface BlockWriter {
  /** What follows is of this transaction. */
  begin(transaction: LoggedTransaction): void;
  row(row: LoggedRow): void;
  mark(mark: LoggedMark): void;
  gap(ordinal: number, reason: string): void;
  /** The transaction is whole: `end` may be acknowledged with what was put in so far. */
  end(readTo: bigint): void;
  /** Bytes in blocks that were not taken. */
  readonly waiting: number;
  /** At most `most` blocks, first in first out; the open one is closed if there is no other. */
  take(most: number): readonly WrittenBlock[];
  /** The position of the last entry that was put in. */
  readonly last: Position;
}

export function createBlockWriter(head: Position): BlockWriter {
  const closed: WrittenBlock[] = [];
  let closedBytes = 0;
  let { epoch, lsn, ordinal } = head;
  let open: Buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  let at = 0;
  let entries = 0;
  let readTo = 0n;
  let transaction: LoggedTransaction | undefined;
  /** Whether the open block says which transaction its next entry is of. */
  let isTold = false;

  const close = (): void => {
    if (entries === 0) return;
    const body = at === open.length ? open : open.subarray(0, at);
    const { committedAt } = transaction!;
    closed.push({ epoch, lsn, ordinal, entries, committedAt, readTo, body });
    closedBytes += at;
    // A small one need not hold on to the memory of a page.
    open = at < BLOCK_BYTES / 2 ? copyTail() : Buffer.allocUnsafe(BLOCK_BYTES);
    at = 0;
    entries = 0;
    readTo = 0n;
    isTold = false;
  };
  const copyTail = (): Buffer => {
    const rest = open.subarray(at);
    return rest.length >= MIN_BYTES ? rest : Buffer.allocUnsafe(BLOCK_BYTES);
  };
  const tell = (of: LoggedTransaction): void => {
    at = open.writeUInt8(TAG.transaction, at);
    at = open.writeBigUInt64BE(of.lsn, at);
    at = open.writeBigUInt64BE(of.number, at);
    at = open.writeBigInt64BE(of.committedAt, at);
    at = bytes(of.origin);
    isTold = true;
  };
  const bytes = (from: Buffer): number => {
    const start = open.writeUInt32BE(from.length, at);
    return start + from.copy(open, start);
  };
  /** Makes room for an entry; whatever its size, it is in one block. */
  const entry = (tag: number, place: number, size: number): void => {
    const of = transaction!;
    const need = size + HEAD_BYTES + of.origin.length;
    if (at + need > open.length) {
      close();
      if (need > open.length) open = Buffer.allocUnsafe(Math.max(need, BLOCK_BYTES));
    }
    if (at === 0) at = open.writeUInt8(BLOCK_VERSION, 0);
    if (!isTold) tell(of);
    at = open.writeUInt8(tag, at);
    at = open.writeUInt32BE(place, at);
    entries++;
    lsn = of.lsn;
    ordinal = place;
  };

  return {
    begin(next) {
      transaction = next;
      isTold = false;
    },
    row({ operation, ordinal: place, table, before, beforeWhole, after }) {
      entry(TAG[operation], place, (before?.length ?? 0) + (after?.length ?? 0));
      at = open.writeUInt32BE(table, at);
      const flags =
        (before === undefined ? 0 : FLAG.before) |
        (beforeWhole ? FLAG.beforeWhole : 0) |
        (after === undefined ? 0 : FLAG.after);
      at = open.writeUInt8(flags, at);
      if (before !== undefined) at = bytes(before);
      if (after !== undefined) at = bytes(after);
    },
    mark({ kind, ordinal: place, table }) {
      entry(TAG[kind], place, 0);
      at = open.writeUInt32BE(table, at);
    },
    gap(place, reason) {
      const text = Buffer.from(reason);
      entry(TAG.gap, place, text.length);
      at = bytes(text);
    },
    end(end) {
      if (entries > 0) readTo = end;
      else if (closed.length > 0) closed[closed.length - 1] = { ...closed[closed.length - 1]!, readTo: end };
    },
    get waiting() {
      return closedBytes + at;
    },
    take(most) {
      if (closed.length === 0) close();
      const taken = closed.splice(0, most);
      for (const block of taken) closedBytes -= block.body.length;
      return taken;
    },
    get last() {
      return { epoch, lsn, ordinal };
    },
  };
}

/** Less than this of a page is not worth going on with. */
const MIN_BYTES = 2_000;
