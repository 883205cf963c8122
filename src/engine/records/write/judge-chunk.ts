// The dry run of a chunk: everything up to the writing statement, and none of it kept.
import type { Client } from '../../../foundation/postgres/database.js';
import type { ChunkOutcome } from '../../pipeline/chunk-transaction.js';
import { judgeOnly, type Rehearsal } from './difference-sql.js';
import { fillStage } from './fill-stage.js';
import { rememberRows } from './judge-open-rows.js';
import { reportJudged, type SpecialRow } from './judged-issues.js';
import type { WritePlan } from './plan-parts.js';
import { rememberSeen } from './rehearse-removal.js';
import { listRehearsed, rememberRehearsed } from './rehearsed-rows.js';
import { type DifferenceBudget, type RowDifference, toCells } from './row-difference.js';
import { RowReport } from './row-report.js';
import { applyRules } from './rules/apply-rules.js';
import type { HookCircumstances } from './rules/ruling.js';
import { STAGE } from './stage-table.js';
import type { DuplicatePair, StagedChunk } from './staged-chunk.js';
import { sourceOf } from './write-chunk.js';

export interface ChunkJudgement extends ChunkOutcome {
  readonly differences: readonly RowDifference[];
  /** Rows of which not even the identity could be read. */
  readonly unreadable: number;
  /** Rows whose record a chunk before had, as only the server could tell. */
  readonly met: readonly DuplicatePair[];
}

/**
 * Judges a chunk by reading only. The caller keeps one transaction for the whole dry run and rolls it back; in it tables of
 * what was met so far are kept, by which `judgeOpenRows` resolves references to rows of the same source, and later chunks
 * know their duplicates. Differences of rows that wait for others are among those told; `listLost` says which to take back.
 */
export async function judgeChunk(
  client: Client,
  plan: WritePlan,
  chunk: StagedChunk,
  budget: DifferenceBudget,
  circumstances: HookCircumstances = {},
): Promise<ChunkJudgement> {
  const report = new RowReport(sourceOf(chunk));
  const judged =
    chunk.staged > 0 ? await judgeStaged(client, plan, chunk, budget, circumstances, report) : NOTHING;
  const issues = [...chunk.tellIssues(), ...report.issues];
  return {
    counters: {
      read: chunk.read,
      ...judged.counts,
      failed: chunk.failed + report.failed,
      warnings: issues.filter((issue) => issue.severity === 'warning').length,
    },
    issues,
    differences: judged.differences,
    unreadable: chunk.unreadable + report.unreadable,
    met: judged.met,
  };
}

const NOTHING = {
  counts: { added: 0, updated: 0, deleted: 0, unchanged: 0, postponed: 0 },
  differences: [],
  met: [],
} as const;

async function judgeStaged(
  client: Client,
  plan: WritePlan,
  chunk: StagedChunk,
  budget: DifferenceBudget,
  circumstances: HookCircumstances,
  report: RowReport,
) {
  let met: readonly DuplicatePair[] = [];
  await fillStage(client, plan, chunk, report, async () => {
    met = await listRehearsed(client, plan);
    return met;
  });
  const { plan: ruled } = await applyRules(client, plan, report, circumstances);
  await circumstances.onStaged?.(client);
  const options = { says: chunk.says, constraints: true, readOnly: true };
  const repeated = report.replaced.map((pair) => pair.later);
  const result = await client.query<Rehearsal>(judgeOnly(ruled, options, budget, repeated));
  const judged = result.rows[0]!;
  if (plan.strategy === 'mirror') await rememberSeen(client, ruled);
  const refused = judged.special.filter(([, action]) => action === 'e') as SpecialRow[];
  // The row before would be there by then.
  const exist = plan.strategy === 'add' ? judged.again.map((row): SpecialRow => [row, 'e', 'exists']) : [];
  await reportJudged(client, ruled, [...refused, ...exist], report);
  const failed = [...refused, ...exist].map(([row]) => row);
  await rememberRehearsed(client, plan, failed);
  const replaced = await rememberRows(client, plan, judged.special, report);
  await client.query(`drop table ${STAGE}`);
  const again = judged.again.length;
  return {
    counts: {
      added: judged.inserted - again,
      updated: judged.updated + again - exist.length,
      deleted: judged.deleted,
      unchanged: judged.unchanged,
      postponed: judged.special.filter(([, action]) => action === 'p').length - replaced,
    },
    differences: judged.differences
      .filter(([row]) => !judged.again.includes(row))
      .map(([row, line, action, cells]) => ({
        action: ACTIONS[action],
        row,
        line,
        identity: plan.columns
          .slice(0, plan.identityColumns)
          .map((column) => ({ field: column.path, value: report.valueOf(row, column) ?? null })),
        cells: toCells(cells),
      })),
    met,
  };
}

const ACTIONS = { i: 'add', u: 'update', d: 'delete' } as const;
