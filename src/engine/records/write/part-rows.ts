// The rows of a part that belong to certain records of a chunk, staged for the part's own plan.
import type { CellBatch, PartedBatch } from '../../../foundation/cells/cell-batch.js';
import type { FoundIssue } from '../../pipeline/run.js';
import type { WritePlan } from './plan-parts.js';
import { StageEncoder } from './stage-encoder.js';
import type { StagedChunk } from './staged-chunk.js';

const CHUNK_ROWS = 20_000;

export const isParted = (batch: CellBatch): batch is PartedBatch => 'parts' in batch;

/** Chunks of the part's rows whose owners `wanted` takes. Rows are numbered anew, from 1; issues are told by `toSourceIssues`. */
export function stagePart(
  plan: WritePlan,
  owners: StagedChunk,
  part: number,
  wanted: (row: number) => boolean,
): readonly StagedChunk[] {
  let next = 1;
  const batches = owners.batches.filter(isParted).flatMap((batch): readonly CellBatch[] => {
    const { batch: rows, from } = batch.parts[part]!;
    const chosen: number[] = [];
    for (let owner = 0; owner < batch.rows; owner++) {
      if (from[owner] === from[owner + 1] || !wanted(batch.firstRow + owner)) continue;
      for (let i = from[owner]!; i < from[owner + 1]!; i++) chosen.push(i);
    }
    if (chosen.length === 0) return [];
    const selected = selectRows(rows, chosen, next);
    next += chosen.length;
    return [selected];
  });
  return encodePart(plan, batches);
}

/** The same of rows that are chosen already: numbered from 1, in order. */
export function encodePart(plan: WritePlan, batches: readonly CellBatch[]): readonly StagedChunk[] {
  if (batches.length === 0) return [];
  const encoder = new StageEncoder(plan, {
    partitions: 1,
    seed: 1,
    chunkRows: CHUNK_ROWS,
    expectedRows: batches.reduce((sum, { rows }) => sum + rows, 1),
    committed: [0],
  });
  return [...batches.flatMap((batch) => encoder.encode(batch)), ...encoder.finish()];
}

function selectRows(batch: CellBatch, rows: readonly number[], firstRow: number): CellBatch {
  const width = batch.columns.length;
  const [start, end] = [new Uint32Array(rows.length * width), new Uint32Array(rows.length * width)];
  const kind = new Uint8Array(rows.length * width);
  const places = new Map<number, number>();
  rows.forEach((row, i) => {
    start.set(batch.start.subarray(row * width, (row + 1) * width), i * width);
    end.set(batch.end.subarray(row * width, (row + 1) * width), i * width);
    kind.set(batch.kind.subarray(row * width, (row + 1) * width), i * width);
    if (batch.problems.length > 0) places.set(row, i);
  });
  const { origin } = batch;
  return {
    ...batch,
    rows: rows.length,
    firstRow,
    lines: Uint32Array.from(rows, (row) => batch.lines[row]!),
    start,
    end,
    kind,
    problems: batch.problems.flatMap((problem) => {
      const index = places.get(problem.index);
      return index === undefined ? [] : [{ ...problem, index }];
    }),
    ...(origin && {
      origin: {
        ...origin,
        rowOf: (index: number) => origin.rowOf(rows[index]!),
        cellsOf: (index: number) => origin.cellsOf(rows[index]!),
        ...(origin.nameAt && {
          nameAt: (index: number, column: number) => origin.nameAt?.(rows[index]!, column),
        }),
      },
    }),
  };
}

/** The issues with the ordinals of the source's records in place of the part's own. */
export function toSourceIssues(chunk: StagedChunk, issues: readonly FoundIssue[]): readonly FoundIssue[] {
  return issues.map((issue) => {
    const row = issue.row === undefined ? undefined : sourceRow(chunk, issue.row);
    return row === undefined ? issue : { ...issue, row };
  });
}

/** The source's records of which something could not be read or written. */
export function incompleteOwners(chunk: StagedChunk, issues: readonly FoundIssue[]): readonly number[] {
  return issues.flatMap(({ severity, row }) => {
    const owner = severity === 'error' && row !== undefined ? sourceRow(chunk, row) : undefined;
    return owner === undefined ? [] : [owner];
  });
}

function sourceRow(chunk: StagedChunk, row: number): number | undefined {
  const batch = chunk.batches.find(({ firstRow, rows }) => row >= firstRow && row < firstRow + rows);
  return batch?.origin?.rowOf(row - batch.firstRow);
}
