// Between the filled stage and the writing statement: the entity's hook, then its rules, so that a rule holds for what is
// written, whoever set it. Costs entities without any nothing at all.
import type { Client } from '../../../../foundation/postgres/database.js';
import { toHookContext } from '../../../catalog/index.js';
import type { WritePlan } from '../plan-parts.js';
import type { RowReport } from '../row-report.js';
import { dropRows } from '../stage-table.js';
import { callHook } from './call-hook.js';
import { writeBack } from './hook-changes.js';
import { findUsedColumns, withoutIdleColumns } from './hook-columns.js';
import { judgeByRules, toFailure } from './judge-by-rules.js';
import { Refusals, toWritableBatch } from './record-batches.js';
import type { HookCircumstances, Ruling } from './ruling.js';
import { StagedRecords } from './staged-records.js';
import { keepIdentities, selectStaged } from './staged-sql.js';

export interface AppliedRules {
  /** The plan for what is left in the stage. */
  readonly plan: WritePlan;
  /** Absent if the entity has neither rules nor hooks. */
  readonly records?: StagedRecords;
}

/** Changes the stage as the hook says and takes out of it what is refused, which is reported. */
export async function applyRules(
  client: Client,
  plan: WritePlan,
  report: RowReport,
  circumstances: HookCircumstances,
): Promise<AppliedRules> {
  const { ruling } = plan;
  if (ruling === undefined) return { plan };
  const records = await readStagedRecords(client, plan);
  if (records.size > 0) {
    await runBeforeWrite(client, ruling, records, report, circumstances);
    await judgeByRules(ruling, records, report, circumstances);
    await removeRefused(client, records);
  }
  const says = records.rows.filter((_, index) => !records.refused.has(index)).map((row) => row.say);
  return { plan: withoutIdleColumns(plan, findUsedColumns(plan, says)), records };
}

export async function readStagedRecords(client: Client, plan: WritePlan): Promise<StagedRecords> {
  const result = await client.query<(string | null)[]>({ text: selectStaged(plan), rowMode: 'array' });
  return new StagedRecords(
    plan,
    result.rows.map(([row, line, say, ...values]) => ({
      row: Number(row),
      line: Number(line),
      say: say!,
      values,
    })),
  );
}

async function runBeforeWrite(
  client: Client,
  { beforeWrite }: Ruling,
  records: StagedRecords,
  report: RowReport,
  circumstances: HookCircumstances,
): Promise<void> {
  if (beforeWrite === undefined) return;
  const refusals = new Refusals(records);
  const failure = await callHook(
    'The hook beforeWrite',
    () => beforeWrite(toWritableBatch(records, refusals), toHookContext(circumstances.rehearsal === true)),
    circumstances,
  );
  refusals.close();
  for (const index of records.rows.keys()) {
    const refusal = refusals.byRow.get(index);
    if (failure) records.fail(report, index, failure);
    else if (refusal) records.fail(report, index, toFailure(records, index, refusal, 'hook beforeWrite'));
  }
  await writeBack(client, records, report);
}

async function removeRefused(client: Client, records: StagedRecords): Promise<void> {
  if (records.refused.size === 0) return;
  const { plan } = records;
  const rows = [...records.refused].map((index) => records.readRow(index).row);
  await client.query(plan.strategy === 'mirror' ? keepIdentities(plan) : dropRows(), [rows]);
}
