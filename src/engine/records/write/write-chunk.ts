// The one write path. A chunk is staged, judged and written inside the caller's transaction; what is wrong with single
// rows is reported, and costs those rows only.
import { toCellTexts } from '../../../foundation/cells/row-cells.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { ChunkOutcome } from '../../pipeline/chunk-transaction.js';
import { ROW } from '../records-errors.js';
import { createReferences } from './create-references.js';
import { fillStage } from './fill-stage.js';
import type { JudgeOptions } from './judge-rules.js';
import { countUnchanged } from './judge-sql.js';
import { reportJudged, type SpecialRow } from './judged-issues.js';
import { keepResults } from './keep-results.js';
import { markOrigin } from './origin-mark.js';
import type { WritePlan } from './plan-parts.js';
import { type RefusedRow, reportRefused } from './refused-issues.js';
import { isRowsFault } from './row-fault.js';
import { RowReport, type RowSource } from './row-report.js';
import { applyRules } from './rules/apply-rules.js';
import { writeAndCall } from './rules/call-after-write.js';
import type { HookCircumstances } from './rules/ruling.js';
import { FORGET_JUDGEMENT, KEPT, keepJudgement, readSegments, writeInSegments } from './segments-sql.js';
import { listMetPairs, meetsByServer } from './settle-duplicates.js';
import { postponeRows, replacePostponed, STAGE } from './stage-table.js';
import { findCells, findColumnName, findLine, findText, type StagedChunk } from './staged-chunk.js';
import { findLeftOut, type Judgement, markMet, markSeen, markUnreadable, writeRows } from './write-sql.js';
import { type WriteHabit, WriteTotals } from './write-totals.js';

export interface ChunkCircumstances extends HookCircumstances {
  readonly habit?: WriteHabit;
  /** Counted into, by a caller who wants to know more than the outcome says. */
  readonly totals?: WriteTotals;
}

/**
 * Writes a chunk. Data, postponed rows and marks are part of the caller's transaction. Throws only for what is not a
 * row's fault (lost connection, deadlock, missing rights): then the transaction must be rolled back.
 */
export async function writeChunk(
  client: Client,
  plan: WritePlan,
  chunk: StagedChunk,
  runId: string,
  circumstances: ChunkCircumstances = {},
): Promise<ChunkOutcome> {
  const report = new RowReport(sourceOf(chunk), circumstances.habit?.hints);
  const totals = circumstances.totals ?? new WriteTotals(circumstances.habit);
  if (chunk.staged > 0) {
    await markOrigin(client, plan.origin);
    await fillStage(client, plan, chunk, report, () => listMetPairs(client, plan, runId));
    const ruled = await applyRules(client, plan, report, circumstances);
    await circumstances.onStaged?.(client);
    const write = () => writeStaged(client, ruled.plan, chunk.says, runId, report, totals);
    const { records } = ruled;
    await writeAndCall(client, { records, runId, report, totals, circumstances, waiting: 'fail', write });
  }
  // Nobody can say which record an unreadable row meant, so none may be removed as missing from the source.
  if (plan.strategy === 'mirror' && chunk.unreadable + report.unreadable > 0)
    await client.query(markUnreadable(), [runId]);
  return outcomeOf(chunk, report, totals);
}

/** Writes what rules and hooks left in the stage. Returns the rows that were postponed. */
async function writeStaged(
  client: Client,
  plan: WritePlan,
  says: Uint8Array,
  runId: string,
  report: RowReport,
  totals: WriteTotals,
): Promise<readonly number[]> {
  await createReferences(client, plan, report);
  if (report.replaced.length > 0) totals.postponed -= await forgetReplaced(client, plan, runId, report);
  const later = await writeStage(client, plan, says, runId, report, totals);
  totals.postponed += later.length;
  await postpone(client, plan, runId, later, report);
  return later;
}

/**
 * Writes what is staged, again and again as long as rows that refer to rows of the same chunk find them. Returns the rows
 * whose reference is still open.
 */
