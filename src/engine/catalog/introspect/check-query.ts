// The check constraints of given relations.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { RawCheck } from './raw-schema.js';

// A check that is `not enforced` (PostgreSQL 18) refuses nothing; the column is read as JSON because 17 lacks it.
const CHECKS = `
select k.conrelid as relation, k.conname::text as name, pg_get_expr(k.conbin, k.conrelid) as expression,
  array(select a.attname::text from unnest(k.conkey) with ordinality as c (attnum, place)
    join pg_attribute a on a.attrelid = k.conrelid and a.attnum = c.attnum order by c.place) as columns
from pg_constraint k
where k.contype = 'c' and k.conrelid = any ($1::oid[])
  and coalesce((to_jsonb(k) ->> 'conenforced')::boolean, true)
order by k.conrelid, k.conname`;

/** The checks, by relation and name. PostgreSQL tries them in that order. */
export async function readChecks(client: Queryable, relations: readonly number[]): Promise<RawCheck[]> {
  const { rows } = await client.query<RawCheck>(CHECKS, [relations]);
  return rows;
}
