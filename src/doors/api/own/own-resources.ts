// Everything of Dovetail's own that is a resource: the list, and the catalog that is made of it.
import { createHash } from 'node:crypto';
import type { Catalog } from '../../../engine/catalog/index.js';
import { CLIENTS } from './access/clients-resource.js';
import { INVITATIONS } from './access/invitations-resource.js';
import { KEYS } from './access/keys-resource.js';
import { OAUTH_CLIENTS } from './access/oauth-clients-resource.js';
import { ROLES } from './access/roles-resource.js';
import { UNITS } from './access/units-resource.js';
import { USERS } from './access/users-resource.js';
import { ALERT_ROUTES } from './alerts/alert-routes-resource.js';
import { ALERT_NOTICES, ALERTS } from './alerts/alerts-resource.js';
import { ENTITIES, FIELDS } from './entities/entities-resource.js';
import { EXPORTS } from './exports/exports-resource.js';
import { EXTERNAL_IDS } from './external-ids/external-ids-resource.js';
import { INSPECTIONS } from './inspections/inspections-resource.js';
import { LOADED_FILES } from './loads/loaded-files-resource.js';
import { MAPPING_VERSIONS, MAPPINGS } from './mappings/mappings-resource.js';
import { toOwnEntity } from './own-entity.js';
import type { OwnResource } from './own-resource.js';
import { DIFFERENCES } from './runs/differences-resource.js';
import { ISSUES } from './runs/issues-resource.js';
import { RUNS } from './runs/runs-resource.js';
import { FIRINGS, SCHEDULES } from './schedules/schedules-resource.js';
import { STORAGES } from './storages/storages-resource.js';
import { DELIVERIES, SUBSCRIPTIONS } from './subscriptions/subscriptions-resource.js';
import { UPLOADS } from './uploads/uploads-resource.js';

export const OWN_RESOURCES: readonly OwnResource[] = [
  ENTITIES,
  FIELDS,
  RUNS,
  ISSUES,
  DIFFERENCES,
  UPLOADS,
  INSPECTIONS,
  MAPPINGS,
  MAPPING_VERSIONS,
  EXPORTS,
  SCHEDULES,
  FIRINGS,
  SUBSCRIPTIONS,
  DELIVERIES,
  STORAGES,
  LOADED_FILES,
  EXTERNAL_IDS,
  ALERTS,
  ALERT_NOTICES,
  ALERT_ROUTES,
  CLIENTS,
  KEYS,
  OAUTH_CLIENTS,
  USERS,
  INVITATIONS,
  ROLES,
  UNITS,
];

export const OWN_CATALOG: Catalog = toOwnCatalog(OWN_RESOURCES);

/** By what it is called in addresses. Never missing for a shape of the own catalog. */
export const readOwnResource = (name: string): OwnResource =>
  OWN_RESOURCES.find((resource) => resource.name === name)!;

function toOwnCatalog(resources: readonly OwnResource[]): Catalog {
  const entities = resources.map((resource) =>
    toOwnEntity(resource, {
      insert: resource.create !== undefined,
      update: resource.update !== undefined,
      delete: resource.delete !== undefined,
    }),
  );
  return {
    entities: new Map(entities.map((entity) => [entity.name, entity])),
    fingerprint: createHash('sha256').update(JSON.stringify(entities)).digest('hex'),
  };
}
