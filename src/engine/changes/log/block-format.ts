// How changes lie in a block of the log: a byte for the version, then entries, each with a letter. Written by block-writer.ts, read by
// read-block.ts; numbers are big-endian. A block says everything that is needed to read it, but for the shapes of the tables.

export const BLOCK_VERSION = 1;

/**
 * T: the transaction of what follows — lsn u64, number u64, committed at i64 (microseconds since 2000-01-01 UTC), origin (u32 length, JSON).
 * i u d s t: a change — ordinal u32, table u32, flags u8, then before and after (u32 length, TupleData), if the flags say so.
 * b e: begin and end of a snapshot — ordinal u32, table u32.
 * g: a gap — ordinal u32, reason (u32 length, UTF-8).
 */
export const TAG = {
  transaction: 0x54,
  insert: 0x69,
  update: 0x75,
  delete: 0x64,
  snapshot: 0x73,
  truncate: 0x74,
  snapshotBegin: 0x62,
  snapshotEnd: 0x65,
  gap: 0x67,
} as const;

export const FLAG = {
  before: 1,
  /** `before` has every column, not only those of the key. */
  beforeWhole: 2,
  after: 4,
} as const;

/** Microseconds between the years 1970 and 2000. */
export const POSTGRES_EPOCH = 946_684_800_000_000n;

/** A block as the log's table has it. */
export interface Block {
  readonly epoch: number;
  /** Of its last entry. */
  readonly lsn: bigint;
  readonly ordinal: number;
  readonly entries: number;
  readonly body: Buffer;
}
