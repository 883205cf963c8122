import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ValidationRule } from '../../src/engine/catalog/index.js';
import { toRunIssue } from '../../src/engine/pipeline/index.js';
import { createRulesFixture, type Given, type RulesFixture, type Writing } from './rules-fixture.js';

const DDL = `
  create type mood as enum ('new', 'old');
  create table brand (id int generated always as identity primary key, name text not null unique);
  create table product (
    id int generated always as identity primary key, sku text not null unique, name text, price numeric(12,2),
    weight float8, stock int default 0, active bool, state mood, since date, seen timestamptz, opens time,
    note text default 'none', brand_id int references brand);`;

describe('validation rules in the write path', () => {
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

  it('asks a function about the whole batch, with values as PostgreSQL writes them', async () => {
    const seen: unknown[] = [];
    const rule: ValidationRule = {
      name: 'dear-needs-name',
      async check(batch, refuse) {
        await null;
        seen.push(batch.entity, batch.size, batch.fields, batch.line(1));
        for (let row = 0; row < batch.size; row++) {
          seen.push([
            batch.value(row, 'price'),
            batch.value(row, 'active'),
            batch.value(row, 'note'),
            batch.value(row, 'brand.name'),
            batch.value(row, 'name'),
          ]);
          if (Number(batch.value(row, 'price')) > 10 && batch.value(row, 'name') == null)
            refuse(row, { message: 'Dear things need a name.', field: 'name', hint: 'Give it one.' });
        }
      },
    };
    await at.database.query(`insert into brand (name) values ('Acme')`);
    const columns = ['sku', 'price', 'active', 'brand.name', 'name'];
    const rows = [
      ['p1', '5.5', 'y', 'Acme', ''],
      ['p2', '50', null, null, undefined],
    ];
    const { issues } = await write([rule], columns, rows);
    expect(seen).toEqual([
      'product',
      2,
      columns,
      3,
      ['5.50', 'true', undefined, 'Acme', null],
      ['50.00', null, undefined, null, undefined],
    ]);
    expect(issues).toMatchObject([
      {
        row: 2,
        field: 'name',
        column: 'name',
        message: 'Dear things need a name (rule dear-needs-name).',
        hint: 'Give it one.',
      },
    ]);
    expect(await stored()).toEqual(['p1']);
  });

  it('fails the chunk, and no other, when a function throws or asks for what is not there', async () => {
    const rule: ValidationRule = {
      name: 'broken',
      check: (batch) => {
        if (batch.value(0, 'sku') === 'p2') batch.value(0, 'pirce');
      },
    };
    const rows = [['p1'], ['p2'], ['p3']];
    const { issues } = await write([rule], ['sku'], rows, { chunkRows: 1 });
    expect(await stored()).toEqual(['p1', 'p3']);
    expect(issues).toMatchObject([
      {
        row: 2,
        code: 'RECORDS-317',
        message: 'The rule broken failed: product has no field pirce.',
        hint: "Did you mean 'price'?",
      },
    ]);
  });

  it('holds for updates too, and not for deletions', async () => {
    const rules = [{ name: 'r', field: 'name', required: true }];
    await write(
      rules,
      ['sku', 'name'],
      [
        ['p1', 'x'],
        ['p2', 'y'],
      ],
    );
    const updated = await write(rules, ['sku', 'name'], [['p1', null]], { strategy: 'update' });
    expect(updated.counters).toMatchObject({ failed: 1, updated: 0 });
    const deleted = await write(rules, ['sku'], [['p1']], { strategy: 'delete' });
    expect(deleted.counters).toMatchObject({ failed: 0, deleted: 1 });
    expect(await stored()).toEqual(['p2']);
  });

  it('creates no record referred to by a refused row only', async () => {
    const rules = [{ name: 'r', field: 'price', min: 0 }];
    const columns = ['sku', 'price', 'brand.name'];
    const rows = [
      ['p1', '1', 'Good'],
      ['p2', '-1', 'Bad'],
    ];
    for (const strategy of ['add_or_update', 'mirror'] as const) {
      await write(rules, columns, rows, { create: ['brand'], strategy });
      expect(await at.rows('select name from brand')).toEqual([['Good']]);
    }
  });

  it('counts a relation by name as said for required, and refuses to guess about the rest', async () => {
    const required = [{ name: 'r', field: 'brand_id', required: true }];
    await at.database.query(`insert into brand (name) values ('Acme')`);
    const { counters } = await write(
      required,
      ['sku', 'brand.name'],
      [
        ['p1', 'Acme'],
        ['p2', null],
      ],
    );
    expect(counters).toMatchObject({ added: 1, failed: 1 });
    await expect(
      write([{ name: 'r', field: 'brand_id', oneOf: ['1'] }], ['sku', 'brand.name'], []),
    ).rejects.toThrow(/RECORDS-109.*sets through brand.name/);
  });

  it('is judged by the dry run as by the real one', async () => {
    const writing: Writing = {
      entity: 'product',
      override: { rules: [{ name: 'r', field: 'price', min: 0 }] },
      columns: ['sku', 'price'],
      rows: [
        ['p1', '1'],
        ['p2', '-1'],
      ],
    };
    const judged = await at.judge(writing);
    expect(judged.counters).toMatchObject({ added: 1, failed: 1 });
    expect(await stored()).toEqual([]);
    const { issues } = await at.write(writing);
    expect(judged.issues.map(toRunIssue)).toEqual(issues);
  });

  it('costs an entity without rules no statement, and one with rules a single one', async () => {
    const columns = ['sku', 'price'];
    const rows = [
      ['p1', '1'],
      ['p2', '2'],
    ];
    const without = await write([], columns, rows);
    expect(
      without.statements.filter((sql) => /^select s\._row|savepoint (hooked|changing)/.test(sql)),
    ).toEqual([]);
    expect(without.plan.columns.length).toBe(columns.length);
    await at.database.query('truncate product');
    const withRule = await write([{ name: 'r', field: 'price', min: 0 }], columns, rows);
    expect(withRule.statements.length).toBe(without.statements.length + 1);
    expect(withRule.counters.added).toBe(2);
  });
});
