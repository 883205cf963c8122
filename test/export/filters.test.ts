import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEntity } from '../../src/engine/catalog/entity-finder.js';
import { type Filter, planRead, readWhere } from '../../src/engine/records/read/index.js';
import { createFixture, type ExportFixture, exportText } from './export-fixture.js';

let at: ExportFixture;
beforeAll(async () => {
  at = await createFixture(
    'empty',
    `create type mood as enum ('low', 'high');
     create table brand (id int primary key, name text not null unique, country text);
     create table tag (id int primary key, word text not null unique);
     create table item (id int primary key, name text, code varchar(3), price numeric(6,2), mood mood, tags text[], doc json, place point,
       made date, brand_id int references brand, parent_id int references item);
     create table item_tag (item_id int references item, tag_id int references tag, primary key (item_id, tag_id));
     insert into brand values (1, 'Acme', 'DE'), (2, 'O''Neil 100%_', null);
     insert into tag values (1, 'red'), (2, 'blue');
     insert into item values
       (1, 'Bolt M8', 'abc', 10, 'low', '{x,y}', '{"a":1}', '(1,2)', '2026-01-01', 1, null),
       (2, 'bolt 100%_', 'abd', 20.5, 'high', '{}', null, null, '2026-06-01', 2, 1),
       (3, '', null, null, null, null, null, null, null, null, 1),
       (4, null, 'b', -1, 'low', '{x,NULL}', null, null, 'infinity', 1, 2);
     insert into item_tag values (1, 1), (1, 2), (2, 2);`,
  );
});
afterAll(() => at.drop());

async function idsOf(filter: Filter, values: 'literals' | 'parameters'): Promise<readonly number[]> {
  const plan = planRead(at.catalog, findEntity(at.catalog, 'item'), { paths: [['id']], filter, values });
  const { rows } = await at.database.query<{ c0: number }>(plan.sql, plan.parameters);
  return rows.map((row) => row.c0);
}

describe('a condition finds', () => {
  it.each<[string, readonly number[]]>([
    ['price >= 10', [1, 2]],
    ['price = 10.00', [1]],
    ['price != 10', [2, 3, 4]],
    ['not price > 10', [1, 3, 4]],
    ['price < 0', [4]],
    ['price is null', [3]],
    ['price exists', [1, 2, 4]],
    ['name is empty', [3, 4]],
    ['name is not empty', [1, 2]],
    ['name is null', [4]],
    ['name contains BOLT', [1, 2]],
    ["name contains '100%_'", [2]],
    ["name contains '0_%'", []],
    ['name starts with bolt', [1, 2]],
    ['name ends with m8', [1]],
    ['name not contains bolt', [3, 4]],
    ['code in (abc, b)', [1, 4]],
    ['code not in (abc, b)', [2, 3]],
    ['code = abcd', []],
    ['mood = high', [2]],
    ['mood > low', [2]],
    ['tags contains x', [1, 4]],
    ['not tags contains x', [2, 3]],
    ['tags is empty', [2, 3]],
    ["tags = '{x,y}'", [1]],
    [`doc = '{"a":1}'`, [1]],
    ["place = '(1,2)'", [1]],
    ['made >= 2026-01-02 and made < infinity', [2]],
    ['made > epoch', [1, 2, 4]],
    ['brand.name = Acme', [1, 4]],
    ['brand.name != Acme', [2, 3]],
    ["brand.name = 'O''Neil 100%_'", [2]],
    ['brand.country is empty', [2, 3]],
    ['brand.id = 2', [2]],
    ['brand exists', [1, 2, 4]],
    ['not brand exists', [3]],
    ['parent.name = "Bolt M8"', [2, 3]],
    ['parent.parent.brand.name = Acme', [4]],
    ['parent.brand is empty', [1]],
    ['item_tag exists', [1, 2]],
    ['item_tag is empty', [3, 4]],
    ['item_tag.tag.word = blue', [1, 2]],
    ['tag.word = red', [1]],
    ['not tag.word = red', [2, 3, 4]],
    ['children.children.id = 4', [1]],
    ['parent.item_tag.tag.word = red', [2, 3]],
    ['(price > 15 or name is empty) and not brand.name = Acme', [2, 3]],
  ])('%s', async (where, ids) => {
    const filter = readWhere(where);
    expect(await idsOf(filter, 'literals')).toEqual(ids);
    expect(await idsOf(filter, 'parameters')).toEqual(ids);
  });

  it('all records where nothing is demanded, none where nothing is allowed', async () => {
    expect(await idsOf({ and: [] }, 'literals')).toEqual([1, 2, 3, 4]);
    expect(await idsOf({ or: [] }, 'literals')).toEqual([]);
    expect(await idsOf({ path: ['code'], op: 'in', value: [] }, 'literals')).toEqual([]);
  });

  it('a value that tries to be SQL as the text it is', async () => {
    for (const value of [
      "'; drop table item; --",
      '\\',
      "\\'; select 1; --",
      '$1',
      '"',
      '%',
      '{',
      "E'\\047",
    ]) {
      for (const op of ['eq', 'contains', 'in'] as const) {
        const filter = { path: ['brand', 'name'], op, value: op === 'in' ? [value] : value };
        expect(await idsOf(filter, 'literals'), value).toEqual(op === 'contains' && value === '%' ? [2] : []);
        expect(await idsOf(filter, 'parameters'), value).toEqual(
          op === 'contains' && value === '%' ? [2] : [],
        );
      }
    }
    expect((await exportText(at, 'item')).rows).toBe(4);
  });
});

