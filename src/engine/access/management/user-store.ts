// The rows of dovetail.users and dovetail.user_roles.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { Caller } from '../caller.js';
import { type HolderStore, type HolderWish, type RoleHolder, toSought } from './role-holder.js';

export interface User extends RoleHolder {
  readonly email: string;
  /** Whether there is a password to sign in with. */
  readonly hasPassword: boolean;
}

export interface UserWish extends HolderWish {
  readonly email: string;
  /** Default: the e-mail address. */
  readonly name?: string;
}

export interface UserValues {
  readonly email: string;
  readonly name: string;
  readonly unit: string | null;
  readonly subject: string | null;
}

const COLUMNS = `u.id::text, u.email, u.name, u.unit_id, u.subject, u.disabled_at, u.created_at,
    u.password_hash is not null as has_password,
    array(select r.role from dovetail.user_roles r where r.user_id = u.id order by r.role collate "C") as roles`;

export const userStore: HolderStore<User, UserValues> = {
  kind: 'user',
  labelOf: (user) => user.email,
  async read(db, { text, after, limit }) {
    const { rows } = await db.query<UserRow>(
      `select ${COLUMNS} from dovetail.users u
       where (position($1 in lower(u.email)) > 0 or position($1 in lower(u.name)) > 0)
         and ($2::text is null or lower(u.email) collate "C" > lower($2))
       order by lower(u.email) collate "C" limit $3`,
      [text, after, limit],
    );
    return rows.map(fromRow);
  },
  async find(db, label) {
    const { rows } = await db.query<UserRow>(
      `select ${COLUMNS} from dovetail.users u where lower(u.email) = lower($1) or u.id::text = $2`,
      [...toSought(label)],
    );
    return rows[0] && fromRow(rows[0]);
  },
  async readLabels(db) {
    const { rows } = await db.query<{ email: string }>(
      'select email from dovetail.users order by id desc limit 1000',
    );
    return rows.map((row) => row.email);
  },
  async insert(db, { email, name, unit, subject }, now) {
    const { rows } = await db.query<{ id: string }>(
      `insert into dovetail.users (email, name, unit_id, subject, created_at) values ($1, $2, $3, $4, $5)
       returning id::text`,
      [email, name, unit, subject, now],
    );
    return rows[0]!.id;
  },
  async update(db, id, { email, name, unit, subject }) {
    await db.query(
      'update dovetail.users set email = $2, name = $3, unit_id = $4, subject = $5 where id = $1',
      [id, email, name, unit, subject],
    );
  },
  async updateDisabled(db, id, at) {
    await db.query(
      `update dovetail.users set disabled_at = case when $2::timestamptz is null then null else coalesce(disabled_at, $2) end
       where id = $1`,
      [id, at ?? null],
    );
  },
  async remove(db, id) {
    await db.query('delete from dovetail.users where id = $1', [id]);
  },
  async addRole(db, id, role) {
    await db.query('insert into dovetail.user_roles (user_id, role) values ($1, $2) on conflict do nothing', [
      id,
      role,
    ]);
  },
  async removeRole(db, id, role) {
    await db.query('delete from dovetail.user_roles where user_id = $1 and role = $2', [id, role]);
  },
};

export async function updatePassword(db: Queryable, id: string, hash: string | null): Promise<void> {
  await db.query('update dovetail.users set password_hash = $2 where id = $1', [id, hash]);
}

/** What it takes to sign in. */
export interface SignIn {
  readonly hash: string | undefined;
  readonly isDisabled: boolean;
  readonly caller: Caller;
}

/** By e-mail address, whatever the case. */
export async function findSignIn(db: Queryable, email: string): Promise<SignIn | undefined> {
  const { rows } = await db.query<UserRow & { password_hash: string | null }>(
    `select ${COLUMNS}, u.password_hash from dovetail.users u where lower(u.email) = lower($1)`,
    [email],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    hash: row.password_hash ?? undefined,
    isDisabled: row.disabled_at !== null,
    caller: Object.freeze({
      kind: 'user' as const,
      id: row.id,
      name: row.name,
      roles: Object.freeze([...row.roles]),
      ...(row.subject === null ? {} : { subject: row.subject }),
      ...(row.unit_id === null ? {} : { unit: row.unit_id }),
    }),
  };
}

interface UserRow extends Record<string, unknown> {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly unit_id: string | null;
  readonly subject: string | null;
  readonly disabled_at: Date | null;
  readonly created_at: Date;
  readonly has_password: boolean;
  readonly roles: readonly string[];
}

const fromRow = (row: UserRow): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  roles: row.roles,
  hasPassword: row.has_password,
  ...(row.unit_id === null ? {} : { unit: row.unit_id }),
  ...(row.subject === null ? {} : { subject: row.subject }),
  createdAt: row.created_at,
  ...(row.disabled_at === null ? {} : { disabledAt: row.disabled_at }),
});
