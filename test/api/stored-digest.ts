// Everything that is stored, as one text: to see that nothing was written.
import type { Queryable } from '../../src/foundation/postgres/database.js';

/** The tables of the application with the digest of their rows. */
export async function readStoredDigest(database: Queryable): Promise<string> {
  const { rows } = await database.query<{ name: string }>(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname !~ '^pg_|^information_schema$|^dovetail'`,
  );
  const parts = rows.map(
    ({ name }) =>
      `select '${name}' as name, count(*) as n, md5(coalesce(string_agg(md5(t::text), '' order by md5(t::text)), '')) as digest from ${name} t`,
  );
  const digests = await database.query<{ name: string; n: string; digest: string }>(
    parts.join(' union all '),
  );
  return digests.rows
    .map(({ name, n, digest }) => `${name} ${n} ${digest}`)
    .sort()
    .join('\n');
}
