// What the API writes Dovetail's own things by: the services of the rooms. Within a transaction they are made anew over it, so that none
// of them has to know that it is not alone.
import type { OwnServices } from './doors/api/own/own-services.js';
import type { UploadRooms } from './doors/api/uploads/upload-rooms.js';
import type { FilesDoor } from './doors/files/files-door.js';
import type { SubscriptionsDoor } from './doors/subscriptions/subscriptions-door.js';
import type { Access } from './engine/access/index.js';
import type { AlertServices } from './engine/alerts/index.js';
import type { CatalogService } from './engine/catalog/index.js';
import type { Client, Database } from './foundation/postgres/database.js';
import { withinClient } from './foundation/postgres/inner-database.js';

export interface OwnParts {
  readonly database: Database;
  readonly catalog: CatalogService;
  readonly uploads: UploadRooms;
  readonly makeFiles: (database: Database) => FilesDoor;
  readonly makeAccess: (database: Database) => Access;
  readonly makeSubscriptions: (database: Database) => SubscriptionsDoor;
  readonly makeAlerts: (database: Database) => AlertServices;
}

/** All but where invitations lead, which only the server knows. */
export type ServerlessOwn = Omit<OwnServices, 'toInvitationUrl'>;

export interface OwnSource {
  readonly services: ServerlessOwn;
  within(client: Client): ServerlessOwn;
}

export function createOwnSource(
  parts: OwnParts,
  files: FilesDoor,
  access: Access,
  subscriptions: SubscriptionsDoor,
): OwnSource {
  const { database, catalog, uploads, makeFiles, makeAccess, makeSubscriptions, makeAlerts } = parts;
  const toServices = (
    door: FilesDoor,
    room: Access,
    told: SubscriptionsDoor,
    of: Database,
  ): ServerlessOwn => ({
    runs: door.services,
    // Bytes on a disk are in no transaction.
    uploads,
    batches: door.batches,
    mappings: door.services,
    exports: door.services,
    storages: door.services,
    templates: door.services,
    schedules: door.schedules,
    subscriptions: told.services,
    alerts: makeAlerts(of),
    access: room,
    readCatalog: () => catalog.read(),
  });
  return {
    services: toServices(files, access, subscriptions, database),
    within(client) {
      const inner = withinClient(database, client);
      return toServices(makeFiles(inner), makeAccess(inner), makeSubscriptions(inner), inner);
    },
  };
}
