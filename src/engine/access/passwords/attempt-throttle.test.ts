import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../foundation/lifecycle/clock.js';
import { createAttemptThrottle } from './attempt-throttle.js';

function stage() {
  let now = 1_000_000;
  const throttle = createAttemptThrottle(
    { ...systemClock, now: () => new Date(now) },
    { free: 3, longestMs: 8000, forgottenMs: 60_000, keys: 2 },
  );
  const pass = (ms: number) => {
    now += ms;
  };
  const fail = (key: string, times: number) => {
    for (let i = 0; i < times; i++) throttle.fail(key);
  };
  return { throttle, pass, fail };
}

describe('attempts that fail', () => {
  it('have to wait after some, twice as long each time, up to a limit', () => {
    const { throttle, fail } = stage();
    const waits = [2, 1, 1, 1, 1, 1, 20].map((times) => {
      fail('ann', times);
      return throttle.waitOf('ann');
    });
    expect(waits).toEqual([0, 1000, 2000, 4000, 8000, 8000, 8000]);
    expect(throttle.waitOf('bob')).toBe(0);
  });

  it('wait less as time passes, and are forgotten', () => {
    const { throttle, pass, fail } = stage();
    fail('ann', 5);
    pass(1500);
    expect(throttle.waitOf('ann')).toBe(2500);
    pass(2500);
    expect(throttle.waitOf('ann')).toBe(0);
    fail('ann', 1);
    expect(throttle.waitOf('ann')).toBe(8000);
    pass(60_000);
    fail('ann', 1);
    expect(throttle.waitOf('ann')).toBe(0);
  });

  it('are taken back one by one, or all at once', () => {
    const { throttle, fail } = stage();
    fail('ann', 4);
    throttle.succeed('ann');
    expect(throttle.waitOf('ann')).toBe(1000);
    throttle.forget('ann');
    throttle.succeed('ann');
    expect(throttle.waitOf('ann')).toBe(0);
  });

  it('take no more memory than for so many keys', () => {
    const { throttle, fail } = stage();
    for (const key of ['a', 'b', 'c']) fail(key, 3);
    expect(['a', 'b', 'c'].map(throttle.waitOf)).toEqual([0, 1000, 1000]);
  });
});
