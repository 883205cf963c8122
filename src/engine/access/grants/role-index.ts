// What a role says, ready to be asked about thousands of entities and fields.
import type { AccessAction, Entity } from '../../catalog/index.js';
import {
  ACCESS_LEVELS,
  type AccessLevel,
  type CallerGrants,
  EVERY_ENTITY,
  EVERY_OWN,
  type FieldException,
  type RoleGrants,
} from './grants.js';

export interface RoleIndex {
  /**
   * By the entity's name, with or without its schema, else by `*`. A line that names only the table, while several schemas
   * have such a one by now, may stand for another: it narrows what `*` says and gives nothing.
   */
  findLevel(entity: Entity, action: AccessAction): AccessLevel | undefined;
  /** An exception only takes away, so one that may mean another table of the same name counts, too. */
  findException(entity: Entity, field: string): FieldException | undefined;
}

/** The grants of a caller with their roles ready to be asked. */
export interface AskedGrants extends Omit<CallerGrants, 'roles'> {
  readonly roles: readonly RoleIndex[];
}

export function toRoleIndex(role: RoleGrants): RoleIndex {
  const levels = new Map(role.permissions.map((line) => [toKey(line.entity, line.action), line.level]));
  const exceptions = new Map(role.fields.map((line) => [toKey(line.entity, line.field), line]));
  return {
    findLevel(entity, action) {
      if (isOwn(entity))
        return levels.get(toKey(entity.name, action)) ?? levels.get(toKey(EVERY_OWN, action));
      const own = levels.get(toKey(entity.name, action)) ?? levels.get(toKey(qualified(entity), action));
      if (own !== undefined) return own;
      const general = levels.get(toKey(EVERY_ENTITY, action));
      const ambiguous = levels.get(toKey(entity.table, action));
      if (general === undefined || ambiguous === undefined) return general;
      return ACCESS_LEVELS.find((level) => level === general || level === ambiguous);
    },
    findException: (entity, field) =>
      exceptions.get(toKey(entity.name, field)) ??
      exceptions.get(toKey(qualified(entity), field)) ??
      (isOwn(entity) ? undefined : exceptions.get(toKey(entity.table, field))),
  };
}

/** No table of the application lies in our schema. */
const isOwn = (entity: Entity): boolean => entity.query !== undefined;

const qualified = (entity: Entity): string => `${entity.schema}.${entity.table}`;

// No name in PostgreSQL holds this sign.
const toKey = (entity: string, part: string): string => `${entity}\0${part}`;
