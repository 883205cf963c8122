import { describe, expect, it } from 'vitest';
import { joinList, packPairs, readList } from '../export/step-inverse.js';
import { listItems, pack, unpack } from './packed-cell.js';

describe('a packed cell', () => {
  const cases: readonly [string, Record<string, string>][] = [
    ['size=L,colour=red', { size: 'L', colour: 'red' }],
    ['size=L, colour=light, blue,fit=', { size: 'L', colour: 'light, blue', fit: '' }],
    ['"size=L","colour=red"', { size: 'L', colour: 'red' }],
    ['formula=a=b,c', { formula: 'a=b,c' }],
    ['nothing', {}],
    ['', {}],
    ['=x,a=1', { a: '1' }],
    ['a=1,a=2', { a: '2' }],
    ['größe=XL,__proto__=x', { größe: 'XL', ['__proto__']: 'x' }],
  ];
  it.each(cases)('%s', (text, pairs) => {
    expect([...unpack(text, ',', '=')]).toEqual(Object.entries(pairs).map(([key, value]) => [key, value]));
  });

  it('may have other separators', () => {
    expect([...unpack('make:KB|group:Accessory', '|', ':')]).toEqual([
      ['make', 'KB'],
      ['group', 'Accessory'],
    ]);
  });

  it('takes time in proportion to its length', () => {
    for (const text of [',='.repeat(200_000), `${'a'.repeat(400_000)}=`, `${'a=,'.repeat(100_000)}`]) {
      const begun = performance.now();
      unpack(text, ',', '=');
      expect(performance.now() - begun).toBeLessThan(3_000);
    }
  });

  it('comes apart again as it was packed, or stays JSON', () => {
    const pairs = [
      ['a', '1, 2'],
      ['b', 'x=y'],
    ] as const;
    expect(packPairs(pairs, ',', '=')).toBe('a=1, 2,b=x=y');
    expect(
      packPairs(
        [
          ['a', '1,b=2'],
          ['c', '3'],
        ],
        ',',
        '=',
      ),
    ).toBe('{"a":"1,b=2","c":"3"}');
    expect(pack(pairs, ';', ':')).toBe('a:1, 2;b:x=y');
  });
});

describe('a list cell', () => {
  it('is taken apart at its separator, or as JSON', () => {
    expect(listItems(' a ,, b,', ',')).toEqual(['a', 'b']);
    expect(listItems('["a, b", 1, null, {"x": 2}]', ',')).toEqual(['a, b', '1', '{"x":2}']);
    expect(listItems('[draft], x', ',')).toEqual(['[draft]', 'x']);
  });

  it('is written so that the same items come back', () => {
    for (const items of [['a', 'b'], ['a,b', 'c'], ['[x]'], [' a'], ['"'], ['[1]', 'b']]) {
      expect(listItems(joinList(items, ',')!, ',')).toEqual(items);
    }
  });

  it('may be an array as PostgreSQL writes it', () => {
    expect(readList('{}')).toEqual([]);
    expect(readList('{a,"b,c","d\\"e","\\\\",NULL,""}')).toEqual(['a', 'b,c', 'd"e', '\\', '']);
  });
});