export async function writeStage(
  client: Client,
  plan: WritePlan,
  says: Uint8Array,
  runId: string,
  report: RowReport,
  totals: WriteTotals,
): Promise<readonly number[]> {
  const options: JudgeOptions = { says, constraints: false, readOnly: false };
  for (let before = Number.POSITIVE_INFINITY; ; ) {
    const open = await writeOnce(client, plan, options, report, totals);
    await markRecords(client, plan, runId);
    if (plan.keepsResults !== undefined) await keepResults(client, plan, runId, open, report, totals);
    if (open.length === 0 || open.length >= before) return open;
    before = open.length;
    await client.query(`delete from ${STAGE} where _row <> all($1::int8[])`, [open]);
  }
}

/** Notes which records the source has: for the end of a mirror, and for duplicates that only the server can find. */
async function markRecords(client: Client, plan: WritePlan, runId: string): Promise<void> {
  if (meetsByServer(plan)) await client.query(markMet(plan), [runId]);
  else if (plan.strategy === 'mirror') await client.query(markSeen(plan), [runId]);
}

/** One pass over the stage; returns the rows whose reference is still open. */
async function writeOnce(
  client: Client,
  plan: WritePlan,
  options: JudgeOptions,
  report: RowReport,
  totals: WriteTotals,
): Promise<readonly number[]> {
  const { habit } = totals;
  // Where rewrite rules act PostgreSQL takes no writes within a larger statement.
  const apart = habit.refusals || plan.entity.hasRules === true;
  const written = apart ? undefined : await tryAll(client, plan, options);
  if (written === undefined) {
    if (!apart) await client.query('rollback to savepoint writing');
    return trySegments(client, plan, { ...options, constraints: true }, report, totals);
  }
  await client.query('release savepoint writing');
  const open = await settle(client, plan, written, [], report, totals);
  const suspects = written.special.filter(([, action]) => action === 's').map(([row]) => row);
  if (suspects.length === 0) return open;
  return [...open, ...(await trySegments(client, plan, { ...options, rows: suspects }, report, totals))];
}

/** Tries rows in segments until the bad ones stand alone: after a refusal, and where only the server can decide. */
async function trySegments(
  client: Client,
  plan: WritePlan,
  options: JudgeOptions,
  report: RowReport,
  totals: WriteTotals,
): Promise<readonly number[]> {
  for (const statement of keepJudgement(plan, options)) await client.query(statement);
  await client.query(writeInSegments(plan, options.says));
  const result = await client.query<Judgement & { refused: readonly RefusedRow[] }>(
    readSegments(plan, countUnchanged(plan, options, `(select count(*) from ${KEPT})`, KEPT)),
  );
  await client.query(FORGET_JUDGEMENT);
  const { refused, ...judgement } = result.rows[0]!;
  totals.habit.refusals = options.rows === undefined && refused.length > 0;
  return settle(client, plan, judgement as Judgement, refused, report, totals);
}

/** Writes everything in one statement; undefined if a row was refused. Leaves the savepoint `writing` behind. */
async function tryAll(
  client: Client,
  plan: WritePlan,
  options: JudgeOptions,
): Promise<Judgement | undefined> {
  await client.query('savepoint writing');
  try {
    const result = await client.query<Judgement>(writeRows(plan, options));
    // Constraints that wait for the end of the transaction are asked now, while rows can still be told apart.
    await client.query('set constraints all immediate');
    await client.query('set constraints all deferred');
    return result.rows[0]!;
  } catch (error) {
    if (isRowsFault(error)) return undefined;
    throw error;
  }
}

