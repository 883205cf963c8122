// What a hostile or mistaken source may cost at most. Beyond these a clear error, never a full memory.

/** Longest cell in bytes of UTF-8. */
export const MAX_CELL_BYTES = 16 * 1024 * 1024;
/** Longest row of a delimited file in bytes of UTF-8. */
export const MAX_ROW_BYTES = 64 * 1024 * 1024;
/** Longest JSON record in bytes. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;
export const MAX_COLUMNS = 10_000;
/** Deepest nesting of a JSON record. */
export const MAX_DEPTH = 64;
/** Most bytes of detection's sample. */
export const SAMPLE_BYTES = 256 * 1024;
/** A batch ends after the row that makes it longer than this, in bytes. */
export const BATCH_BYTES = 8 * 1024 * 1024;
/** A batch has at most this many cells, so that wide tables don't take more memory than long ones. */
export const BATCH_CELLS = 1_000_000;
export const DEFAULT_BATCH_ROWS = 2_000;

/** Rows a batch of so many columns may have. */
export function batchCapacity(batchRows: number | undefined, columns: number): number {
  const wanted = Math.max(1, Math.floor(batchRows ?? DEFAULT_BATCH_ROWS));
  return Math.max(1, Math.min(wanted, Math.floor(BATCH_CELLS / Math.max(1, columns))));
}
