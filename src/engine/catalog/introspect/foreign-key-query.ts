// The foreign keys of given relations.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { RawForeignKey } from './raw-schema.js';

// Copies that PostgreSQL keeps for partitions have a parent constraint. Keys with `period` (PostgreSQL 18) hold when a range
// is covered, not when values are equal, so they are no relation; the column is read as JSON because 17 lacks it.
const FOREIGN_KEYS = `
select f.conrelid as relation, f.conname::text as name,
  array(select a.attname::text from unnest(f.conkey) with ordinality as k (attnum, place)
    join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum order by k.place) as columns,
  f.confrelid as target,
  array(select a.attname::text from unnest(f.confkey) with ordinality as k (attnum, place)
    join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.attnum order by k.place) as "targetColumns",
  f.condeferrable as deferrable
from pg_constraint f
where f.contype = 'f' and f.conrelid = any ($1::oid[]) and f.conparentid = 0
  and not coalesce((to_jsonb(f) ->> 'conperiod')::boolean, false)
order by f.conrelid, f.conkey, f.conname`;

/** The foreign keys, by relation, then by their columns' positions. */
export async function readForeignKeys(
  client: Queryable,
  relations: readonly number[],
): Promise<RawForeignKey[]> {
  const { rows } = await client.query<RawForeignKey>(FOREIGN_KEYS, [relations]);
  return rows;
}
