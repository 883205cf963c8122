// What an import asks of whoever turns the cells of file fields into files that are kept: a step between mapping and encoding. Nothing
// below it knows that there are files.
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';

export interface FileStep {
  /**
   * The batch with the names of kept files in place of what its cells asked for. A row whose file can't be had carries a problem; rows
   * that are passed over, and rows up to `done`, are left as they are. Called with one batch at a time, in the order of the source. When
   * it resolves, every file that a row of the batch names is durable. Throws only what is the matter with more than a row.
   */
  keep(batch: CellBatch, done: number): Promise<CellBatch>;
  /** What became of files so far. */
  tally(): FileTally;
  close(): Promise<void>;
}

export interface FileTally {
  /** Files that were checked and are, or would be, put into a storage, or lie there already. */
  readonly checked: number;
  /** Of a dry run: addresses that would be fetched, counted, and the first of them. */
  readonly toFetch: number;
  readonly firstToFetch: readonly string[];
  /** Of a dry run: addresses that gave a file before; they would be asked whether it is still that one. */
  readonly toAsk: number;
}
