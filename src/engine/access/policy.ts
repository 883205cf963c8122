// Everything roles say, and the tree of units, read at once: few rows that decide over every request.
import type { Queryable } from '../../foundation/postgres/database.js';
import type { AccessAction } from '../catalog/index.js';
import type { Caller } from './caller.js';
import { EVERYONE } from './grants/everyone.js';
import type { AccessLevel, CallerGrants, FieldException, Permission, RoleGrants } from './grants/grants.js';
import { reaches, toActions } from './tokens/scopes.js';
import { toCallerUnits, type UnitLine } from './unit-tree.js';

export interface Policy {
  readonly roles: ReadonlyMap<string, RoleGrants>;
  readonly units: readonly UnitLine[];
}

export async function readPolicy(db: Queryable): Promise<Policy> {
  // One after the other: they may be asked within a transaction.
  const permissions = await readPermissions(db);
  const fields = await readFieldExceptions(db);
  const units = await readUnitLines(db);
  const roles = new Map<string, { permissions: Permission[]; fields: FieldException[] }>();
  const ofRole = (name: string) => {
    const known = roles.get(name) ?? { permissions: [], fields: [] };
    roles.set(name, known);
    return known;
  };
  for (const { role, ...permission } of permissions) ofRole(role).permissions.push(permission);
  for (const { role, ...exception } of fields) ofRole(role).fields.push(exception);
  return { roles, units };
}

/** What a caller's roles, subject, unit and scopes amount to. A role that is gone grants nothing. */
export function toCallerGrants(policy: Policy, caller: Caller): CallerGrants {
  const units = caller.unit === undefined ? undefined : toCallerUnits(policy.units, caller.unit);
  return {
    roles: caller.roles.flatMap((role) => policy.roles.get(role) ?? []),
    ...(caller.subject === undefined ? {} : { subject: caller.subject }),
    ...(units === undefined ? {} : { units }),
    ...(caller.scopes === undefined ? {} : { actions: toActions(caller.scopes) }),
  };
}

/** The same of Dovetail's own things, of which everyone may do something, and more only what came with the scope for it. */
export function toOwnGrants(policy: Policy, caller: Caller): CallerGrants {
  const grants = toCallerGrants(policy, caller);
  return { ...grants, roles: [...(reaches(caller, 'admin') ? grants.roles : []), EVERYONE] };
}

export interface RolePermission extends Permission {
  readonly role: string;
}

/** Of one role, or of all; by entity and action. */
export async function readPermissions(db: Queryable, role?: string): Promise<readonly RolePermission[]> {
  const { rows } = await db.query<{ role: string; entity: string; action: AccessAction; level: AccessLevel }>(
    `select role, entity, action, level from dovetail.role_permissions
     where $1::text is null or role = $1 order by role, entity collate "C", action`,
    [role ?? null],
  );
  return rows;
}

export interface RoleField extends FieldException {
  readonly role: string;
}

/** Of one role, or of all; by entity and field. */
export async function readFieldExceptions(db: Queryable, role?: string): Promise<readonly RoleField[]> {
  const { rows } = await db.query<{
    role: string;
    entity: string;
    field: string;
    view: boolean;
    edit: boolean;
  }>(
    `select role, entity, field, view, edit from dovetail.role_fields
     where $1::text is null or role = $1 order by role, entity collate "C", field collate "C"`,
    [role ?? null],
  );
  return rows;
}

async function readUnitLines(db: Queryable): Promise<readonly UnitLine[]> {
  const { rows } = await db.query<{ id: string; parent: string | null }>(
    'select id, parent_id as parent from dovetail.units order by id collate "C"',
  );
  return rows.map(({ id, parent }) => (parent === null ? { id } : { id, parent }));
}