describe('a condition is refused', () => {
  it.each([
    ['price > abc', 'READ-202', /price: 'abc' is not a number/],
    ['id = 1.5', 'READ-202', /whole number/],
    ['id = 99999999999', 'READ-202', /range/],
    ['mood = hihg', 'READ-202', /hihg/],
    ['made > 2026-13-01', 'READ-202', /date/],
    ['code in (a, b) and id in (1, x)', 'READ-202', /'x'/],
    ['place > 3', 'READ-203', /no order/],
    ['prise > 3', 'CATALOG-103', /prise/],
    ['brand.nam = x', 'CATALOG-103', /nam/],
    ['brand = x', 'READ-201', /relation, not a field/],
    ['brand_id.name = x', 'CATALOG-104', /brand_id/],
    ['item_tag = 3', 'READ-20', /item_tag/],
  ])('%s', (where, code, says) => {
    const entity = findEntity(at.catalog, 'item');
    const plan = () => planRead(at.catalog, entity, { paths: [['id']], filter: readWhere(where) });
    expect(plan).toThrow(
      expect.objectContaining({ code: expect.stringContaining(code), detail: expect.stringMatching(says) }),
    );
  });
});

describe('a reading', () => {
  const plan = (request: Partial<Parameters<typeof planRead>[2]>) =>
    planRead(at.catalog, findEntity(at.catalog, 'item'), { paths: [['id']], ...request });

  it('is ordered as asked, and by the key among equals', async () => {
    const { sql } = plan({
      order: [{ path: ['brand', 'name'], descending: true }, { path: ['parent', 'id'] }],
    });
    const { rows } = await at.database.query<{ c0: number }>(sql);
    expect(rows.map((row) => row.c0)).toEqual([3, 2, 4, 1]);
  });

  it('joins a table once, and none for a key the record holds itself', () => {
    const { sql } = plan({
      paths: [
        ['brand', 'id'],
        ['brand', 'name'],
        ['brand', 'country'],
        ['parent', 'brand', 'id'],
      ],
    });
    expect(sql.match(/join/g)?.length).toBe(2);
    expect(plan({ paths: [['brand', 'id']] }).sql).not.toContain('join');
  });

  it('takes no relation to many for a value', () => {
    expect(() => plan({ paths: [['children', 'name']] })).toThrow(
      expect.objectContaining({ code: 'READ-204' }),
    );
  });
});
