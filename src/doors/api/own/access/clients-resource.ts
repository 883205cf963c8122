// Clients: programs that use the API.
import { CLIENTS_SHOWN, type ClientWish } from '../../../../engine/access/index.js';
import type { OwnMember, OwnResource } from '../own-resource.js';
import { HOLDER_ATTRIBUTES, HOLDER_FIELDS, HOLDER_RELATIONS, toHolderWrites } from './holder-members.js';

const ATTRIBUTES: Readonly<Record<string, OwnMember>> = {
  name: { kind: 'text', required: true },
  description: { kind: 'text', nullable: true },
  ...HOLDER_ATTRIBUTES,
};

export const CLIENTS: OwnResource = {
  name: 'clients',
  label: 'Clients',
  description: 'Programs that use the API: what they are called, their roles, and the unit they belong to.',
  query: CLIENTS_SHOWN,
  key: 'id',
  fields: {
    id: { type: 'int8' },
    name: { type: 'text', nullable: false },
    description: { type: 'text' },
    ...HOLDER_FIELDS,
  },
  relations: { ...HOLDER_RELATIONS, keys: { to: 'keys', by: 'clientId' } },
  ...toHolderWrites<ClientWish>(ATTRIBUTES, ({ access }) => access.clients),
};
