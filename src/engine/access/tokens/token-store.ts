// From the digest of an access token to whoever it speaks for.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { Caller } from '../caller.js';
import { toScopes } from './scopes.js';

/** A token that was not taken back, of a client and a user that are not disabled. */
export interface UsableToken {
  readonly expiresAt: Date;
  readonly caller: Caller;
}

/** A token of a user speaks for the user, one of a client alone for the client. */
export async function findUsableToken(db: Queryable, digest: Buffer): Promise<UsableToken | undefined> {
  const { rows } = await db.query<TokenRow>(
    `select o.expires_at, o.payload ->> 'scope' as scope, o.user_id is not null as of_user,
       coalesce(u.id, c.id)::text as id,
       case when u.id is null then c.name else u.name end as name,
       case when u.id is null then c.unit_id else u.unit_id end as unit_id,
       case when u.id is null then c.subject else u.subject end as subject,
       case when u.id is null
         then array(select r.role from dovetail.client_roles r where r.client_id = c.id order by r.role collate "C")
         else array(select r.role from dovetail.user_roles r where r.user_id = u.id order by r.role collate "C") end as roles
     from dovetail.oauth_objects o
     join dovetail.clients c on c.id = o.client_id and c.disabled_at is null
     left join dovetail.users u on u.id = o.user_id
     where o.id_sha256 = $1 and o.kind in ('AccessToken', 'ClientCredentials') and u.disabled_at is null`,
    [digest],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    expiresAt: row.expires_at,
    caller: Object.freeze({
      kind: row.of_user ? ('user' as const) : ('client' as const),
      id: row.id,
      name: row.name,
      roles: Object.freeze(row.roles),
      scopes: Object.freeze(toScopes(row.scope ?? undefined)),
      ...(row.subject === null ? {} : { subject: row.subject }),
      ...(row.unit_id === null ? {} : { unit: row.unit_id }),
    }),
  };
}

interface TokenRow extends Record<string, unknown> {
  readonly expires_at: Date;
  readonly scope: string | null;
  readonly of_user: boolean;
  readonly id: string;
  readonly name: string;
  readonly unit_id: string | null;
  readonly subject: string | null;
  readonly roles: string[];
}
