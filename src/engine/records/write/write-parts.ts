// A chunk with the records that belong to its records: these come right after it, in the same transaction, so that an owner
// is there before them and none is ever without them. A failed owner takes its own with it, without a word of their own.
import type { Client } from '../../../foundation/postgres/database.js';
import type { ChunkOutcome } from '../../pipeline/chunk-transaction.js';
import { addPartCounts, NO_PART_COUNTS, type PartCounts, savePartCounts } from '../../pipeline/part-store.js';
import type { FoundIssue } from '../../pipeline/run.js';
import { ROW } from '../records-errors.js';
import { incompleteOwners, stagePart, toSourceIssues } from './part-rows.js';
import {
  createKept,
  dropOwners,
  dropRemoved,
  dropStage,
  keepOwnerRows,
  keepRecords,
  listOwners,
  readNotStored,
  readOwners,
  readRemoved,
  removeLeftOver,
  removeOneByOne,
} from './part-sql.js';
import type { PartPlan } from './plan-part.js';
import type { WritePlan } from './plan-parts.js';
import { isRowsFault } from './row-fault.js';
import type { HookCircumstances } from './rules/ruling.js';
import type { StagedChunk } from './staged-chunk.js';
import { writeChunk } from './write-chunk.js';
import type { WriteHabit } from './write-totals.js';

export type PartOutcomes = NonNullable<ChunkOutcome['parts']>;

/** As `writeChunk`, then the parts. Deleting records takes theirs along by the database's own rules, or not at all. */
export async function writeChunkWithParts(
  client: Client,
  plan: WritePlan,
  parts: readonly PartPlan[],
  chunk: StagedChunk,
  runId: string,
  circumstances: HookCircumstances & { readonly habit?: WriteHabit } = {},
): Promise<ChunkOutcome> {
  if (parts.length === 0 || plan.strategy === 'delete')
    return writeChunk(client, plan, chunk, runId, circumstances);
  await client.query(dropOwners());
  const onStaged = (staging: Client) => staging.query(keepOwnerRows()).then(() => {});
  const outcome = await writeChunk(client, plan, chunk, runId, { ...circumstances, onStaged });
  if (chunk.staged === 0) return outcome;
  const owners = await findOwners(client, plan, parts, outcome.issues);
  const issues = [...outcome.issues, ...waitingIssues(chunk, parts, owners, outcome)];
  let failed = issues.length - outcome.issues.length;
  const outcomes: Record<string, PartCounts> = {};
  for (const [index, part] of parts.entries()) {
    const written = await writePart(client, part, parts, index, chunk, owners, runId, circumstances);
    issues.push(...written.issues);
    failed += written.counts.failed;
    outcomes[part.name] = written.counts;
    await savePartCounts(client, runId, part.name, written.counts);
  }
  const warnings = issues.filter((issue) => issue.severity === 'warning').length;
  const counters = { ...outcome.counters, failed: (outcome.counters.failed ?? 0) + failed, warnings };
  return { ...outcome, counters, issues, parts: outcomes };
}

/** Rows whose record is stored; those that failed, though it may be, are not among them. */
export async function findOwners(
  client: Client,
  plan: WritePlan,
  parts: readonly PartPlan[],
  issues: readonly FoundIssue[],
): Promise<ReadonlySet<number>> {
  const failed = issues.flatMap(({ severity, row }) =>
    severity === 'error' && row !== undefined ? [row] : [],
  );
  await client.query(listOwners(plan, parts, failed));
  const found = await client.query<{ row: string }>(readOwners());
  return new Set(found.rows.map(({ row }) => Number(row)));
}

/** Rows of the chunk whose record is not stored: new ones in a dry run, else those that failed or wait. */
export async function findNotStored(client: Client): Promise<ReadonlySet<number>> {
  const found = await client.query<{ row: string }>(readNotStored());
  return new Set(found.rows.map(({ row }) => Number(row)));
}

