// After an import and its undo the tables are what they were before, whatever the import did.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImportWish } from '../import/import-fixture.js';
import { countsOf, toCall, toCsv } from '../import/import-fixture.js';
import { createUndoFixture, type UndoFixture } from './undo-fixture.js';

let at: UndoFixture;

beforeAll(async () => {
  at = await createUndoFixture(`
    create table brand (id int generated always as identity primary key, name text unique not null, country text default 'AT');
    create table item (id int generated always as identity primary key, sku text unique not null,
      price numeric check (price >= 0), note text default 'new', brand_id int references brand,
      twice numeric generated always as (price * 2) stored, secret jsonb);
    create table tree (code text primary key, parent_code text references tree, label text);
    create table place (country text, zip text, name text, primary key (country, zip));
    create table part (day date, code text, amount int, primary key (day, code)) partition by range (day);
    create table part_old partition of part for values from (minvalue) to ('2020-01-01');
    create table part_new partition of part for values from ('2020-01-01') to (maxvalue);
    create table made (code text primary key, label text, slug text, changes int not null default 0);
    create function fill() returns trigger language plpgsql as $$ begin
      new.slug := lower(new.label); new.changes := new.changes + case tg_op when 'INSERT' then 10 else 0 end; return new; end $$;
    create trigger fill before insert or update on made for each row execute function fill();
    create table loose (code text, label text)`);
});
afterAll(() => at?.drop());
beforeEach(async () => {
  await at.run(`truncate brand, item, tree, place, part, made, loose restart identity cascade;
    insert into brand (name) values ('Acme'), ('Bolt');
    insert into item (sku, price, note, brand_id, secret)
      select 'S' || i, i + 0.50, 'old ' || i, 1 + i % 2, '{"b": 1, "a": [1.10]}' from generate_series(1, 60) i;
    insert into tree values ('root', null, 'r'), ('leaf', 'root', 'l');
    insert into place values ('AT', '1010', 'Wien'), ('AT', '4020', 'Linz'), ('DE', '1010', 'Irgendwo');
    insert into part values ('2019-05-05', 'a', 1), ('2021-05-05', 'a', 2);
    insert into made (code, label) values ('a', 'One'), ('b', 'Two')`);
});

const items = (rows: (string | number | null)[][], columns = ['sku', 'price', 'note']) =>
  toCsv([columns, ...rows]);
const changed = items([
  ['S1', '99', 'x'],
  ['S2', '2.50', 'old 2'],
  ['S3', '', 'y'],
  ['N1', '7', 'z'],
  ['N2', '-1', 'refused'],
  ['N3', 'abc', 'unreadable'],
  ['S1', '100', 'again'],
]);

interface Story {
  readonly name: string;
  readonly entity: string;
  readonly source: string;
  readonly wish?: ImportWish;
}
const stories: readonly Story[] = [
  { name: 'add', entity: 'item', source: changed, wish: { strategy: 'add' } },
  { name: 'update', entity: 'item', source: changed, wish: { strategy: 'update' } },
  { name: 'add_or_update with refused rows and a duplicate', entity: 'item', source: changed },
  { name: 'add_or_update in chunks of two rows', entity: 'item', source: changed, wish: { chunkRows: 2 } },
  { name: 'replace', entity: 'item', source: changed, wish: { strategy: 'replace', empty: 'default' } },
  {
    name: 'mirror',
    entity: 'item',
    source: items([
      ['S1', '99', 'x'],
      ['N1', '7', 'z'],
    ]),
    wish: { strategy: 'mirror', confirmRemoval: async () => true },
  },
  { name: 'delete', entity: 'item', source: 'sku\nS1\nS5\nnone\n', wish: { strategy: 'delete' } },
  {
    name: 'created references',
    entity: 'item',
    source: items(
      [
        ['S1', '1', 'New'],
        ['N1', '2', 'New'],
        ['N2', '3', 'Newer'],
        ['N3', '-3', 'Newest'],
      ],
      ['sku', 'price', 'brand.name'],
    ),
    wish: { create: ['brand'], chunkRows: 2 },
  },
  {
    name: 'rows that refer to rows further down, in either order',
    entity: 'tree',
    source: toCsv([
      ['code', 'parent_code', 'label'],
      ['c', 'b', ''],
      ['b', 'a', ''],
      ['a', null, ''],
      ['leaf', 'c', 'moved'],
      ['d', 'a', ''],
    ]),
    wish: { chunkRows: 2 },
  },
  {
    name: 'a circle',
    entity: 'tree',
    source: toCsv([
      ['code', 'parent.code', 'label'],
      ['x', 'z', ''],
      ['y', 'x', ''],
      ['z', 'y', ''],
      ['root', 'x', 'r'],
    ]),
  },
  {
    name: 'a mirror of a tree',
    entity: 'tree',
    source: toCsv([
      ['code', 'parent_code'],
      ['new', null],
    ]),
    wish: { strategy: 'mirror', confirmRemoval: async () => true },
  },
  {
    name: 'a composite key',
    entity: 'place',
    source: toCsv([
      ['country', 'zip', 'name'],
      ['AT', '1010', 'Vienna'],
      ['DE', '4020', 'new'],
    ]),
  },
  {
    name: 'a partitioned table',
    entity: 'part',
    source: toCsv([
      ['day', 'code', 'amount'],
      ['2019-05-05', 'a', 5],
      ['2021-05-05', 'a', 6],
      ['2022-01-01', 'n', 7],
    ]),
  },
  {
    name: 'a trigger that changes what is written',
    entity: 'made',
    source: toCsv([
      ['code', 'label'],
      ['a', 'ONE'],
      ['c', 'Three'],
    ]),
  },
];

