// What the server says of the tables to be watched: their parts, whose they are, by what their records are known, what of ours is on them.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { TableName } from '../change.js';

export interface TableState extends TableName {
  readonly oid: number;
  /** `pg_class.relkind`: table, partitioned table, or what can't be watched. */
  readonly kind: 'r' | 'p' | 'v' | 'm' | 'f';
  /** Inherits, or is inherited from, without being a partition. */
  readonly isInheriting: boolean;
  /** In the publication that was asked for. */
  readonly isPublished: boolean;
  /** The table itself first, then its partitions of any depth. */
  readonly members: readonly MemberState[];
}

export interface MemberState extends TableName {
  readonly oid: number;
  readonly kind: 'r' | 'p' | 'f';
  readonly isUnlogged: boolean;
  readonly owner: string;
  /** The role has the owner's rights. */
  readonly isOurs: boolean;
  /** `pg_class.relreplident`: default, nothing, full, index. */
  readonly identity: 'd' | 'n' | 'f' | 'i';
  /** The index that `replica identity using index` names. */
  readonly identityIndex: string | null;
  /** By the server's own judgement: an update can be told by key. */
  readonly hasKey: boolean;
  /** One that updates could be told by, whatever the replica identity is now. */
  readonly hasPrimaryKey: boolean;
  /** The key has columns that are computed. */
  readonly isKeyGenerated: boolean;
  readonly hasVirtualColumns: boolean;
  /** Triggers of ours. */
  readonly triggers: readonly TriggerState[];
}

export interface TriggerState {
  readonly name: string;
  /** Fires whatever `session_replication_role` is. */
  readonly isAlways: boolean;
  readonly target: string;
}

/** The state of those of the tables that there are, in the order asked for. */
export async function listTableStates(
  db: Queryable,
  tables: readonly TableName[],
  publication: string | undefined,
): Promise<readonly TableState[]> {
  const { rows } = await db.query<TableState & Record<string, unknown>>(SELECT_STATES, [
    tables.map(({ schema }) => schema),
    tables.map(({ table }) => table),
    publication ?? null,
  ]);
  return rows;
}

/** The tables that have something of ours on them, whatever they are called now. */
export async function listTouchedTables(
  db: Queryable,
  publication: string | undefined,
): Promise<readonly TableName[]> {
  const { rows } = await db.query<TableName & Record<string, unknown>>(SELECT_TOUCHED, [publication ?? null]);
  return rows;
}

// Of the functions, those that triggers call. A publication has tables of its own, whatever "for all tables" others have.
const OUR_TRIGGERS = `pg_trigger g join pg_proc p on p.oid = g.tgfoid
  join pg_namespace o on o.oid = p.pronamespace and o.nspname = 'dovetail'
    and p.proname in ('begin_statement', 'capture_statement', 'capture_row', 'capture_truncate')`;

const SELECT_STATES = `
  with asked as (
    select c.oid, c.relkind, n.nspname, c.relname, w.place
    from unnest($1::text[], $2::text[]) with ordinality as w (schema, name, place)
    join pg_namespace n on n.nspname = w.schema
    join pg_class c on c.relnamespace = n.oid and c.relname = w.name and c.relkind in ('r', 'p', 'v', 'm', 'f')
  ), members as (
    select a.oid as root, a.oid as member, 0 as level from asked a
    union all
    select a.oid, t.relid, t.level from asked a cross join lateral pg_partition_tree(a.oid) t
    where a.relkind = 'p' and t.relid <> a.oid
  )
  select a.oid::int8::float8 as oid, a.nspname::text as schema, a.relname::text as "table", a.relkind as kind,
    a.relkind <> 'p' and exists (select from pg_inherits i where a.oid in (i.inhparent, i.inhrelid)) as "isInheriting",
    exists (select from pg_publication_rel r join pg_publication b on b.oid = r.prpubid
      where b.pubname = $3 and r.prrelid = a.oid) as "isPublished",
    (select json_agg(json_build_object(
        'oid', c.oid::int8, 'schema', n.nspname, 'table', c.relname, 'kind', c.relkind,
        'isUnlogged', c.relpersistence = 'u', 'owner', c.relowner::regrole::name, 'isOurs', pg_has_role(c.relowner, 'usage'),
        'identity', c.relreplident,
        'identityIndex', (select x.relname from pg_index i join pg_class x on x.oid = i.indexrelid
          where i.indrelid = c.oid and i.indisreplident),
        'hasKey', case when c.relkind in ('r', 'p') then pg_get_replica_identity_index(c.oid) is not null end,
        'hasPrimaryKey', exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and i.indisvalid and i.indimmediate),
        'isKeyGenerated', exists (select from pg_index i join pg_attribute t on t.attrelid = c.oid and t.attnum = any (i.indkey)
          where case when c.relkind in ('r', 'p') then i.indexrelid = pg_get_replica_identity_index(c.oid) end and t.attgenerated <> ''),
        'hasVirtualColumns', exists (select from pg_attribute t where t.attrelid = c.oid and t.attgenerated = 'v'),
        'triggers', coalesce((select json_agg(json_build_object('name', g.tgname, 'isAlways', g.tgenabled = 'A',
            'target', split_part(encode(g.tgargs, 'escape'), '\\000', 1)) order by g.tgname)
          from ${OUR_TRIGGERS} where g.tgrelid = c.oid), '[]'))
      order by m.level, n.nspname, c.relname)
     from members m join pg_class c on c.oid = m.member join pg_namespace n on n.oid = c.relnamespace
     where m.root = a.oid) as members
  from asked a
  order by a.place`;

const SELECT_TOUCHED = `
  select distinct n.nspname::text as schema, c.relname::text as "table"
  from (
    select coalesce(pg_partition_root(g.tgrelid), g.tgrelid) as oid from ${OUR_TRIGGERS}
    union
    select r.prrelid from pg_publication_rel r join pg_publication b on b.oid = r.prpubid where b.pubname = $1
  ) touched
  join pg_class c on c.oid = touched.oid join pg_namespace n on n.oid = c.relnamespace
  order by 1, 2`;
