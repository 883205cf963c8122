// One entity as a caller may see it: its fields, keys and what may be done with its records. Relations come afterwards.
import {
  ACCESS_ACTIONS,
  type AccessAction,
  type Entity,
  type EntityAccess,
  type Field,
} from '../../catalog/index.js';
import { type Ruling, toEntityAccess, toRuling } from './record-rule.js';
import type { AskedGrants } from './role-index.js';

const REASON = 'no role of yours lets you change it';

export interface RestrictedEntity {
  /** Absent if the caller may not see it. */
  readonly entity?: Entity;
  /** Why not, where a role would let them, if the configuration or the caller said more. */
  readonly why?: string;
}

/** The entity without what the caller may not see of it; its relations as they were. */
export function restrictEntity(entity: Entity, grants: AskedGrants): RestrictedEntity {
  const rulings = Object.fromEntries(
    ACCESS_ACTIONS.map((action) => [action, toRuling(entity, action, grants)]),
  ) as Record<AccessAction, Ruling>;
  const access = toEntityAccess(rulings);
  if (access.view === 'none') return rulings.view.why === undefined ? {} : { why: rulings.view.why };
  const fields = toFields(entity, grants);
  const seen = new Set(fields.map((field) => field.name));
  const { primaryKey, identityReason, readOnlyReason, rules, setByTriggers, ...rest } = entity;
  const whole = (names: readonly string[]) => names.every((name) => seen.has(name));
  const kept = whole(entity.identity);
  const reason = kept ? identityReason : 'you do not see every field of it';
  const unseenDefaults = entity.fields.flatMap(({ name, default: value, defaultByOverride }) =>
    seen.has(name) || defaultByOverride !== true || value === undefined ? [] : [{ name, default: value }],
  );
  const visibleRules = rules?.filter((rule) => !('field' in rule) || seen.has(rule.field));
  return {
    entity: {
      ...rest,
      fields,
      ...(primaryKey !== undefined && whole(primaryKey) ? { primaryKey } : {}),
      uniqueKeys: entity.uniqueKeys.filter((key) => whole(key.fields)),
      identity: kept ? entity.identity : [],
      ...(reason === undefined ? {} : { identityReason: reason }),
      checks: entity.checks.filter((check) => whole(check.fields)),
      ...(visibleRules === undefined ? {} : { rules: visibleRules }),
      ...(setByTriggers === undefined
        ? {}
        : {
            setByTriggers:
              setByTriggers === 'any' ? setByTriggers : setByTriggers.filter((name) => seen.has(name)),
          }),
      ...toWritability(entity, access, rulings),
      access,
      ...(unseenDefaults.length === 0 ? {} : { unseenDefaults }),
    },
  };
}

function toFields(entity: Entity, grants: AskedGrants): readonly Field[] {
  const rolesWith = (...actions: readonly AccessAction[]) =>
    grants.roles.filter((role) =>
      actions.some((action) => toRuling(entity, action, { ...grants, roles: [role] }).rule !== 'none'),
    );
  const viewers = rolesWith('view');
  const editors = rolesWith('create', 'update');
  return entity.fields
    .filter((field) => viewers.some((role) => role.findException(entity, field.name)?.view ?? true))
    .map((field) => {
      const editable =
        editors.length === 0 || editors.some((role) => role.findException(entity, field.name)?.edit ?? true);
      return field.readOnly || editable ? field : { ...field, readOnly: true, readOnlyReason: REASON };
    });
}

function toWritability(
  entity: Entity,
  access: EntityAccess,
  rulings: Readonly<Record<AccessAction, Ruling>>,
): Pick<Entity, 'writable' | 'readOnlyReason' | 'rights'> {
  const had = entity.rights ?? { insert: true, update: true, delete: true };
  const rights = {
    insert: had.insert && access.create !== 'none',
    update: had.update && access.update !== 'none',
    delete: had.delete && access.delete !== 'none',
  };
  const allowed = [access.create, access.update, access.delete].some((rule) => rule !== 'none');
  if (entity.writable && allowed) return { writable: true, rights };
  const why = rulings.update.why ?? rulings.create.why ?? rulings.delete.why ?? REASON;
  const reason = entity.writable ? why : entity.readOnlyReason;
  return { writable: false, ...(reason === undefined ? {} : { readOnlyReason: reason }), rights };
}
