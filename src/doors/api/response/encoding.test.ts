import { describe, expect, it } from 'vitest';
import { findEncoding, toEncodedTag, toPlainTag } from './encoding.js';

describe('findEncoding', () => {
  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP;q=0.5, br;q=0.4', 'gzip'],
    ['br;q=0, *', 'gzip'],
    ['*', 'br'],
    ['*;q=0', undefined],
    ['identity', undefined],
    ['br;q=x', undefined],
    ['br;q=2', undefined],
    ['', undefined],
    [';;,,', undefined],
  ])('of %j takes %j', (accepted, encoding) => {
    expect(findEncoding(accepted, 5_000)).toBe(encoding);
  });

  it('leaves short bodies as they are, and those of whom says nothing', () => {
    expect(findEncoding('br', 999)).toBeUndefined();
    expect(findEncoding(undefined, 5_000)).toBeUndefined();
  });
});

describe('an entity tag', () => {
  it('names the encoding where it is strong, and is found again', () => {
    expect(toEncodedTag('"1.x"', 'br')).toBe('"1.x-br"');
    expect(toPlainTag('"1.x-br"')).toBe('"1.x"');
    expect(toEncodedTag('W/"x"', 'gzip')).toBe('W/"x"');
    expect(toPlainTag('"-br"')).toBe('""');
  });
});
