// Rows of a source with the same identity: found by hashes while they were read, and by the server where spellings differ.
import type { Client } from '../../../foundation/postgres/database.js';
import type { WritePlan } from './plan-parts.js';
import { duplicateFailure } from './row-issues.js';
import type { RowReport } from './row-report.js';
import { compareDuplicates, dropRows, findServerDuplicates } from './stage-table.js';
import type { DuplicatePair, StagedChunk } from './staged-chunk.js';
import { findMet } from './write-sql.js';

/** Of rows with one identity the last (or first) stays; a warning names both lines. */
export async function settleDuplicates(
  client: Client,
  plan: WritePlan,
  chunk: StagedChunk,
  report: RowReport,
  listMet: () => Promise<readonly DuplicatePair[]>,
): Promise<void> {
  const known = new Set(chunk.duplicates.map((pair) => pair.later));
  const met = (await listMet()).filter((pair) => !known.has(pair.later));
  const pairs = [
    ...(await comparePairs(client, plan, chunk.duplicates)),
    ...(await listServerPairs(client, plan, chunk)),
    ...met.map((pair) => ({ pair, staged: false })),
  ];
  const dropped: number[] = [];
  for (const { pair, staged } of pairs) {
    if (plan.onDuplicate === 'fail') report.fail(pair.later, duplicateFailure(plan, pair));
    else report.warnDuplicate(plan, pair);
    if (plan.onDuplicate !== 'last') dropped.push(pair.later);
    else if (staged) dropped.push(pair.earlier);
    else report.replaced.push(pair);
  }
  if (dropped.length > 0) await client.query(dropRows(), [dropped]);
}

interface ConfirmedPair {
  readonly pair: DuplicatePair;
  /** True if the earlier row is in this chunk too. */
  readonly staged: boolean;
}

/** The hashes' pairs without those that the server finds different. */
async function comparePairs(
  client: Client,
  plan: WritePlan,
  pairs: readonly DuplicatePair[],
): Promise<readonly ConfirmedPair[]> {
  if (pairs.length === 0) return [];
  const byRows = new Map(pairs.map((pair) => [`${pair.earlier} ${pair.later}`, pair]));
  const compared = await client.query<{ earlier: string; later: string; staged: boolean; same: boolean }>(
    compareDuplicates(plan),
    [pairs.map((pair) => pair.earlier), pairs.map((pair) => pair.later)],
  );
  return compared.rows
    .filter((row) => !row.staged || row.same)
    .map((row) => ({ pair: byRows.get(`${row.earlier} ${row.later}`)!, staged: row.staged }));
}

/** For types whose equality is not that of their bytes: pairs that only the server sees. */
async function listServerPairs(
  client: Client,
  plan: WritePlan,
  chunk: StagedChunk,
): Promise<readonly ConfirmedPair[]> {
  if (plan.canonicalIdentity || plan.identity.length === 0) return [];
  const known = new Set(chunk.duplicates.map((pair) => `${pair.earlier} ${pair.later}`));
  const found = await client.query<Record<'earlier' | 'earlier_line' | 'later' | 'later_line', string>>(
    findServerDuplicates(plan),
  );
  return found.rows
    .filter((row) => !known.has(`${row.earlier} ${row.later}`))
    .map((row) => ({
      staged: true,
      pair: {
        earlier: Number(row.earlier),
        earlierLine: Number(row.earlier_line),
        later: Number(row.later),
        laterLine: Number(row.later_line),
      },
    }));
}

/** True if only the server knows which rows have the same identity: then the records that a run met are noted in the database. */
export function meetsByServer(plan: WritePlan): boolean {
  return !plan.part && !plan.canonicalIdentity && plan.identity.length > 0 && plan.strategy !== 'delete';
}

/** Staged rows whose record a chunk of the run before had. */
export async function listMetPairs(
  client: Client,
  plan: WritePlan,
  runId: string,
): Promise<readonly DuplicatePair[]> {
  if (!meetsByServer(plan)) return [];
  const found = await client.query<Record<'earlier_line' | 'later' | 'later_line', string>>(findMet(plan), [
    runId,
  ]);
  return found.rows.map((row) => ({
    // The earlier row itself is not known any more.
    earlier: 0,
    earlierLine: Number(row.earlier_line),
    later: Number(row.later),
    laterLine: Number(row.later_line),
  }));
}
