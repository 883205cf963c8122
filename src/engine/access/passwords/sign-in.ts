// From e-mail address and password to a caller.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { Caller } from '../caller.js';
import { findSignIn } from '../management/user-store.js';
import { createAttemptThrottle, type ThrottleLimits } from './attempt-throttle.js';
import { createPasswordCheck } from './password-hash.js';

export interface SignInAttempt {
  readonly email: string;
  readonly password: string;
  /** From where it comes, as the door sees it; attempts from there are counted together. */
  readonly address?: string;
}

export type SignInResult =
  | { readonly kind: 'caller'; readonly caller: Caller }
  /** Unknown, disabled, without a password, or the wrong one: nobody learns which. */
  | { readonly kind: 'refused' }
  /** Too many failures before; the password was not looked at. */
  | { readonly kind: 'wait'; readonly ms: number };

const HOUR = 3_600_000;
const KEYS = 10_000;

// Short for users, since anybody can make somebody else wait; long for addresses.
const OF_USERS: ThrottleLimits = { free: 5, longestMs: 60_000, forgottenMs: HOUR, keys: KEYS };
const OF_ADDRESSES: ThrottleLimits = { free: 20, longestMs: 900_000, forgottenMs: HOUR, keys: KEYS };

export type AuthenticateUser = (attempt: SignInAttempt) => Promise<SignInResult>;

/** Failures are counted in this process only, and for a limited number of users and addresses. */
export function createSignIn(database: Queryable, clock: Clock): AuthenticateUser {
  const verifyPassword = createPasswordCheck();
  const users = createAttemptThrottle(clock, OF_USERS);
  const addresses = createAttemptThrottle(clock, OF_ADDRESSES);

  return async ({ email, password, address }) => {
    const user = email.trim().toLowerCase();
    const ms = Math.max(users.waitOf(user), address === undefined ? 0 : addresses.waitOf(address));
    if (ms > 0) return { kind: 'wait', ms };
    users.fail(user);
    if (address !== undefined) addresses.fail(address);
    const found = await findSignIn(database, user);
    const fits = await verifyPassword(password, found?.hash);
    if (!fits || found === undefined || found.isDisabled) return { kind: 'refused' };
    users.forget(user);
    if (address !== undefined) addresses.succeed(address);
    return { kind: 'caller', caller: found.caller };
  };
}
