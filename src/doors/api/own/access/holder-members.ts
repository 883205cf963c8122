// What clients and users have in common, as resources: they hold roles, belong to a unit, and can be disabled.
import type { OwnField, OwnRelation } from '../own-entity.js';
import type { OwnMember, OwnSaid } from '../own-resource.js';

export const HOLDER_FIELDS: Readonly<Record<string, OwnField>> = {
  subject: { type: 'text', says: "How the application's own tables name it: what owner fields hold." },
  roles: { type: 'jsonb', nullable: false, says: 'Names of its roles.' },
  disabled: { type: 'bool', nullable: false },
  disabledAt: { type: 'timestamptz' },
  createdAt: { type: 'timestamptz', nullable: false },
  unitId: { type: 'text' },
};

export const HOLDER_RELATIONS: Readonly<Record<string, OwnRelation>> = {
  unit: { to: 'units', field: 'unitId' },
};

export const HOLDER_ATTRIBUTES: Readonly<Record<string, OwnMember>> = {
  subject: { kind: 'text', nullable: true },
  roles: { kind: 'texts', says: 'All it is to have.' },
  disabled: { kind: 'bool' },
};

/** As the services take it: what is not said stays. */
export const toHolderWish = ({ attributes, relationships }: OwnSaid): Readonly<Record<string, unknown>> => ({
  ...attributes,
  ...(relationships['unit'] === undefined ? {} : { unit: relationships['unit'] }),
});
