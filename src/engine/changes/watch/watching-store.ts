// What is remembered of watching: how changes are captured, and what was altered of which table, so that exactly that can be put back.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { TableName } from '../change.js';

export type Capture = 'wal' | 'trigger';

export interface Watching {
  readonly capture: Capture;
  /** Null with capture by triggers. */
  readonly publication: string | null;
  /** The operator accepted by name that the server limits the WAL of slots by nothing. */
  readonly isUnlimitedWalAccepted: boolean;
  readonly tables: readonly WatchedTableRow[];
}

export interface WatchedTableRow extends TableName {
  readonly relation: number;
  /** By the publication, or by triggers: in the outbox with capture by triggers, else as logical messages. */
  readonly how: 'publication' | 'trigger';
  readonly identities: readonly AlteredIdentity[];
}

/** A table or partition whose replica identity is now full, and what it was. */
export interface AlteredIdentity extends TableName {
  readonly before: 'd' | 'n' | 'i';
  readonly index: string | null;
}

/** Undefined where nothing was ever watched. */
export async function findWatching(db: Queryable): Promise<Watching | undefined> {
  const there = await db.query<{ there: boolean }>(
    `select to_regclass('dovetail.watched_tables') is not null as there`,
  );
  if (!there.rows[0]!.there) return undefined;
  const { rows } = await db.query<Watching & Record<string, unknown>>(
    `select capture, publication::text as publication, unlimited_wal_accepted_at is not null as "isUnlimitedWalAccepted",
       coalesce((
         select json_agg(json_build_object('schema', schema_name, 'table', table_name, 'relation', relation::int8, 'how', how,
           'identities', identities) order by schema_name, table_name)
         from dovetail.watched_tables), '[]') as tables
     from dovetail.watching`,
  );
  return rows[0];
}

export async function keepWatching(
  db: Queryable,
  how: {
    readonly capture: Capture;
    readonly publication: string | undefined;
    readonly acceptUnlimitedWal: boolean;
    readonly outboxBytes: number;
  },
): Promise<void> {
  await db.query(
    `insert into dovetail.watching (capture, publication, unlimited_wal_accepted_at, outbox_bytes)
     values ($1, $2, case when $3 then now() end, $4)
     on conflict (single) do update set capture = excluded.capture, publication = excluded.publication,
       unlimited_wal_accepted_at = coalesce(watching.unlimited_wal_accepted_at, excluded.unlimited_wal_accepted_at),
       outbox_bytes = excluded.outbox_bytes`,
    [how.capture, how.publication ?? null, how.acceptUnlimitedWal, how.outboxBytes],
  );
}

export async function forgetWatching(db: Queryable): Promise<void> {
  await db.query('delete from dovetail.watching');
}

export async function keepWatched(db: Queryable, tables: readonly WatchedTableRow[]): Promise<void> {
  await db.query(
    `insert into dovetail.watched_tables (schema_name, table_name, relation, how, identities)
     select r.schema, r."table", r.relation, r.how, r.identities
     from json_to_recordset($1) as r (schema text, "table" text, relation int8, how text, identities jsonb)
     on conflict (schema_name, table_name) do update
       set relation = excluded.relation, how = excluded.how, identities = excluded.identities`,
    [JSON.stringify(tables)],
  );
}

export async function forgetWatched(db: Queryable, tables: readonly TableName[]): Promise<void> {
  await db.query(
    `delete from dovetail.watched_tables w using unnest($1::text[], $2::text[]) as g (schema, name)
     where w.schema_name = g.schema and w.table_name = g.name`,
    [tables.map(({ schema }) => schema), tables.map(({ table }) => table)],
  );
}

/** Only one at a time alters what is watched; held to the end of the transaction. */
export async function lockWatching(db: Queryable): Promise<void> {
  await db.query(`select pg_advisory_xact_lock(hashtextextended('dovetail.watch', 0))`);
}
