// Rows that refer to each other in a circle: written without the reference first, then with it, in one transaction, so
// that nobody ever sees the half of it.
import type { Client } from '../../../foundation/postgres/database.js';
import type { Reference, StageColumn, WritePlan } from './plan-parts.js';
import type { RowReport } from './row-report.js';
import { STAGE } from './stage-table.js';
import { type WriteTotals, writeStage } from './write-chunk.js';

/** Writes those of the `open` rows that only wait for each other. Returns those that are still open. */
export async function breakCircles(
  client: Client,
  plan: WritePlan,
  says: Uint8Array,
  runId: string,
  open: readonly number[],
  report: RowReport,
  totals: WriteTotals,
): Promise<readonly number[]> {
  const references = plan.references.filter((reference) => isBreakable(plan, reference));
  if (references.length === 0) return open;
  await client.query(`delete from ${STAGE} where _row <> all($1::int8[])`, [open]);
  await client.query(`create temporary table _dovetail_circle on commit drop as select * from ${STAGE}`);
  await keepWaitingForEachOther(client, plan, references);
  const blanks = references.flatMap((reference) =>
    reference.columns.map((column) => `${column.name} = null`),
  );
  await client.query('savepoint circle');
  await client.query(`update ${STAGE} set ${blanks.join(', ')}`);
  const before = { ...totals };
  const issues = report.issues.length;
  const circle = await client.query<{ row: string }>(`select _row as row from ${STAGE}`);
  await writeStage(client, plan, says, runId, report, totals);
  await client.query(`delete from ${STAGE}`);
  await client.query(
    `insert into ${STAGE} select c.* from pg_temp._dovetail_circle c where c._row = any($1::int8[])`,
    [circle.rows.map((row) => row.row)],
  );
  const added = totals.added;
  const left = await writeStage(client, plan, says, runId, report, totals);
  if (left.length > 0 || report.issues.length > issues) {
    // One of the circle is bad: none of it may stay behind without its reference.
    await client.query('rollback to savepoint circle');
    Object.assign(totals, before);
    return open;
  }
  // The second pass completed what the first had added: to the user that is one addition, not an update.
  totals.updated = before.updated;
  totals.added = added;
  const written = new Set(circle.rows.map((row) => Number(row.row)));
  return open.filter((row) => !written.has(row));
}

/** A reference to the entity itself by its identity, whose key may be null for a while. */
function isBreakable(plan: WritePlan, reference: Reference): boolean {
  return (
    reference.entity.name === plan.entity.name &&
    reference.relation.nullable &&
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

/** Removes rows from the stage whose reference leads outside of it, until all that stay refer to each other. */
async function keepWaitingForEachOther(
  client: Client,
  plan: WritePlan,
  references: readonly Reference[],
): Promise<void> {
  for (;;) {
    let removed = 0;
    for (const reference of references) {
      const given = reference.columns.map((column) => `s.${column.name} is not null`).join(' and ');
      const same = reference.columns
        .map((column) => `o.${identityColumnOf(plan, column)!.name} = s.${column.name}`)
        .join(' and ');
      const result = await client.query(
        `delete from ${STAGE} s where ${given} and not exists (select from ${STAGE} o where ${same})`,
      );
      removed += result.rowCount ?? 0;
    }
    if (removed === 0) return;
  }
}
