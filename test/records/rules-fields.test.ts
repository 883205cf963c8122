import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FieldRule, ValidationRule } from '../../src/engine/catalog/index.js';
import { createRulesFixture, type Given, type RulesFixture, type Writing } from './rules-fixture.js';

const DDL = `
  create type mood as enum ('new', 'old');
  create table brand (id int generated always as identity primary key, name text not null unique);
  create table product (
    id int generated always as identity primary key, sku text not null unique, name text, price numeric(12,2),
    weight float8, stock int default 0, active bool, state mood, since date, seen timestamptz, opens time,
    note text default 'none', brand_id int references brand);`;

describe('rules on fields', () => {
  let at: RulesFixture;
  beforeAll(async () => {
    at = await createRulesFixture(DDL);
  });
  afterAll(() => at.drop());
  beforeEach(() => at.database.query('truncate product, brand restart identity'));

  const write = (
    rules: readonly ValidationRule[],
    columns: readonly string[],
    rows: readonly (readonly Given[])[],
    more: Partial<Writing> = {},
  ) => at.write({ entity: 'product', override: { rules }, columns, rows, ...more });

  const stored = async () => (await at.rows('select sku from product order by sku')).map(([sku]) => sku);

  interface Case {
    readonly rule: Omit<FieldRule, 'name' | 'field'>;
    readonly field: string;
    readonly good: readonly Given[];
    readonly bad: readonly Given[];
    readonly words: string;
  }
  const cases: Record<string, Case> = {
    required: {
      rule: { required: true },
      field: 'name',
      good: ['x'],
      bad: [null, ' ', undefined],
      words: 'needs a value',
    },
    pattern: {
      rule: { pattern: 'a+|b' },
      field: 'name',
      good: ['aa', 'b', null],
      bad: ['ab', 'xaa', 'aax', 'a\n'],
      words: 'does not match the pattern a+|b',
    },
    'min of a decimal': {
      rule: { min: 0.1 },
      field: 'price',
      good: ['0.10', '0.095', '5', null],
      bad: ['0.09', '-1'],
      words: 'is less than 0.1',
    },
    'max of a decimal': {
      rule: { max: 100 },
      field: 'price',
      good: ['100.00', '-5'],
      bad: ['100.01'],
      words: 'is more than 100',
    },
    'max of a float': {
      rule: { max: 1e20 },
      field: 'weight',
      good: ['1e20', '-Infinity'],
      bad: ['1.1e20', 'Infinity', 'NaN'],
      words: 'is more than 100000000000000000000',
    },
    'min of a date': {
      rule: { min: '2020-02-29' },
      field: 'since',
      good: ['2020-02-29', '12020-01-01', 'infinity'],
      bad: ['2020-02-28', '0044-03-15 BC'],
      words: 'is before 2020-02-29',
    },
    'max of a point in time': {
      rule: { max: '2020-01-01 00:00:00+00' },
      field: 'seen',
      good: ['2020-01-01 01:00:00+01'],
      bad: ['2020-01-01 00:00:00.000001+00', '2019-12-31 23:00:00-02'],
      words: 'is after 2020-01-01 00:00:00+00',
    },
    'min of a time of day': {
      rule: { min: '08:30' },
      field: 'opens',
      good: ['08:30:00', '24:00'],
      bad: ['08:29:59.9'],
      words: 'is before 08:30',
    },
    oneOf: {
      rule: { oneOf: ['new'] },
      field: 'state',
      good: ['new', null],
      bad: ['old'],
      words: 'is not one of the allowed values',
    },
    'oneOf of a boolean, as PostgreSQL writes it': {
      rule: { oneOf: ['true'] },
      field: 'active',
      good: ['yes', '1'],
      bad: ['no'],
      words: 'is not one of the allowed values',
    },
    'maxLength in characters': {
      rule: { maxLength: 2 },
      field: 'name',
      good: ['👍👍', 'éé'],
      bad: ['abc'],
      words: 'is too long: 3 characters, 2 are allowed',
    },
  };

  it.each(Object.entries(cases))('judges %s, and a broken rule costs that row only', async (_, one) => {
    const rule = { name: 'the-rule', field: one.field, ...one.rule };
    const rows = [...one.good, ...one.bad].map((cell, i) => [`p${i}`, cell]);
    const { counters, issues } = await write([rule], ['sku', one.field], rows);
    expect(await stored()).toEqual(one.good.map((__, i) => `p${i}`));
    expect(counters).toMatchObject({ read: rows.length, added: one.good.length, failed: one.bad.length });
    expect(issues.map(({ row }) => row)).toEqual(one.bad.map((__, i) => one.good.length + i + 1));
    for (const issue of issues) {
      expect(issue).toMatchObject({
        severity: 'error',
        code: 'RECORDS-315',
        field: one.field,
        column: one.field,
      });
      expect(issue.message).toContain(`${one.words} (rule the-rule).`);
      expect(issue.line).toBe(issue.row! + 1);
      expect(issue.cells?.[0]).toBe(`p${issue.row! - 1}`);
    }
  });

  it('passes over what is not said, but for required', async () => {
    const rules = [
      { name: 'a', field: 'price', min: 1 },
      { name: 'b', field: 'name', pattern: 'x' },
      { name: 'c', field: 'note', required: true },
    ];
    const { issues } = await write(rules, ['sku'], [['p1']]);
    expect(issues.map(({ message }) => message)).toEqual(['product.note: needs a value (rule c).']);
    expect(issues[0]!.field).toBe('note');
  });

  it('takes a default for a value where the field is set to it', async () => {
    const rules = [
      { name: 'a', field: 'stock', required: true },
      { name: 'b', field: 'price', required: true },
    ];
    const columns = ['sku', 'stock', 'price'];
    const { issues } = await write(rules, columns, [['p1', '', '']], { empty: 'default' });
    expect(issues.map(({ message }) => message)).toEqual(['product.price: needs a value (rule b).']);
  });

  it("shows the rule's own message and every broken rule of a row", async () => {
    const rules = [
      { name: 'no-debts', field: 'price', min: 0, message: 'Prices start at zero.' },
      { name: 'short', field: 'name', maxLength: 1 },
    ];
    const { issues, counters } = await write(rules, ['sku', 'price', 'name'], [['p1', '-1', 'long']]);
    expect(issues.map(({ message, value }) => [message, value])).toEqual([
      ['Prices start at zero (rule no-debts).', '-1.00'],
      [`product.name: 'long' is too long: 4 characters, 1 are allowed (rule short).`, 'long'],
    ]);
    expect(counters.failed).toBe(1);
  });

  it('hints at the word that was meant', async () => {
    const rules = [{ name: 'r', field: 'name', oneOf: ['Hammer', 'Nail'] }];
    const { issues } = await write(
      rules,
      ['sku', 'name'],
      [
        ['p1', 'Hamer'],
        ['p2', 'xxxxx'],
      ],
    );
    expect(issues.map(({ hint }) => hint)).toEqual(["Did you mean 'Hammer'?", 'Allowed: Hammer, Nail.']);
  });

  it('gives up on a value that a pattern can not be done with, and goes on', async () => {
    const rules = [{ name: 'r', field: 'name', pattern: '(a+)+' }];
    const evil = `${'a'.repeat(60)}!`;
    const { issues } = await write(
      rules,
      ['sku', 'name'],
      [
        ['p1', 'aa'],
        ['p2', evil],
        ['p3', 'aaa'],
        ['p4', 'b'],
      ],
    );
    expect(await stored()).toEqual(['p1', 'p3']);
    expect(issues.map(({ row }) => row).sort()).toEqual([2, 4]);
    expect(issues.find(({ row }) => row === 2)?.message).toContain('takes too long');
  });

  it.each([
    ['a bound that is no number', { field: 'price', min: 'much' }, "'much' is not a number"],
    ['a bound that is no date', { field: 'since', max: '2020-02-30' }, "'2020-02-30' is no date"],
    ['a point in time without an offset', { field: 'seen', max: '2020-01-01' }, 'no time with an offset'],
    ['a bound of a text', { field: 'name', min: 1 }, 'is a number, a date or a time'],
  ])('refuses %s before anything is read', async (_, rule, words) => {
    const broken = write([{ name: 'r', ...rule }], ['sku'], [['p1']]);
    await expect(broken).rejects.toThrow('RECORDS-109');
    await expect(broken).rejects.toThrow(words);
  });
});
