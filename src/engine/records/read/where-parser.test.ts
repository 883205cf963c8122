import { describe, expect, it } from 'vitest';
import { readWhere } from './where-parser.js';

const sku = (value: string) => ({ path: ['sku'], op: 'eq', value });

describe('a condition', () => {
  it.each([
    ['price >= 10', { path: ['price'], op: 'gte', value: '10' }],
    ['price>=10.5', { path: ['price'], op: 'gte', value: '10.5' }],
    ['brand.name = "Acme & Sons"', { path: ['brand', 'name'], op: 'eq', value: 'Acme & Sons' }],
    ["name != 'it''s'", { path: ['name'], op: 'neq', value: "it's" }],
    ['"Order Details"."Unit Price" < -3', { path: ['Order Details', 'Unit Price'], op: 'lt', value: '-3' }],
    ['order."net.price" = 1', { path: ['order', 'net.price'], op: 'eq', value: '1' }],
    ['"a".b."c" = 1', { path: ['a', 'b', 'c'], op: 'eq', value: '1' }],
    ['status in (new, "in work" , \'x\')', { path: ['status'], op: 'in', value: ['new', 'in work', 'x'] }],
    ['status not in (a)', { path: ['status'], op: 'nin', value: ['a'] }],
    ['description is empty', { path: ['description'], op: 'empty' }],
    ['description IS NOT EMPTY', { not: { path: ['description'], op: 'empty' } }],
    ['brand is null', { not: { path: ['brand'], op: 'exists' } }],
    ['lines exists', { path: ['lines'], op: 'exists' }],
    ['name contains bolt', { path: ['name'], op: 'contains', value: 'bolt' }],
    ['name starts with A', { path: ['name'], op: 'starts_with', value: 'A' }],
    ['name not contains x', { not: { path: ['name'], op: 'contains', value: 'x' } }],
    ['created_at >= 2026-01-01', { path: ['created_at'], op: 'gte', value: '2026-01-01' }],
    ['not = 3', { path: ['not'], op: 'eq', value: '3' }],
    ['is = is', { path: ['is'], op: 'eq', value: 'is' }],
  ])('%s', (text, expected) => expect(readWhere(text)).toEqual(expected));

  it('binds and closer than or, and not closest', () => {
    expect(readWhere('sku = a or sku = b and not sku = c')).toEqual({
      or: [sku('a'), { and: [sku('b'), { not: sku('c') }] }],
    });
    expect(readWhere('(sku = a or sku = b) and sku = c')).toEqual({
      and: [{ or: [sku('a'), sku('b')] }, sku('c')],
    });
    expect(readWhere('not (sku = a)')).toEqual({ not: sku('a') });
  });

  it.each([
    ['', /end of the condition.*expected a field/],
    ['price', /end of the condition.*expected an operator/],
    ['price >=', /end of the condition.*expected a value/],
    ['price like 3', /character 7 .*like is no operator/],
    ['price > 3 name = 4', /character 11 .*expected/],
    ['(price > 3', /character 1 is still open/],
    ['price > 3)', /character 10/],
    ['price = null', /nothing equals null/],
    ["name = 'open", /quote ' is never closed/],
    ['status in new', /expected a list/],
    ['status in (a b)', /expected/],
    ['status in (a', /expected , or \)/],
    ['a..b = 1', /step of the path is empty/],
    ['price > 3 and', /end of the condition.*expected a field/],
    ['price ! 3', /! means nothing/],
  ])('is refused at the place: %s', (text, says) => {
    expect(() => readWhere(text)).toThrow(
      expect.objectContaining({ code: 'READ-101', detail: expect.stringMatching(says) }),
    );
  });

  it('suggests what was meant', () => {
    const hint = (text: string) => {
      try {
        readWhere(text);
      } catch (error) {
        return (error as { hint?: string }).hint;
      }
      return undefined;
    };
    expect(hint('name ilike x')).toMatch(/contains/);
    expect(hint('name contians x')).toMatch(/contains/);
    expect(hint('name = big bolt')).toMatch(/'big bolt'/);
  });

  it('ends at a depth, not with the stack', () => {
    expect(() => readWhere(`${'('.repeat(50_000)}a = 1`)).toThrow(/nested deeper/);
    expect(() => readWhere(`${'not '.repeat(50_000)}a = 1`)).toThrow(/nested deeper/);
  });
});
