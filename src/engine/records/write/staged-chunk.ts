// A chunk ready to be written: COPY lines of the good rows, issues of the bad ones, and the way back to the cells.
import { type CellBatch, cellText } from '../../../foundation/cells/cell-batch.js';
import type { RowInBatch } from '../../../foundation/cells/row-cells.js';
import type { FoundIssue } from '../../pipeline/run.js';
import type { Chunk } from '../../pipeline/write-chunks.js';

/** Two rows of the source with the same identity, as far as hashes can tell. */
export interface DuplicatePair {
  readonly earlier: number;
  readonly earlierLine: number;
  readonly later: number;
  readonly laterLine: number;
}

/** Says in words what was found; callable until the chunk is released. A chunk that waits keeps these: they are a tenth of the words. */
export type IssueTeller = () => FoundIssue;

export interface StagedChunk extends Chunk {
  /** COPY text lines: row, line, say, then the plan's stage columns. */
  readonly data: Buffer;
  readonly length: number;
  /** Rows in `data`. */
  readonly staged: number;
  /** Rows of the source the chunk covers, bad ones included. */
  readonly read: number;
  /** Errors and warnings found while encoding, put into words at each call; the first error of each row carries its cells. */
  tellIssues(): FoundIssue[];
  readonly failed: number;
  /** Failed rows of which not even the identity could be read. */
  readonly unreadable: number;
  readonly duplicates: readonly DuplicatePair[];
  /** By stage column: 1 if any row leaves the field alone, 2 if any sets its default, 3 if both. */
  readonly says: Uint8Array;
  /** Batches whose rows are in the chunk, for the cells of rows that the server refuses. */
  readonly batches: readonly CellBatch[];
  /** Gives the memory of `data` and `batches` back for the next chunks. To be called once, when nobody looks at either any more. */
  release(): void;
}

/** The cells of a row as they came, or undefined if the chunk does not have it. */
export function findCells(chunk: StagedChunk, row: number): RowInBatch | undefined {
  for (const batch of chunk.batches) {
    const index = row - batch.firstRow;
    if (index >= 0 && index < batch.rows) return { batch, index };
  }
  return undefined;
}

/** The text of one cell as the write path got it: as it came, or as a mapping made it. */
export function findText(chunk: StagedChunk, row: number, column: number): string | undefined {
  for (const batch of chunk.batches) {
    const index = row - batch.firstRow;
    if (index >= 0 && index < batch.rows && column < batch.columns.length)
      return cellText(batch, index, column) ?? undefined;
  }
  return undefined;
}

export function findLine(chunk: StagedChunk, row: number): number | undefined {
  for (const batch of chunk.batches) {
    const index = row - batch.firstRow;
    if (index >= 0 && index < batch.rows) return batch.lines[index];
  }
  return undefined;
}

/** What the source calls the column a cell was made of; undefined if none gave it. */
export function columnName(batch: CellBatch, index: number, column: number): string | undefined {
  const { origin } = batch;
  return origin?.nameAt?.(index, column) ?? (origin?.names ?? batch.columns)[column];
}

/** The same by the row's ordinal; of a row that the chunk does not have, as in the last batch. */
export function findColumnName(chunk: StagedChunk, row: number, column: number): string | undefined {
  const found = chunk.batches.find(({ firstRow, rows }) => row >= firstRow && row < firstRow + rows);
  const batch = found ?? chunk.batches.at(-1);
  return batch && columnName(batch, found ? row - found.firstRow : 0, column);
}
