// What cells mean: empty ones by run and by field, absent, null and blank ones of JSON, constants and defaults of a mapping.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countsOf, createImportFixture, type ImportFixture } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(`
    create table brand (id int generated always as identity primary key, name text not null unique, country text);
    create table item (
      sku text primary key, name text default 'unnamed', stock int default 5, flag bool not null default false,
      data jsonb, tags text[], brand_id int references brand, made date)`);
});
afterAll(() => at?.drop());
beforeEach(async () => {
  await at.run(`truncate item, brand restart identity;
    insert into brand (name) values ('Acme'), ('Bolt & Co');
    insert into item (sku, name, stock, flag) values ('A', 'Anvil', 7, true)`);
});

const item = (sku: string) => at.rows(`select name, stock, flag from item where sku = '${sku}'`);

describe('an empty cell', () => {
  it('leaves a stored field alone and gives a new record the default', async () => {
    const report = await at.import('item', 'sku,name,stock,flag\nA,,,\nB,,,\n');
    expect(countsOf(report)).toEqual({ read: 2, added: 1, unchanged: 1 });
    expect(await item('A')).toEqual([['Anvil', '7', 't']]);
    expect(await item('B')).toEqual([['unnamed', '5', 'f']]);
  });

  it('is what a quoted blank is to fields that hold no text', async () => {
    const report = await at.import('item', 'sku,name,stock,flag,made\nA,"","","",""\nB,x,1,t,2026-01-31\n');
    expect(countsOf(report)).toEqual({ read: 2, added: 1, updated: 1 });
    expect(await item('A')).toEqual([['', '7', 't']]);
  });

  it('sets null where the run says so, and fails the row where the field must not be null', async () => {
    const report = await at.import('item', 'sku,name,stock,flag\nA,,,f\nB,x,,\n', { empty: 'null' });
    expect(countsOf(report)).toEqual({ read: 2, updated: 1, failed: 1 });
    expect(await item('A')).toEqual([[null, null, 'f']]);
    expect(await at.issues(report)).toMatchObject([
      { line: 3, column: 'flag', field: 'flag', code: 'RECORDS-301' },
    ]);
  });

  it('sets the default where the run says so', async () => {
    const report = await at.import('item', 'sku,name,stock,flag\nA,,,\n', { empty: 'default' });
    expect(countsOf(report)).toEqual({ read: 1, updated: 1 });
    expect(await item('A')).toEqual([['unnamed', '5', 'f']]);
  });

  it('means what its field says in the mapping, then what the run says, then what the mapping says', async () => {
    const mapping = await at.write(
      'm.yaml',
      `entity: item
empty: default
fields:
  - { column: sku, field: sku }
  - { column: name, field: name, empty: leave }
  - { column: stock, field: stock, empty: null }
  - { column: flag, field: flag }
