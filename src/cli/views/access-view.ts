// Roles, users, clients, units and keys, for people.
import type {
  ApiClient,
  ApiKey,
  OAuthSettings,
  Role,
  RoleLine,
  Unit,
  User,
} from '../../engine/access/index.js';
import { momentText } from '../terminal/number-text.js';
import { toPairs, toTable } from '../terminal/terminal-table.js';
import type { ViewOptions } from './view-options.js';

const fixed = (title: string) => ({ title, shrinks: false });

/** Below a list that goes on. */
export const toMoreLines = (next: string | undefined): string[] =>
  next === undefined ? [] : ['', `There are more: --after ${next}`];

export function toRoleListLines(roles: readonly RoleLine[], options: ViewOptions): string[] {
  if (roles.length === 0) return ['No such roles.'];
  return toTable(
    [fixed('role'), fixed('users'), fixed('clients'), { title: 'description' }],
    roles.map((role) => [role.name, String(role.users), String(role.clients), role.description ?? '']),
    options,
  );
}

export function toRoleLines(role: Role, options: ViewOptions): string[] {
  const pairs: (readonly [string, string])[] = [];
  if (role.description !== undefined) pairs.push(['description', role.description]);
  if (role.builtIn) pairs.push(['built in', 'it comes with Dovetail and stays as it is']);
  pairs.push(['held by', `${role.users} users, ${role.clients} clients`]);
  const lines = [options.style.bold(role.name), ...toPairs(pairs, { style: options.style, indent: '  ' })];
  if (role.permissions.length === 0) lines.push('', 'It allows nothing yet.');
  else lines.push('', ...toTable([fixed('entity'), fixed('allows')], toPermissionRows(role), options));
  if (role.fields.length === 0) return lines;
  return [
    ...lines,
    '',
    ...toTable(
      [fixed('field'), fixed('')],
      role.fields.map(({ entity, field, view }) => [
        `${entity}.${field}`,
        view ? 'can not be changed' : 'is not shown',
      ]),
      options,
    ),
  ];
}

/** By entity, and within it by level: `view, export: all`. */
function toPermissionRows({ permissions }: Role): string[][] {
  const rows = new Map<string, Map<string, string[]>>();
  for (const { entity, action, level } of permissions) {
    const levels = rows.get(entity) ?? new Map<string, string[]>();
    levels.set(level, [...(levels.get(level) ?? []), action]);
    rows.set(entity, levels);
  }
  return [...rows].flatMap(([entity, levels]) =>
    [...levels].map(([level, actions]) => [entity, `${actions.join(', ')}: ${level.replaceAll('_', ' ')}`]),
  );
}

type Holder = User | ApiClient;

const stateOf = (holder: Holder) => (holder.disabledAt === undefined ? '' : 'disabled');

export function toHolderListLines(
  holders: readonly Holder[],
  kind: 'user' | 'client',
  options: ViewOptions,
): string[] {
  if (holders.length === 0) return [`No such ${kind}s.`];
  return toTable(
    [
      fixed(kind),
      { title: kind === 'user' ? 'name' : 'description' },
      { title: 'roles' },
      fixed('unit'),
      fixed(''),
    ],
    holders.map((holder) => [
      'email' in holder ? holder.email : holder.name,
      'email' in holder ? holder.name : (holder.description ?? ''),
      holder.roles.join(', '),
      holder.unit ?? '',
      stateOf(holder),
    ]),
    options,
  );
}

export function toHolderLines(holder: Holder, options: ViewOptions): string[] {
  const pairs: (readonly [string, string])[] = [];
  if ('email' in holder) {
    pairs.push(['name', holder.name], ['password', holder.hasPassword ? 'set' : 'none']);
  } else if (holder.description !== undefined) pairs.push(['description', holder.description]);
  pairs.push(['roles', holder.roles.length === 0 ? 'none: may do nothing' : holder.roles.join(', ')]);
  if (holder.unit !== undefined) pairs.push(['unit', holder.unit]);
  if (holder.subject !== undefined) pairs.push(['subject', holder.subject]);
  pairs.push(['made', momentText(holder.createdAt)]);
  if (holder.disabledAt !== undefined) pairs.push(['disabled', momentText(holder.disabledAt)]);
  return [
    options.style.bold('email' in holder ? holder.email : holder.name),
    ...toPairs(pairs, { style: options.style, indent: '  ' }),
  ];
}

export function toOAuthLines(settings: OAuthSettings, { style }: ViewOptions): string[] {
  const { client, clientId, isPublic, grants, scopes, redirectUris } = settings;
  const pairs: (readonly [string, string])[] = [
    ['client_id', clientId],
    ['kind', isPublic ? 'public: it has no secret' : 'confidential: it has a secret'],
    ['grants', grants.join(', ')],
    ['scopes', scopes.join(', ')],
  ];
  if (redirectUris.length > 0) pairs.push(['sent back to', redirectUris.join(', ')]);
  return [style.bold(client), ...toPairs(pairs, { style, indent: '  ' })];
}

export function toUnitListLines(units: readonly Unit[], options: ViewOptions): string[] {
  if (units.length === 0) return ['No such units.'];
  return toTable(
    [fixed('unit'), { title: 'name' }, fixed('under'), fixed('users'), fixed('clients')],
    units.map((unit) => [unit.id, unit.name, unit.parent ?? '', String(unit.users), String(unit.clients)]),
    options,
  );
}

export function toKeyListLines(keys: readonly ApiKey[], now: Date, options: ViewOptions): string[] {
  if (keys.length === 0) return ['No keys yet. `dovetail clients keys create CLIENT` makes one.'];
  const dated = (moment: Date | undefined) => (moment === undefined ? '' : momentText(moment));
  const stateOfKey = (key: ApiKey) =>
    key.revokedAt !== undefined
      ? 'revoked'
      : key.expiresAt !== undefined && key.expiresAt <= now
        ? 'expired'
        : 'valid';
  return toTable(
    [
      fixed('key'),
      fixed('client'),
      { title: 'label' },
      fixed('state'),
      fixed('made'),
      fixed('expires'),
      fixed('last used'),
    ],
    keys.map((key) => [
      key.id,
      key.client,
      key.label ?? '',
      stateOfKey(key),
      momentText(key.createdAt),
      dated(key.expiresAt),
      dated(key.lastUsedAt),
    ]),
    options,
  );
}
