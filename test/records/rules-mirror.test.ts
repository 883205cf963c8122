import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntityOverride } from '../../src/engine/catalog/index.js';
import { readRemovalPlan } from '../../src/engine/records/index.js';
import { createRulesFixture, type RulesFixture } from './rules-fixture.js';

const DDL = `
  create table part (
    id int generated always as identity primary key, code text not null unique, name text, price int, note text,
    parent_id int references part);`;

describe('rules and hooks beyond one chunk', () => {
  let at: RulesFixture;
  beforeAll(async () => {
    at = await createRulesFixture(DDL);
  });
  afterAll(() => at.drop());
  beforeEach(() => at.database.query('truncate part restart identity'));

  const rules = [{ name: 'not-negative', field: 'price', min: 0 }];
  const codes = async () => (await at.rows('select code from part order by code')).map(([code]) => code);

  describe('of a mirror', () => {
    const stock = () =>
      at.database.query(`insert into part (code, price) values ('a', 1), ('b', 1), ('gone', 1)`);
    const columns = ['code', 'price'];
    const mirror = (override: EntityOverride) =>
      at.write({
        entity: 'part',
        override,
        columns,
        rows: [
          ['a', '2'],
          ['b', '-2'],
        ],
        strategy: 'mirror',
      });

    it('never count the record of a refused row as missing', async () => {
      await stock();
      const { plan, runId, counters } = await mirror({ rules });
      expect(counters).toMatchObject({ updated: 1, failed: 1 });
      expect(await readRemovalPlan(at.database, plan, runId)).toEqual({
        missing: 1,
        stored: 3,
        unreadable: false,
      });
      expect(await at.rows(`select price from part where code = 'b'`)).toEqual([[1]]);
    });

    it.each([
      ['beforeWrite', { beforeWrite: () => Promise.reject(new Error('down')) }],
      ['afterWrite', { afterWrite: () => Promise.reject(new Error('down')) }],
    ])('count none as missing when %s fails the whole chunk', async (_, override) => {
      await stock();
      const { plan, runId, counters } = await mirror(override);
      expect(counters).toMatchObject({ updated: 0, failed: 2 });
      expect(await readRemovalPlan(at.database, plan, runId)).toMatchObject({
        missing: 1,
        unreadable: false,
      });
      expect(await at.rows('select distinct price from part')).toEqual([[1]]);
    });
  });

  describe('of rows that wait for others', () => {
    const columns = ['code', 'parent.code', 'price'];

    it('hold before the rows are put aside', async () => {
      const rows = [
        ['child', 'root', '-1'],
        ['second', 'root', '1'],
        ['root', null, '1'],
      ];
      const { counters, issues } = await at.write({
        entity: 'part',
        override: { rules },
        columns,
        rows,
        chunkRows: 1,
      });
      expect(counters).toMatchObject({ added: 2, failed: 1, postponed: 0 });
      expect(issues).toMatchObject([{ row: 1, code: 'RECORDS-315' }]);
      expect(await codes()).toEqual(['root', 'second']);
    });

    it('keep what the hook set, which is called once for each row', async () => {
      const seen: string[] = [];
      const beforeWrite: EntityOverride['beforeWrite'] = (batch) => {
        for (let row = 0; row < batch.size; row++) {
          seen.push(batch.value(row, 'code')!);
          batch.set(row, 'price', `${batch.value(row, 'price')}0`);
          if (batch.value(row, 'code') === 'child') batch.set(row, 'note', 'by the hook');
        }
      };
      const rows = [
        ['child', 'root', '1'],
        ['second', 'root', '1'],
        ['root', null, '1'],
      ];
      await at.write({ entity: 'part', override: { beforeWrite }, columns, rows, chunkRows: 1 });
      expect(seen).toEqual(['child', 'second', 'root']);
      expect(await at.rows('select code, price, note from part order by code')).toEqual([
        ['child', 10, 'by the hook'],
        ['root', 10, null],
        ['second', 10, null],
      ]);
    });

    it('are told to afterWrite once they are written, circles included', async () => {
      const heard: string[] = [];
      const afterWrite: EntityOverride['afterWrite'] = (batch) => {
        for (let row = 0; row < batch.size; row++)
          if (batch.outcome(row)) heard.push(`${batch.value(row, 'code')} ${batch.outcome(row)}`);
      };
      const rows = [
        ['child', 'root', '1'],
        ['x', 'y', '1'],
        ['y', 'x', '1'],
        ['lost', 'nobody', '1'],
        ['root', null, '1'],
      ];
      const { counters } = await at.write({
        entity: 'part',
        override: { afterWrite },
        columns,
        rows,
        chunkRows: 1,
      });
      expect(counters).toMatchObject({ added: 4, failed: 1 });
      expect(heard.sort()).toEqual(['child added', 'root added', 'x added', 'y added']);
    });

    it('fail when afterWrite throws over them, and the run comes to its end', async () => {
      const afterWrite: EntityOverride['afterWrite'] = (batch) => {
        for (let row = 0; row < batch.size; row++)
          if (batch.value(row, 'code') === 'child' && batch.outcome(row)) throw new Error('no children');
      };
      const rows = [
        ['child', 'root', '1'],
        ['grandchild', 'child', '1'],
        ['root', null, '1'],
      ];
      const { counters, issues } = await at.write({
        entity: 'part',
        override: { afterWrite },
        columns,
        rows,
        chunkRows: 1,
      });
      expect(counters).toMatchObject({ added: 1, failed: 2, postponed: 0 });
      expect(issues.map(({ row }) => row).sort()).toEqual([1, 2]);
      expect(await codes()).toEqual(['root']);
    });

    it('wait for a parent that only the hook names', async () => {
      const beforeWrite: EntityOverride['beforeWrite'] = (batch) => {
        for (let row = 0; row < batch.size; row++)
          if (batch.value(row, 'code') === 'child') batch.set(row, 'parent_id', '2');
      };
      const rows = [
        ['child', '1'],
        ['root', '1'],
      ];
      const writing = {
        entity: 'part',
        override: { beforeWrite },
        columns: ['code', 'price'],
        rows,
        chunkRows: 1,
      };
      await at.database.query('alter table part alter id set generated by default');
      const { counters } = await at.write({
        ...writing,
        columns: ['id', 'code', 'price'],
        rows: rows.map(([code, price], i) => [String(i + 1), code, price]),
        identity: ['code'],
      });
      expect(counters).toMatchObject({ added: 2, failed: 0, postponed: 0 });
      expect(await at.rows(`select parent_id from part where code = 'child'`)).toEqual([[2]]);
      await at.database.query('alter table part alter id set generated always');
    });
  });
});
