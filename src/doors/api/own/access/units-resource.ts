// Units: the trees that users, clients and records belong to.
import { lockAccess, UNITS_SHOWN, type UnitWish } from '../../../../engine/access/index.js';
import type { OwnResource, OwnSaid } from '../own-resource.js';

export const UNITS: OwnResource = {
  name: 'units',
  label: 'Units',
  description: 'Business units as trees: users and clients belong to one, and so may records.',
  query: UNITS_SHOWN,
  key: 'id',
  fields: {
    id: { type: 'text' },
    name: { type: 'text', nullable: false },
    createdAt: { type: 'timestamptz', nullable: false },
    parentId: { type: 'text' },
  },
  relations: {
    parent: { to: 'units', field: 'parentId' },
    units: { to: 'units', by: 'parentId' },
    users: { to: 'users', by: 'unitId' },
    clients: { to: 'clients', by: 'unitId' },
  },
  hold: lockAccess,
  create: {
    attributes: { name: { kind: 'text' } },
    relationships: { parent: 'units' },
    belongs: 'parent',
    chosenId: true,
    async run({ id, services }, said) {
      return { id: (await services.access.units.create({ ...toWish(said), id })).id };
    },
  },
  update: {
    attributes: { name: { kind: 'text' } },
    relationships: { parent: 'units' },
    belongs: 'parent',
    async run({ id, services }, said) {
      return (await services.access.units.change(id, toWish(said))).id;
    },
  },
  delete: ({ id, services }) => services.access.units.delete(id),
};

const toWish = ({ attributes, relationships }: OwnSaid): Omit<Partial<UnitWish>, 'id'> => ({
  ...attributes,
  ...(relationships['parent'] === undefined ? {} : { parent: relationships['parent'] }),
});