describe('after an import and its undo', () => {
  it.each(stories)('the tables are as before: $name', async ({ entity, source, wish }) => {
    const before = await at.dump();
    const report = await at.import(entity, source, wish);
    const { added, updated, deleted } = report.counters;
    expect(added + updated + deleted, JSON.stringify(report)).toBeGreaterThan(0);
    const between = await at.dump();
    expect(between).not.toEqual(before);
    const look = await at.dryUndo(report);
    expect(await at.dump()).toEqual(between);
    const undone = await at.undo(report);
    expect(undone.errors).toEqual([]);
    expect(undone.state).toBe('completed');
    expect(await at.dump()).toEqual(before);
    expect(look.counters).toEqual(undone.counters);
    // Records that were created on the way are taken back too.
    expect(undone.counters.deleted).toBeGreaterThanOrEqual(added);
    expect(undone.counters.updated).toBeLessThanOrEqual(updated);
    expect(undone.counters.added).toBe(deleted);
    expect(await at.kept()).toBe(0);
  });
});

describe('a record that a run wrote several times', () => {
  const circle = toCsv([
    ['code', 'parent.code', 'label'],
    ['x', 'z', 'X'],
    ['y', 'x', 'Y'],
    ['z', 'y', 'Z'],
    ['root', 'x', 'r'],
  ]);
  const keptOf = async (run: string) =>
    Number((await at.rows(`select count(*) from dovetail.run_undo where run_id = ${run}`))[0]![0]);
  const look = async (run: string) => {
    const { inserted, updated, deleted } = await at.files.readUndo(run);
    return [inserted, updated, deleted];
  };

  it('counts once: added as one of a circle', async () => {
    const report = await at.import('tree', circle);
    expect(countsOf(report)).toEqual({ read: 4, added: 3, updated: 1 });
    expect(await keptOf(report.run!)).toBe(7);
    expect(await look(report.run!)).toEqual([3, 1, 0]);
    const [looked, undone] = [await at.dryUndo(report), await at.undo(report)];
    expect(countsOf(undone)).toEqual({ read: 4, deleted: 3, updated: 1 });
    expect(looked.counters).toEqual(undone.counters);
  });

  it('counts once: updated by one chunk after the other', async () => {
    const source = toCsv([
      ['code', 'label'],
      ...['1', '2', '3'].map((label) => ['leaf', label]),
      ['new', 'n'],
    ]);
    const before = await at.dump();
    const report = await at.import('tree', source, { chunkRows: 1 });
    expect(await keptOf(report.run!)).toBe(4);
    expect(await look(report.run!)).toEqual([1, 1, 0]);
    const undone = await at.undo(report);
    expect(countsOf(undone)).toEqual({ read: 2, deleted: 1, updated: 1 });
    expect(await at.dump()).toEqual(before);
  });

  it('fails once where somebody changed it since', async () => {
    const report = await at.import('tree', circle);
    await at.run(`update tree set parent_code = 'root' where code = 'y'`);
    const undone = await at.undo(report);
    const failed = undone.errors.flatMap(({ first }) => first.map(({ value }) => value));
    expect(failed).toContain('y');
    expect(failed).toHaveLength(new Set(failed).size);
    expect(undone.counters).toMatchObject({ read: 4, failed: failed.length });
    const { updated, deleted } = undone.counters;
    expect(updated + deleted + failed.length).toBe(4);
  });

  it('counts once where the undo was stopped in between', async () => {
    const report = await at.import('tree', circle);
    const stop = new AbortController();
    const watch = { signal: stop.signal, onProgress: () => stop.abort(), chunkRows: 1 };
    const stopped = await at.files.undoRun(report.run!, watch);
    expect(stopped.state).toBe('cancelled');
    const undone = await at.files.resumeRun(stopped.run!, toCall({}));
    expect(countsOf(undone)).toEqual({ read: 4, deleted: 3, updated: 1 });
  });
});
