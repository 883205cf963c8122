// One record through the one write path, for doors whose caller waits for the answer.
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { FoundIssue } from '../../pipeline/run.js';
import { hasKeySql } from '../read/record-key.js';
import type { WritePlan } from './plan-parts.js';
import { storedIn } from './resolve-sql.js';
import type { HookCircumstances } from './rules/ruling.js';
import { StageEncoder } from './stage-encoder.js';
import { writeChunk } from './write-chunk.js';
import { WriteTotals } from './write-totals.js';

export interface RecordOutcome {
  readonly action: 'added' | 'updated' | 'deleted' | 'unchanged' | 'none';
  /** Of the record, as text; absent for `unchanged`, `none`, and where the table has rewrite rules. */
  readonly key?: string;
  /** Its errors, and warnings. With an error nothing may be kept: the caller rolls back. */
  readonly issues: readonly FoundIssue[];
  /** True if it refers to a record that is not there. */
  readonly waits: boolean;
}

/** There is no run whose later rows could bring what is missing. */
const NO_RUN = '0';

/** Writes the one row of `batch`, in the caller's transaction. Throws only for what is not the record's fault. */
export async function writeRecord(
  client: Client,
  plan: WritePlan,
  batch: CellBatch,
  circumstances: HookCircumstances = {},
): Promise<RecordOutcome> {
  const encoder = new StageEncoder(plan, {
    partitions: 1,
    seed: 0,
    chunkRows: 1,
    expectedRows: 1,
    committed: [0],
  });
  const chunk = encoder.encode(batch)[0] ?? encoder.finish()[0]!;
  const totals = new WriteTotals();
  const { issues } = await writeChunk(client, { ...plan, returnsKeys: true }, chunk, NO_RUN, {
    ...circumstances,
    totals,
  });
  const action =
    (['added', 'updated', 'deleted', 'unchanged'] as const).find((name) => totals[name] > 0) ?? 'none';
  const key = totals.keys[0];
  return { action, ...(key === undefined ? {} : { key }), issues, waits: totals.postponed > 0 };
}

/**
 * Locks the record with this key until the transaction ends, so that what is compared with its version holds when it is written.
 * Undefined if there is none. Throws READ-206 for a text that can't be a key.
 */
export async function lockRecord(
  client: Client,
  plan: Pick<WritePlan, 'entity'>,
  key: string,
): Promise<{ readonly version: string } | undefined> {
  const values: string[] = [];
  const has = hasKeySql(plan.entity, 't', key, (value) => `$${values.push(value)}`);
  const { rows } = await client.query<{ version: string }>(
    `select t.xmin::text as version from ${storedIn(plan.entity)} t where ${has} for update`,
    values,
  );
  return rows[0];
}
