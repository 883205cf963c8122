// The rows of dovetail.roles, role_permissions and role_fields.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { accessError } from '../access-errors.js';
import type { FieldException, Permission } from '../grants/grants.js';
import type { ListRange } from './list-page.js';
import { unknownName } from './value-check.js';

export interface RoleLine {
  readonly name: string;
  readonly description?: string;
  readonly builtIn: boolean;
  /** How many users and clients have it. */
  readonly users: number;
  readonly clients: number;
}

const SELECT = `select r.name, r.description, r.built_in,
    (select count(*)::int from dovetail.user_roles u where u.role = r.name) as users,
    (select count(*)::int from dovetail.client_roles c where c.role = r.name) as clients
  from dovetail.roles r`;

export async function readRoleLines(
  db: Queryable,
  { text, after, limit }: ListRange,
): Promise<readonly RoleLine[]> {
  const { rows } = await db.query<RoleRow>(
    `${SELECT} where (position($1 in lower(r.name)) > 0 or position($1 in lower(coalesce(r.description, ''))) > 0)
       and ($2::text is null or r.name collate "C" > $2)
     order by r.name collate "C" limit $3`,
    [text, after, limit],
  );
  return rows.map(fromRow);
}

/** Throws ACCESS-101. */
export async function readRoleLine(db: Queryable, name: string): Promise<RoleLine> {
  const { rows } = await db.query<RoleRow>(`${SELECT} where r.name = $1`, [name]);
  if (rows[0] !== undefined) return fromRow(rows[0]);
  const { rows: known } = await db.query<{ name: string }>('select name from dovetail.roles order by name');
  throw unknownName(
    101,
    'role',
    name,
    known.map((row) => row.name),
  );
}

/** The name, if a role has it. Throws ACCESS-101. */
export const readRoleName = async (db: Queryable, name: string): Promise<string> =>
  (await readRoleLine(db, name)).name;

/** Throws ACCESS-101, and ACCESS-108 for a built-in one. */
export async function readOwnRole(db: Queryable, name: string): Promise<RoleLine> {
  const role = await readRoleLine(db, name);
  if (!role.builtIn) return role;
  throw accessError(108, {
    detail: `The role '${name}' comes with Dovetail and stays as it is.`,
    hint: 'Make a role of your own that allows what you want.',
  });
}

export async function insertRole(db: Queryable, name: string, description: string | null): Promise<void> {
  await db.query('insert into dovetail.roles (name, description) values ($1, $2)', [name, description]);
}

export async function updateRole(
  db: Queryable,
  before: string,
  name: string,
  description: string | null,
): Promise<void> {
  await db.query('update dovetail.roles set name = $2, description = $3 where name = $1', [
    before,
    name,
    description,
  ]);
}

export async function removeRole(db: Queryable, name: string): Promise<void> {
  await db.query('delete from dovetail.roles where name = $1', [name]);
}

export async function savePermission(
  db: Queryable,
  role: string,
  { entity, action, level }: Permission,
): Promise<void> {
  await db.query(
    `insert into dovetail.role_permissions (role, entity, action, level) values ($1, $2, $3, $4)
     on conflict (role, entity, action) do update set level = excluded.level`,
    [role, entity, action, level],
  );
}

export async function removePermission(
  db: Queryable,
  role: string,
  entity: string,
  action: string,
): Promise<void> {
  await db.query('delete from dovetail.role_permissions where role = $1 and entity = $2 and action = $3', [
    role,
    entity,
    action,
  ]);
}

export async function saveFieldException(
  db: Queryable,
  role: string,
  { entity, field, view, edit }: FieldException,
): Promise<void> {
  await db.query(
    `insert into dovetail.role_fields (role, entity, field, view, edit) values ($1, $2, $3, $4, $5)
     on conflict (role, entity, field) do update set view = excluded.view, edit = excluded.edit`,
    [role, entity, field, view, edit],
  );
}

export async function removeFieldException(
  db: Queryable,
  role: string,
  entity: string,
  field: string,
): Promise<void> {
  await db.query('delete from dovetail.role_fields where role = $1 and entity = $2 and field = $3', [
    role,
    entity,
    field,
  ]);
}

/** All of them. */
export async function removePermissions(db: Queryable, role: string): Promise<void> {
  await db.query('delete from dovetail.role_permissions where role = $1', [role]);
}

/** All of them. */
export async function removeFieldExceptions(db: Queryable, role: string): Promise<void> {
  await db.query('delete from dovetail.role_fields where role = $1', [role]);
}

interface RoleRow extends Record<string, unknown> {
  readonly name: string;
  readonly description: string | null;
  readonly built_in: boolean;
  readonly users: number;
  readonly clients: number;
}

const fromRow = (row: RoleRow): RoleLine => ({
  name: row.name,
  ...(row.description === null ? {} : { description: row.description }),
  builtIn: row.built_in,
  users: row.users,
  clients: row.clients,
});
