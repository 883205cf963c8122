// Which rights on the application's tables the role lacks, as the exact statements that grant them.
import type { Queryable } from './database.js';
import type { Finding } from './finding.js';
import { ident } from './sql-text.js';

interface SchemaRights {
  readonly schema: string;
  readonly usage: boolean;
  /** How many tables and views there are, to tell "all of them". */
  readonly tables: number;
  readonly views: number;
  readonly lacking: readonly {
    readonly name: string;
    readonly view: boolean;
    readonly rights: readonly string[];
  }[];
  /** Sequences behind defaults; those of identity columns need no right. */
  readonly sequences: readonly string[];
}

/**
 * One finding per kind of right and schema that lacks it, or one that all is well. `schemas` limits the look to some;
 * `ownSchemas` are never looked at.
 */
export async function readMissingRights(
  database: Queryable,
  role: string,
  ownSchemas: readonly string[],
  schemas?: readonly string[],
): Promise<readonly Finding[]> {
  const { rows } = await database.query<SchemaRights & Record<string, unknown>>(SELECT_RIGHTS, [
    ownSchemas,
    schemas ?? null,
  ]);
  const findings = rows.flatMap((row) => toFindings(row, role));
  if (findings.length > 0) return findings;
  const tables = rows.reduce((sum, row) => sum + row.tables, 0);
  const where = rows.map((row) => `"${row.schema}"`).join(', ');
  const says =
    tables === 0 ? 'There are no tables yet' : `All ${tables} tables of ${where} can be read and written`;
  return [{ code: 'table-rights', level: tables === 0 ? 'note' : 'ok', says }];
}

function toFindings(row: SchemaRights, role: string): readonly Finding[] {
  const findings: Finding[] = [];
  const to = ident(role);
  if (!row.usage) {
    findings.push({
      code: 'schema-usage',
      level: 'missing',
      says: `The role "${role}" may not look into the schema "${row.schema}".`,
      statement: `grant usage on schema ${ident(row.schema)} to ${to};`,
    });
  }
  for (const [rights, things] of groupByRights(row.lacking)) {
    const isAll = things.length === row.tables + row.views && row.views === 0 && things.length > 3;
    const names = isAll
      ? `all tables in schema ${ident(row.schema)}`
      : things.map((thing) => ident(row.schema, thing.name)).join(', ');
    findings.push({
      code: 'table-rights',
      // A table nobody may write is still of use for export.
      level: rights.includes('select') ? 'missing' : 'warning',
      says: `The role "${role}" lacks ${rights} on ${countText(things.length, 'table or view', 'tables and views')} of "${row.schema}": ${shorten(things.map((thing) => thing.name))}.`,
      statement: `grant ${rights} on ${names} to ${to};`,
    });
  }
  if (row.sequences.length > 0) {
    findings.push({
      code: 'sequence-rights',
      level: 'warning',
      says: `The role "${role}" may not draw from ${countText(row.sequences.length, 'sequence', 'sequences')} of "${row.schema}", so new records can't get their numbers: ${shorten(row.sequences)}.`,
      statement: `grant usage on sequence ${row.sequences.map((name) => ident(row.schema, name)).join(', ')} to ${to};`,
    });
  }
  return findings;
}

function groupByRights(lacking: SchemaRights['lacking']): ReadonlyMap<string, SchemaRights['lacking']> {
  const groups = new Map<string, SchemaRights['lacking']>();
  for (const thing of lacking) {
    const key = thing.rights.join(', ');
    groups.set(key, [...(groups.get(key) ?? []), thing]);
  }
  return groups;
}

function countText(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function shorten(names: readonly string[]): string {
  return names.length <= 5
    ? names.join(', ')
    : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}

const SELECT_RIGHTS = `
  with schemas as (
    select n.oid, n.nspname, has_schema_privilege(n.oid, 'usage') as usage
    from pg_namespace n
    where n.nspname <> all ($1) and n.nspname <> 'information_schema' and n.nspname not like 'pg\\_%'
      and ($2::text[] is null or n.nspname = any ($2))
  ), things as (
    select c.oid, c.relnamespace, c.relname, c.relkind in ('v', 'm') as view
    from pg_class c
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
      and not exists (select from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  ), lacks as (
    select t.relnamespace, t.relname, t.view, array(
      select r.name from unnest(array['select', 'insert', 'update', 'delete']) with ordinality r (name, rank)
      where (not t.view or r.name = 'select')
        and not has_table_privilege(t.oid, r.name)
        and not case when r.name = 'delete' then false else has_any_column_privilege(t.oid, r.name) end
      order by r.rank
    ) as rights
    from things t
  ), sequences as (
    select distinct s.relnamespace, s.relname
    from pg_depend d
    join pg_class s on s.oid = d.refobjid
    join pg_attrdef f on f.oid = d.objid
    where d.classid = 'pg_attrdef'::regclass and d.refclassid = 'pg_class'::regclass
      -- In a case, because nothing else keeps the order: asking about a table is an error.
      and case when s.relkind = 'S' then not has_sequence_privilege(s.oid, 'usage') end
  )
  select
    n.nspname as schema,
    n.usage,
    (select count(*)::int from things t where t.relnamespace = n.oid and not t.view) as tables,
    (select count(*)::int from things t where t.relnamespace = n.oid and t.view) as views,
    coalesce((select json_agg(json_build_object('name', l.relname, 'view', l.view, 'rights', l.rights) order by l.relname)
      from lacks l where l.relnamespace = n.oid and cardinality(l.rights) > 0), '[]') as lacking,
    array(select q.relname::text from sequences q where q.relnamespace = n.oid order by 1) as sequences
  from schemas n
  where exists (select from things t where t.relnamespace = n.oid)
  order by n.nspname`;
