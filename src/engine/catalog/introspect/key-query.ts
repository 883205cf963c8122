// The unique keys of given relations: constraints and plain unique indexes alike, because PostgreSQL holds both the same way.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { RawKey } from './raw-schema.js';

// Columns past indnkeyatts are only carried along (`include`). An index of `without overlaps` is a gist index marked as
// exclusion: it doesn't make its columns unique.
const KEYS = `
select i.indrelid as relation, c.relname::text as name,
  array(select a.attname::text
    from unnest(i.indkey::int2[]) with ordinality as k (attnum, place)
    join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where k.place <= i.indnkeyatts order by k.place) as columns,
  i.indisprimary as primary, i.indimmediate as immediate, i.indnullsnotdistinct as "nullsNotDistinct"
from pg_index i
join pg_class c on c.oid = i.indexrelid
where i.indrelid = any ($1::oid[]) and i.indisunique and not i.indisexclusion
  and i.indisvalid and i.indisready and i.indislive and i.indpred is null and i.indexprs is null
order by i.indrelid, i.indisprimary desc, c.relname`;

/** The keys, by relation, the primary one first. */
export async function readKeys(client: Queryable, relations: readonly number[]): Promise<RawKey[]> {
  const { rows } = await client.query<RawKey>(KEYS, [relations]);
  return rows;
}
