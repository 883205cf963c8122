// How many requests a caller may send: a bucket for each, in this process' memory, that fills as time passes. Told in the headers
// of draft-ietf-httpapi-ratelimit-headers, so that a client can slow down before it is refused.
import { apiError } from '../api-errors.js';
import { ApiFailure } from '../response/error-document.js';

export interface RateLimitSettings {
  /** Requests that may come in `seconds`, at once too. 0: any number. */
  readonly requests: number;
  readonly seconds: number;
}

export interface RateLimit {
  /** Counts a request. Returns headers for its answer; throws API-116 (429) where it is one too many. */
  count(caller: string): Readonly<Record<string, string>>;
}

interface Bucket {
  readonly left: number;
  readonly at: number;
}

/** Of so many callers the buckets are known; whoever was silent longest begins anew. */
const MOST_CALLERS = 10_000;

/** `now`: milliseconds of a monotonic clock. */
export function createRateLimit({ requests, seconds }: RateLimitSettings, now: () => number): RateLimit {
  if (requests === 0) return { count: () => ({}) };
  const perMs = requests / (seconds * 1_000);
  const buckets = new Map<string, Bucket>();
  const policy = { 'ratelimit-policy': `"default";q=${requests};w=${seconds}` };

  return {
    count(caller) {
      const at = now();
      const known = buckets.get(caller);
      const left = known ? Math.min(requests, known.left + (at - known.at) * perMs) : requests;
      const isAllowed = left >= 1;
      const rest = isAllowed ? left - 1 : left;
      // Deleted first: a Map keeps the order in which keys came.
      buckets.delete(caller);
      buckets.set(caller, { left: rest, at });
      if (buckets.size > MOST_CALLERS) buckets.delete(buckets.keys().next().value!);
      const untilFull = Math.ceil((requests - rest) / perMs / 1_000);
      const headers = { ...policy, ratelimit: `"default";r=${Math.floor(rest)};t=${untilFull}` };
      if (isAllowed) return headers;
      const wait = Math.max(1, Math.ceil((1 - rest) / perMs / 1_000));
      const refusal = apiError(116, {
        detail: `More than ${requests} requests in ${seconds} seconds.`,
        hint: `Try again in ${wait} seconds; the headers of every answer say how many are left.`,
      });
      throw new ApiFailure([refusal], { ...headers, 'retry-after': String(wait) });
    },
  };
}
