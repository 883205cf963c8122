// Sessions: begun when somebody signs in, found by every request of their browser, ended when they sign out.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { AccessStore } from '../access-store.js';
import { toDigest } from '../keys/api-key.js';
import type { VersionCache } from '../version-cache.js';
import {
  findStoredSession,
  type KnownSession,
  type ListedSession,
  readSessionsOf,
  removeSessionsOf,
  removeStoredSession,
  saveStoredSession,
} from './session-store.js';

/** Whoever is signed in is so for twelve hours, whatever they do. */
export const SESSION_MS = 12 * 3_600_000;

export interface SessionServices {
  /** `id`: what the cookie holds. Without a statement while nothing of access changed. Undefined for one that is over. */
  find(id: string): Promise<KnownSession | undefined>;
  save(id: string, userId: string, data: Readonly<Record<string, unknown>>): Promise<void>;
  remove(id: string): Promise<void>;
  /** Somebody's sessions that are not over, the newest first. */
  list(userId: string): Promise<readonly ListedSession[]>;
  /** Ends one of somebody's sessions by its name, or all of them; returns how many. They are over within seconds everywhere, here at once. */
  end(userId: string, name?: string): Promise<number>;
  /** The name under which a session is listed. */
  toName(id: string): string;
}

export function createSessionServices(
  database: Queryable,
  clock: Clock,
  versions: VersionCache<AccessStore>,
): SessionServices {
  return {
    async find(id) {
      const { sessions } = await versions.current();
      const digest = toDigest(id);
      const name = digest.toString('base64');
      const known = sessions.get(name) ?? (await findStoredSession(database, digest));
      if (known === undefined) return undefined;
      sessions.set(name, known);
      return known.expiresAt > clock.now() ? known : undefined;
    },
    async save(id, userId, data) {
      const createdAt = clock.now();
      const expiresAt = new Date(createdAt.getTime() + SESSION_MS);
      await saveStoredSession(database, { id, userId, data, createdAt, expiresAt });
    },
    list: (userId) => readSessionsOf(database, userId, clock.now()),
    async end(userId, name) {
      const ended = await removeSessionsOf(
        database,
        userId,
        name === undefined ? undefined : Buffer.from(name, 'base64url'),
      );
      await versions.refresh();
      return ended;
    },
    toName: (id) => toDigest(id).toString('base64url'),
    async remove(id) {
      await removeStoredSession(database, id);
      // Whoever signs out is out of this process at once, and of the others within seconds.
      (await versions.refresh()).sessions.delete(toDigest(id).toString('base64'));
    },
  };
}
