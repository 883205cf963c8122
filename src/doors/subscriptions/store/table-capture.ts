// Whether changes of tables are captured, and whether the database tells what records were before: asked of PostgreSQL's own catalog.
import type { Queryable } from '../../../foundation/postgres/database.js';

export interface TableCapture {
  readonly watched: boolean;
  /** All values before a change are told: by `replica identity full`, or by trigger. */
  readonly before: boolean;
}

/** In the order of `tables`; partitions are looked at through their root. */
export async function readCapture(
  db: Queryable,
  tables: readonly { readonly schema: string; readonly table: string }[],
): Promise<readonly TableCapture[]> {
  const { rows } = await db.query<TableCapture>(
    `select coalesce(triggered or published, false) as watched, coalesce(triggered or whole, false) as before
     from unnest($1::text[], $2::text[]) with ordinality as asked(schema, name, n)
     left join lateral (
       select
         exists (select from pg_trigger t join pg_proc p on p.oid = t.tgfoid join pg_namespace pn on pn.oid = p.pronamespace
           where t.tgrelid = c.oid and pn.nspname = 'dovetail' and starts_with(p.proname, 'capture_')) as triggered,
         exists (select from pg_publication_tables pt where pt.schemaname = asked.schema and pt.tablename = asked.name
           and starts_with(pt.pubname, 'dovetail')) as published,
         c.relreplident = 'f' and not exists (select from pg_partition_tree(c.oid) part join pg_class pc on pc.oid = part.relid
           where part.isleaf and pc.relreplident <> 'f') as whole
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = asked.schema and c.relname = asked.name
     ) there on true
     order by asked.n`,
    [tables.map(({ schema }) => schema), tables.map(({ table }) => table)],
  );
  return rows;
}
