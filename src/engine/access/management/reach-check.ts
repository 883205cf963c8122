// Nobody gives more than they have: whoever writes users, clients, keys or roles for a caller holds them against what the caller may do.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { ACCESS_ACTIONS, type AccessAction } from '../../catalog/index.js';
import { accessError } from '../access-errors.js';
import type { Caller } from '../caller.js';
import {
  ACCESS_LEVELS,
  type AccessLevel,
  EVERY_ENTITY,
  EVERY_OWN,
  OWN_PREFIX,
  type RoleGrants,
} from '../grants/grants.js';
import { type Policy, readPolicy } from '../policy.js';
import type { RoleHolder } from './role-holder.js';

/** Who might do something, by what decides over it. */
export type Reaching = Pick<RoleHolder, 'roles' | 'subject' | 'unit'>;

/** Throws ACCESS-112 if `other` may, as things stand in the transaction, do anything that the caller might not before it. */
export type CheckReach = (other: Reaching) => Promise<void>;

/**
 * To be called in the transaction that writes, before it writes: a caller may be about to change a role of their own. Undefined and
 * `program`: nothing is asked.
 */
export async function openReach(db: Queryable, by: Caller | undefined): Promise<CheckReach> {
  if (by === undefined || by.kind === 'program') return async () => {};
  const mine = toGrants(await readPolicy(db), by.roles);
  return async (other) => {
    const theirs = toGrants(await readPolicy(db), other.roles);
    const beyond = findBeyond(mine, theirs, isAlike(by, other));
    if (beyond === undefined) return;
    throw accessError(112, {
      detail: `It takes, or would give, more than your own roles allow you: ${beyond}.`,
      hint: 'Let somebody do it who may do that themselves.',
    });
  };
}

const toGrants = ({ roles }: Policy, names: readonly string[]): readonly RoleGrants[] =>
  names.flatMap((name) => roles.get(name) ?? []);

/** The same records are theirs. */
const isAlike = (by: Reaching, other: Reaching): boolean =>
  [undefined, by.subject].includes(other.subject) && [undefined, by.unit].includes(other.unit);

/** The first thing the others have and these have not, in words. */
export function findBeyond(
  mine: readonly RoleGrants[],
  theirs: readonly RoleGrants[],
  alike: boolean,
): string | undefined {
  const entities = [...mine, ...theirs].flatMap(({ permissions }) => permissions.map((line) => line.entity));
  for (const entity of new Set([EVERY_ENTITY, EVERY_OWN, ...entities])) {
    for (const action of ACCESS_ACTIONS) {
      const wanted = widest(theirs.map((role) => levelOf(role, entity, action)));
      const had = widest(mine.map((role) => surelyOf(role, entity, action)));
      if (had === 'all' || wanted === 'none') continue;
      // Of our own things everybody owns what they began themselves.
      const isMine = alike || (wanted === 'own' && isOwn(entity));
      if (!isWithin(wanted, had) || !isMine) return `to ${action} ${entity} (${wanted})`;
    }
  }
  return findFieldBeyond(mine, theirs);
}

/** Fields that all of these hide, and one of those does not. */
function findFieldBeyond(mine: readonly RoleGrants[], theirs: readonly RoleGrants[]): string | undefined {
  for (const { entity, field } of mine.flatMap(({ fields }) => fields)) {
    for (const [right, actions] of Object.entries(FIELD_RIGHTS) as [FieldRight, readonly AccessAction[]][]) {
      const has = (roles: readonly RoleGrants[]): boolean =>
        roles.some(
          (role) =>
            actions.some((action) => levelOf(role, entity, action) !== 'none') &&
            role.fields.every((one) => !isSame(one.entity, entity) || one.field !== field || one[right]),
        );
      if (!has(mine) && has(theirs)) return `to ${right} ${entity}.${field}`;
    }
  }
  return undefined;
}

type FieldRight = 'view' | 'edit';
const FIELD_RIGHTS: Readonly<Record<FieldRight, readonly AccessAction[]>> = {
  view: ['view'],
  edit: ['create', 'update'],
};

function levelOf(role: RoleGrants, entity: string, action: AccessAction): AccessLevel {
  const find = (name: string) =>
    role.permissions.find((line) => line.entity === name && line.action === action)?.level;
  return find(entity) ?? find(isOwn(entity) ? EVERY_OWN : EVERY_ENTITY) ?? 'none';
}

/** `product` and `public.product` may be one table: then the narrower line counts. */
function surelyOf(role: RoleGrants, entity: string, action: AccessAction): AccessLevel {
  const levels = role.permissions
    .filter((line) => line.action === action && isSame(line.entity, entity))
    .map((line) => line.level);
  return narrowest([levelOf(role, entity, action), ...levels]);
}

const isOwn = (entity: string): boolean => entity.startsWith(OWN_PREFIX);

const isSame = (a: string, b: string): boolean =>
  a === b || (!isOwn(a) && !isOwn(b) && a !== EVERY_ENTITY && b !== EVERY_ENTITY && last(a) === last(b));

const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

const widthOf = (level: AccessLevel): number => ACCESS_LEVELS.indexOf(level);
/** Levels of owners and levels of units reach different records. */
const isWithin = (wanted: AccessLevel, had: AccessLevel): boolean =>
  widthOf(wanted) <= widthOf(had) && wanted.startsWith('own') === had.startsWith('own');
const widest = (levels: readonly AccessLevel[]): AccessLevel =>
  ACCESS_LEVELS[Math.max(0, ...levels.map(widthOf))]!;
const narrowest = (levels: readonly AccessLevel[]): AccessLevel =>
  ACCESS_LEVELS[Math.min(...levels.map(widthOf))]!;
