// What is remembered for one version of the tables of access.
import type { Catalog } from '../catalog/index.js';
import { type BoundedMap, createBoundedMap } from './bounded-map.js';
import type { UsableKey } from './keys/key-store.js';
import type { Policy } from './policy.js';
import type { KnownSession } from './sessions/session-store.js';
import type { UsableToken } from './tokens/token-store.js';

export interface AccessStore {
  /** By the digest of the whole key. */
  readonly keys: BoundedMap<UsableKey>;
  /** By digest. */
  readonly tokens: BoundedMap<UsableToken>;
  /** By the digest of what the cookie holds. */
  readonly sessions: BoundedMap<KnownSession>;
  /** Read by the first who asks. */
  policy?: Promise<Policy>;
  /** By what decides over them: catalog, roles, unit, subject. */
  readonly catalogs: BoundedMap<Catalog>;
}

// Many of them are one and the same: callers with the same roles.
const MOST_CATALOGS = 1000;
const MOST_KEYS = 10_000;

export const createAccessStore = (): AccessStore => ({
  keys: createBoundedMap(MOST_KEYS),
  tokens: createBoundedMap(MOST_KEYS),
  sessions: createBoundedMap(MOST_KEYS),
  catalogs: createBoundedMap(MOST_CATALOGS),
});
