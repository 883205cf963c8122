// From a key to whoever it belongs to: the question every request of a client begins with.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { AccessStore } from '../access-store.js';
import { type BoundedMap, createBoundedMap } from '../bounded-map.js';
import type { Caller } from '../caller.js';
import type { VersionCache } from '../version-cache.js';
import { fromKey, hasDigest, toDigest } from './api-key.js';
import { findUsableKey, noteKeyUse } from './key-store.js';

const NOTED_EVERY_MS = 60_000;
const MOST_NOTED = 10_000;

/** Undefined for a key that is unknown, wrong, revoked, expired, or of a disabled client. */
export type AuthenticateKey = (key: string) => Promise<Caller | undefined>;

export function createKeyCheck(
  database: Queryable,
  clock: Clock,
  versions: VersionCache<AccessStore>,
): AuthenticateKey {
  // Outlives the stores: it says nothing about rights.
  const noted: BoundedMap<number> = createBoundedMap(MOST_NOTED);

  async function noteUse(id: string, now: Date): Promise<void> {
    const before = noted.get(id);
    if (before !== undefined && Math.abs(now.getTime() - before) < NOTED_EVERY_MS) return;
    noted.set(id, now.getTime());
    await noteKeyUse(database, id, now);
  }

  return async (key) => {
    const parts = fromKey(key);
    if (parts === undefined) return undefined;
    const { keys } = await versions.current();
    // The key itself is not kept in memory for longer than the request.
    const digest = toDigest(key).toString('base64');
    let usable = keys.get(digest);
    if (usable === undefined) {
      const found = await findUsableKey(database, parts.id);
      if (!hasDigest(parts.secret, found?.digest) || found === undefined) return undefined;
      usable = found;
      keys.set(digest, usable);
    }
    const now = clock.now();
    if (usable.expiresAt !== undefined && usable.expiresAt <= now) return undefined;
    await noteUse(usable.id, now);
    return usable.caller;
  };
}
