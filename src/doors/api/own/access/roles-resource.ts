// Roles: what users and clients are given, with all they allow.
import {
  type FieldException,
  lockAccess,
  type Permission,
  ROLES_SHOWN,
  type RoleWish,
} from '../../../../engine/access/index.js';
import { apiError } from '../../api-errors.js';
import type { OwnMember, OwnResource, OwnSaid } from '../own-resource.js';

const ATTRIBUTES: Readonly<Record<string, OwnMember>> = {
  name: { kind: 'text', required: true },
  description: { kind: 'text', nullable: true },
  permissions: { kind: 'objects', says: 'All it allows: objects with entity, action and level.' },
  fields: { kind: 'objects', says: 'All its exceptions: objects with entity, field, view and edit.' },
};

export const ROLES: OwnResource = {
  name: 'roles',
  label: 'Roles',
  description:
    'What users and clients are given: which actions on which entities, with which records, and fields that are an exception.',
  query: ROLES_SHOWN,
  key: 'name',
  fields: {
    name: { type: 'text' },
    description: { type: 'text' },
    builtIn: { type: 'bool', nullable: false, says: 'It comes with Dovetail and stays as it is.' },
    users: { type: 'int8', nullable: false, says: 'How many have it.' },
    clients: { type: 'int8', nullable: false, says: 'How many have it.' },
    permissions: { type: 'jsonb', nullable: false, says: 'Each with entity, action and level.' },
    fields: { type: 'jsonb', nullable: false, says: 'Exceptions, each with entity, field, view and edit.' },
  },
  hold: lockAccess,
  create: {
    attributes: ATTRIBUTES,
    async run({ caller, services }, said) {
      const catalog = await services.readCatalog();
      const role = await services.access.roles.save(undefined, toWish(said), catalog, { by: caller });
      return { id: role.name };
    },
  },
  update: {
    attributes: ATTRIBUTES,
    async run({ id, caller, services }, said) {
      const catalog = await services.readCatalog();
      const role = await services.access.roles.save(id, toWish(said), catalog, { by: caller });
      return role.name;
    },
  },
  delete: ({ id, caller, services }) => services.access.roles.delete(id, { by: caller }),
};

type Wish = Partial<RoleWish> & {
  readonly permissions?: readonly Permission[];
  readonly fields?: readonly FieldException[];
};

function toWish({ attributes }: OwnSaid): Wish {
  checkLines(attributes, 'permissions', { entity: 'string', action: 'string', level: 'string' });
  checkLines(attributes, 'fields', { entity: 'string', field: 'string', view: 'boolean', edit: 'boolean' });
  return attributes as Wish;
}

/** Throws API-302. */
function checkLines(
  attributes: OwnSaid['attributes'],
  name: string,
  members: Readonly<Record<string, 'string' | 'boolean'>>,
): void {
  const lines = (attributes[name] ?? []) as readonly Readonly<Record<string, unknown>>[];
  for (const [i, line] of lines.entries()) {
    const names = Object.keys(members);
    const isWhole = names.every((member) => typeof line[member] === members[member]);
    if (isWhole && Object.keys(line).length === names.length) continue;
    throw apiError(302, {
      detail: `Each of the ${name} is an object with ${names.map((one) => `${one} (${members[one]})`).join(', ')}.`,
      pointer: { member: `/data/attributes/${name}/${i}` },
    });
  }
}
