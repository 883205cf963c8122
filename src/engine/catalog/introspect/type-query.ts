// The types of given relations' columns, and those underneath: of domains, arrays and composites.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { RawType } from './raw-schema.js';

// `ordered` asks what GetDefaultOpClass() asks: an operator class for the type itself, or for one it may be taken as
// without conversion. Enums, ranges, arrays and composites are covered by pseudo-types; build/ decides those.
const TYPES = `
with recursive used (oid) as (
  select a.atttypid from pg_attribute a
  where a.attrelid = any ($1::oid[]) and a.attnum > 0 and not a.attisdropped
  union
  select next.oid
  from used u
  join pg_type t on t.oid = u.oid
  cross join lateral (
    select t.typbasetype where t.typtype = 'd'
    union all select t.typelem where t.typtype = 'b' and t.typelem <> 0
    union all select a.atttypid from pg_attribute a
      where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
  ) as next (oid)
)
select t.oid, t.typname::text as name, format_type(t.oid, null) as sql, t.typtype as kind,
  nullif(t.typbasetype, 0) as base, t.typtypmod as "baseModifier",
  (select e.oid from pg_type e where e.oid = t.typelem and e.typarray = t.oid) as element,
  t.typnotnull as "notNull", pg_get_expr(t.typdefaultbin, 0) as "default",
  array(select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid order by e.enumsortorder) as labels,
  array(select pg_get_expr(k.conbin, 0) from pg_constraint k
    where k.contypid = t.oid and k.contype = 'c' order by k.conname) as checks,
  array(select a.atttypid from pg_attribute a
    where t.typtype = 'c' and a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
    order by a.attnum) as attributes,
  exists (select from pg_opclass o join pg_am m on m.oid = o.opcmethod and m.amname = 'btree'
    where o.opcdefault and (o.opcintype = t.oid or exists (select from pg_cast b
      where b.castsource = t.oid and b.casttarget = o.opcintype
        and b.castmethod = 'b' and b.castcontext = 'i'))) as ordered
from used
join pg_type t on t.oid = used.oid`;

/** The types, in no particular order. */
export async function readTypes(client: Queryable, relations: readonly number[]): Promise<RawType[]> {
  const { rows } = await client.query<RawType>(TYPES, [relations]);
  return rows;
}
