import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shortenPaths, shortPath } from './short-path.js';

const HOME = join(sep, 'home', 'me', 'shop');

describe('a path for people', () => {
  it('begins at the working folder where it lies inside', () => {
    expect(shortPath(join(HOME, 'files', 'a.csv'), HOME)).toBe(join('files', 'a.csv'));
    expect(shortPath(join(HOME, '..data', 'a.csv'), HOME)).toBe(join('..data', 'a.csv'));
  });

  it('stays whole where it lies elsewhere, or is the working folder itself', () => {
    for (const path of [join(sep, 'home', 'me', 'shops', 'a.csv'), join(sep, 'home', 'me'), HOME]) {
      expect(shortPath(path, HOME)).toBe(path);
    }
  });

  it('is shortened inside a sentence, and only there where it begins with the working folder', () => {
    const text = `Setting up PostgreSQL in ${join(HOME, '.dovetail')} for ${HOME}s`;
    expect(shortenPaths(text, HOME)).toBe(`Setting up PostgreSQL in .dovetail for ${HOME}s`);
    expect(shortenPaths(text, sep)).toBe(text);
  });
});
