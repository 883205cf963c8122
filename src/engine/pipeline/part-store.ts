// What a run did to records that belong to its records: counted apart, in the transaction that wrote them.
import type { Queryable } from '../../foundation/postgres/database.js';

/** Counts of the records of one part. */
export interface PartCounts {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly failed: number;
}

export const NO_PART_COUNTS: PartCounts = { added: 0, updated: 0, unchanged: 0, deleted: 0, failed: 0 };

export function addPartCounts(a: PartCounts, b: Partial<PartCounts>): PartCounts {
  return {
    added: a.added + (b.added ?? 0),
    updated: a.updated + (b.updated ?? 0),
    unchanged: a.unchanged + (b.unchanged ?? 0),
    deleted: a.deleted + (b.deleted ?? 0),
    failed: a.failed + (b.failed ?? 0),
  };
}

/** Adds to the counts of a part. To be called in the transaction that wrote the records. */
export async function savePartCounts(
  client: Queryable,
  runId: string,
  part: string,
  counts: PartCounts,
): Promise<void> {
  const { added, updated, unchanged, deleted, failed } = counts;
  await client.query(
    `insert into dovetail.run_parts as p (run_id, part, added, updated, unchanged, deleted, failed)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (run_id, part) do update set added = p.added + excluded.added, updated = p.updated + excluded.updated,
       unchanged = p.unchanged + excluded.unchanged, deleted = p.deleted + excluded.deleted, failed = p.failed + excluded.failed`,
    [runId, part, added, updated, unchanged, deleted, failed],
  );
}

/** By name of the part, in no particular order. */
export async function readPartCounts(
  db: Queryable,
  runId: string,
): Promise<Readonly<Record<string, PartCounts>>> {
  const result = await db.query<{ part: string } & Record<keyof PartCounts, string>>(
    `select part, added, updated, unchanged, deleted, failed from dovetail.run_parts where run_id = $1 order by part`,
    [runId],
  );
  return Object.fromEntries(
    result.rows.map(({ part, ...counts }) => [
      part,
      addPartCounts(NO_PART_COUNTS, {
        added: Number(counts.added),
        updated: Number(counts.updated),
        unchanged: Number(counts.unchanged),
        deleted: Number(counts.deleted),
        failed: Number(counts.failed),
      }),
    ]),
  );
}
