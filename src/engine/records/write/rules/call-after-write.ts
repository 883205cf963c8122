// The hook that sees what became of a chunk's records, inside their transaction: what it throws takes them back.
import type { Client } from '../../../../foundation/postgres/database.js';
import { toHookContext } from '../../../catalog/index.js';
import type { WriteOutcome } from '../../../catalog/overrides/entity-rules.js';
import type { RowReport } from '../row-report.js';
import { markSeen } from '../write-sql.js';
import type { WriteTotals } from '../write-totals.js';
import { callHook } from './call-hook.js';
import { toWrittenBatch } from './record-batches.js';
import type { HookCircumstances } from './ruling.js';
import type { StagedRecords } from './staged-records.js';
import { keepIdentities } from './staged-sql.js';

export interface HookedWrite {
  /** Absent if the entity has neither rules nor hooks. */
  readonly records: StagedRecords | undefined;
  readonly runId: string;
  readonly report: RowReport;
  readonly totals: WriteTotals;
  readonly circumstances: HookCircumstances;
  /** Whether rows that still wait fail with the others if the hook throws, or go on waiting. */
  readonly waiting: 'fail' | 'stay';
  /** Writes; returns the rows that still wait. */
  readonly write: () => Promise<readonly number[]>;
}

/** Writes, and calls the hook if there is one and anything was written. Returns the rows that still wait. */
export async function writeAndCall(client: Client, call: HookedWrite): Promise<readonly number[]> {
  const { records, report, totals, circumstances, write } = call;
  const hook = circumstances.rehearsal ? undefined : records?.plan.ruling?.afterWrite;
  if (records === undefined || hook === undefined) return write();
  await client.query('savepoint hooked');
  const before = { ...totals };
  const outcomes = new Map<number, WriteOutcome>();
  totals.outcomes = outcomes;
  const open = await write();
  for (const row of open) outcomes.delete(row);
  const failure =
    outcomes.size === 0
      ? undefined
      : await callHook(
          'The hook afterWrite',
          () => hook(toWrittenBatch(records, outcomes), toHookContext(false)),
          circumstances,
        );
  if (failure === undefined) {
    await client.query('release savepoint hooked');
    return open;
  }
  await client.query('rollback to savepoint hooked');
  Object.assign(totals, before);
  const spared = new Set(call.waiting === 'stay' ? open : []);
  for (const [index, { row }] of records.rows.entries())
    if (!spared.has(row) && !report.isFailed(row)) records.fail(report, index, failure);
  if (records.plan.strategy === 'mirror') await markAsSeen(client, records, call.runId);
  return call.waiting === 'stay' ? open : [];
}

/** The marks were taken back too, but the records are in the source all the same. */
async function markAsSeen(client: Client, records: StagedRecords, runId: string): Promise<void> {
  await client.query(keepIdentities(records.plan), [records.rows.map(({ row }) => row)]);
  await client.query(markSeen(records.plan), [runId]);
}
