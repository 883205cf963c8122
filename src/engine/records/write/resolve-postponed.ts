// After the source: rows that referred to records further down are written, level by level; circles are broken where a
// key of the circle may be null; what is left refers to nothing and fails.
import type { Client } from '../../../foundation/postgres/database.js';
import type { ChunkOutcome } from '../../pipeline/chunk-transaction.js';
import { breakCircles } from './break-circles.js';
import { reportJudged } from './judged-issues.js';
import { markOrigin } from './origin-mark.js';
import type { WritePlan } from './plan-parts.js';
import { RowReport } from './row-report.js';
import { createStage, recallRows, STAGE } from './stage-table.js';
import { WriteTotals, writeStage } from './write-chunk.js';

export interface PostponedPass extends ChunkOutcome {
  /** Rows taken up in this step, and how many of them are done now. */
  readonly recalled: number;
  readonly settled: number;
  /** Where the next step of this pass begins. */
  readonly lastRow: number;
}

/**
 * One step over postponed rows, in the caller's transaction: at most `limit` rows after `afterRow`.
 * `last`: nothing helps any more; circles are broken, the rest fails.
 */
export async function resolvePostponed(
  client: Client,
  plan: WritePlan,
  run: { readonly id: string; readonly columns: readonly string[] },
  step: { readonly afterRow: number; readonly limit: number; readonly last: boolean },
): Promise<PostponedPass> {
  await markOrigin(client, plan.origin);
  await client.query(createStage(plan));
  await client.query(recallRows(plan), [run.id, step.afterRow, step.limit]);
  const recalled = await readRecalled(client, run.id, step);
  const report = new RowReport({
    lineOf: (row) => recalled.get(row)?.line,
    cellsOf: (row) => recalled.get(row)?.cells,
    columnName: (column) =>
      'column' in column.target.source ? run.columns[column.target.source.column] : undefined,
  });
  const totals = new WriteTotals();
  // Which fields rows leave alone was not kept by field: all may.
  const says = new Uint8Array(plan.columns.length).fill(
    [...recalled.values()].some((row) => row.say) ? 3 : 0,
  );
  let open = await writeStage(client, plan, says, run.id, report, totals);
  if (step.last && open.length > 0) {
    open = await breakCircles(client, plan, says, run.id, open, report, totals);
    await reportJudged(
      client,
      plan,
      open.map((row) => [row, 'e', 'later']),
      report,
    );
    open = [];
  }
  const stay = new Set(open);
  const settled = [...recalled.keys()].filter((row) => !stay.has(row));
  await client.query(`delete from dovetail.run_postponed where run_id = $1 and row = any($2::int8[])`, [
    run.id,
    settled,
  ]);
  return {
    recalled: recalled.size,
    settled: settled.length,
    lastRow: Math.max(step.afterRow, ...[...recalled.keys()].slice(-1)),
    issues: report.issues,
    counters: {
      added: totals.added,
      updated: totals.updated,
      unchanged: totals.unchanged,
      deleted: totals.deleted,
      postponed: -settled.length,
      failed: report.failed,
      warnings: report.warnings,
    },
  };
}

interface RecalledRow {
  readonly line: number;
  readonly say: string | null;
  readonly cells: readonly (string | null)[] | undefined;
}

async function readRecalled(
  client: Client,
  runId: string,
  step: { readonly afterRow: number; readonly limit: number },
): Promise<ReadonlyMap<number, RecalledRow>> {
  const rows = await client.query<{
    row: string;
    line: string;
    say: string | null;
    cells: (string | null)[] | null;
  }>(
    `select p.row, p.line, p.say, p.cells from dovetail.run_postponed p join ${STAGE} s on s._row = p.row
     where p.run_id = $1 and p.row > $2 order by p.row limit $3`,
    [runId, step.afterRow, step.limit],
  );
  return new Map(
    rows.rows.map((row) => [
      Number(row.row),
      { line: Number(row.line), say: row.say, cells: row.cells ?? undefined },
    ]),
  );
}
