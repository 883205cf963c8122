// Roles: what they allow, and of which fields they make an exception.
import type { Client, Database, Queryable } from '../../../foundation/postgres/database.js';
import type { AccessAction, Catalog } from '../../catalog/index.js';
import type { AccessLevel, FieldException, Permission, RoleGrants } from '../grants/grants.js';
import { readFieldExceptions, readPermissions } from '../policy.js';
import { type ChangeOptions, changeAccess } from './access-change.js';
import {
  findGrantNote,
  type Grantable,
  toAction,
  toGrantedEntity,
  toGrantedField,
  toLevel,
} from './grant-check.js';
import { type ListPage, type ListWish, toPage, toRange } from './list-page.js';
import { openReach } from './reach-check.js';
import {
  insertRole,
  type RoleLine,
  readOwnRole,
  readRoleLine,
  readRoleLines,
  removeFieldException,
  removeFieldExceptions,
  removePermission,
  removePermissions,
  removeRole,
  saveFieldException,
  savePermission,
  updateRole,
} from './role-store.js';
import { checkOptionalText, checkRoleName, toTaken } from './value-check.js';

export interface Role extends RoleLine {
  readonly permissions: readonly Permission[];
  readonly fields: readonly FieldException[];
}

export interface RoleWish {
  readonly name: string;
  readonly description?: string | null;
}

export interface GrantWish {
  /** An entity's name, or `*` for all of which the role says nothing by name. */
  readonly entity: string;
  readonly actions: readonly AccessAction[];
  readonly level: AccessLevel;
}

/** Unknown roles throw ACCESS-101; whoever changes a built-in one gets ACCESS-108. */
export interface RoleServices {
  list(wish?: ListWish): Promise<ListPage<RoleLine>>;
  read(name: string): Promise<Role>;
  /** Throws ACCESS-106 and 107. */
  create(wish: RoleWish): Promise<Role>;
  /**
   * Makes a role (no `before`), or changes one, with all it allows at once; lists that are named replace those it had. Throws as
   * all of those below, and ACCESS-112 where it allows more than `by` may do, or would.
   */
  save(
    before: string | undefined,
    wish: Partial<RoleWish> & Partial<RoleGrants>,
    catalog: Catalog,
    options?: ChangeOptions,
  ): Promise<Role>;
  /** What is not named stays. Throws ACCESS-106 and 107. */
  change(name: string, wish: Partial<RoleWish>): Promise<Role>;
  /** Takes it from whoever has it, too. */
  delete(name: string, options?: ChangeOptions): Promise<void>;
  /**
   * Sets the level of these actions. Throws CATALOG-101 and 102 for an unknown entity, ACCESS-107 for words that are no
   * actions or level. `note`: what keeps it from coming to anything, in plain words.
   */
  grant(
    name: string,
    wish: GrantWish,
    catalog: Catalog,
  ): Promise<{ readonly role: Role; readonly note?: string }>;
  /** Without actions: all. For entities that are gone, too. Throws ACCESS-107. */
  revoke(name: string, entity: string, actions?: readonly AccessAction[]): Promise<Role>;
  /** Throws CATALOG-101 to 104 for an unknown entity or field. `edit` without `view` is no `edit`. */
  setField(name: string, exception: FieldException, catalog: Catalog): Promise<Role>;
  /** From now on it is a field like the others. */
  clearField(name: string, entity: string, field: string): Promise<Role>;
}