/** A new record that waits for another is not there yet, and what belongs to it can't wait. */
function waitingIssues(
  chunk: StagedChunk,
  parts: readonly PartPlan[],
  owners: ReadonlySet<number>,
  outcome: ChunkOutcome,
): readonly FoundIssue[] {
  if ((outcome.counters.postponed ?? 0) <= 0) return [];
  const known = new Set(outcome.issues.map((issue) => issue.row));
  const dropped = new Set(chunk.duplicates.flatMap((pair) => [pair.earlier, pair.later]));
  const waits = (row: number): boolean => !owners.has(row) && !known.has(row) && !dropped.has(row);
  return parts.flatMap(({ plan }, index) =>
    stagePart(plan, chunk, index, waits).flatMap((rows) =>
      rows.batches.flatMap((batch) =>
        Array.from({ length: batch.rows }, (_, i): FoundIssue => {
          const source = batch.origin!;
          return {
            severity: 'error',
            row: source.rowOf(i),
            line: batch.lines[i]!,
            code: ROW.unknownReference,
            message: `The record it belongs to waits for one further down, so this ${plan.entity.name} was not written.`,
            hint: 'Import the file once more: then the record is there.',
            rowCells: source.cellsOf(i),
          };
        }),
      ),
    ),
  );
}

async function writePart(
  client: Client,
  part: PartPlan,
  parts: readonly PartPlan[],
  index: number,
  chunk: StagedChunk,
  owners: ReadonlySet<number>,
  runId: string,
  circumstances: HookCircumstances,
): Promise<{ readonly counts: PartCounts; readonly issues: readonly FoundIssue[] }> {
  const issues: FoundIssue[] = [];
  let counts = NO_PART_COUNTS;
  const incomplete = new Set<number>();
  if (part.missing === 'delete') await client.query(createKept());
  for (const rows of stagePart(part.plan, chunk, index, (row) => owners.has(row))) {
    await client.query(dropStage());
    const written = await writeChunk(client, part.plan, rows, runId, circumstances);
    if (part.missing === 'delete' && rows.staged > 0) await client.query(keepRecords(part));
    for (const owner of incompleteOwners(rows, written.issues)) incomplete.add(owner);
    issues.push(...toSourceIssues(rows, written.issues));
    counts = addPartCounts(counts, written.counters);
  }
  if (part.missing === 'delete') {
    const removed = await removeMissingOf(client, part, parts, [...incomplete]);
    counts = addPartCounts(counts, { deleted: removed.count });
    issues.push(...removed.issues);
  }
  return { counts, issues };
}

/** What belongs to the owners and was not in the source goes; what the database refuses to let go stays, with a warning. */
async function removeMissingOf(
  client: Client,
  part: PartPlan,
  parts: readonly PartPlan[],
  incomplete: readonly number[],
): Promise<{ readonly count: number; readonly issues: readonly FoundIssue[] }> {
  await client.query('savepoint removing');
  try {
    const result = await client.query(removeLeftOver(part, parts), [incomplete]);
    await client.query('set constraints all immediate');
    await client.query('set constraints all deferred');
    await client.query('release savepoint removing');
    return { count: result.rowCount ?? 0, issues: [] };
  } catch (error) {
    if (!isRowsFault(error)) throw error;
    await client.query('rollback to savepoint removing');
  }
  await client.query(removeOneByOne(part, parts, incomplete));
  const removed = await client.query<{ removed: string; refused: string; message: string }>(readRemoved());
  await client.query(dropRemoved());
  const { removed: count, refused, message } = removed.rows[0]!;
  const issue: FoundIssue = {
    severity: 'warning',
    code: ROW.refused,
    message: `${refused} records of ${part.plan.entity.name} are not in the source any more, but could not be removed: ${message}.`,
  };
  return { count: Number(count), issues: Number(refused) > 0 ? [issue] : [] };
}
