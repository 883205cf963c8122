import { describe, expect, it } from 'vitest';
import { matchPattern } from './pattern-match.js';

const EVIL = `${'a'.repeat(80)}!`;
const pattern = /^(?:(a+)+)$/u;

describe('matching a pattern', () => {
  it('tells which values break it and passes over those that are not there', async () => {
    expect(await matchPattern(pattern, ['a', undefined, 'b', ''])).toEqual({ broken: [2, 3], givenUp: [] });
  });

  it('gives up on the values it can not be done with, wherever they stand', async () => {
    const outcome = await matchPattern(pattern, [EVIL, 'a', 'b', EVIL], 20);
    expect(outcome).toEqual({ broken: [2], givenUp: [0, 3] });
  });

  it('gives up on all that is left once ten were too much', async () => {
    const values = [...Array.from({ length: 12 }, () => EVIL), undefined, 'a'];
    const { givenUp } = await matchPattern(pattern, values, 5);
    expect(givenUp).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13]);
  });
});
