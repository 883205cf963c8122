// Indexes for full-text search: what each of them is on.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { RawSearch } from './raw-schema.js';

// GIN finds by any of its columns, GiST by the first one well.
const SEARCHES = `
select i.indrelid as relation, a.attname::text as column,
  case when k.attnum = 0 then pg_get_indexdef(i.indexrelid, k.place::int, false) end as expression,
  (select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d where d.adrelid = i.indrelid and d.adnum = k.attnum) as generation
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_am m on m.oid = c.relam
cross join unnest(i.indkey::int2[], i.indclass::oid[]) with ordinality as k (attnum, class, place)
join pg_opclass o on o.oid = k.class
left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum and k.attnum > 0
where i.indrelid = any ($1::oid[]) and o.opcintype = 'tsvector'::regtype and k.place <= i.indnkeyatts
  and (m.amname = 'gin' or (m.amname = 'gist' and k.place = 1))
  and i.indisvalid and i.indisready and i.indislive and i.indpred is null
order by i.indrelid, c.relname, k.place`;

export async function readSearches(client: Queryable, relations: readonly number[]): Promise<RawSearch[]> {
  const { rows } = await client.query<RawSearch>(SEARCHES, [relations]);
  return rows;
}
