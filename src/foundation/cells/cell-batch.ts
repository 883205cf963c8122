// The currency between readers, mapping and the write path: a batch of cells kept as UTF-8 bytes, never as strings,
// because a million strings that are only passed on are what makes an import slow.

/** What a cell holds. The order is not significant; the numbers are stored in `CellBatch.kind`. */
export const Cell = {
  /** The source has no such cell: a short row, a JSON record without the key. */
  absent: 0,
  /** The cell is there and blank (nothing between the delimiters, or a quoted blank in a file that quotes everything). */
  empty: 1,
  /** An explicit null: JSON null, or one of the spellings of NULL the dialect names. */
  null: 2,
  /** A value as text; of length 0 it is the empty string. */
  text: 3,
  /** A value as JSON text, from sources that have types: number, boolean, object, array. JSON strings are `text`. */
  json: 4,
} as const;
export type CellKind = (typeof Cell)[keyof typeof Cell];

/** Something the reader found wrong with one row. The row is still in the batch, its cells may be incomplete. */
export interface RowProblem {
  /** Index of the row in the batch, from 0. */
  readonly index: number;
  /** Code of the register of the room that found it, e.g. `FORMATS-201`. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** Physical line of the trouble, from 1, where it differs from the row's first line. */
  readonly line?: number;
  /** True: the row is no record at all, and is passed over with a warning. Then it is the row's only problem. Default false. */
  readonly leftOut?: boolean;
}

/**
 * A batch of rows in source order. Cell (r, c) sits at `i = r * columns.length + c` of `start`, `end` and `kind`;
 * its bytes are `bytes[start[i] .. end[i])`, valid UTF-8 without NUL for kind `text`; the bytes mean nothing for
 * `absent`, `empty` and `null`. A batch is read-only once yielded and stays valid until the consumer drops it
 * (readers allocate anew, they never reuse a yielded batch's memory).
 */
export interface CellBatch {
  /** Names of the source's columns. The same array object for as long as the columns stay the same. */
  readonly columns: readonly string[];
  /** Number of rows. */
  readonly rows: number;
  /** Ordinal of the first row among the source's records, from 1. The header is no record. */
  readonly firstRow: number;
  /** Physical line on which each row starts, from 1 (for sources without lines: the record's ordinal). */
  readonly lines: Uint32Array;
  readonly bytes: Buffer;
  readonly start: Uint32Array;
  readonly end: Uint32Array;
  readonly kind: Uint8Array;
  /** True if the source has types of its own (JSON): then `text` is a JSON string, not an untyped cell. */
  readonly typed: boolean;
  /** Rows with problems, ascending by index; several may name the same row. */
  readonly problems: readonly RowProblem[];
  /** Bytes of the (decompressed) source consumed up to the end of this batch. For progress. */
  readonly sourceBytes: number;
}

/** The text of a cell, or null where it has none. For messages, failed-row files and slow paths; not for hot loops. */
export function cellText(batch: CellBatch, row: number, column: number): string | null {
  const i = row * batch.columns.length + column;
  const kind = batch.kind[i];
  if (kind !== Cell.text && kind !== Cell.json) return null;
  return batch.bytes.toString('utf8', batch.start[i], batch.end[i]);
}
