import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromRowLiteral, toTupleData } from './row-literal.js';

/** As PostgreSQL's record_out does. */
function toRowLiteral(values: readonly (string | null)[]): string {
  const write = (value: string | null): string => {
    if (value === null) return '';
    const isPlain = value !== '' && !/["\\(),\s]/.test(value);
    return isPlain ? value : `"${value.replaceAll(/["\\]/g, '$&$&')}"`;
  };
  return `(${values.map(write).join(',')})`;
}

describe('a row', () => {
  it('gives its values back', () => {
    expect(fromRowLiteral('(1,"a ""b"" \\\\ , )",,"")')).toEqual(['1', 'a "b" \\ , )', null, '']);
    expect(fromRowLiteral('()')).toEqual([null]);
    expect(fromRowLiteral('(,)')).toEqual([null, null]);
  });

  it('gives back any values that PostgreSQL can write', () => {
    const value = fc.option(
      fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('"', '\\', '""', ',', '(')),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), (values) => {
        expect(fromRowLiteral(toRowLiteral(values))).toEqual(values);
      }),
    );
  });

  it('is told from what is none', () => {
    for (const text of ['', '(', '1', '("a)', '("a"b)', '("a\\b")']) {
      expect(() => fromRowLiteral(text), text).toThrow(RangeError);
    }
    expect(() => toTupleData('(1,2)', 3, new Set())).toThrow('2 values where 3');
  });

  it('is what the log keeps, without columns that are not told', () => {
    expect(toTupleData('(1,,"é")', 3, new Set()).toString('latin1')).toBe(
      '\0\x03t\0\0\0\x011nt\0\0\0\x02\xc3\xa9',
    );
    expect(toTupleData('(1,,x)', 3, new Set([1])).toString('latin1')).toBe('\0\x02t\0\0\0\x011t\0\0\0\x01x');
  });
});
