// The dry run of a chunk: everything up to the writing statement, and none of it kept.
import type { Client } from '../../../foundation/postgres/database.js';
import type { ChunkOutcome } from '../../pipeline/chunk-transaction.js';
import { fillStage } from './fill-stage.js';
import { rememberRows } from './judge-open-rows.js';
import { reportJudged, type SpecialRow } from './judged-issues.js';
import type { WritePlan } from './plan-parts.js';
import { rememberSeen } from './rehearse-removal.js';
import { RowReport } from './row-report.js';
import { applyRules } from './rules/apply-rules.js';
import type { HookCircumstances } from './rules/ruling.js';
import { STAGE } from './stage-table.js';
import type { StagedChunk } from './staged-chunk.js';
import { sourceOf } from './write-chunk.js';
import { type Judgement, judgeOnly } from './write-sql.js';

/** How a stored record would change. */
export interface RowDifference {
  readonly row: number;
  readonly line: number;
  readonly identity: readonly { readonly field: string; readonly value: string | null }[];
  readonly cells: readonly {
    readonly field: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

export interface ChunkJudgement extends ChunkOutcome {
  readonly differences: readonly RowDifference[];
  /** Rows of which not even the identity could be read. */
  readonly unreadable: number;
}

type Cells = readonly ([field: string, before: string | null, after: string | null] | null)[];

/**
 * Judges a chunk by reading only. The caller keeps one transaction for the whole dry run and rolls it back; in it a table of
 * the identities met so far is kept, by which `judgeOpenRows` resolves references to rows of the same source.
 */
export async function judgeChunk(
  client: Client,
  plan: WritePlan,
  chunk: StagedChunk,
  mostDifferences: number,
  circumstances: HookCircumstances = {},
): Promise<ChunkJudgement> {
  const report = new RowReport(sourceOf(chunk));
  const counts = { inserted: 0, updated: 0, deleted: 0, unchanged: 0 };
  let differences: readonly RowDifference[] = [];
  let open = 0;
  if (chunk.staged > 0) {
    await fillStage(client, plan, chunk, report);
    const { plan: ruled } = await applyRules(client, plan, report, circumstances);
    await circumstances.onStaged?.(client);
    const options = { says: chunk.says, constraints: true, readOnly: true };
    const result = await client.query<Judgement & { differences: [number, number, Cells][] }>(
      judgeOnly(ruled, options, mostDifferences),
    );
    const judged = result.rows[0]!;
    Object.assign(counts, judged);
    if (plan.strategy === 'mirror') await rememberSeen(client, ruled);
    await reportJudged(
      client,
      ruled,
      judged.special.filter(([, action]) => action === 'e') as SpecialRow[],
      report,
    );
    const waiting = judged.special.filter(([, action]) => action === 'p');
    open = waiting.length;
    await rememberRows(client, plan, judged.special);
    differences = judged.differences.map(([row, line, cells]) => ({
      row,
      line,
      identity: plan.columns
        .slice(0, plan.identityColumns)
        .map((column) => ({ field: column.path, value: report.valueOf(row, column) ?? null })),
      cells: cells.flatMap((cell) => (cell ? [{ field: cell[0], before: cell[1], after: cell[2] }] : [])),
    }));
    await client.query(`drop table ${STAGE}`);
  }
  const issues = [...chunk.issues, ...report.issues];
  return {
    counters: {
      read: chunk.read,
      added: counts.inserted,
      updated: counts.updated,
      unchanged: counts.unchanged,
      deleted: counts.deleted,
      postponed: open,
      failed: chunk.failed + report.failed,
      warnings: issues.filter((issue) => issue.severity === 'warning').length,
    },
    issues,
    differences,
    unreadable: chunk.unreadable + report.unreadable,
  };
}