`,
    );
    await at.import('item', 'sku,name,stock,flag\nA,,,\n', { mapping });
    expect(await item('A')).toEqual([['Anvil', null, 'f']]);
    await at.run(`update item set stock = 7, flag = true`);
    await at.import('item', 'sku,name,stock,flag\nA,,,\n', { mapping, empty: 'leave' });
    expect(await item('A')).toEqual([['Anvil', null, 't']]);
  });

  it('of a reference follows the same rules', async () => {
    await at.run('update item set brand_id = 1');
    expect(countsOf(await at.import('item', 'sku,brand.name\nA,\n'))).toEqual({ read: 1, unchanged: 1 });
    expect(countsOf(await at.import('item', 'sku,brand.name\nA,\n', { empty: 'null' }))).toEqual({
      read: 1,
      updated: 1,
    });
    expect(await at.rows('select brand_id from item')).toEqual([[null]]);
  });

  it('is not a quoted blank: that is the empty string', async () => {
    await at.import('item', 'sku,name\nA,""\n');
    expect(await item('A')).toEqual([['', '7', 't']]);
  });

  it('is not a spelling of NULL: that is null, whatever the rule for empty cells', async () => {
    await at.import('item', 'sku,name,stock\nA,\\N,\n', { formatOptions: { nullSpelling: ['\\N'] } });
    expect(await item('A')).toEqual([[null, '7', 't']]);
  });
});

describe('records of typed sources', () => {
  it.each(['a.ndjson', 'a.json'])('keep absent, null and the empty string apart (%s)', async (name) => {
    const records = [
      { sku: 'A', name: null },
      { sku: 'B', name: '' },
      { sku: 'C', stock: 1 },
    ];
    const source = name.endsWith('.json')
      ? JSON.stringify(records)
      : records.map((r) => JSON.stringify(r)).join('\n');
    const report = await at.import('item', source, { name });
    expect(countsOf(report)).toEqual({ read: 3, added: 2, updated: 1 });
    expect(await item('A')).toEqual([[null, '7', 't']]);
    expect(await item('B')).toEqual([['', '5', 'f']]);
    expect(await item('C')).toEqual([['unnamed', '1', 'f']]);
    expect(countsOf(await at.import('item', source, { name }))).toEqual({ read: 3, unchanged: 3 });
  });

  it('an explicit null overrides a stored value though empty cells leave it alone', async () => {
    const report = await at.import('item', '{"sku":"A","stock":null}', { name: 'a.ndjson', empty: 'leave' });
    expect(countsOf(report)).toEqual({ read: 1, updated: 1 });
    expect(await item('A')).toEqual([['Anvil', null, 't']]);
  });

  it('nested objects are paths through relations; objects for json fields stay whole', async () => {
    const records = [
      { sku: 'B', brand: { name: 'Acme' }, data: { deep: [1, { x: null }] }, tags: ['a', 'b,c', null] },
      { sku: 'C', brand: null, data: 'text', tags: [] },
      { sku: 'D', brand: { name: 'Nobody' } },
    ];
    const report = await at.import('item', records.map((r) => JSON.stringify(r)).join('\n'), {
      name: 'a.ndjson',
    });
    expect(countsOf(report)).toEqual({ read: 3, added: 2, failed: 1 });
    expect(
      await at.rows(
        `select i.sku, b.name, data, tags from item i left join brand b on b.id = brand_id where sku <> 'A' order by 1`,
      ),
    ).toEqual([
      ['B', 'Acme', '{"deep": [1, {"x": null}]}', '{a,"b,c",NULL}'],
      ['C', null, '"text"', '{}'],
    ]);
    expect(await at.issues(report)).toMatchObject([
      { line: 3, code: 'RECORDS-302', column: 'brand.name', value: 'Nobody' },
    ]);
  });

  it('a key that only later records have is found', async () => {
    const lines = [...Array(3_000).keys()].map((i) =>
      JSON.stringify(i < 2_999 ? { sku: `L${i}` } : { sku: `L${i}`, stock: 99 }),
    );
    const report = await at.import('item', lines.join('\n'), { name: 'a.ndjson' });
    expect(countsOf(report)).toEqual({ read: 3_000, added: 3_000 });
    expect(await at.rows('select sku from item where stock = 99')).toEqual([['L2999']]);
  });

  it('a value of the wrong type is an error of that row', async () => {
    const source =
      '{"sku":"B","stock":"many"}\n{"sku":"C","stock":[1]}\n{"sku":"D","stock":3}\n{"sku":"E","stock":true}';
    const report = await at.import('item', source, { name: 'a.ndjson' });
    expect(countsOf(report)).toEqual({ read: 4, added: 1, failed: 3 });
    expect(
      (await at.issues(report)).map((issue) => [issue.line, issue.column, issue.value, issue.code]),
    ).toEqual([
      [1, 'stock', 'many', 'RECORDS-201'],
      [2, 'stock', '[1]', 'RECORDS-213'],
      [4, 'stock', 'true', 'RECORDS-201'],
    ]);
  });

  it('an object where no relation and no json field is, is left out and said so before the first row', async () => {
    let columns: readonly { column: string; field?: string }[] = [];
    const onPlan = (plan: { columns: typeof columns }) => {
      columns = plan.columns;
    };
    await at.import('item', '{"sku":"B","stock":{"here":1}}', { name: 'a.ndjson', onPlan });
    expect(columns).toContainEqual(expect.objectContaining({ column: 'stock.here' }));
    expect(columns.find(({ column }) => column === 'stock.here')?.field).toBeUndefined();
  });
});

describe('a mapping', () => {
  it('renames columns, sets constants, and fills what is empty', async () => {
    const mapping = await at.write(
      'n.yaml',
      `entity: item
strategy: add
fields:
  - { column: Artikel, field: sku }
  - { column: Bezeichnung, field: name, default: ohne Namen }
  - { value: Acme, field: brand.name }
  - { value: 2026-02-03, field: made }
  - { value: null, field: stock }
`,
    );
    const report = await at.import('item', 'Artikel;Bezeichnung;Rest\nX1;Hammer;z\nX2;;z\n', { mapping });
    expect(report.strategy).toBe('add');
    expect(countsOf(report)).toEqual({ read: 2, added: 2 });
    expect(
      await at.rows(
        `select sku, i.name, b.name, made, stock from item i join brand b on b.id = brand_id order by 1`,
      ),
    ).toEqual([
      ['X1', 'Hammer', 'Acme', '2026-02-03', null],
      ['X2', 'ohne Namen', 'Acme', '2026-02-03', null],
    ]);
  });

  it('creates on the way where a field of it says so', async () => {
    const mapping = await at.write(
      'c.json',
      JSON.stringify({
        entity: 'item',
        fields: [
          { column: 'sku', field: 'sku' },
          { column: 'maker', field: 'brand.name', create: true },
        ],
      }),
    );
    const report = await at.import('item', 'sku,maker\nB,New\nC,New\nD,Acme\n', { mapping });
    expect(countsOf(report)).toEqual({ read: 3, added: 3 });
    expect(await at.rows('select name from brand order by id')).toEqual([['Acme'], ['Bolt & Co'], ['New']]);
  });

  it('that names no column of the source is refused before anything is written', async () => {
    const mapping = await at.write('x.yaml', 'entity: item\nfields:\n  - { column: nope, field: sku }\n');
    await expect(at.import('item', 'sku\nB\n', { mapping })).rejects.toMatchObject({ code: 'MAPPING-302' });
  });
});