export function createRoleServices({
  database,
  own,
}: {
  readonly database: Database;
  readonly own: Catalog;
}): RoleServices {
  const read = async (db: Queryable, name: string): Promise<Role> => {
    const line = await readRoleLine(db, name);
    const permissions = await readPermissions(db, name);
    const fields = await readFieldExceptions(db, name);
    return {
      ...line,
      permissions: permissions.map(({ role: _, ...permission }) => permission),
      fields: fields.map(({ role: _, ...exception }) => exception),
    };
  };
  const change = (name: string, work: (db: Queryable) => Promise<unknown>): Promise<Role> =>
    changeAccess(database, {}, async (client) => {
      await readOwnRole(client, name);
      await work(client);
      return read(client, name);
    });

  async function saveGrants(client: Client, name: string, grants: Partial<RoleGrants>): Promise<void> {
    const { permissions, fields } = grants;
    if (permissions !== undefined) await removePermissions(client, name);
    for (const line of permissions ?? []) await savePermission(client, name, line);
    if (fields !== undefined) await removeFieldExceptions(client, name);
    for (const line of fields ?? []) await saveFieldException(client, name, line);
  }

  return {
    async save(before, wish, catalog, options = {}) {
      const grants = toGrants(wish, { catalog, own });
      return changeAccess(database, options, async (client) => {
        const checkReach = await openReach(client, options.by);
        const role = before === undefined ? undefined : await readOwnRole(client, before);
        if (before !== undefined) await checkReach({ roles: [before] });
        const { name, description } = { ...role, ...wish };
        const called = checkRoleName(name ?? '');
        const says = checkOptionalText('description', description);
        const written =
          before === undefined ? insertRole(client, called, says) : updateRole(client, before, called, says);
        await written.catch((error) => {
          throw toTaken(error, 'role', called);
        });
        await saveGrants(client, called, grants);
        await checkReach({ roles: [called] });
        return read(client, called);
      });
    },
    async list(wish = {}) {
      const range = toRange(wish);
      return toPage(await readRoleLines(database, range), range, (role) => role.name);
    },
    read: (name) => read(database, name),
    async create(wish) {
      const name = checkRoleName(wish.name);
      const description = checkOptionalText('description', wish.description);
      return changeAccess(database, {}, async (client) => {
        await insertRole(client, name, description).catch((error) => {
          throw toTaken(error, 'role', name);
        });
        return read(client, name);
      });
    },
    change: (before, wish) =>
      changeAccess(database, {}, async (client) => {
        const role = { ...(await readOwnRole(client, before)), ...wish };
        const name = checkRoleName(role.name);
        await updateRole(client, before, name, checkOptionalText('description', role.description)).catch(
          (error) => {
            throw toTaken(error, 'role', name);
          },
        );
        return read(client, name);
      }),
    delete: (name, options = {}) =>
      changeAccess(database, options, async (client) => {
        await readOwnRole(client, name);
        await (await openReach(client, options.by))({ roles: [name] });
        await removeRole(client, name);
      }),
    async grant(name, wish, catalog) {
      const level = toLevel(wish.level);
      const entity = toGrantedEntity({ catalog, own }, wish.entity);
      const actions = wish.actions.map(toAction);
      const role = await change(name, async (db) => {
        for (const action of actions) await savePermission(db, name, { entity, action, level });
      });
      const note = findGrantNote(catalog, entity, level);
      return note === undefined ? { role } : { role, note };
    },
    async revoke(name, entity, actions) {
      const known = actions?.map(toAction);
      return change(name, async (db) => {
        for (const line of await readPermissions(db, name)) {
          if (line.entity === entity && (known?.includes(line.action) ?? true)) {
            await removePermission(db, name, entity, line.action);
          }
        }
      });
    },
    async setField(name, exception, catalog) {
      const { view } = exception;
      const where = toGrantedField({ catalog, own }, exception.entity, exception.field);
      const edit = view && exception.edit;
      // That nothing is different from other fields is no exception.
      if (edit) return change(name, (db) => removeFieldException(db, name, where.entity, where.field));
      return change(name, (db) => saveFieldException(db, name, { ...where, view, edit }));
    },
    clearField: (name, entity, field) => change(name, (db) => removeFieldException(db, name, entity, field)),
  };
}

/** Lines as they are kept, each of them once. Throws as `grant` and `setField` do. */
function toGrants({ permissions, fields }: Partial<RoleGrants>, grantable: Grantable): Partial<RoleGrants> {
  const lines = permissions?.map(({ entity, action, level }) => ({
    entity: toGrantedEntity(grantable, entity),
    action: toAction(action),
    level: toLevel(level),
  }));
  const exceptions = fields?.map(({ entity, field, view, edit }) => ({
    ...toGrantedField(grantable, entity, field),
    view,
    edit: view && edit,
  }));
  return {
    ...(lines === undefined ? {} : { permissions: lines }),
    // That nothing is different from other fields is no exception.
    ...(exceptions === undefined ? {} : { fields: exceptions.filter(({ edit }) => !edit) }),
  };
}
