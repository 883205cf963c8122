// From an access token to its bearer, without a statement while nothing of access changed.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { AccessStore } from '../access-store.js';
import type { Caller } from '../caller.js';
import { toDigest } from '../keys/api-key.js';
import type { VersionCache } from '../version-cache.js';
import { findUsableToken } from './token-store.js';

/** Undefined for a token that is unknown, revoked, expired, or of somebody disabled. */
export type AuthenticateToken = (token: string) => Promise<Caller | undefined>;

// The authorization server makes opaque tokens of 256 bits.
const FORM = /^[\w-]{43}$/;

export function createTokenCheck(
  database: Queryable,
  clock: Clock,
  versions: VersionCache<AccessStore>,
): AuthenticateToken {
  return async (token) => {
    if (!FORM.test(token)) return undefined;
    const { tokens } = await versions.current();
    const digest = toDigest(token);
    const name = digest.toString('base64');
    const usable = tokens.get(name) ?? (await findUsableToken(database, digest));
    if (usable === undefined) return undefined;
    tokens.set(name, usable);
    return usable.expiresAt > clock.now() ? usable.caller : undefined;
  };
}
