// Reads what triggers captured, in the order of the stream: by the number of the transaction, then as it happened inside of it.
import type { Queryable } from '../../../foundation/postgres/database.js';

/** Where one is in the outbox. Transactions come in the order of their numbers, which is not that of their commits. */
export interface OutboxPlace {
  readonly xid: string;
  readonly place: string;
  readonly depth: number;
  readonly seq: string;
}

export const OUTBOX_START: OutboxPlace = { xid: '0', place: '0', depth: 0, seq: '0' };

export interface OutboxRow extends OutboxPlace {
  /** i(nsert) u(pdate) d(elete) t(runcate), or x: from here on changes of the table are lost. */
  readonly operation: 'i' | 'u' | 'd' | 't' | 'x';
  readonly shape: number;
  /** As PostgreSQL writes a row. */
  readonly before: string | null;
  readonly after: string | null;
  /** Microseconds since 1970 UTC, when it was made: a trigger can't know when it will be committed. */
  readonly at: string;
  /** JSON, with the first row of each statement; null there: nobody said who it was. */
  readonly origin: string | null;
}

export interface OutboxPage {
  readonly rows: readonly OutboxRow[];
  /** True: nothing more can be read now, and of every transaction that was read all is there. */
  readonly isLast: boolean;
}

/**
 * At most `limit` rows after `after`, and about `bytes`, at least one where there is one. Never passes the oldest transaction that is still
 * running, whichever it is: a transaction with a smaller number could still be committed.
 */
export async function readOutbox(
  db: Queryable,
  after: OutboxPlace,
  { limit, bytes }: { readonly limit: number; readonly bytes: number },
): Promise<OutboxPage> {
  const { rows } = await db.query<OutboxRow & { found: number } & Record<string, unknown>>(SELECT_ROWS, [
    after.xid,
    after.place,
    after.depth,
    after.seq,
    limit,
    bytes,
  ]);
  const found = rows[0]?.found ?? 0;
  return { rows, isLast: rows.length === found && found < limit };
}

// One statement has one snapshot: what is below its xmin has ended, and what of that was committed is seen.
const SELECT_ROWS = `
  with next as materialized (
    select o.* from dovetail.change_outbox o
    where (o.xid, o.place, o.depth, o.seq) > ($1::text::xid8, $2::int8, $3::int2, $4::int8)
      and o.xid < (select pg_snapshot_xmin(pg_current_snapshot()))
    order by o.xid, o.place, o.depth, o.seq
    limit $5
  ), sized as (
    select n.*, count(*) over () as found,
      sum(coalesce(octet_length(n.before), 0) + coalesce(octet_length(n.after), 0)) over (
        order by n.xid, n.place, n.depth, n.seq rows between unbounded preceding and 1 preceding) as earlier
    from next n
  )
  select s.xid::text as xid, s.place::text as place, s.depth::int as depth, s.seq::text as seq, s.operation, s.shape::float8 as shape,
    s.before, s.after, (extract(epoch from s.at) * 1000000)::int8::text as at, s.origin, s.found::int as found
  from sized s
  where coalesce(s.earlier, 0) < $6
  order by s.xid, s.place, s.depth, s.seq`;

/**
 * Removes everything of transactions up to `xid` that can be seen, at most `limit` rows; returns how many. To be called once the log has
 * it for good.
 */
export async function removeTaken(db: Queryable, xid: string, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `delete from dovetail.change_outbox where ctid = any (array(
       select ctid from dovetail.change_outbox where xid <= $1::text::xid8 order by xid, place limit $2))`,
    [xid, limit],
  );
  return rowCount ?? 0;
}
