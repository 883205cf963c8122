// Who is asking: by a key or token in the request, or by the cookie of a browser that somebody signed in with.
import {
  type Access,
  type Caller,
  createAttemptThrottle,
  type KnownSession,
} from '../../../engine/access/index.js';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import { apiError } from '../api-errors.js';
import type { RawRequest } from '../request/api-request.js';
import { ApiFailure } from '../response/error-document.js';

/** What the door needs of the room `access`. */
export type AccessGate = Pick<Access, 'authenticateKey' | 'catalogFor'> &
  Partial<Pick<Access, 'authenticateToken'>>;

/** Whom a browser's cookie stands for. */
export interface BrowserGate {
  findSession(cookies: string | undefined): Promise<KnownSession | undefined>;
  /** Whether a request of that session carries what only our own pages know. */
  isOurs(cookies: string | undefined, token: string | undefined, session: KnownSession): boolean;
}

interface GateRooms {
  readonly access: AccessGate;
  readonly browser?: BrowserGate;
  readonly clock: Clock;
}

/** What is not a key is refused again and again from one address: then it has to wait. Who has a valid one never does. */
const OF_ADDRESSES = { free: 30, longestMs: 60_000, forgottenMs: 600_000, keys: 10_000 };

const isSafe = (method: string): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method);
const textOf = (value: string | string[] | undefined): string | undefined =>
  typeof value === 'string' ? value : undefined;

export function createGate({ access, browser, clock }: GateRooms): (raw: RawRequest) => Promise<Caller> {
  const failures = createAttemptThrottle(clock, OF_ADDRESSES);

  async function findBearer(authorization: string): Promise<Caller | undefined> {
    const text = /^Bearer ([\w.~+/=-]{1,4096})$/i.exec(authorization)?.[1];
    if (text === undefined) return undefined;
    return (await access.authenticateKey(text)) ?? access.authenticateToken?.(text);
  }

  async function findBrowser({ method, headers }: RawRequest): Promise<Caller | undefined> {
    const cookies = textOf(headers['cookie']);
    const session = cookies === undefined ? undefined : await browser?.findSession(cookies);
    if (session === undefined) return undefined;
    if (isSafe(method) || browser!.isOurs(cookies, textOf(headers['x-csrf-token']), session))
      return session.caller;
    throw apiError(118, {
      detail: 'A browser that somebody signed in with sends its cookie whoever made the page.',
      hint: 'Send X-CSRF-Token with what GET /session says.',
      pointer: { header: 'X-CSRF-Token' },
    });
  }

  function refuse(authorization: string | undefined, from: string): never {
    const wait = failures.waitOf(from);
    if (authorization !== undefined) failures.fail(from);
    if (wait > 0) {
      const seconds = Math.ceil(wait / 1000);
      const refusal = apiError(116, {
        detail: 'Many requests from this address had no valid key or token.',
        hint: `Try again in ${seconds} seconds, with a valid one.`,
      });
      throw new ApiFailure([refusal], { 'retry-after': String(seconds) });
    }
    const refusal = apiError(103, {
      detail:
        authorization === undefined
          ? 'The request does not say who is asking.'
          : 'The key or token is not valid, or not any more.',
      hint: 'Send Authorization: Bearer KEY, with a key that `dovetail clients` makes, or a token of /oauth/token.',
      pointer: { header: 'Authorization' },
    });
    throw new ApiFailure([refusal], {
      'www-authenticate': `Bearer realm="dovetail"${authorization === undefined ? '' : ', error="invalid_token"'}`,
    });
  }

  return async (raw) => {
    const authorization = textOf(raw.headers['authorization']);
    const caller = authorization === undefined ? await findBrowser(raw) : await findBearer(authorization);
    return caller ?? refuse(authorization, raw.from ?? 'unknown');
  };
}
