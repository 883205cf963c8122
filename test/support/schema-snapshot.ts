// The whole schema of a database as text, to compare before and after: from the catalogs, and from pg_dump where it fits.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Queryable } from '../../src/foundation/postgres/database.js';

/** One line for each object that is not PostgreSQL's own, with its definition, owner and rights, sorted. */
export async function readSchemaSnapshot(database: Queryable): Promise<readonly string[]> {
  const { rows } = await database.query<{ line: string }>(SELECT_OBJECTS);
  return rows.map((row) => row.line);
}

/** What `pg_dump --schema-only` says; undefined if there is none, or one too old for the server. */
export async function findSchemaDump(url: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('pg_dump', ['--schema-only', '--dbname', url], {
      maxBuffer: 64 * 1024 * 1024,
    });
    // Newer ones write a random word into each dump.
    return stdout.replaceAll(/^\\(un)?restrict .*$/gm, '');
  } catch {
    return undefined;
  }
}

const SELECT_OBJECTS = `
  with schemas as (
    select * from pg_namespace where nspname not like 'pg\\_%' and nspname <> 'information_schema'
  )
  select line from (
    select format('schema %s %s %s %s', nspname, nspowner::regrole, nspacl, obj_description(oid, 'pg_namespace')) as line from schemas
    union all
    select format('class %s.%s %s %s %s %s %s', n.nspname, c.relname, c.relkind, c.relreplident, c.relacl, c.reloptions, obj_description(c.oid, 'pg_class'))
    from pg_class c join schemas n on n.oid = c.relnamespace
    union all
    select format('column %s.%s.%s %s %s %s %s %s', n.nspname, c.relname, a.attname, a.attnum,
      format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid))
    from pg_attribute a join pg_class c on c.oid = a.attrelid join schemas n on n.oid = c.relnamespace
    left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
    where a.attnum > 0
    union all
    select format('constraint %s.%s %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
    from pg_constraint k join schemas n on n.oid = k.connamespace
    union all
    select format('index %s %s', pg_get_indexdef(c.oid), i.indisreplident)
    from pg_class c join schemas n on n.oid = c.relnamespace join pg_index i on i.indexrelid = c.oid where c.relkind = 'i'
    union all
    select format('view %s %s', c.oid::regclass, pg_get_viewdef(c.oid))
    from pg_class c join schemas n on n.oid = c.relnamespace where c.relkind in ('v', 'm')
    union all
    select format('routine %s %s %s', p.oid::regprocedure, md5(p.prosrc), p.proacl)
    from pg_proc p join schemas n on n.oid = p.pronamespace
    union all
    select format('type %s.%s %s', n.nspname, t.typname, t.typtype)
    from pg_type t join schemas n on n.oid = t.typnamespace
    union all
    select format('trigger %s %s', pg_get_triggerdef(oid), tgenabled) from pg_trigger where not tgisinternal
    union all
    select format('event trigger %s', evtname) from pg_event_trigger
    union all
    select format('extension %s %s', extname, extversion) from pg_extension
    union all
    select format('publication %s of %s', p.pubname, r.prrelid::regclass)
    from pg_publication p left join pg_publication_rel r on r.prpubid = p.oid
    union all
    select format('slot %s', slot_name) from pg_replication_slots where database = current_database()
    union all
    select format('setting %s', setconfig) from pg_db_role_setting s join pg_database d on d.oid = s.setdatabase
      where d.datname = current_database()
  ) objects
  order by line`;
