// What of the server decides how changes are captured.
import type { Queryable } from '../../../foundation/postgres/database.js';

export interface ServerState {
  /** `15`, `18`. */
  readonly major: number;
  readonly walLevel: string;
  readonly database: string;
  readonly role: string;
  /** May read the write-ahead log. */
  readonly mayReplicate: boolean;
  /** May make publications. */
  readonly mayPublish: boolean;
  /** Bytes of WAL that the server keeps for a slot at most; null: any amount. */
  readonly slotLimit: number | null;
  /** Replication slots that are not taken. */
  readonly freeSlots: number;
  /** Of this database; whether it is there. */
  readonly slot: string;
  readonly hasSlot: boolean;
  /** The publication that is ours, if any; else a name that is free. */
  readonly publication: string;
  readonly hasPublication: boolean;
}

/** On the publication when we made it. */
export const PUBLICATION_COMMENT = 'Made by "dovetail watch"; removed by "dovetail unwatch --all".';

/** `known`: the publication that was noted as ours. */
export async function readServerState(db: Queryable, known: string | undefined): Promise<ServerState> {
  const { rows } = await db.query<Row>(SELECT_STATE, [known ?? null, PUBLICATION_COMMENT]);
  const { ours, free, slotMegabytes, ...state } = rows[0]!;
  return {
    ...state,
    slotLimit: slotMegabytes < 0 ? null : slotMegabytes * 1024 * 1024,
    publication: ours ?? free,
    hasPublication: ours !== null,
  };
}

interface Row
  extends Omit<ServerState, 'slotLimit' | 'publication' | 'hasPublication'>,
    Record<string, unknown> {
  readonly slotMegabytes: number;
  readonly ours: string | null;
  readonly free: string;
}

// Slots are the server's, not the database's: so their name says which it is for. Managed servers hand replication out by a role.
const SELECT_STATE = `
  with slot as (select 'dovetail_' || oid as name from pg_database where datname = current_database())
  select current_setting('server_version_num')::int / 10000 as major,
    current_setting('wal_level') as "walLevel",
    current_database() as database,
    current_user::text as role,
    exists (select from pg_roles r where r.rolname = current_user and (r.rolsuper or r.rolreplication))
      or exists (select from pg_roles r where r.rolname = 'rds_replication' and pg_has_role(current_user, r.oid, 'member')) as "mayReplicate",
    has_database_privilege(current_database(), 'create') as "mayPublish",
    (select setting::int from pg_settings where name = 'max_slot_wal_keep_size') as "slotMegabytes",
    current_setting('max_replication_slots')::int - (select count(*)::int from pg_replication_slots) as "freeSlots",
    slot.name as slot,
    exists (select from pg_replication_slots s where s.slot_name = slot.name) as "hasSlot",
    (select p.pubname::text from pg_publication p
     where p.pubname = $1 or obj_description(p.oid, 'pg_publication') = $2
     order by p.pubname is not distinct from $1 desc, p.pubname limit 1) as ours,
    (select 'dovetail' || case n when 1 then '' else '_' || n end from generate_series(1, 1000) n
     where not exists (select from pg_publication p where p.pubname = 'dovetail' || case n when 1 then '' else '_' || n end)
     order by n limit 1) as free
  from slot`;
