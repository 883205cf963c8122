// The stream's source where triggers capture changes: batches of transactions in order, and what the log has for good is removed.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { ChangeOperation, TableName } from '../change.js';
import { type CapturedShape, createShapeReader } from './captured-shape.js';
import { OUTBOX_START, type OutboxPlace, type OutboxRow, readOutbox, removeTaken } from './read-outbox.js';
import { toTupleData } from './row-literal.js';

/** One change as the log takes it. */
export interface CapturedChange {
  readonly transaction: CapturedTransaction;
  /** From 1 inside the transaction: read again it is the same. */
  readonly ordinal: number;
  readonly operation: Exclude<ChangeOperation, 'snapshot'>;
  readonly shape: CapturedShape;
  /** TupleData; both are always whole. */
  readonly before: Buffer | undefined;
  readonly after: Buffer | undefined;
}

export interface CapturedTransaction {
  /** Its number: the place of its changes in the stream (`Position.lsn`), and its id. */
  readonly number: bigint;
  /** Microseconds since 1970 UTC, of the change: close to the commit, never after it. */
  readonly at: bigint;
  /** JSON; empty where nobody said who it was. */
  readonly origin: string;
}

export interface CapturedBatch {
  readonly changes: readonly CapturedChange[];
  /** Up to this transaction everything has come whole, with this batch and those before it; absent: as before. */
  readonly whole?: bigint;
  /** Changes of these tables are lost from here on: they are to be read again, in a new epoch. */
  readonly lost: readonly TableName[];
  /** Nothing more is there now. */
  readonly isLast: boolean;
}

export interface OutboxSource {
  /** What comes next. Begins with what was not settled: the log knows by position what it has already. Memory is bounded. */
  read(db: Queryable): Promise<CapturedBatch>;
  /** The log has everything up to this transaction for good: it is removed, piece by piece. Only ever told of whole transactions. */
  settle(db: Queryable, number: bigint): Promise<void>;
}

export interface OutboxLimits {
  /** Rows that are read at once. Default 2,000. */
  readonly rows?: number;
  /** About so many bytes are read at once. Default 4 MiB. */
  readonly bytes?: number;
  /** Rows that are removed at once. Default 5,000. */
  readonly removed?: number;
}

export function createOutboxSource(limits: OutboxLimits = {}): OutboxSource {
  const page = { limit: limits.rows ?? 2_000, bytes: limits.bytes ?? 4 * 1024 * 1024 };
  const shapes = createShapeReader();
  let at: OutboxPlace = OUTBOX_START;
  let open: { readonly xid: string; ordinal: number; origin: string } | undefined;

  const toChange = (row: OutboxRow, shape: CapturedShape): CapturedChange => {
    if (open?.xid !== row.xid) open = { xid: row.xid, ordinal: 0, origin: '' };
    open.ordinal++;
    // Said with the first change of a statement; what a transaction said once holds for what comes after it.
    open.origin = row.origin ?? open.origin;
    const tuple = (literal: string | null) =>
      literal === null ? undefined : toTupleData(literal, shape.width, shape.left);
    return {
      transaction: { number: BigInt(row.xid), at: BigInt(row.at), origin: open.origin },
      ordinal: open.ordinal,
      operation: OPERATIONS[row.operation as keyof typeof OPERATIONS],
      shape,
      before: tuple(row.before),
      after: tuple(row.after),
    };
  };

  return {
    async read(db) {
      const { rows, isLast } = await readOutbox(db, at, page);
      if (rows.length === 0) return { changes: [], lost: [], isLast };
      const known = await shapes.read(
        db,
        rows.map(({ shape }) => shape),
      );
      const changes: CapturedChange[] = [];
      const lost: TableName[] = [];
      for (const row of rows) {
        const shape = known.get(row.shape)!;
        if (row.operation === 'x') lost.push(shape.name);
        else changes.push(toChange(row, shape));
      }
      const last = rows.at(-1)!;
      at = { xid: last.xid, place: last.place, depth: last.depth, seq: last.seq };
      // Of the last transaction there may be more: it is whole when the next one begins, or nothing is left.
      const whole = isLast ? last.xid : rows.findLast(({ xid }) => xid !== last.xid)?.xid;
      return { changes, lost, isLast, ...(whole === undefined ? {} : { whole: BigInt(whole) }) };
    },
    async settle(db, number) {
      const limit = limits.removed ?? 5_000;
      while ((await removeTaken(db, number.toString(), limit)) === limit) {}
    },
  };
}

const OPERATIONS = { i: 'insert', u: 'update', d: 'delete', t: 'truncate' } as const;
