// The contract of a storage: where files lie that Dovetail takes from, gives to, or keeps for itself.
import type { Readable } from 'node:stream';

export interface StoredFile {
  /** Relative to the storage's root, with `/` between folders, never with `..`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly modifiedAt: Date;
}

/**
 * Five methods, and what they promise. Paths are relative, `/` between folders; one that is empty, absolute, or climbs out of the
 * root throws STORAGE-101. A storage that can't be reached throws STORAGE-103 (`retry`), one that refuses STORAGE-104.
 */
export interface Storage {
  /**
   * True where files grow under their final names and bear the time of a clock that may be wrong: whether one is still being written is
   * then seen by looking twice only. Default: false.
   */
  readonly foreignClock?: boolean;
  /**
   * Every file whose path begins with `prefix` (a folder is named with its `/` at the end; '' for all), folders themselves left
   * out, sorted by path within a folder. A prefix under which nothing lies gives nothing.
   */
  list(prefix: string): AsyncIterable<StoredFile>;
  /** The bytes, as a stream the caller reads to its end or destroys. Throws STORAGE-102 if there is no such file. */
  get(path: string): Promise<Readable>;
  /**
   * Writes the file whole or not at all: until it resolves, `get` and `list` show what was there before. Replaces a file of the same
   * path; makes the folders. If `bytes` throws, nothing is left behind. When it resolves the file is durable.
   */
  put(path: string, bytes: AsyncIterable<Uint8Array>): Promise<StoredFile>;
  /** Does nothing if there is no such file. */
  delete(path: string): Promise<void>;
  /** Undefined if there is no such file; a folder is none. */
  stat(path: string): Promise<StoredFile | undefined>;
  /** Lets go of connections. Nothing may be called afterwards. */
  close(): Promise<void>;
}
