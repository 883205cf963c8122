// The room as one object: who is asking, and what is there for them.
import { randomBytes } from 'node:crypto';
import { type Clock, systemClock } from '../../foundation/lifecycle/clock.js';
import type { Database } from '../../foundation/postgres/database.js';
import type { Catalog } from '../catalog/index.js';
import { createAccessStore } from './access-store.js';
import type { Caller } from './caller.js';
import { type CatalogFor, createCallerCatalogs } from './caller-catalog.js';
import { type CallerName, findCaller } from './find-caller.js';
import { createInvitationServices, type InvitationServices } from './invitations/invitation-services.js';
import { removeEndedInvitations } from './invitations/invitation-store.js';
import type { Random } from './keys/api-key.js';
import { createKeyCheck } from './keys/authenticate-key.js';
import { type ClientServices, createClientServices } from './management/client-services.js';
import { createKeyServices, type KeyServices } from './management/key-services.js';
import { createOAuthServices, type OAuthServices } from './management/oauth-services.js';
import { createRoleServices, type RoleServices } from './management/role-services.js';
import { createUnitServices, type UnitServices } from './management/unit-services.js';
import { createUserServices, type UserServices } from './management/user-services.js';
import { type AuthenticateUser, createSignIn } from './passwords/sign-in.js';
import { toCallerGrants, toOwnGrants } from './policy.js';
import { createSessionServices, type SessionServices } from './sessions/session-services.js';
import { removeEndedSessions } from './sessions/session-store.js';
import { type AuthenticateToken, createTokenCheck } from './tokens/authenticate-token.js';
import { removeEndedObjects } from './tokens/object-store.js';
import { createTokenKeeper, type TokenKeeper } from './tokens/token-keeper.js';
import { createVersionCache } from './version-cache.js';

/** The daily job that calls `prune`. */
export const PRUNE_ACCESS_TASK = 'access.prune';

export interface AccessOptions {
  readonly database: Database;
  /** What is Dovetail's own, which roles may name. Default: nothing. */
  readonly own?: Catalog;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /** Default: that of `node:crypto`. */
  readonly random?: Random;
}

export interface Access {
  /**
   * The client a key belongs to; undefined for one that is unknown, revoked or expired, or whose client is disabled.
   * What was changed is noticed within two seconds, by whatever process it was changed.
   */
  authenticateKey(key: string): Promise<Caller | undefined>;
  /** Whoever an access token speaks for, narrowed to its scopes; as with keys, changes are noticed within two seconds. */
  readonly authenticateToken: AuthenticateToken;
  /** A user by e-mail address and password. Whoever fails again and again has to wait. */
  readonly authenticateUser: AuthenticateUser;
  /**
   * The catalog as the caller may see it; that of whoever runs the program is the catalog itself. The same object as
   * before, also for others, while neither the catalog nor what is granted changed.
   */
  readonly catalogFor: CatalogFor;
  /** The same of the catalog of Dovetail's own things, in which a caller owns what they began. */
  readonly ownCatalogFor: CatalogFor;
  /** A caller by what was kept of them, as they are by now; undefined for one that is gone or disabled. */
  findCaller(name: CallerName): Promise<Caller | undefined>;
  /** Notices now what was changed until now. */
  refresh(): Promise<void>;
  readonly roles: RoleServices;
  readonly users: UserServices;
  readonly clients: ClientServices;
  readonly units: UnitServices;
  readonly keys: KeyServices;
  readonly oauth: OAuthServices;
  readonly tokens: TokenKeeper;
  readonly sessions: SessionServices;
  readonly invitations: InvitationServices;
  /** Forgets tokens, codes, sessions and links that were over before the moment. */
  prune(before: Date): Promise<void>;
}

export function createAccess({
  database,
  own = NOTHING_OWN,
  clock = systemClock,
  random = randomBytes,
}: AccessOptions): Access {
  const versions = createVersionCache(database, clock, createAccessStore);
  const ownCatalogs = createCallerCatalogs(database, versions, toOwnGrants);
  return {
    authenticateKey: createKeyCheck(database, clock, versions),
    authenticateToken: createTokenCheck(database, clock, versions),
    authenticateUser: createSignIn(database, clock),
    catalogFor: createCallerCatalogs(database, versions, toCallerGrants),
    ownCatalogFor: (caller, catalog) => ownCatalogs({ ...caller, subject: toOwner(caller) }, catalog),
    findCaller: (name) => findCaller(database, name),
    async refresh() {
      await versions.refresh();
    },
    roles: createRoleServices({ database, own }),
    users: createUserServices({ database, clock }),
    units: createUnitServices({ database, clock }),
    clients: createClientServices({ database, clock }),
    keys: createKeyServices({ database, clock, random }),
    oauth: createOAuthServices({ database, clock, random }),
    tokens: createTokenKeeper(database, clock),
    sessions: createSessionServices(database, clock, versions),
    invitations: createInvitationServices({ database, clock, random }),
    async prune(before) {
      await removeEndedObjects(database, before);
      await removeEndedSessions(database, before);
      await removeEndedInvitations(database, before);
    },
  };
}

const NOTHING_OWN: Catalog = { entities: new Map(), fingerprint: '' };

/** How Dovetail's own things name whom they belong to. */
const toOwner = ({ kind, id }: Caller): string => `${kind} ${id}`;
