import { describe, expect, it } from 'vitest';
import type { FieldType } from '../../../catalog/catalog.js';
import { orderAgainst, toMoment } from './compared-value.js';

const type = (base: string): FieldType => ({
  sql: base,
  base,
  kind: 'base',
  array: false,
  deterministic: true,
  comparable: true,
});

describe('the order of numbers', () => {
  it.each([
    ['9007199254740993', '9007199254740992', 1],
    ['0.10000000000000000001', '0.1', 1],
    ['-0.10000000000000000001', '-0.1', -1],
    ['1.50', '1.5', 0],
    ['-0', '0', 0],
    ['Infinity', '1e300', 1],
    ['-Infinity', '-1', -1],
    ['1e+20', '100000000000000000000', 0],
  ])('puts %s to %s exactly', (value, bound, order) => {
    expect(orderAgainst(bound, type('numeric'))(value)).toBe(order);
  });

  it('knows no place for NaN', () => {
    expect(orderAgainst('1', type('float8'))('NaN')).toBeUndefined();
  });
});

describe('the order of moments', () => {
  it.each([
    ['date', '10000-01-01', '9999-12-31', 1],
    ['date', '0044-03-15 BC', '0001-01-01', -1],
    ['date', '0001-12-31 BC', '0001-01-01', -1],
    ['date', '-infinity', '4713-01-01 BC', -1],
    ['timestamp', '2026-11-23 14:30:00.1', '2026-11-23 14:30:00.09', 1],
    ['timestamp', '2026-11-23 00:00:00', '2026-11-23', 0],
    ['timestamptz', '2026-11-23 14:30:00+01', '2026-11-23 13:30:00+00', 0],
    ['timestamptz', '1890-01-01 00:00:00-00:53:28', '1890-01-01 00:53:28+00', 0],
    ['time', '24:00:00', '23:59:59.999999', 1],
    ['timetz', '14:00:00+02', '13:00:00+00', -1],
  ])('of %s puts %s to %s', (base, value, bound, order) => {
    expect(orderAgainst(bound, type(base))(value)).toBe(order);
  });

  it('counts days as JavaScript does where both can', () => {
    for (let day = -900_000; day < 900_000; day += 12_347) {
      const date = new Date(day * 86_400_000);
      if (date.getUTCFullYear() < 1) continue;
      const [text] = date.toISOString().split('T');
      expect([text, toMoment(text!)]).toEqual([text, BigInt(day) * 86_400_000_000n]);
    }
  });
});
