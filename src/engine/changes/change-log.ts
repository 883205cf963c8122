// What consumers see of the stream: a log in PostgreSQL that is read from any position for as long as it is kept.
import type { StreamEntry, TableName } from './change.js';
import type { Position } from './position.js';

export interface ChangeLog {
  /** The last entry that is kept, or the position from which the first will follow. */
  readHead(): Promise<Position>;
  /** The position after which everything is still kept. */
  readTail(): Promise<Position>;
  /** The position after the last entry of transactions committed before `time`. */
  findTime(time: Date): Promise<Position>;
  /**
   * Entries after `position`, in order, at most `limit` (default 1,000) and about `bytes` (default 4 MiB), at least one where
   * there is one. A page may end inside a transaction. Entries of tables that aren't asked for are passed over: `next` is then
   * further than the last entry. `position` may be of a dead epoch: what is kept of it comes first, then the gap.
   */
  readAfter(position: Position, options?: ReadOptions): Promise<ChangePage | Expired>;
  /** Resolves when there is an entry after `position`, or with false when the signal is aborted or `timeoutMs` have passed. */
  waitAfter(
    position: Position,
    options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  ): Promise<boolean>;
  close(): Promise<void>;
}

export interface ReadOptions {
  readonly limit?: number;
  readonly bytes?: number;
  /** Changes of these tables only; gaps always, snapshot marks of these tables. Default: all. */
  readonly tables?: readonly TableName[];
}

export interface ChangePage {
  readonly kind: 'page';
  readonly entries: readonly StreamEntry[];
  /** To go on from. */
  readonly next: Position;
  /** True: nothing came after it when it was read. */
  readonly isLast: boolean;
}

/** What came after the position is no longer kept: whoever asks has missed changes. */
export interface Expired {
  readonly kind: 'expired';
  /** From here on everything is kept. */
  readonly tail: Position;
}
