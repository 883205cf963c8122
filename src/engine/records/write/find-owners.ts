// Which records of a chunk are stored, so that what belongs to them can be written, and which are not or not yet.
import type { Client } from '../../../foundation/postgres/database.js';
import type { FoundIssue } from '../../pipeline/run.js';
import { listOwners, readNotStored, readOpenOwners, readOwners, readWaitingOwners } from './part-sql.js';
import type { PartPlan } from './plan-part.js';
import type { WritePlan } from './plan-parts.js';

/** Rows whose record is stored; those that failed, though it may be, are not among them. */
export async function findOwners(
  client: Client,
  plan: WritePlan,
  parts: readonly PartPlan[],
  issues: readonly FoundIssue[],
): Promise<ReadonlySet<number>> {
  const failed = issues.flatMap(({ severity, row }) =>
    severity === 'error' && row !== undefined ? [row] : [],
  );
  return listStoredOwners(client, plan, parts, failed);
}

/** The same without rows that are known to be no owners. */
export async function listStoredOwners(
  client: Client,
  plan: WritePlan,
  parts: readonly PartPlan[],
  without: readonly number[],
): Promise<ReadonlySet<number>> {
  await client.query(listOwners(plan, parts, without));
  return readRows(client, readOwners());
}

/** In a dry run: rows of the chunk whose record is not stored. */
export const findNotStored = (client: Client): Promise<ReadonlySet<number>> =>
  readRows(client, readNotStored());

/** Rows of the chunk whose record is not stored because it waits for another. */
export async function findWaitingOwners(
  client: Client,
  plan: WritePlan,
  runId: string,
): Promise<ReadonlySet<number>> {
  return plan.selfReferring ? readRows(client, readWaitingOwners(), [runId]) : new Set();
}

/** The same in a dry run. */
export async function findOpenOwners(client: Client, plan: WritePlan): Promise<ReadonlySet<number>> {
  return plan.selfReferring ? readRows(client, readOpenOwners()) : new Set();
}

async function readRows(
  client: Client,
  sql: string,
  values: readonly unknown[] = [],
): Promise<ReadonlySet<number>> {
  const found = await client.query<{ row: string }>(sql, [...values]);
  return new Set(found.rows.map(({ row }) => Number(row)));
}
