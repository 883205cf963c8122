// A caller by what a run or a schedule kept of them, with the roles they have by now.
import type { Queryable } from '../../foundation/postgres/database.js';
import type { Caller } from './caller.js';

/** How a caller is kept beside what they asked for. */
export type CallerName = Pick<Caller, 'id'> & { readonly kind: 'client' | 'user' };

/** Undefined for one that is gone or disabled. */
export async function findCaller(db: Queryable, { kind, id }: CallerName): Promise<Caller | undefined> {
  if (!/^\d{1,18}$/.test(id)) return undefined;
  const { rows } = await db.query<CallerRow>(kind === 'client' ? SELECT_CLIENT : SELECT_USER, [id]);
  const row = rows[0];
  if (row === undefined) return undefined;
  return Object.freeze({
    kind,
    id,
    name: row.name,
    roles: Object.freeze([...row.roles]),
    ...(row.subject === null ? {} : { subject: row.subject }),
    ...(row.unit_id === null ? {} : { unit: row.unit_id }),
  });
}

const SELECT_CLIENT = `select c.name, c.subject, c.unit_id,
    array(select r.role from dovetail.client_roles r where r.client_id = c.id order by r.role collate "C") as roles
  from dovetail.clients c where c.id = $1 and c.disabled_at is null`;

const SELECT_USER = `select u.name, u.subject, u.unit_id,
    array(select r.role from dovetail.user_roles r where r.user_id = u.id order by r.role collate "C") as roles
  from dovetail.users u where u.id = $1 and u.disabled_at is null`;

interface CallerRow extends Record<string, unknown> {
  readonly name: string;
  readonly subject: string | null;
  readonly unit_id: string | null;
  readonly roles: readonly string[];
}
