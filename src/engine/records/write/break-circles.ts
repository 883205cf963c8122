// Rows that refer to each other in a circle are written in one transaction, so that nobody ever sees the half of it:
// without the reference first and then with it, where it may be null; else all at once, with keys that are known before.
import type { Client } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import { andSeen } from '../record-rule-sql.js';
import { type OwnReference, ownReferences, toOwnReference } from './own-references.js';
import type { Reference, WritePlan } from './plan-parts.js';
import { addKeyColumns, fillKeys, planKeyed } from './reserve-keys.js';
import { storedIn } from './resolve-sql.js';
import type { RowReport } from './row-report.js';
import { STAGE, stageValue } from './stage-table.js';
import { writeStage } from './write-chunk.js';
import type { WriteTotals } from './write-totals.js';

/** A copy of the stage as it was before anything was tried. */
export const CIRCLE = 'pg_temp._dovetail_circle';

interface CircleWork {
  readonly client: Client;
  readonly plan: WritePlan;
  readonly says: Uint8Array;
  readonly runId: string;
  readonly report: RowReport;
  readonly totals: WriteTotals;
}

/**
 * Writes those of the `open` rows that only wait for each other; a circle with a bad row is left out as a whole. Returns
 * those that are still open; rows that failed are reported and not among them.
 */
export async function breakCircles(work: CircleWork, open: readonly number[]): Promise<readonly number[]> {
  const { client, plan, says, runId, report, totals } = work;
  const ways = ownReferences(plan);
  if (ways.length === 0) return open;
  await client.query(`create temporary table _dovetail_circle on commit drop as select * from ${STAGE}`);
  const own = plan.references.filter((reference) => isSimple(plan, reference));
  const nullable = own.filter((reference) => reference.relation.nullable);
  const left =
    nullable.length === 0
      ? open
      : await writeClosed(work, toWays(plan, nullable), open, (circle) => writeTwice(work, nullable, circle));
  if (left.length === 0) return left;
  if (own.length === 0)
    return writeClosed(work, ways, left, () => writeStage(client, plan, says, runId, report, totals));
  const keyed = planKeyed(plan, says, own);
  if ('because' in keyed) return left;
  await addKeyColumns(client, keyed, [STAGE, CIRCLE]);
  return writeClosed(work, ways, left, async () => {
    await fillKeys(client, plan, says, keyed);
    return writeStage(client, keyed.plan, keyed.says, runId, report, totals);
  });
}

/** The ways that may make a circle which can't be broken. */
export function findHardWays(plan: WritePlan): readonly OwnReference[] {
  const own = plan.references.filter((reference) => reference.entity.name === plan.entity.name);
  const simple = own.filter((reference) => isSimple(plan, reference));
  if (!('because' in planKeyed(plan, new Uint8Array(plan.columns.length), simple))) {
    return toWays(
      plan,
      own.filter((reference) => !simple.includes(reference)),
    );
  }
  return toWays(
    plan,
    own.filter((reference) => !simple.includes(reference) || !reference.relation.nullable),
  );
}

/** References to the entity itself by columns that the source has of it too. */
function isSimple(plan: WritePlan, reference: Reference): boolean {
  return reference.children.length === 0 && reference.unique && toOwnReference(plan, reference) !== undefined;
}

const toWays = (plan: WritePlan, references: readonly Reference[]): readonly OwnReference[] =>
  references.flatMap((reference) => toOwnReference(plan, reference) ?? []);

/** Tries with `write`, which gets them staged, those rows that refer to each other or to what is stored. Returns what stays open. */
async function writeClosed(
  { client, plan, report, totals }: CircleWork,
  ways: readonly OwnReference[],
  open: readonly number[],
  write: (circle: readonly number[]) => Promise<readonly number[]>,
): Promise<readonly number[]> {
  await client.query('savepoint circle');
  const before = { ...totals };
  for (let waiting = open; ; ) {
    await stageAgain(client, waiting);
    const circle = await keepClosed(client, plan, ways);
    if (circle.length === 0) return open.filter((row) => !report.isFailed(row));
    // In segments a circle would be cut.
    totals.habit.refusals = false;
    const left = await write(circle);
    const failed = circle.filter((row) => report.isFailed(row));
    if (left.length === 0 && failed.length === 0) {
      const done = new Set(circle);
      return open.filter((row) => !done.has(row) && !report.isFailed(row));
    }
    // None of a circle may stay behind without its reference: back, and again without the bad rows.
    await client.query('rollback to savepoint circle');
    Object.assign(totals, before);
    const out = new Set(failed.length > 0 ? failed : left);
    waiting = waiting.filter((row) => !out.has(row));
  }
}

/** The rows without their references, then with them. Returns the rows that are open even then. */
async function writeTwice(
  { client, plan, says, runId, report, totals }: CircleWork,
  references: readonly Reference[],
  circle: readonly number[],
): Promise<readonly number[]> {
  const blanks = references.flatMap((reference) =>
    reference.columns.map((column) => `${column.name} = null`),
  );
  const { updated } = totals;
  await client.query(`update ${STAGE} set ${blanks.join(', ')}`);
  await writeStage(client, plan, says, runId, report, totals);
  if (circle.some((row) => report.isFailed(row))) return [];
  await stageAgain(client, circle);
  const { added } = totals;
  const left = await writeStage(client, plan, says, runId, report, totals);
  // The second pass completed what the first had added: to the user that is one addition, not an update.
  totals.added = added;
  totals.updated = updated;
  return left;
}

async function stageAgain(client: Client, rows: readonly number[]): Promise<void> {
  await client.query(`delete from ${STAGE}`);
  await client.query(`insert into ${STAGE} select c.* from ${CIRCLE} c where c._row = any($1::int8[])`, [
    rows,
  ]);
}

/** Of the rows that `breakCircles` left those that wait for each other, in a circle that can't be broken. Leaves only them staged. */
export async function readCircles(
  client: Client,
  plan: WritePlan,
  lost: readonly number[],
): Promise<readonly number[]> {
  const ways = ownReferences(plan);
  if (ways.length === 0 || lost.length === 0) return [];
  await stageAgain(client, lost);
  return keepClosed(client, plan, ways);
}

/** Removes rows from the stage whose reference leads outside of it, and those that refer to them. Returns the rest. */
async function keepClosed(
  client: Client,
  plan: WritePlan,
  ways: readonly OwnReference[],
): Promise<readonly number[]> {
  const sql = ways.map(({ from, to }) => ({
    given: from.map((column) => `s.${column.name} is not null`).join(' and '),
    same: from.map((column, i) => `o.${to[i]!.name} = s.${column.name}`).join(' and '),
    elsewhere: `not exists (select from ${storedIn(plan.entity)} t where ${from
      .map((column, i) => `t.${ident(to[i]!.path)} = ${stageValue(column)}`)
      .join(' and ')}${andSeen(plan.entity, 't')})`,
  }));
  const edges = sql.map(
    ({ given, same, elsewhere }) =>
      `select s._row as source, o._row as target from ${STAGE} s left join ${STAGE} o on ${same} where ${given} and ${elsewhere}`,
  );
  await client.query(
    `with recursive edges as materialized (${edges.join(' union all ')}),
       gone (row) as (
         select source from edges where target is null
         union select e.source from gone join edges e on e.target = gone.row)
     delete from ${STAGE} s using gone where s._row = gone.row`,
  );
  const left = await client.query<{ row: string }>(`select _row as row from ${STAGE}`);
  return left.rows.map(({ row }) => Number(row));
}
