// A chunk with the records that belong to its records: these come right after it, in the same transaction, so that an owner
// is there before them and none is ever without them. A failed owner takes its own with it, without a word of their own.
import type { Client } from '../../../foundation/postgres/database.js';
import type { ChunkOutcome } from '../../pipeline/chunk-transaction.js';
import { addPartCounts, NO_PART_COUNTS, type PartCounts, savePartCounts } from '../../pipeline/part-store.js';
import type { FoundIssue } from '../../pipeline/run.js';
import { ROW } from '../records-errors.js';
import { findOwners, findWaitingOwners } from './find-owners.js';
import { incompleteOwners, stagePart, toSourceIssues } from './part-rows.js';
import {
  createKept,
  dropOwners,
  dropRemoved,
  dropStage,
  keepOwnerRows,
  keepRecords,
  readRemoved,
  removeLeftOver,
  removeOneByOne,
} from './part-sql.js';
import type { PartPlan } from './plan-part.js';
import type { WritePlan } from './plan-parts.js';
import { isRowsFault } from './row-fault.js';
import type { HookCircumstances } from './rules/ruling.js';
import type { StagedChunk } from './staged-chunk.js';
import { keepWaiting, listWaiting } from './waiting-parts.js';
import { writeChunk } from './write-chunk.js';
import type { WriteHabit } from './write-totals.js';

export type PartOutcomes = NonNullable<ChunkOutcome['parts']>;

export interface WrittenParts {
  readonly outcomes: PartOutcomes;
  readonly issues: readonly FoundIssue[];
}

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
  const waiting = await findWaitingOwners(client, plan, runId);
  const stage = (part: PartPlan, index: number) =>
    stagePart(part.plan, chunk, index, (row) => owners.has(row));
  const written = await writeParts(client, parts, stage, runId, circumstances);
  if (waiting.size > 0) await keepWaiting(client, runId, listWaiting(chunk, waiting));
  return withParts(outcome, written);
}

/** Writes what belongs to the owners listed before, part by part; `stage` gives the rows of one. */
export async function writeParts(
  client: Client,
  parts: readonly PartPlan[],
  stage: (part: PartPlan, index: number) => readonly StagedChunk[],
  runId: string,
  circumstances: HookCircumstances,
): Promise<WrittenParts> {
  const issues: FoundIssue[] = [];
  const outcomes: Record<string, PartCounts> = {};
  for (const [index, part] of parts.entries()) {
    const written = await writePart(client, part, parts, stage(part, index), runId, circumstances);
    issues.push(...written.issues);
    outcomes[part.name] = addPartCounts(outcomes[part.name] ?? NO_PART_COUNTS, written.counts);
    await savePartCounts(client, runId, part.name, written.counts);
  }
  return { outcomes, issues };
}

/** The outcome of owners with that of what belongs to them: each of these that failed counts as a failure of the run. */
export function withParts<O extends ChunkOutcome>(outcome: O, { outcomes, issues }: WrittenParts): O {
  const all = [...outcome.issues, ...issues];
  const lost = Object.values(outcomes).reduce((sum, { failed }) => sum + failed, 0);
  const warnings = all.filter((issue) => issue.severity === 'warning').length;
  const counters = { ...outcome.counters, failed: (outcome.counters.failed ?? 0) + lost, warnings };
  return { ...outcome, counters, issues: all, parts: outcomes };
}

async function writePart(
  client: Client,
  part: PartPlan,
  parts: readonly PartPlan[],
  chunks: readonly StagedChunk[],
  runId: string,
  circumstances: HookCircumstances,
): Promise<{ readonly counts: PartCounts; readonly issues: readonly FoundIssue[] }> {
  const issues: FoundIssue[] = [];
  let counts = NO_PART_COUNTS;
  const incomplete = new Set<number>();
  if (part.missing === 'delete') await client.query(createKept());
  for (const rows of chunks) {
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
    hint: 'Remove what refers to them first, or let the mapping keep what the source lacks.',
    message: `${refused} records of ${part.plan.entity.name} are not in the source any more, but could not be removed${part.plan.entity.access === undefined ? `: ${message}` : ''}.`,
  };
  return { count: Number(count), issues: Number(refused) > 0 ? [issue] : [] };
}
