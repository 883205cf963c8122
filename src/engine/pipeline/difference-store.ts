// What a dry run would change, cell by cell, and what a run has to say besides its counters.
import type { Queryable } from '../../foundation/postgres/database.js';

/** A cell of a record that would be added, updated or deleted; those of one record have one number. */
export interface StoredDifference {
  readonly record: number;
  /** Absent for a record that the source doesn't have. */
  readonly row?: number;
  readonly line?: number;
  readonly action: 'added' | 'updated' | 'deleted';
  /** By field. */
  readonly identity: Readonly<Record<string, string | null>>;
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

export async function saveDifferences(
  db: Queryable,
  runId: string,
  cells: readonly StoredDifference[],
): Promise<void> {
  if (cells.length === 0) return;
  await db.query(
    `insert into dovetail.run_differences (run_id, record, row, line, action, field, before, after, identity)
     select $1, * from unnest($2::int8[], $3::int8[], $4::int8[], $5::text[], $6::text[], $7::text[], $8::text[], $9::jsonb[])`,
    [
      runId,
      cells.map(({ record }) => record),
      cells.map(({ row }) => row ?? null),
      cells.map(({ line }) => line ?? null),
      cells.map(({ action }) => action),
      cells.map(({ field }) => field),
      cells.map(({ before }) => before),
      cells.map(({ after }) => after),
      cells.map(({ identity }) => JSON.stringify(identity)),
    ],
  );
}

/** Takes back those of a row that fails after all. */
export async function dropDifferences(db: Queryable, runId: string, row: number): Promise<void> {
  await db.query('delete from dovetail.run_differences where run_id = $1 and row = $2', [runId, row]);
}

/** What an attempt found that was cut off: a dry run begins anew. */
export async function forgetFindings(db: Queryable, runId: string): Promise<void> {
  await db.query(
    `with cells as (delete from dovetail.run_differences where run_id = $1)
     delete from dovetail.run_errors where run_id = $1`,
    [runId],
  );
}

export async function saveReport(
  db: Queryable,
  run: { readonly id: string; readonly fence: string },
  report: object,
): Promise<void> {
  await db.query('update dovetail.runs set report = $3 where id = $1 and fence = $2', [
    run.id,
    run.fence,
    JSON.stringify(report),
  ]);
}
