import { describe, expect, it } from 'vitest';
import type { RoleGrants } from '../grants/grants.js';
import { findBeyond } from './reach-check.js';

/** A role from lines such as `product view all`, and fields it hides, such as `product.price`. */
function role(lines: readonly string[], hidden: readonly string[] = []): readonly RoleGrants[] {
  return [
    {
      permissions: lines.map((line) => {
        const [entity, action, level] = line.split(' ');
        return { entity, action, level } as RoleGrants['permissions'][number];
      }),
      fields: hidden.map((path) => {
        const [entity, field] = path.split('.') as [string, string];
        return { entity, field, view: false, edit: false };
      }),
    },
  ];
}

const ALL = role(['* view all', '* update all', 'dovetail.* view all']);

describe('what one role has beyond another', () => {
  it.each([
    ['the same', ALL, ALL, undefined],
    ['less', ALL, role(['product view own']), undefined],
    ['another action', ALL, role(['product delete own']), 'to delete product (own)'],
    ['a wider level', role(['product view own']), role(['product view all']), 'to view product (all)'],
    [
      'everything where one thing is excepted',
      role(['* view all', 'price view none']),
      role(['* view all']),
      'to view price (all)',
    ],
    [
      'everything but the exception',
      role(['* view all', 'price view none']),
      role(['* view all', 'price view none']),
      undefined,
    ],
    [
      'a table by another spelling',
      role(['* view all', 'product view none']),
      role(['public.product view all']),
      'to view public.product (all)',
    ],
    [
      "what is Dovetail's own, of which * says nothing",
      role(['* view all']),
      role(['dovetail.runs view all']),
      'to view dovetail.runs (all)',
    ],
    [
      'a hidden field',
      role(['* view all'], ['product.cost']),
      role(['product view all']),
      'to view product.cost',
    ],
    [
      'a field hidden in both',
      role(['* view all'], ['product.cost']),
      role(['product view all'], ['product.cost']),
      undefined,
    ],
    ['no right at all', [], role(['product view none']), undefined],
  ] as const)('is told of %s', (_, mine, theirs, beyond) => {
    expect(findBeyond(mine, theirs, true)).toBe(beyond);
  });

  it('counts levels below all only where the same records are theirs', () => {
    const unit = role(['product view unit']);
    expect(findBeyond(unit, unit, true)).toBeUndefined();
    expect(findBeyond(unit, unit, false)).toBe('to view product (unit)');
    expect(findBeyond(ALL, unit, false)).toBeUndefined();
  });
});
