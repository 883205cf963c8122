// Users: people who use Dovetail. A password goes in and never comes out.
import { USERS_SHOWN, type UserWish } from '../../../../engine/access/index.js';
import type { OwnMember, OwnResource } from '../own-resource.js';
import { HOLDER_ATTRIBUTES, HOLDER_FIELDS, HOLDER_RELATIONS, toHolderWrites } from './holder-members.js';

const ATTRIBUTES: Readonly<Record<string, OwnMember>> = {
  email: { kind: 'text', required: true },
  name: { kind: 'text' },
  password: { kind: 'text', nullable: true, says: 'Null: nobody signs in with one. No answer has it.' },
  ...HOLDER_ATTRIBUTES,
};

export const USERS: OwnResource = {
  name: 'users',
  label: 'Users',
  description: 'People who use Dovetail: their addresses, their roles, and the unit they belong to.',
  query: USERS_SHOWN,
  key: 'id',
  fields: {
    id: { type: 'int8' },
    email: { type: 'text', nullable: false },
    name: { type: 'text', nullable: false },
    hasPassword: { type: 'bool', nullable: false, says: 'There is one to sign in with.' },
    ...HOLDER_FIELDS,
  },
  relations: HOLDER_RELATIONS,
  ...toHolderWrites<UserWish>(ATTRIBUTES, ({ access }) => access.users),
};
