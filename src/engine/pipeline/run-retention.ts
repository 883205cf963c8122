// What is no longer kept: runs that are over, and their errors, after so many days.
import type { Queryable } from '../../foundation/postgres/database.js';

const ROWS_OF_RUNS = [
  'run_errors',
  'run_postponed',
  'run_seen',
  'run_undo',
  'run_results',
  'run_differences',
  'run_locals',
];

/** Runs that are over and ended before the moment. */
const OVER = `ended_at < $1 and state not in ('queued', 'running')`;

export async function countOldRuns(db: Queryable, before: Date): Promise<number> {
  const { rows } = await db.query<{ count: string }>(
    `select count(*) as count from dovetail.runs where ${OVER}`,
    [before],
  );
  return Number(rows[0]!.count);
}

/** Removes at most so many runs, with all that hangs on them; returns their numbers. */
export async function removeOldRuns(db: Queryable, before: Date, limit: number): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    // What there is of single rows has no foreign key to its run, and goes with it all the same.
    `with gone as (
       delete from dovetail.runs where id in (select id from dovetail.runs where ${OVER} order by id limit $2) returning id),
     ${ROWS_OF_RUNS.map((table) => `${table} as (delete from dovetail.${table} t using gone where t.run_id = gone.id)`).join(',\n     ')}
     select id from gone`,
    [before, limit],
  );
  return rows.map((row) => row.id);
}

export async function countOldIssues(db: Queryable, before: Date): Promise<number> {
  const { rows } = await db.query<{ count: string }>(
    `select count(*) as count from dovetail.run_errors where run_id in (select id from dovetail.runs where ${OVER})`,
    [before],
  );
  return Number(rows[0]!.count);
}

/** Removes at most so many errors and warnings; returns how many. Counters stay as they are. */
export async function removeOldIssues(db: Queryable, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from dovetail.run_errors where id in (
       select id from dovetail.run_errors where run_id in (select id from dovetail.runs where ${OVER}) limit $2)`,
    [before, limit],
  );
  return rowCount ?? 0;
}
