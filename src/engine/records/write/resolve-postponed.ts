// After the source: rows that referred to records further down are written, level by level; circles are broken where a
// key of the circle may be null; what is left refers to nothing and fails.
import type { CellTexts } from '../../../foundation/cells/row-cells.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { ChunkOutcome } from '../../pipeline/chunk-transaction.js';
import { breakCircles, readCircles } from './break-circles.js';
import { reportJudged } from './judged-issues.js';
import { markOrigin } from './origin-mark.js';
import { dropOwners, keepOwnerRows } from './part-sql.js';
import type { PartPlan } from './plan-part.js';
import type { WritePlan } from './plan-parts.js';
import { RowReport } from './row-report.js';
import { readStagedRecords } from './rules/apply-rules.js';
import { writeAndCall } from './rules/call-after-write.js';
import { findUsedColumns, withoutIdleColumns } from './rules/hook-columns.js';
import type { HookCircumstances } from './rules/ruling.js';
import { padSays } from './rules/staged-sql.js';
import { createStage, type PostponedRows, recallRows, STAGE } from './stage-table.js';
import { writeStage } from './write-chunk.js';
import { withParts } from './write-parts.js';
import { WriteTotals } from './write-totals.js';
import { writeWaiting } from './write-waiting.js';

export interface PostponedPass extends ChunkOutcome {
  /** Rows taken up in this step, and how many of them are done now. */
  readonly recalled: number;
  readonly settled: number;
  /** Where the next step of this pass begins. */
  readonly lastRow: number;
}

/**
 * One step over postponed rows, in the caller's transaction.
 * `last`: nothing helps any more; circles are broken, the rest fails.
 */
export async function resolvePostponed(
  client: Client,
  plan: WritePlan,
  run: {
    readonly id: string;
    /** Names of the source's columns, by the column of the targets. */
    readonly columns: readonly (string | undefined)[];
    /** Where a mapping made the cells: the position in the source of each. Default: as in the targets. */
    readonly positions?: readonly (number | undefined)[];
    /** Plans of what belongs to the rows. */
    readonly parts?: readonly PartPlan[];
  },
  step: PostponedRows & { readonly last: boolean },
  circumstances: HookCircumstances = {},
): Promise<PostponedPass> {
  await markOrigin(client, plan.origin);
  await client.query(createStage(plan));
  await recallRows(client, plan, run.id, step);
  const recalled = await readRecalled(client, run.id);
  const report = new RowReport({
    lineOf: (row) => recalled.get(row)?.line,
    cellsOf: (row) => recalled.get(row)?.cells,
    textOf: (row, column) => {
      const position = run.positions ? run.positions[column] : column;
      return position === undefined ? undefined : (recalled.get(row)?.cells?.cells[position] ?? undefined);
    },
    columnName: (column) =>
      'column' in column.target.source ? run.columns[column.target.source.column] : undefined,
  });
  const totals = new WriteTotals();
  // Which fields rows leave alone was not kept by field: all may.
  const says = new Uint8Array(plan.columns.length).fill(
    [...recalled.values()].some((row) => row.say) ? 3 : 0,
  );
  const ruled = await planRecalled(
    client,
    plan,
    [...recalled.values()].map((row) => row.say),
  );
  const parts = run.parts ?? [];
  if (parts.length > 0) for (const sql of [dropOwners(), keepOwnerRows()]) await client.query(sql);
  const write = async (): Promise<readonly number[]> => {
    const waiting = await writeStage(client, ruled, says, run.id, report, totals);
    if (!step.last || waiting.length === 0) return waiting;
    const lost = await breakCircles({ client, plan: ruled, says, runId: run.id, report, totals }, waiting);
    const circles = new Set(await readCircles(client, ruled, lost));
    await reportJudged(
      client,
      ruled,
      lost.map((row) => [row, 'e', circles.has(row) ? 'circle' : 'later']),
      report,
    );
    for (const row of lost) totals.outcomes?.delete(row);
    return [];
  };
  // Rules were judged and beforeWrite was called before the rows were put aside.
  const records = plan.ruling?.afterWrite && (await readStagedRecords(client, plan));
  const hooked = { records, runId: run.id, report, totals, circumstances, waiting: 'stay', write } as const;
  const open = await writeAndCall(client, hooked);
  const stay = new Set(open);
  const settled = [...recalled.keys()].filter((row) => !stay.has(row));
  const done = settled.filter((row) => !report.isFailed(row));
  const cellsOf = (row: number) => recalled.get(row)?.cells;
  const rows = { id: run.id, recalled: [...recalled.keys()], done, cellsOf };
  const belonging =
    parts.length === 0 ? undefined : await writeWaiting(client, ruled, parts, rows, circumstances);
  await client.query(`delete from dovetail.run_postponed where run_id = $1 and row = any($2::int8[])`, [
    run.id,
    settled,
  ]);
  const pass: PostponedPass = {
    recalled: recalled.size,
    settled: settled.length,
    lastRow: Math.max('afterRow' in step ? step.afterRow : 0, ...[...recalled.keys()].slice(-1)),
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
  return belonging ? withParts(pass, belonging) : pass;
}

/** The plan without the hook columns that none of the rows uses. */
async function planRecalled(
  client: Client,
  plan: WritePlan,
  says: readonly (string | null)[],
): Promise<WritePlan> {
  const used = findUsedColumns(plan, says);
  if (used.size > 0) await client.query(padSays(plan));
  return withoutIdleColumns(plan, used);
}

interface RecalledRow {
  readonly line: number;
  readonly say: string | null;
  readonly cells: CellTexts | undefined;
}

async function readRecalled(client: Client, runId: string): Promise<ReadonlyMap<number, RecalledRow>> {
  const rows = await client.query<{
    row: string;
    line: string;
    say: string | null;
    cells: (string | null)[] | null;
    kinds: string | null;
  }>(
    `select p.row, p.line, p.say, p.cells, p.kinds from dovetail.run_postponed p join ${STAGE} s on s._row = p.row
     where p.run_id = $1 order by p.row`,
    [runId],
  );
  return new Map(
    rows.rows.map((row) => [
      Number(row.row),
      {
        line: Number(row.line),
        say: row.say,
        cells: row.cells === null ? undefined : { cells: row.cells, kinds: row.kinds ?? '' },
      },
    ]),
  );
}
