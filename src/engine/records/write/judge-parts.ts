// The dry run of a chunk with the records that belong to its records: what would become of them, those of stored owners that the
// source does not have any more included. Nothing is written.
import type { Client } from '../../../foundation/postgres/database.js';
import { addPartCounts, NO_PART_COUNTS, type PartCounts } from '../../pipeline/part-store.js';
import type { FoundIssue } from '../../pipeline/run.js';
import { findNotStored, findOpenOwners, findOwners } from './find-owners.js';
import { type ChunkJudgement, judgeChunk } from './judge-chunk.js';
import { addWritten, judgeNewParts } from './judge-new-parts.js';
import { rememberWaiting } from './judge-waiting-parts.js';
import { incompleteOwners, stagePart, toSourceIssues } from './part-rows.js';
import { createGoing, createKept, dropOwners, keepOwnerRows, keepRecords, noteGoing } from './part-sql.js';
import type { PartPlan } from './plan-part.js';
import type { WritePlan } from './plan-parts.js';
import type { DifferenceBudget } from './row-difference.js';
import type { HookCircumstances } from './rules/ruling.js';
import type { StagedChunk } from './staged-chunk.js';
import { listWaiting } from './waiting-parts.js';
import { type WrittenParts, withParts } from './write-parts.js';

/** The differences told are those of the records themselves. */
const NO_DIFFERENCES: DifferenceBudget = { add: 0, update: 0, delete: 0 };

/** As `judgeChunk`, then the parts; what belongs to a record that is new is new too. Nothing is written. */
export async function judgeChunkWithParts(
  client: Client,
  plan: WritePlan,
  parts: readonly PartPlan[],
  chunk: StagedChunk,
  budget: () => DifferenceBudget,
  circumstances: HookCircumstances = {},
): Promise<ChunkJudgement> {
  if (parts.length === 0 || plan.strategy === 'delete')
    return judgeChunk(client, plan, chunk, budget(), circumstances);
  await client.query(dropOwners());
  const onStaged = (staging: Client) => staging.query(keepOwnerRows()).then(() => {});
  const judged = await judgeChunk(client, plan, chunk, budget(), { ...circumstances, onStaged });
  if (chunk.staged === 0) return judged;
  const owners = await findOwners(client, plan, parts, judged.issues);
  const failed = new Set(judged.issues.flatMap(({ severity, row }) => (severity === 'error' ? [row] : [])));
  const stored = await judgeStoredParts(client, parts, chunk, owners, circumstances);
  if (plan.strategy === 'update') return withParts(judged, stored);
  const waiting = await findOpenOwners(client, plan);
  if (waiting.size > 0) await rememberWaiting(client, listWaiting(chunk, waiting));
  const notStored = await findNotStored(client);
  const isNew = (row: number): boolean => notStored.has(row) && !failed.has(row) && !waiting.has(row);
  const stage = (part: PartPlan, index: number) => stagePart(part.plan, chunk, index, isNew);
  return withParts(judged, addWritten(stored, judgeNewParts(parts, stage)));
}

async function judgeStoredParts(
  client: Client,
  parts: readonly PartPlan[],
  chunk: StagedChunk,
  owners: ReadonlySet<number>,
  circumstances: HookCircumstances,
): Promise<WrittenParts> {
  const issues: FoundIssue[] = [];
  const outcomes: Record<string, PartCounts> = {};
  for (const [index, part] of parts.entries()) {
    const judged = await judgePart(client, part, parts, index, chunk, owners, circumstances);
    issues.push(...judged.issues);
    outcomes[part.name] = addPartCounts(outcomes[part.name] ?? NO_PART_COUNTS, judged.counts);
  }
  return { outcomes, issues };
}

/** Judges those of stored owners, and counts what these have and the source does not. */
async function judgePart(
  client: Client,
  part: PartPlan,
  parts: readonly PartPlan[],
  index: number,
  chunk: StagedChunk,
  owners: ReadonlySet<number>,
  circumstances: HookCircumstances,
): Promise<{ readonly counts: PartCounts; readonly issues: readonly FoundIssue[] }> {
  const removes = part.missing === 'delete';
  const issues: FoundIssue[] = [];
  const incomplete = new Set<number>();
  let counts = NO_PART_COUNTS;
  if (removes) await client.query(createKept());
  const onStaged = (staging: Client) => staging.query(keepRecords(part)).then(() => {});
  const judging = removes ? { ...circumstances, onStaged } : circumstances;
  for (const rows of stagePart(part.plan, chunk, index, (row) => owners.has(row))) {
    const found = await judgeChunk(client, part.plan, rows, NO_DIFFERENCES, judging);
    for (const owner of incompleteOwners(rows, found.issues)) incomplete.add(owner);
    issues.push(...toSourceIssues(rows, found.issues));
    counts = addPartCounts(counts, found.counters);
  }
  if (!removes) return { counts, issues };
  await client.query(createGoing);
  const going = await client.query(noteGoing(part, parts), [[...incomplete], part.name]);
  return { counts: addPartCounts(counts, { deleted: going.rowCount ?? 0 }), issues };
}
