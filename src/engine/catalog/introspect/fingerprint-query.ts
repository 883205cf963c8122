// The cheap question "did the schema change?": a hash over the ids and versions of the rows of pg_catalog that matter.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { ofApplication, type SchemaSelection, toSchemaParameters } from './schema-selection.js';

/** A sum over rows of pg_catalog that changes with every row added, removed or written anew (xmin is its version). */
function versions(id: string, from: string, row: string): string {
  return `(select count(*) || ':' || coalesce(bit_xor(hashint8extended(${id}, ${row}.xmin::text::int8)), 0) from ${from})`;
}

// Ids below 16384 are PostgreSQL's own. Vacuum and analyze write pg_class in place, so they don't show here.
// Not `stable sql` in a function: the application's schema is not ours to put functions into.
const FINGERPRINT = `
with space as materialized (select n.oid from pg_namespace n where ${ofApplication('n')}),
relation as materialized (
  select c.oid, c.xmin from pg_class c
  where c.oid >= 16384 and c.relnamespace in (table space) and c.relkind in ('r', 'p', 'v', 'm', 'f'))
select md5(concat_ws(' ', current_user, current_setting('is_superuser'),
  ${versions('n.oid::int8', 'pg_namespace n where n.oid in (table space)', 'n')},
  (select count(*) || ':' || coalesce(bit_xor(hashint8extended(r.oid::int8, r.xmin::text::int8)), 0) from relation r),
  ${versions('(a.attrelid::int8 << 16) + a.attnum', 'pg_attribute a join relation r on r.oid = a.attrelid where a.attnum > 0', 'a')},
  ${versions('d.oid::int8', 'pg_attrdef d join relation r on r.oid = d.adrelid', 'd')},
  ${versions('i.indexrelid::int8', 'pg_index i join relation r on r.oid = i.indrelid', 'i')},
  ${versions('k.oid::int8', 'pg_constraint k where k.oid >= 16384 and k.connamespace in (table space)', 'k')},
  ${versions('g.oid::int8', 'pg_trigger g join relation r on r.oid = g.tgrelid', 'g')},
  ${versions('f.oid::int8', 'pg_proc f where f.oid in (select g.tgfoid from pg_trigger g join relation r on r.oid = g.tgrelid)', 'f')},
  ${versions('w.oid::int8', 'pg_rewrite w join relation r on r.oid = w.ev_class', 'w')},
  ${versions('h.inhrelid::int8', 'pg_inherits h join relation r on r.oid = h.inhrelid', 'h')},
  ${versions('t.oid::int8', 'pg_type t where t.oid >= 16384 and t.typnamespace in (table space)', 't')},
  ${versions('e.oid::int8', 'pg_enum e', 'e')},
  ${versions('(m.objoid::int8 << 16) + m.objsubid', 'pg_description m join relation r on r.oid = m.objoid', 'm')},
  ${versions('(s.roleid::int8 << 32) + s.member::int8', 'pg_auth_members s', 's')}
)) as fingerprint`;

/** A hash that differs whenever anything differs that `readSchema` would return, estimates apart. May also differ without. */
export async function readFingerprint(client: Queryable, selection: SchemaSelection): Promise<string> {
  const { rows } = await client.query<{ fingerprint: string }>(FINGERPRINT, toSchemaParameters(selection));
  return rows[0]!.fingerprint;
}
