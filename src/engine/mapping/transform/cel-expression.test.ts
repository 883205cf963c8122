import { describe, expect, it } from 'vitest';
import { CelProblem, compileCel } from './cel-expression.js';
import { CellFault } from './cell-value.js';

const run = (text: string, value = '', row: Record<string, string> = {}) =>
  compileCel(text, { value: true }).run(row, value);

describe('an expression', () => {
  it('names the columns it needs', () => {
    expect(
      compileCel('row["A b"] + row.C + (row["A b"] == "" ? "x" : "y")', { value: false }).columns,
    ).toEqual(['A b', 'C']);
  });

  it('makes texts, numbers, booleans, lists and nothing', () => {
    expect(run('value + "!"', 'a')).toBe('a!');
    expect(run('double(value) * 2.0', '1.25')).toEqual({ json: '2.5' });
    expect(run('int(value) + 1', '9007199254740993')).toEqual({ json: '9007199254740994' });
    expect(run('value == "1"', '1')).toEqual({ json: 'true' });
    expect(run('value.split("|").map(x, x.trim())', 'a | b')).toEqual({ json: '["a","b"]' });
    expect(run('{"k": value, "n": 1}', 'v')).toEqual({ json: '{"k":"v","n":1}' });
    expect(run('value == "" ? "" : "x"')).toBeNull();
    expect(run('null')).toBeNull();
    expect(run('value.replace("a", "b")', 'banana')).toBe('bbnbnb');
    expect(run('value.slug()', ' Crème & Co. ')).toBe('creme-co');
    expect(run('round(double(value), 2)', '2.345')).toEqual({ json: '2.35' });
  });

  it('fails on values that it cannot take, and on nothing else', () => {
    for (const [text, value] of [
      ['double(value)', 'x'],
      ['1.0 / 0.0 * double(value)', '1'],
      ['value.split(",")[5]', 'a'],
      ['int(value)', '99999999999999999999'],
    ] as const)
      expect(() => run(text, value)).toThrow(CellFault);
  });

  it('is refused where it might not come to an end, or says too little', () => {
    for (const text of [
      'value.matches("(a+)+$")',
      'cel.bind(a, value + value, a + a)',
      'value.split(",").map(a, value.split(",").map(b, a + b))',
      'value.split(",").exists(a, value.split(",").all(b, a == b))',
      'row',
      'row.size()',
      'row[value]',
      '"x" in row',
      'unknown',
      '1 +',
      'value + 1',
      '('.repeat(500),
      `${'value + '.repeat(5_000)}value`,
    ])
      expect(() => compileCel(text, { value: true }), text).toThrow(CelProblem);
    expect(() => compileCel('value', { value: false })).toThrow(/Unknown variable/);
    // One after the other is as good as one.
    expect(run('value.split(",").map(a, a.trim()).filter(a, a != "")', 'a, ,b')).toEqual({
      json: '["a","b"]',
    });
  });
});
