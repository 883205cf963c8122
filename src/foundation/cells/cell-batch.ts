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
  /** What to do about it. */
  readonly hint: string;
  /** True if the row is no record at all (a repeated header, a footer): it is passed over with a warning, and didn't fail. */
  readonly dropped?: boolean;
  /** Physical line of the trouble, from 1, where it differs from the row's first line. */
  readonly line?: number;
  /** Where one cell is to blame: its column, the field it was for, its text. */
  readonly column?: string;
  readonly field?: string;
  readonly value?: string;
}

/** The way back from cells that a mapping made to the cells they were made of. */
export interface CellOrigin {
  /** By column: the name of the source's column it was made of; undefined for what no column gave. */
  readonly names: readonly (string | undefined)[];
  /** The same for one cell, where rows of one column were made of different ones (numbered columns). */
  nameAt?(index: number, column: number): string | undefined;
  /** By column: that column's position in the source. */
  readonly indexes: readonly (number | undefined)[];
  /** Ordinal of the source's record that a row was made of. */
  rowOf(index: number): number;
  /** The source's own cells of a row; of a record made of several rows those of all of them, one row after the other. */
  cellsOf(index: number): { readonly cells: readonly (string | null)[]; readonly kinds: string };
}

/**
 * A batch of rows in source order. Cell (r, c) sits at `i = r * columns.length + c` of `start`, `end` and `kind`;
 * its bytes are `bytes[start[i] .. end[i])`, valid UTF-8 without NUL for kind `text`; the bytes mean nothing for
 * `absent`, `empty` and `null`. A batch is read-only once yielded and stays valid until the consumer drops it, or says
 * by `release` that its memory may be used again.
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
  /** By row: 1 for those that are no records (skipped by a condition, part of the record above). Absent: all are. */
  readonly passed?: Uint8Array;
  /** Gives the memory back to the reader, for later batches. To be called once, by whoever is the last to look at it, or never. */
  release?(): void;
  /** There if a mapping made the cells: messages and the file of failed rows speak of the source's. */
  readonly origin?: CellOrigin;
}

/** A batch whose records have records of other tables with them. */
export interface PartedBatch extends CellBatch {
  /** In the order of the mapping's parts. */
  readonly parts: readonly PartRows[];
}

/** Rows of one part. Those of row `i` of the batch they belong to are `from[i]` up to, not including, `from[i + 1]`. */
export interface PartRows {
  readonly batch: CellBatch;
  readonly from: Uint32Array;
}

/** The text of a cell, or null where it has none. For messages, failed-row files and slow paths; not for hot loops. */
export function cellText(batch: CellBatch, row: number, column: number): string | null {
  const i = row * batch.columns.length + column;
  const kind = batch.kind[i];
  if (kind !== Cell.text && kind !== Cell.json) return null;
  return batch.bytes.toString('utf8', batch.start[i], batch.end[i]);
}
