// Rows that refer to each other in a circle: written without the reference first, then with it, in one transaction, so
// that nobody ever sees the half of it.
import type { Client } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Reference, StageColumn, WritePlan } from './plan-parts.js';
import { storedIn } from './resolve-sql.js';
import type { RowReport } from './row-report.js';
import { STAGE, stageValue } from './stage-table.js';
import { writeStage } from './write-chunk.js';
import type { WriteTotals } from './write-totals.js';

/**
 * Writes those of the `open` rows that only wait for each other; a circle with a bad row is left out as a whole. Returns
 * those that are still open; rows that failed are reported and not among them.
 */
export async function breakCircles(
  client: Client,
  plan: WritePlan,
  says: Uint8Array,
  runId: string,
  open: readonly number[],
  report: RowReport,
  totals: WriteTotals,
): Promise<readonly number[]> {
  await client.query(`create temporary table _dovetail_circle on commit drop as select * from ${STAGE}`);
  const references = plan.references.filter((reference) => isBreakable(plan, reference));
  if (references.length === 0) return open;
  await client.query('savepoint circle');
  const before = { ...totals };
  for (let waiting = open; ; ) {
    await stageAgain(client, waiting);
    const circle = await keepWaitingForEachOther(client, plan, references);
    if (circle.length === 0) return waiting;
    const left = await writeTwice(client, plan, says, runId, { references, circle }, report, totals);
    const failed = circle.filter((row) => report.isFailed(row));
    if (left.length === 0 && failed.length === 0) {
      // The second pass completed what the first had added: to the user that is one addition, not an update.
      totals.updated = before.updated;
      return waiting.filter((row) => !circle.includes(row));
    }
    // None of a circle may stay behind without its reference: back, and again without the bad rows.
    await client.query('rollback to savepoint circle');
    Object.assign(totals, before);
    waiting = waiting.filter((row) => !report.isFailed(row));
    if (failed.length === 0) return waiting;
  }
}

/** The rows without their references, then with them. Returns the rows that are open even then. */
async function writeTwice(
  client: Client,
  plan: WritePlan,
  says: Uint8Array,
  runId: string,
  rows: { readonly references: readonly Reference[]; readonly circle: readonly number[] },
  report: RowReport,
  totals: WriteTotals,
): Promise<readonly number[]> {
  const blanks = rows.references.flatMap((reference) =>
    reference.columns.map((column) => `${column.name} = null`),
  );
  await client.query(`update ${STAGE} set ${blanks.join(', ')}`);
  await writeStage(client, plan, says, runId, report, totals);
  if (rows.circle.some((row) => report.isFailed(row))) return [];
  await stageAgain(client, rows.circle);
  const { added } = totals;
  const left = await writeStage(client, plan, says, runId, report, totals);
  totals.added = added;
  return left;
}

async function stageAgain(client: Client, rows: readonly number[]): Promise<void> {
  await client.query(`delete from ${STAGE}`);
  await client.query(
    `insert into ${STAGE} select c.* from pg_temp._dovetail_circle c where c._row = any($1::int8[])`,
    [rows],
  );
}

/** Of the rows that `breakCircles` left those that wait for each other, in a circle that can't be broken. Leaves only them staged. */
export async function readCircles(
  client: Client,
  plan: WritePlan,
  lost: readonly number[],
): Promise<readonly number[]> {
  const references = plan.references.filter((reference) => isToOwnIdentity(plan, reference));
  if (references.length === 0 || lost.length === 0) return [];
  await stageAgain(client, lost);
  return keepWaitingForEachOther(client, plan, references);
}

/** A reference to the entity itself by its identity, whose key may be null for a while. */
function isBreakable(plan: WritePlan, reference: Reference): boolean {
  return reference.relation.nullable && isToOwnIdentity(plan, reference);
}

function isToOwnIdentity(plan: WritePlan, reference: Reference): boolean {
  return (
    reference.entity.name === plan.entity.name &&
    reference.children.length === 0 &&
    reference.columns.length === plan.identityColumns &&
    reference.columns.every((column) => identityColumnOf(plan, column) !== undefined)
  );
}

function identityColumnOf(plan: WritePlan, column: StageColumn): StageColumn | undefined {
  return plan.columns
    .slice(0, plan.identityColumns)
    .find((candidate) => candidate.path === column.field.name);
}

/** Removes rows from the stage whose reference leads outside of it, until all that stay refer to each other. Returns these. */
async function keepWaitingForEachOther(
  client: Client,
  plan: WritePlan,
  references: readonly Reference[],
): Promise<readonly number[]> {
  for (;;) {
    let removed = 0;
    for (const reference of references) {
      const given = reference.columns.map((column) => `s.${column.name} is not null`).join(' and ');
      const same = reference.columns
        .map((column) => `o.${identityColumnOf(plan, column)!.name} = s.${column.name}`)
        .join(' and ');
      const stored = reference.columns
        .map((column) => `t.${ident(column.field.name)} = ${stageValue(column)}`)
        .join(' and ');
      const result = await client.query(
        `delete from ${STAGE} s where ${given} and not exists (select from ${STAGE} o where ${same})
           and not exists (select from ${storedIn(plan.entity)} t where ${stored})`,
      );
      removed += result.rowCount ?? 0;
    }
    if (removed === 0) break;
  }
  const left = await client.query<{ row: string }>(`select _row as row from ${STAGE}`);
  return left.rows.map(({ row }) => Number(row));
}
