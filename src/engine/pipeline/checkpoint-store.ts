// How far each writer of a run has come: its checkpoint and its counters, moved in the transaction that wrote the chunk.
import type { Queryable } from '../../foundation/postgres/database.js';
import { COUNTER_NAMES, type Counters, NO_COUNTS } from './run.js';

export interface Checkpoint {
  readonly partition: number;
  /** Ordinal of the last row of this partition that is done; 0 before the first. */
  readonly row: number;
  readonly counters: Counters;
}

export async function readCheckpoints(db: Queryable, runId: string): Promise<readonly Checkpoint[]> {
  const result = await db.query<{ partition: number; row: string } & Record<keyof Counters, string>>(
    `select partition, row, ${COUNTER_NAMES.join(', ')} from dovetail.run_checkpoints where run_id = $1`,
    [runId],
  );
  return result.rows.map((row) => {
    const counters = { ...NO_COUNTS } as Record<keyof Counters, number>;
    for (const name of COUNTER_NAMES) counters[name] = Number(row[name]);
    return { partition: row.partition, row: Number(row.row), counters };
  });
}

const UPSERT = `
  insert into dovetail.run_checkpoints as c (run_id, partition, row, ${COUNTER_NAMES.join(', ')})
  values ($1, $2, $3, ${COUNTER_NAMES.map((_, i) => `$${i + 4}`).join(', ')})
  on conflict (run_id, partition) do update set row = greatest(c.row, excluded.row),
    ${COUNTER_NAMES.map((name) => `${name} = c.${name} + excluded.${name}`).join(', ')}`;

/** Moves a partition's checkpoint and adds to its counters. To be called in the transaction that wrote the chunk. */
export async function saveCheckpoint(
  client: Queryable,
  runId: string,
  partition: number,
  row: number,
  counters: Counters,
): Promise<void> {
  await client.query(UPSERT, [runId, partition, row, ...COUNTER_NAMES.map((name) => counters[name])]);
}

/**
 * The row a partition's checkpoint stands at, locked until the transaction ends. Waits for a transaction that is about to
 * move it: afterwards it is certain whether that one was committed.
 */
export async function lockCheckpoint(client: Queryable, runId: string, partition: number): Promise<number> {
  const locked = await client.query<{ row: string }>(
    `insert into dovetail.run_checkpoints as c (run_id, partition, row) values ($1, $2, 0)
     on conflict (run_id, partition) do update set row = c.row returning c.row`,
    [runId, partition],
  );
  return Number(locked.rows[0]!.row);
}
