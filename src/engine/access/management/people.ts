// People who are to be told something, and what those are called to whom something belongs.
import type { Queryable } from '../../../foundation/postgres/database.js';

export interface Person {
  readonly email: string;
  readonly roles: readonly string[];
}

/** Users who are not disabled: those of these addresses, and all that have one of the roles; by address. */
export async function findPeople(
  db: Queryable,
  sought: { readonly emails: readonly string[]; readonly roles: readonly string[] },
): Promise<readonly Person[]> {
  const { rows } = await db.query<{ email: string; roles: readonly string[] }>(
    `select u.email, array(select r.role from dovetail.user_roles r where r.user_id = u.id) as roles
     from dovetail.users u
     where u.disabled_at is null and (lower(u.email) = any($1::text[])
       or exists (select from dovetail.user_roles r where r.user_id = u.id and r.role = any($2::text[])))
     order by lower(u.email) collate "C"`,
    [sought.emails.map((email) => email.toLowerCase()), sought.roles],
  );
  return rows;
}

/** What a client or user is called, and the root of the tree of units that they belong to; undefined for one that is gone. */
export async function readHolderName(
  db: Queryable,
  holder: { readonly kind: 'client' | 'user'; readonly id: string },
): Promise<{ readonly name: string; readonly organization?: string } | undefined> {
  const { rows } = await db.query<{ name: string; organization: string | null }>(
    `with recursive holder as (
       select name, unit_id from dovetail.clients where $1 = 'client' and id::text = $2
       union all
       select name, unit_id from dovetail.users where $1 = 'user' and id::text = $2
     ), above as (
       select u.id, u.parent_id, 1 as depth from dovetail.units u join holder h on h.unit_id = u.id
       union all
       select u.id, u.parent_id, a.depth + 1 from dovetail.units u join above a on u.id = a.parent_id where a.depth < 100
     )
     select name, (select id from above where parent_id is null limit 1) as organization from holder`,
    [holder.kind, holder.id],
  );
  const row = rows[0];
  return row && { name: row.name, ...(row.organization === null ? {} : { organization: row.organization }) };
}
