// What clients and users have in common, as resources: they hold roles, belong to a unit, and can be disabled.
import {
  type HolderChange,
  type HolderServices,
  lockAccess,
  type RoleHolder,
} from '../../../../engine/access/index.js';
import type { OwnField, OwnRelation } from '../own-entity.js';
import type { OwnMember, OwnPlace, OwnResource, OwnSaid } from '../own-resource.js';
import type { OwnServices } from '../own-services.js';

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

/** How they are written, alike: by the services of their kind, held against what the caller may do. */
export function toHolderWrites<Wish>(
  attributes: Readonly<Record<string, OwnMember>>,
  servicesOf: (services: OwnServices) => Pick<HolderServices<RoleHolder, Wish>, 'save' | 'delete'>,
): Required<Pick<OwnResource, 'hold' | 'create' | 'update' | 'delete'>> {
  const write = { attributes, relationships: { unit: 'units' }, belongs: 'unit' } as const;
  const save = async (
    { caller, services }: OwnPlace,
    label: { readonly id: string } | undefined,
    said: OwnSaid,
  ) => (await servicesOf(services).save(label, toHolderWish(said) as HolderChange<Wish>, { by: caller })).id;
  return {
    hold: lockAccess,
    create: { ...write, run: async (at, said) => ({ id: await save(at, undefined, said) }) },
    update: { ...write, run: (at, said) => save(at, { id: at.id }, said) },
    delete: ({ id, caller, services }) => servicesOf(services).delete({ id }, { by: caller }),
  };
}

/** As the services take it: what is not said stays. */
const toHolderWish = ({ attributes, relationships }: OwnSaid): Readonly<Record<string, unknown>> => ({
  ...attributes,
  ...(relationships['unit'] === undefined ? {} : { unit: relationships['unit'] }),
});
