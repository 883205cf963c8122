import { describe, expect, it } from 'vitest';
import { ApiFailure } from '../response/error-document.js';
import { createRateLimit } from './rate-limit.js';

function stage(requests: number, seconds: number) {
  let ms = 0;
  const limit = createRateLimit({ requests, seconds }, () => ms);
  const count = (caller: string): Readonly<Record<string, string>> => {
    try {
      return limit.count(caller);
    } catch (error) {
      if (error instanceof ApiFailure) return { ...error.headers, refused: error.errors[0]!.code };
      throw error;
    }
  };
  return { count, pass: (some: number) => (ms += some) };
}

describe('a rate limit', () => {
  it('counts down, refuses, and fills again as time passes', () => {
    const { count, pass } = stage(2, 10);
    expect(count('a')).toEqual({ 'ratelimit-policy': '"default";q=2;w=10', ratelimit: '"default";r=1;t=5' });
    expect(count('a')['ratelimit']).toBe('"default";r=0;t=10');
    expect(count('a')).toMatchObject({
      refused: 'API-116',
      'retry-after': '5',
      ratelimit: '"default";r=0;t=10',
    });
    pass(4_999);
    expect(count('a')).toMatchObject({ refused: 'API-116', 'retry-after': '1' });
    pass(1);
    expect(count('a')['refused']).toBeUndefined();
    pass(1_000_000);
    expect(count('a')['ratelimit']).toBe('"default";r=1;t=5');
  });

  it('counts each caller alone, and forgets whoever was silent longest among very many', () => {
    const { count } = stage(1, 60);
    count('first');
    count('second');
    expect(count('first')['refused']).toBe('API-116');
    for (let i = 0; i < 9_999; i++) count(`other ${i}`);
    expect(count('first')['refused']).toBe('API-116');
    expect(count('second')['refused']).toBeUndefined();
  });

  it('says nothing where there is none', () => {
    expect(stage(0, 60).count('a')).toEqual({});
  });
});
