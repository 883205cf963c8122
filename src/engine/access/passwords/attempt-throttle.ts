// Slows down whoever guesses: after some failures each further attempt has to wait, longer each time.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import { type BoundedMap, createBoundedMap } from '../bounded-map.js';

export interface ThrottleLimits {
  /** Failures without any wait. */
  readonly free: number;
  /** The longest wait. The first is a second, each further one twice as long. */
  readonly longestMs: number;
  /** Failures are forgotten when the last is so long ago. */
  readonly forgottenMs: number;
  /** Most keys that are remembered; beyond, those are forgotten that failed longest ago. */
  readonly keys: number;
}

export interface AttemptThrottle {
  /** How long that key still has to wait; 0: it may try. */
  waitOf(key: string): number;
  /**
   * Counts an attempt as failed. To be called before it is known whether it failed, so that many at the same moment
   * are many, and taken back with `succeed`.
   */
  fail(key: string): void;
  /** Takes one failure back. */
  succeed(key: string): void;
  forget(key: string): void;
}

interface Failures {
  readonly count: number;
  readonly lastAt: number;
}

export function createAttemptThrottle(clock: Clock, limits: ThrottleLimits): AttemptThrottle {
  const failures: BoundedMap<Failures> = createBoundedMap(limits.keys);

  function findFailures(key: string): Failures | undefined {
    const found = failures.get(key);
    if (found === undefined || clock.now().getTime() - found.lastAt < limits.forgottenMs) return found;
    failures.delete(key);
    return undefined;
  }

  return {
    waitOf(key) {
      const found = findFailures(key);
      if (found === undefined || found.count < limits.free) return 0;
      const wait = Math.min(1000 * 2 ** Math.min(found.count - limits.free, 30), limits.longestMs);
      return Math.max(0, found.lastAt + wait - clock.now().getTime());
    },
    fail(key) {
      failures.set(key, { count: (findFailures(key)?.count ?? 0) + 1, lastAt: clock.now().getTime() });
    },
    succeed(key) {
      const found = findFailures(key);
      if (found === undefined) return;
      if (found.count <= 1) failures.delete(key);
      else failures.set(key, { ...found, count: found.count - 1 });
    },
    forget: (key) => failures.delete(key),
  };
}
