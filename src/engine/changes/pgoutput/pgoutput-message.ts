// The messages of PostgreSQL's logical replication, protocol version 1, as plain data. Tuples stay the bytes they came as.

export type PgoutputMessage =
  | BeginMessage
  | CommitMessage
  | OriginMessage
  | RelationMessage
  | TypeMessage
  | RowMessage
  | TruncateMessage
  | LogicalMessage;

export interface BeginMessage {
  readonly kind: 'begin';
  /** Where its commit record lies: known before its changes come. */
  readonly commitLsn: bigint;
  /** Microseconds since 2000-01-01 UTC. */
  readonly committedAt: bigint;
  readonly xid: number;
}

export interface CommitMessage {
  readonly kind: 'commit';
  readonly commitLsn: bigint;
  /** Behind the commit record: what may be acknowledged once the transaction is kept. */
  readonly endLsn: bigint;
  readonly committedAt: bigint;
}

export interface OriginMessage {
  readonly kind: 'origin';
  readonly name: string;
}

/** What a table looks like from now on; comes before its first change, and again after it was altered. */
export interface RelationMessage {
  readonly kind: 'relation';
  /** The table's oid, by which its changes name it. */
  readonly relation: number;
  readonly schema: string;
  readonly table: string;
  /** `d`efault, `n`othing, `f`ull, `i`ndex. */
  readonly identity: string;
  readonly columns: readonly RelationColumn[];
}

export interface RelationColumn {
  readonly name: string;
  readonly type: number;
  readonly modifier: number;
  /** Part of the replica identity: with `full`, every column is. */
  readonly identity: boolean;
}

export interface TypeMessage {
  readonly kind: 'type';
  readonly type: number;
  readonly schema: string;
  readonly name: string;
}

/** Tuples are TupleData as the protocol defines it: views of the message, to be copied by whoever keeps them. */
export interface RowMessage {
  readonly kind: 'insert' | 'update' | 'delete';
  readonly relation: number;
  readonly before: Buffer | undefined;
  /** False: `before` holds the identity's columns only. */
  readonly beforeWhole: boolean;
  readonly after: Buffer | undefined;
}

export interface TruncateMessage {
  readonly kind: 'truncate';
  readonly relations: readonly number[];
}

/** What somebody wrote by `pg_logical_emit_message`. */
export interface LogicalMessage {
  readonly kind: 'message';
  readonly transactional: boolean;
  readonly prefix: string;
  /** A view of the message. */
  readonly content: Buffer;
}
