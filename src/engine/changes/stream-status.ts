// How the stream is doing, for whoever watches: cheap enough to be asked again and again.
import type { Queryable } from '../../foundation/postgres/database.js';
import { PUBLICATION } from './watched.js';

export interface StreamStatus {
  /** How many tables are in the publication; undefined where there is none. */
  readonly watched: number | undefined;
  /** 0: the stream never ran. */
  readonly epoch: number;
  /** Whether somebody reads the slot now. */
  readonly isRead: boolean;
  /** Bytes of WAL that are not in the log yet, whether or not there are changes in them. */
  readonly lagBytes: number;
  /** Seconds since the last commit that is in the log, where more than a little WAL is not; else 0. */
  readonly lagSeconds: number;
  /** Bytes of WAL that the server keeps for the slot. */
  readonly slotBytes: number;
  readonly slot: 'none' | 'kept' | 'lost';
}

/** An idle stream is noted only when so much has come. */
const LITTLE_WAL = 1024 * 1024;

export async function readStreamStatus(db: Queryable): Promise<StreamStatus> {
  const { rows } = await db.query<StreamStatus & Record<string, unknown>>(
    `select
       (select (select count(*) from pg_publication_tables t where t.pubname = p.pubname)::int
        from pg_publication p where p.pubname = $1) as watched,
       h.epoch,
       s.active is true as "isRead",
       case when h.epoch = 0 then 0 else greatest(0, pg_current_wal_lsn() - h.read_to) end::float8 as "lagBytes",
       case when h.epoch > 0 and pg_current_wal_lsn() - h.read_to > $2 then coalesce(
         (select extract(epoch from now() - max(c.committed_at)) from dovetail.changes c
          where c.part = (select max(part) from dovetail.change_parts) and c.epoch = h.epoch and c.lsn = h.lsn), 0) else 0
       end::float8 as "lagSeconds",
       greatest(0, coalesce(pg_current_wal_lsn() - s.restart_lsn, 0))::float8 as "slotBytes",
       case when s.slot_name is null then 'none' when s.wal_status = 'lost' then 'lost' else 'kept' end as slot
     from dovetail.change_head h
     left join pg_replication_slots s
       on s.slot_name = 'dovetail_' || (select oid from pg_database where datname = current_database())`,
    [PUBLICATION, LITTLE_WAL],
  );
  const { watched, ...status } = rows[0]!;
  return { ...status, watched: watched ?? undefined };
}
