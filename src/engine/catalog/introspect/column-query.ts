// The columns of given relations, with type, default and rights.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { RawColumn } from './raw-schema.js';

// From PostgreSQL 18 on a not-null constraint may be `not valid`; before, no row of pg_constraint has contype 'n'.
const COLUMNS = `
select a.attrelid as relation, a.attnum as position, a.attname::text as name,
  a.atttypid as type, a.atttypmod as modifier, format_type(a.atttypid, a.atttypmod) as sql,
  a.attnotnull as "notNull",
  exists (select from pg_constraint n where n.conrelid = a.attrelid and n.contype = 'n'
    and n.conkey = array[a.attnum] and not n.convalidated) as "notNullUnchecked",
  a.attidentity as identity, a.attgenerated as generated,
  case when a.attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end as "default",
  col_description(a.attrelid, a.attnum) as comment,
  coalesce(o.collisdeterministic, true) as deterministic,
  has_column_privilege(a.attrelid, a.attnum, 'select') as "select",
  has_column_privilege(a.attrelid, a.attnum, 'insert') as "insert",
  has_column_privilege(a.attrelid, a.attnum, 'update') as "update"
from pg_attribute a
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
left join pg_collation o on o.oid = a.attcollation
where a.attrelid = any ($1::oid[]) and a.attnum > 0 and not a.attisdropped
order by a.attrelid, a.attnum`;

/** The columns, by relation and position; system and dropped columns left out. */
export async function readColumns(client: Queryable, relations: readonly number[]): Promise<RawColumn[]> {
  const { rows } = await client.query<RawColumn>(COLUMNS, [relations]);
  return rows;
}
