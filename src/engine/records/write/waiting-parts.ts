// What belongs to a record that waits for another is kept beside it, as the mapping made it, and made a batch again once the record
// is stored. It is judged only then: if the record is lost, so are they, without a word of their own.
import {
  type CellBatch,
  cellText,
  type PartRows,
  type RowProblem,
} from '../../../foundation/cells/cell-batch.js';
import type { CellTexts } from '../../../foundation/cells/row-cells.js';
import type { Client } from '../../../foundation/postgres/database.js';
import { isParted } from './part-rows.js';
import { columnName, type StagedChunk } from './staged-chunk.js';

/** One row of a part, as it is kept. */
interface WaitingRow extends CellTexts {
  readonly line: number;
  /** What the source calls the column of each cell. */
  readonly names: readonly (string | null)[];
  readonly typed: boolean;
  readonly problems?: readonly Omit<RowProblem, 'index'>[];
}

/** What waits with one record, by part of the mapping. */
export interface WaitingOwner {
  readonly row: number;
  readonly parts: readonly (readonly WaitingRow[])[];
}

/** What belongs to the rows of the chunk. One that has nothing is listed too: its stored ones may be to go. */
export function listWaiting(chunk: StagedChunk, waiting: ReadonlySet<number>): readonly WaitingOwner[] {
  return chunk.batches.filter(isParted).flatMap((batch) => {
    const owners = Array.from({ length: batch.rows }, (_, owner) => owner);
    return owners
      .filter((owner) => waiting.has(batch.firstRow + owner))
      .map((owner) => ({
        row: batch.firstRow + owner,
        parts: batch.parts.map((part) => listRows(part, owner)),
      }));
  });
}

/** Keeps it with the rows, which are postponed already. */
export async function keepWaiting(
  client: Client,
  runId: string,
  waiting: readonly WaitingOwner[],
): Promise<void> {
  await client.query(
    `update dovetail.run_postponed p set parts = k.parts
     from json_to_recordset($2) as k (row int8, parts json) where p.run_id = $1 and p.row = k.row`,
    [runId, JSON.stringify(waiting)],
  );
}

function listRows({ batch, from }: PartRows, owner: number): readonly WaitingRow[] {
  const width = batch.columns.length;
  const [first, end] = [from[owner]!, from[owner + 1]!];
  const found = batch.problems.filter(({ index }) => index >= first && index < end);
  return Array.from({ length: end - first }, (_, i): WaitingRow => {
    const at = first + i;
    const problems = found.flatMap(({ index, ...problem }) => (index === at ? [problem] : []));
    return {
      line: batch.lines[at]!,
      names: batch.columns.map((_, column) => columnName(batch, at, column) ?? null),
      cells: batch.columns.map((_, column) => cellText(batch, at, column)),
      kinds: batch.kind.subarray(at * width, (at + 1) * width).join(''),
      typed: batch.typed,
      ...(problems.length > 0 ? { problems } : {}),
    };
  });
}

/** Of the postponed rows those with which others wait, in the order of the source. */
export async function readWaiting(
  client: Client,
  runId: string,
  rows: readonly number[],
): Promise<readonly WaitingOwner[]> {
  const found = await client.query<{ row: string; parts: WaitingOwner['parts'] }>(
    `select row, parts from dovetail.run_postponed
     where run_id = $1 and row = any($2::int8[]) and parts is not null order by row`,
    [runId, rows],
  );
  return found.rows.map(({ row, parts }) => ({ row: Number(row), parts }));
}

const BATCH_ROWS = 1_000;

/** The rows of one part again, numbered from 1; none if the owners have none. `cellsOf`: the source's cells of an owner. */
export function toWaitingBatches(
  owners: readonly WaitingOwner[],
  part: number,
  cellsOf: (owner: number) => CellTexts | undefined,
): readonly CellBatch[] {
  const all = owners.flatMap(({ row: owner, parts }) => (parts[part] ?? []).map((row) => ({ owner, row })));
  const batches: CellBatch[] = [];
  for (let first = 0; first < all.length; first += BATCH_ROWS)
    batches.push(toBatch(all.slice(first, first + BATCH_ROWS), first + 1, cellsOf));
  return batches;
}

function toBatch(
  rows: readonly { readonly owner: number; readonly row: WaitingRow }[],
  firstRow: number,
  cellsOf: (owner: number) => CellTexts | undefined,
): CellBatch {
  const { names, typed } = rows[0]!.row;
  const cells = rows.flatMap(({ row }) => row.cells.map((cell) => Buffer.from(cell ?? '')));
  const end = new Uint32Array(cells.length);
  let length = 0;
  for (const [i, cell] of cells.entries()) {
    length += cell.length;
    end[i] = length;
  }
  return {
    columns: names.map((name) => name ?? ''),
    rows: rows.length,
    firstRow,
    lines: Uint32Array.from(rows, ({ row }) => row.line),
    bytes: Buffer.concat(cells),
    start: Uint32Array.from(cells, (cell, i) => end[i]! - cell.length),
    end,
    kind: Uint8Array.from(rows.flatMap(({ row }) => [...row.kinds].map(Number))),
    typed,
    problems: rows.flatMap(({ row }, index) =>
      (row.problems ?? []).map((problem) => ({ ...problem, index })),
    ),
    sourceBytes: 0,
    origin: {
      names: names.map((name) => name ?? undefined),
      nameAt: (index, column) => rows[index]?.row.names[column] ?? undefined,
      indexes: names.map(() => undefined),
      rowOf: (index) => rows[index]!.owner,
      cellsOf: (index) => cellsOf(rows[index]!.owner) ?? { cells: [], kinds: '' },
    },
  };
}
