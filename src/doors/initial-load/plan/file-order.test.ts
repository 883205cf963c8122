import { describe, expect, it } from 'vitest';
import { type OrderedFile, orderFiles } from './file-order.js';

const file = (path: string, about: Partial<OrderedFile> = {}): OrderedFile => ({
  path,
  after: [],
  wishes: [],
  ...(path.includes('/') ? { version: path.split('/')[0]! } : {}),
  ...about,
});
const order = (...files: OrderedFile[]) => orderFiles(files).map(({ path }) => path);

describe('the order of files', () => {
  it('is that of versions, then of names', () => {
    expect(order(file('1.10/a'), file('1.9/b'), file('10'), file('9'))).toEqual([
      '9',
      '10',
      '1.9/b',
      '1.10/a',
    ]);
  });

  it('brings forward what is needed, and no more', () => {
    expect(order(file('1'), file('2', { after: ['4'] }), file('3'), file('4'), file('5'))).toEqual([
      '1',
      '4',
      '2',
      '3',
      '5',
    ]);
    expect(order(file('1', { wishes: ['3'] }), file('2'), file('3'))).toEqual(['3', '1', '2']);
  });

  it('lets a wish go that would make a circle, never a must', () => {
    expect(order(file('a', { wishes: ['b'] }), file('b', { wishes: ['a'] }))).toEqual(['b', 'a']);
    expect(order(file('a', { wishes: ['b'] }), file('b', { after: ['a'] }))).toEqual(['a', 'b']);
    // The wish of a for c would come upon a itself, over what c needs.
    expect(
      order(file('a', { wishes: ['c'] }), file('b', { after: ['a'] }), file('c', { after: ['b'] })),
    ).toEqual(['a', 'b', 'c']);
  });

  it('names the circle of what must be', () => {
    expect(() =>
      order(file('a', { after: ['b'] }), file('b', { after: ['c'] }), file('c', { after: ['a'] })),
    ).toThrow('a → b → c → a');
  });

  it('does not reach into another version for a wish', () => {
    expect(order(file('1.0/a', { wishes: ['1.1/b'] }), file('1.1/b'))).toEqual(['1.0/a', '1.1/b']);
  });
});
