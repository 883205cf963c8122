import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntityOverride } from '../../src/engine/catalog/index.js';
import { uncheckedByProbe, uncheckedByReading } from '../../src/engine/records/index.js';
import { createRulesFixture, type Given, type RulesFixture, type Writing } from './rules-fixture.js';

const DDL = 'create table product (sku text primary key, price numeric(12,2))';

describe('the hook after the write', () => {
  let at: RulesFixture;
  beforeAll(async () => {
    at = await createRulesFixture(DDL);
  });
  afterAll(() => at.drop());
  beforeEach(() => at.database.query('truncate product'));

  const write = (
    override: EntityOverride,
    columns: readonly string[],
    rows: readonly (readonly Given[])[],
    more: Partial<Writing> = {},
  ) => at.write({ entity: 'product', override, columns, rows, ...more });

  const columns = ['sku', 'price'];
  const collect =
    (into: Map<string, string | undefined>): NonNullable<EntityOverride['afterWrite']> =>
    (batch) => {
      for (let row = 0; row < batch.size; row++) into.set(batch.value(row, 'sku')!, batch.outcome(row));
    };

  it('hears what became of each record, refused ones included', async () => {
    await write({}, columns, [
      ['same', '1'],
      ['other', '1'],
    ]);
    const heard = new Map<string, string | undefined>();
    const rules = [{ name: 'r', field: 'price', min: 0 }];
    await write({ rules, afterWrite: collect(heard) }, columns, [
      ['same', '1'],
      ['other', '2'],
      ['new', '3'],
      ['bad', '-1'],
    ]);
    expect(Object.fromEntries(heard)).toEqual({
      same: 'unchanged',
      other: 'updated',
      new: 'added',
      bad: undefined,
    });
  });

  it('hears the same when the database refuses a row of the chunk', async () => {
    await write({}, columns, [
      ['same', '1'],
      ['other', '1'],
    ]);
    await at.database.query(`
        create function no_thirteen() returns trigger language plpgsql as
          $$ begin if new.price = 13 then raise exception 'thirteen'; end if; return new; end $$;
        create trigger no_thirteen before insert or update on product for each row execute function no_thirteen()`);
    try {
      const heard = new Map<string, string | undefined>();
      const rows = [
        ['same', '1'],
        ['other', '2'],
        ['new', '3'],
        ['bad', '13'],
      ];
      const { counters } = await write({ afterWrite: collect(heard) }, columns, rows);
      expect(counters).toMatchObject({ added: 1, updated: 1, unchanged: 1, failed: 1 });
      expect(Object.fromEntries(heard)).toEqual({
        same: 'unchanged',
        other: 'updated',
        new: 'added',
        bad: undefined,
      });
    } finally {
      await at.database.query('drop function no_thirteen cascade');
    }
  });

  it('takes its chunk back by a throw, and no other', async () => {
    const afterWrite: EntityOverride['afterWrite'] = async (batch) => {
      await null;
      if (batch.value(0, 'sku') === 'p1') throw new Error('the ledger is closed');
    };
    const rules = [{ name: 'r', field: 'price', min: 0 }];
    const rows = [
      ['p1', '1'],
      ['p2', '-1'],
      ['p3', '1'],
    ];
    const { counters, issues } = await write({ rules, afterWrite }, columns, rows, { chunkRows: 2 });
    expect(counters).toMatchObject({ added: 1, failed: 2, updated: 0, unchanged: 0 });
    expect(issues.map(({ row, code }) => [row, code])).toEqual([
      [2, 'RECORDS-315'],
      [1, 'RECORDS-317'],
    ]);
    expect(await at.rows('select sku from product')).toEqual([['p3']]);
  });

  it('is not called in a rehearsal, and a dry run says so', async () => {
    let calls = 0;
    const afterWrite = () => {
      calls++;
    };
    const writing: Writing = { entity: 'product', override: { afterWrite }, columns, rows: [['p1', '1']] };
    await at.judge(writing);
    const { plan } = await at.write({ ...writing, circumstances: { rehearsal: true } });
    expect(calls).toBe(0);
    expect(uncheckedByProbe(plan)).toEqual(['the hook afterWrite of product']);
    expect(uncheckedByReading(plan)).toContain('the hook afterWrite of product');
  });
});
