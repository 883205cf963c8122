// A clock that a test sets: time passes only when it says so.
import { type Clock, systemClock } from '../../src/foundation/lifecycle/clock.js';

export interface SettableClock extends Clock {
  set(moment: string | Date): void;
  pass(minutes: number): void;
}

export function createSettableClock(from: string): SettableClock {
  let now = new Date(from);
  return {
    ...systemClock,
    now: () => now,
    set(moment) {
      now = new Date(moment);
    },
    pass(minutes) {
      now = new Date(now.getTime() + minutes * 60_000);
    },
  };
}
