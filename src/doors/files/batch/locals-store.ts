// The rows of dovetail.run_locals: records of a batch that are known by a local id, or have something set once others are there.
import type { Queryable } from '../../../foundation/postgres/database.js';

export interface LocalRecord {
  /** Its place in the body, from 1. */
  readonly line: number;
  readonly type: string;
  readonly lid: string | undefined;
}

const STEP = 10_000;

export async function saveLocals(
  db: Queryable,
  runId: string,
  locals: readonly LocalRecord[],
): Promise<void> {
  for (let from = 0; from < locals.length; from += STEP) {
    const some = locals.slice(from, from + STEP);
    await db.query(
      `insert into dovetail.run_locals (run_id, line, type, lid)
       select $1, line, type, lid from unnest($2::int8[], $3::text[], $4::text[]) as l (line, type, lid)`,
      [runId, some.map(({ line }) => line), some.map(({ type }) => type), some.map(({ lid }) => lid ?? null)],
    );
  }
}

/** Keys by local id, of those that are written. */
export async function readKeysOf(
  db: Queryable,
  runId: string,
  type: string,
  lids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ lid: string; key: string }>(
    `select lid, key from dovetail.run_locals where run_id = $1 and type = $2 and lid = any($3) and key is not null`,
    [runId, type, lids],
  );
  return new Map(rows.map(({ lid, key }) => [lid, key]));
}

/** Keys by place, of those that are written. */
export async function readKeysAt(
  db: Queryable,
  runId: string,
  lines: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await db.query<{ line: string; key: string }>(
    `select line, key from dovetail.run_locals where run_id = $1 and line = any($2::int8[]) and key is not null`,
    [runId, lines],
  );
  return new Map(rows.map(({ line, key }) => [Number(line), key]));
}

/** Local ids by place, of those that have one. */
export async function readLids(
  db: Queryable,
  runId: string,
  lines: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const { rows } = await db.query<{ line: string; lid: string }>(
    `select line, lid from dovetail.run_locals where run_id = $1 and line = any($2::int8[]) and lid is not null`,
    [runId, lines],
  );
  return new Map(rows.map(({ line, lid }) => [Number(line), lid]));
}
