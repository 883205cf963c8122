import { describe, expect, it } from 'vitest';
import { compareNames, comparePaths, compareVersions, isVersion } from './name-order.js';

describe('the order of names', () => {
  it('takes numbers by their value', () => {
    const names = ['10-b', '2-a', '010-a', 'b', 'a10', 'a9'];
    expect([...names].sort(compareNames)).toEqual(['2-a', '010-a', '10-b', 'a9', 'a10', 'b']);
  });

  it('keeps the files of a folder together', () => {
    expect(['b/1', 'a-1', 'a/2', 'a/1'].sort(comparePaths)).toEqual(['a/1', 'a/2', 'a-1', 'b/1']);
  });

  it('compares versions as versions, what has none first', () => {
    const versions = ['1.10', '1.9', undefined, 'v2', '1.1', '1.1-rc.2', '1.1-rc.1', '1.1.1'];
    // Not by `sort` alone, which never asks about undefined.
    const boxed = versions.map((version) => ({ version }));
    boxed.sort((a, b) => compareVersions(a.version, b.version));
    expect(boxed.map(({ version }) => version)).toEqual([
      undefined,
      '1.1-rc.1',
      '1.1-rc.2',
      '1.1',
      '1.1.1',
      '1.9',
      '1.10',
      'v2',
    ]);
    expect(['1.0', 'v2', '2026.11', '1.1-rc.1'].every(isVersion)).toBe(true);
    expect(['data', '010-schema', 'v', '1.x'].some(isVersion)).toBe(false);
  });
});
