// The public names of access, one by one.
export { type Access, type AccessOptions, createAccess, PRUNE_ACCESS_TASK } from './access.js';
export { accessError } from './access-errors.js';
export { type Caller, PROGRAM } from './caller.js';
export type { CallerName } from './find-caller.js';
export {
  ACCESS_LEVELS,
  type AccessLevel,
  type CallerGrants,
  type CallerUnits,
  EVERY_ENTITY,
  type FieldException,
  type Permission,
  type RoleGrants,
} from './grants/grants.js';
export { restrictCatalog } from './grants/restrict-catalog.js';
export { throughFiles } from './grants/through-files.js';
export type { Invited, MadeInvitation } from './invitations/invitation-services.js';
export type { Random } from './keys/api-key.js';
export { type ApiKey, type EndingKey, readEndingKeys } from './keys/key-store.js';
export { ADMINISTRATOR, type ChangeOptions, lockAccess } from './management/access-change.js';
export type { ClientServices } from './management/client-services.js';
export type { ApiClient, ClientWish } from './management/client-store.js';
export type { HolderChange, HolderServices } from './management/holder-services.js';
export { type KeyServices, type KeyWish, type MadeKey, PRUNE_KEYS_TASK } from './management/key-services.js';
export type { ListPage, ListWish } from './management/list-page.js';
export type { MadeOAuthSettings, OAuthServices, OAuthWish } from './management/oauth-services.js';
export { GRANTS, type OAuthSettings, type StoredOAuthSettings } from './management/oauth-store.js';
export { findPeople, type Person, readHolderName } from './management/people.js';
export type { RoleHolder } from './management/role-holder.js';
export type { GrantWish, Role, RoleServices, RoleWish } from './management/role-services.js';
export type { RoleLine } from './management/role-store.js';
export {
  CLIENTS_SHOWN,
  KEYS_SHOWN,
  OAUTH_CLIENTS_SHOWN,
  ROLES_SHOWN,
  UNITS_SHOWN,
  USERS_SHOWN,
} from './management/shown-access.js';
export type { UnitServices, UnitWish } from './management/unit-services.js';
export type { Unit } from './management/unit-store.js';
export type { UserServices } from './management/user-services.js';
export type { User, UserWish } from './management/user-store.js';
export { type AttemptThrottle, createAttemptThrottle } from './passwords/attempt-throttle.js';
export type { AuthenticateUser, SignInAttempt, SignInResult } from './passwords/sign-in.js';
export { SESSION_MS } from './sessions/session-services.js';
export type { KnownSession, ListedSession } from './sessions/session-store.js';
export { ALL_SCOPES, reaches, SCOPES, type Scope, toScopes } from './tokens/scopes.js';
export {
  createSigningKeys,
  isSigningKeyOverdue,
  type Jwk,
  type KeyRing,
  type SigningKeys,
} from './tokens/signing-keys.js';
export type { TokenKeeper } from './tokens/token-keeper.js';