async function settle(
  client: Client,
  plan: WritePlan,
  judged: Judgement,
  refused: readonly RefusedRow[],
  report: RowReport,
  totals: WriteTotals,
): Promise<readonly number[]> {
  totals.added += judged.inserted;
  totals.updated += judged.updated;
  totals.deleted += judged.deleted;
  totals.unchanged += judged.unchanged;
  if (judged.outcomes) totals.keepOutcomes(judged.outcomes);
  if (judged.keys) totals.keys.push(...judged.keys);
  const suppressed = judged.meant - judged.inserted - judged.updated - judged.deleted;
  if (suppressed > 0) {
    const known = [...judged.special.map(([row]) => row), ...refused.map((row) => row._row)];
    await warnOfLeftOut(client, plan, suppressed, known, report);
  }
  // A plain key of the entity itself that is not there yet is no error before the source is at its end.
  // Nor is a record to be deleted that others refer to: these may be deleted further down.
  const own = new Set(plan.ownKeys.map((relation) => relation.constraint));
  const mayPass = (row: RefusedRow): boolean =>
    row.state === '23503' && (plan.strategy === 'delete' || (row.rule !== null && own.has(row.rule)));
  const later = refused.filter(mayPass);
  await reportRefused(
    client,
    plan,
    refused.filter((row) => !later.includes(row)),
    report,
  );
  await reportJudged(
    client,
    plan,
    judged.special.filter(([, action]) => action === 'e') as SpecialRow[],
    report,
  );
  return [
    ...judged.special.filter(([, action]) => action === 'p').map(([row]) => row),
    ...later.map((row) => row._row),
  ];
}

/** A trigger that answers null takes a row out without a word; which one is known where the row was to be new. */
async function warnOfLeftOut(
  client: Client,
  plan: WritePlan,
  count: number,
  known: readonly number[],
  report: RowReport,
): Promise<void> {
  const findable = plan.identity.length > 0 && plan.strategy !== 'update' && plan.strategy !== 'delete';
  const found = findable ? await client.query<{ row: string }>(findLeftOut(plan), [known]) : { rows: [] };
  const rows = found.rows.map(({ row }) => Number(row));
  const lines = rows.map((row) => report.lineOf(row)).join(', ');
  const line = rows[0] === undefined ? undefined : report.lineOf(rows[0]);
  report.warn({
    code: ROW.suppressed,
    hint: 'If they are to be written, ask who owns the trigger what it wants of a row.',
    ...(rows[0] === undefined ? {} : { row: rows[0] }),
    ...(line === undefined ? {} : { line }),
    message: `${plan.entity.access === undefined ? 'A trigger' : 'A trigger, or a change by others at the same moment,'} of ${plan.entity.name} left out ${count} rows without an error${rows.length === 0 ? '' : `: those of lines ${lines}${count > rows.length ? ' and others' : ''}`}.`,
  });
}

async function postpone(
  client: Client,
  plan: WritePlan,
  runId: string,
  rows: readonly number[],
  report: RowReport,
): Promise<void> {
  if (rows.length === 0) return;
  const cells = rows.map((row) => {
    const found = report.cellsOf(row);
    return { row, ...(found && toCellTexts(found)) };
  });
  await client.query(postponeRows(plan), [runId, JSON.stringify(cells)]);
}

/** A postponed row gives way to a later one with its identity. Returns how many did. */
async function forgetReplaced(
  client: Client,
  plan: WritePlan,
  runId: string,
  report: RowReport,
): Promise<number> {
  if (!plan.selfReferring) return 0;
  const result = await client.query(replacePostponed(plan), [
    runId,
    report.replaced.map((pair) => pair.earlier),
    report.replaced.map((pair) => pair.later),
  ]);
  return result.rowCount ?? 0;
}

function outcomeOf(chunk: StagedChunk, report: RowReport, totals: WriteTotals): ChunkOutcome {
  const issues = [...chunk.tellIssues(), ...report.issues];
  return {
    counters: {
      read: chunk.read,
      added: totals.added,
      updated: totals.updated,
      unchanged: totals.unchanged,
      deleted: totals.deleted,
      postponed: totals.postponed,
      failed: chunk.failed + report.failed,
      warnings: issues.filter((issue) => issue.severity === 'warning').length,
    },
    issues,
  };
}

export function sourceOf(chunk: StagedChunk): RowSource {
  return {
    lineOf: (row: number) => findLine(chunk, row),
    cellsOf: (row: number) => findCells(chunk, row),
    textOf: (row: number, column: number) => findText(chunk, row, column),
    columnName: (column, row) =>
      'column' in column.target.source ? findColumnName(chunk, row, column.target.source.column) : undefined,
  };
}
