// The parts of the log: tables that are begun by time and size, written to one after the other, and dropped whole.
import type { Database, Queryable } from '../../../foundation/postgres/database.js';
import { formatLsn, type Position, parseLsn } from '../position.js';

export interface LogPart {
  readonly part: number;
  /** The position that its first entry comes after. */
  readonly after: Position;
  readonly startedAt: Date;
  readonly isClosed: boolean;
}

export function toPartTable(part: number): string {
  return `dovetail.changes_${Math.trunc(part)}`;
}

/** In the order of the log. */
export async function listParts(db: Queryable): Promise<readonly LogPart[]> {
  const { rows } = await db.query<{
    part: number;
    epoch: number;
    lsn: string;
    ordinal: string;
    started_at: Date;
    closed: boolean;
  }>(
    `select part, after_epoch as epoch, after_lsn::text as lsn, after_ordinal::text as ordinal, started_at,
       closed_at is not null as closed
     from dovetail.change_parts order by part`,
  );
  return rows.map(({ part, epoch, lsn, ordinal, started_at, closed }) => ({
    part,
    after: { epoch, lsn: parseLsn(lsn), ordinal: Number(ordinal) },
    startedAt: started_at,
    isClosed: closed,
  }));
}

/**
 * Closes the part that is written to and begins the next one after `head`. For the writer only. Attached rather than made as a
 * partition, because that waits for nobody who reads the log, a dump for instance.
 */
export async function beginPart(client: Queryable, head: Position, now: Date): Promise<LogPart> {
  await client.query('begin');
  try {
    await client.query('update dovetail.change_parts set closed_at = $1 where closed_at is null', [now]);
    const { rows } = await client.query<{ part: number }>(
      `insert into dovetail.change_parts (part, after_epoch, after_lsn, after_ordinal, started_at)
       select coalesce(max(part), 0) + 1, $1, $2, $3, $4 from dovetail.change_parts returning part`,
      [head.epoch, formatLsn(head.lsn), head.ordinal, now],
    );
    const { part } = rows[0]!;
    const table = toPartTable(part);
    await client.query(`create table ${table} (like dovetail.changes including all)`);
    await client.query(`alter table ${table} set (toast_tuple_target = 8160, autovacuum_enabled = off)`);
    await client.query(`alter table dovetail.changes attach partition ${table} for values in (${part})`);
    await client.query('commit');
    return { part, after: head, startedAt: now, isClosed: false };
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/** Drops parts whose last entry came before `before`. Returns how many. */
export async function dropParts(database: Database, before: Date): Promise<number> {
  const { rows } = await database.query<{ part: number }>(
    'select part from dovetail.change_parts where closed_at < $1 order by part',
    [before],
  );
  for (const { part } of rows) await dropPart(database, part);
  return rows.length;
}

/** Whoever reads a dump may hold it for hours: then it is dropped another day, and nobody waits behind us. */
const PATIENCE = `set local lock_timeout = '5s'`;

async function dropPart(database: Database, part: number): Promise<void> {
  await database.transaction(async (client) => {
    await client.query(PATIENCE);
    await client.query(`drop table if exists ${toPartTable(part)}`);
    await client.query('delete from dovetail.change_parts where part = $1', [part]);
  });
}
