// From a caller to their catalog, remembered as long as it stays the same.
import type { Queryable } from '../../foundation/postgres/database.js';
import type { Catalog } from '../catalog/index.js';
import type { AccessStore } from './access-store.js';
import { type BoundedMap, createBoundedMap } from './bounded-map.js';
import type { Caller } from './caller.js';
import type { CallerGrants } from './grants/grants.js';
import { restrictCatalog, toCallerFingerprint } from './grants/restrict-catalog.js';
import { type Policy, readPolicy } from './policy.js';
import type { VersionCache } from './version-cache.js';

// A catalog of a thousand tables takes some megabytes.
const MOST_CATALOGS = 100;

export type CatalogFor = (caller: Caller, catalog: Catalog) => Promise<Catalog>;

export function createCallerCatalogs(
  database: Queryable,
  versions: VersionCache<AccessStore>,
  toGrants: (policy: Policy, caller: Caller) => CallerGrants,
): CatalogFor {
  // By their own fingerprints, which say all that decides: so a change of access that leaves a caller's grants as they
  // were leaves the catalog the same object, and what others remember by it.
  const made: BoundedMap<Catalog> = createBoundedMap(MOST_CATALOGS);

  return async (caller, catalog) => {
    if (caller.kind === 'program') return catalog;
    const store = await versions.current();
    const key = toKey(caller, catalog);
    const known = store.catalogs.get(key);
    if (known !== undefined) return known;
    const grants = toGrants(await readPolicyOnce(database, store), caller);
    const fingerprint = toCallerFingerprint(catalog, grants);
    const restricted = made.get(fingerprint) ?? restrictCatalog(catalog, grants);
    made.set(fingerprint, restricted);
    store.catalogs.set(key, restricted);
    return restricted;
  };
}

function readPolicyOnce(database: Queryable, store: AccessStore): Promise<Policy> {
  store.policy ??= readPolicy(database).catch((error) => {
    delete store.policy;
    throw error;
  });
  return store.policy;
}

const toKey = ({ roles, unit, subject, scopes }: Caller, { fingerprint }: Catalog): string =>
  JSON.stringify([fingerprint, [...roles].sort(), unit ?? null, subject ?? null, scopes ?? null]);
