// Tables, views and what may be done with them.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { RawRelation } from './raw-schema.js';
import { ofApplication, type SchemaSelection, toSchemaParameters } from './schema-selection.js';

// tgtype's bits 4, 8 and 16 are insert, delete and update; a view's own select rule is no rule in our sense.
const RELATIONS = `
select c.oid, n.nspname::text as schema, c.relname::text as name, c.relkind as kind,
  obj_description(c.oid, 'pg_class') as comment,
  c.reltuples as estimate,
  case when c.relispartition then pg_partition_root(c.oid)::oid end as "partitionOf",
  array(select i.inhparent from pg_inherits i
    where i.inhrelid = c.oid and not c.relispartition order by i.inhseqno) as parents,
  exists (select from pg_depend d
    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e') as "ofExtension",
  has_schema_privilege(n.oid, 'usage') and has_any_column_privilege(c.oid, 'select') as "select",
  has_any_column_privilege(c.oid, 'insert') as "insert",
  has_any_column_privilege(c.oid, 'update') as "update",
  has_table_privilege(c.oid, 'delete') as "delete",
  exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal
    and t.tgenabled in ('O', 'A') and t.tgtype & 28 <> 0) as "hasTriggers",
  -- Row triggers that run before an insert (4) or update (16): 1 is "for each row", 2 is "before".
  coalesce((select json_agg(json_build_object('language', l.lanname, 'source', p.prosrc) order by t.tgname)
    from pg_trigger t join pg_proc p on p.oid = t.tgfoid join pg_language l on l.oid = p.prolang
    where t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled in ('O', 'A')
      and t.tgtype & 3 = 3 and t.tgtype & 20 <> 0), '[]') as "rowTriggers",
  exists (select from pg_rewrite r where r.ev_class = c.oid and r.ev_type in ('2', '3', '4')
    and r.ev_enabled in ('O', 'A')) as "hasRules"
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and c.relpersistence <> 't' and ${ofApplication('n')}
order by n.nspname, c.relname`;

/** Every relation of the application, partitions and those of extensions among them. By schema and name. */
export async function readRelations(client: Queryable, selection: SchemaSelection): Promise<RawRelation[]> {
  const { rows } = await client.query<RawRelation>(RELATIONS, toSchemaParameters(selection));
  return rows;
}
