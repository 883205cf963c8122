// One step of an undo, in the caller's transaction: the latest of what a run wrote is compared with what is stored now,
// and put back where it still is what the run wrote.
import type { Client } from '../../../foundation/postgres/database.js';
import type { ChunkOutcome } from '../../pipeline/chunk-transaction.js';
import type { FoundIssue } from '../../pipeline/run.js';
import { ROW } from '../records-errors.js';
import { markOrigin } from '../write/origin-mark.js';
import type { RefusedRow } from '../write/refused-issues.js';
import { FORGET_JUDGEMENT, inSegments, NUMBER_JUDGEMENT, readSegments } from '../write/segments-sql.js';
import type { Origin } from '../write-request.js';
import { type Conflict, toConflictIssue, toRefusalIssue } from './undo-issues.js';
import { findBatch, lockRecords, spareFollowed, stageBatch, undoingParts } from './undo-sql.js';
import { forgetBefore, forgetKept, putOff, recallPutOff, type UndoTable } from './undo-store.js';

export interface UndoStep extends ChunkOutcome {
  /** How many were looked at; 0 at the end of a sweep. */
  readonly tried: number;
  /** How many of them were undone. More than the counters say where records were written several times. */
  readonly undone: number;
  /** At the end of a sweep: how many were put off because others stood in their way. The next sweep tries them again. */
  readonly waiting: number;
}

/** Another record holds a key, or is referred to, or is missing: it may be undone further on. */
const MAY_PASS = new Set(['23503', '23505', '23P01']);

/**
 * Undoes up to `limit` of what is kept of the run, the latest first. In the `last` sweep nothing is put off any more:
 * what others stand in the way of is a conflict.
 */
export async function undoBatch(
  client: Client,
  runId: string,
  tables: readonly UndoTable[],
  step: {
    readonly origin: Origin;
    readonly limit: number;
    readonly last: boolean;
    /** See `readRepeats`: a record counts once, when the first that was done to it is undone. */
    readonly repeats: ReadonlySet<number>;
  },
): Promise<UndoStep> {
  const found = await client.query<{ tab: number | null; low: string; high: string; rows: number }>(
    findBatch(),
    [runId, step.limit],
  );
  const { tab, low, high, rows } = found.rows[0]!;
  const table = tables.find(({ number }) => number === tab);
  if (table === undefined)
    return { tried: 0, undone: 0, waiting: await recallPutOff(client, runId), counters: {}, issues: [] };
  await markOrigin(client, step.origin);
  await client.query("set local work_mem = '64MB'; set local random_page_cost = 0.5; set local jit = off");
  await client.query(lockRecords(table), [runId, low, high]);
  await client.query(stageBatch(table, runId, low, high));
  await spareFollowers(client, table);
  await client.query(NUMBER_JUDGEMENT);
  await client.query(inSegments(undoingParts(table)));
  const written = await readWritten(client);
  const conflicts = await readConflicts(client);
  const repeated = await readRepeated(client, step.repeats);
  await client.query(FORGET_JUDGEMENT);
  const passes = ({ error }: Conflict) => error === 'waits' || (error === 'followed' && !step.last);
  const later = [
    ...conflicts.filter(passes).map(({ row }) => row),
    ...written.refused.filter(({ state }) => !step.last && MAY_PASS.has(state)).map(({ _row }) => _row),
  ];
  await putOff(client, runId, later);
  const open = new Set(later);
  const failed = new Set([...conflicts.map(({ row }) => row), ...written.refused.map(({ _row }) => _row)]);
  const lost = repeated.filter(({ row }) => failed.has(row) && !open.has(row));
  await forgetBefore(
    client,
    runId,
    lost.map(({ row }) => row),
  );
  await forgetKept(client, runId, { low, high });
  const issues = toIssues(table, conflicts, written, open);
  const halfway = repeated.filter(({ row }) => !failed.has(row));
  const without = (count: number, action: string): number =>
    Math.max(0, count - halfway.filter((row) => row.action === action).length);
  return {
    tried: rows,
    undone: written.inserted + written.updated + written.deleted,
    waiting: 0,
    counters: {
      read: rows - later.length - halfway.length,
      added: without(written.inserted, 'i'),
      updated: without(written.updated, 'u'),
      deleted: without(written.deleted, 'd'),
      failed: issues.filter(({ severity }) => severity === 'error').length,
      warnings: issues.filter(({ severity }) => severity === 'warning').length,
    },
    issues,
  };
}

/** Those of the batch that are not the first that was done to their record, with what undoes them. */
async function readRepeated(
  client: Client,
  repeats: ReadonlySet<number>,
): Promise<readonly { readonly row: number; readonly action: string }[]> {
  if (repeats.size === 0) return [];
  const { rows } = await client.query<{ row: string; action: string }>(
    'select _dt_row as row, _dt_action as action from pg_temp._dovetail_src',
  );
  return rows.map(({ row, action }) => ({ row: Number(row), action })).filter(({ row }) => repeats.has(row));
}

async function spareFollowers(client: Client, table: UndoTable): Promise<void> {
  for (let spared = 1; spared > 0; ) {
    spared = 0;
    for (const follower of table.followers) {
      spared += (await client.query(spareFollowed(table, follower))).rowCount ?? 0;
    }
  }
}

interface Written {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly meant: number;
  readonly refused: readonly (RefusedRow & {
    readonly key: readonly string[];
    readonly line: number | null;
  })[];
}

async function readWritten(client: Client): Promise<Written> {
  const { rows } = await client.query<Written & { refused: readonly RefusedRow[] }>(
    readSegments({ ruling: undefined }),
  );
  const refused = rows[0]!.refused;
  if (refused.length === 0) return rows[0]!;
  const named = await client.query<{ row: string; key: string[]; line: string | null }>(
    `select _dt_row as row, _dt_key as key, _dt_line as line from pg_temp._dovetail_src where _dt_row = any($1::int8[])`,
    [refused.map(({ _row }) => _row)],
  );
  const byRow = new Map(named.rows.map((row) => [Number(row.row), row]));
  return {
    ...rows[0]!,
    refused: refused.map((row) => {
      const { key, line } = byRow.get(row._row)!;
      return { ...row, key, line: line === null ? null : Number(line) };
    }),
  };
}

async function readConflicts(client: Client): Promise<readonly Conflict[]> {
  const { rows } = await client.query<Omit<Conflict, 'row' | 'line'> & { row: string; line: string | null }>(
    `select _dt_row as row, _dt_line as line, _dt_key as key, _dt_error as error, _dt_after as after, _dt_now as now
     from pg_temp._dovetail_src where _dt_action = 'e' order by _dt_n`,
  );
  return rows.map((row) => ({
    ...row,
    row: Number(row.row),
    line: row.line === null ? null : Number(row.line),
  }));
}

function toIssues(
  table: UndoTable,
  conflicts: readonly Conflict[],
  written: Written,
  later: ReadonlySet<number>,
): readonly FoundIssue[] {
  const issues: FoundIssue[] = [
    ...conflicts.filter(({ row }) => !later.has(row)).map((conflict) => toConflictIssue(table, conflict)),
    ...written.refused.filter(({ _row }) => !later.has(_row)).map((row) => toRefusalIssue(table, row)),
  ];
  const kept = written.meant - written.inserted - written.updated - written.deleted;
  if (kept > 0) {
    issues.push({
      severity: 'warning',
      code: ROW.suppressed,
      hint: 'If they are to be undone, ask who owns the trigger why it keeps them.',
      message: `A trigger of ${table.entity} kept ${kept} records from being undone, without an error.`,
    });
  }
  return issues;
}
