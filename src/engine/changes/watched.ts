// What in the database belongs to the stream: the publication of the watched tables, and the slot, by name.
import type { Queryable } from '../../foundation/postgres/database.js';
import type { TableName } from './change.js';

/** The tables in it are watched. */
export const PUBLICATION = 'dovetail';

/** Prefix of logical messages that carry the origin of a transaction. */
export const ORIGIN_PREFIX = 'dovetail';

/** Slots are the server's, not the database's: so the name says which database it is for. */
export async function readSlotName(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ name: string }>(
    `select 'dovetail_' || oid as name from pg_database where datname = current_database()`,
  );
  return rows[0]!.name;
}

export interface WatchedTable extends TableName {
  readonly oid: number;
  /** Columns that are published, in their order. */
  readonly columns: readonly string[];
}

/** Undefined where there is no publication. */
export async function findWatched(db: Queryable): Promise<readonly WatchedTable[] | undefined> {
  const { rows } = await db.query<{ tables: readonly WatchedTable[] }>(
    `select coalesce((
       select json_agg(json_build_object('schema', t.schemaname, 'table', t.tablename,
         'oid', format('%I.%I', t.schemaname, t.tablename)::regclass::oid::int8, 'columns', t.attnames)
         order by t.schemaname, t.tablename)
       from pg_publication_tables t where t.pubname = p.pubname), '[]') as tables
     from pg_publication p where p.pubname = $1`,
    [PUBLICATION],
  );
  return rows[0]?.tables;
}
