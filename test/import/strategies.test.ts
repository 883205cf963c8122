// What each strategy does with records that are stored, new, equal, different, or missing from the source.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countsOf, createImportFixture, type ImportFixture } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(`
    create table item (
      id bigint generated always as identity primary key, sku text not null unique, name text not null,
      price numeric(10,2) not null default 9.99, note text default 'none', touched int not null default 0);
    create function touch() returns trigger language plpgsql as
      $$ begin new.touched := old.touched + 1; return new; end $$;
    create trigger touch before update on item for each row execute function touch()`);
});
afterAll(() => at?.drop());
beforeEach(async () => {
  await at.run(`truncate item restart identity;
    insert into item (sku, name, price, note) values ('A', 'Anvil', 10, 'heavy'), ('B', 'Bolt', 1, null)`);
});

const stored = () => at.rows('select sku, name, price, note from item order by sku');
const CHANGED = 'sku,name,price\nA,Anvil,10.0\nB,Bolt M4,1.50\nC,Clamp,7\n';

describe('strategies', () => {
  it('add_or_update adds what is new, updates what differs, and leaves fields the source lacks alone', async () => {
    const report = await at.import('item', CHANGED);
    expect(report.state).toBe('completed');
    expect(countsOf(report)).toEqual({ read: 3, added: 1, updated: 1, unchanged: 1 });
    expect(await stored()).toEqual([
      ['A', 'Anvil', '10.00', 'heavy'],
      ['B', 'Bolt M4', '1.50', null],
      ['C', 'Clamp', '7.00', 'none'],
    ]);
  });

  it('the same file again writes nothing: no row version changes, no trigger fires', async () => {
    await at.import('item', CHANGED);
    const before = await at.rows('select xmin, ctid, * from item order by id');
    const report = await at.import('item', CHANGED);
    expect(countsOf(report)).toEqual({ read: 3, unchanged: 3 });
    expect(await at.rows('select xmin, ctid, * from item order by id')).toEqual(before);
  });

  it('add refuses what is stored already, by line, and adds the rest', async () => {
    const report = await at.import('item', CHANGED, { strategy: 'add' });
    expect(report.state).toBe('completed_with_errors');
    expect(countsOf(report)).toEqual({ read: 3, added: 1, failed: 2 });
    expect(await at.issues(report)).toMatchObject([
      {
        line: 2,
        code: 'RECORDS-306',
        column: 'sku',
        field: 'sku',
        value: 'A',
        hint: expect.stringContaining('add_or_update'),
      },
      { line: 3, code: 'RECORDS-306', value: 'B' },
    ]);
    expect(await stored()).toContainEqual(['B', 'Bolt', '1.00', null]);
  });

  it('update changes what is stored and refuses what is not', async () => {
    const report = await at.import('item', CHANGED, { strategy: 'update' });
    expect(countsOf(report)).toEqual({ read: 3, updated: 1, unchanged: 1, failed: 1 });
    expect(await at.issues(report)).toMatchObject([{ line: 4, code: 'RECORDS-307', value: 'C' }]);
    expect((await stored()).length).toBe(2);
  });

  it('update takes files that lack what a new record would need', async () => {
    const report = await at.import('item', 'sku,price\nA,11\n', { strategy: 'update' });
    expect(countsOf(report)).toEqual({ read: 1, updated: 1 });
    expect(await stored()).toContainEqual(['A', 'Anvil', '11.00', 'heavy']);
  });

  it('add_or_update of such a file updates, and refuses only what would be new', async () => {
    const report = await at.import('item', 'sku,price\nA,11\nZ,12\n');
    expect(countsOf(report)).toEqual({ read: 2, updated: 1, failed: 1 });
    expect(await at.issues(report)).toMatchObject([{ line: 3, code: 'RECORDS-301', field: 'name' }]);
  });

  it('replace sets mapped fields whose cells are empty to their default', async () => {
    const report = await at.import('item', 'sku,name,price,note\nA,Anvil,,\nB,Bolt,1,\n', {
      strategy: 'replace',
    });
    expect(countsOf(report)).toEqual({ read: 2, updated: 2 });
    expect(await stored()).toEqual([
      ['A', 'Anvil', '9.99', 'none'],
      ['B', 'Bolt', '1.00', 'none'],
    ]);
    const again = await at.import('item', 'sku,name,price,note\nA,Anvil,,\nB,Bolt,1,\n', {
      strategy: 'replace',
    });
    expect(countsOf(again)).toEqual({ read: 2, unchanged: 2 });
  });

  it('replace also sets what a record of a typed source lacks', async () => {
    const source = '{"sku":"A","name":"Anvil","price":10,"note":"x"}\n{"sku":"B","name":"Bolt"}\n';
    const report = await at.import('item', source, { strategy: 'replace', name: 'a.ndjson' });
    expect(countsOf(report)).toEqual({ read: 2, updated: 2 });
    expect(await stored()).toEqual([
      ['A', 'Anvil', '10.00', 'x'],
      ['B', 'Bolt', '9.99', 'none'],
    ]);
  });

  it('delete removes what the source names; what is not there is unchanged', async () => {
    const report = await at.import('item', 'sku\nA\nZ\n', { strategy: 'delete' });
    expect(countsOf(report)).toEqual({ read: 2, deleted: 1, unchanged: 1 });
    expect(await stored()).toEqual([['B', 'Bolt', '1.00', null]]);
  });

  it('delete needs nothing but the identity: bad cells elsewhere are no matter of it', async () => {
    const report = await at.import('item', 'sku,name,price\nA,,abc\n', { strategy: 'delete' });
    expect(countsOf(report)).toEqual({ read: 1, deleted: 1 });
  });

  it.each([1, 20_000])(
    'delete takes records that refer to each other in any order, with chunks of %i rows',
    async (chunkRows) => {
      await at.run(`create table if not exists tree (code text primary key, parent_code text references tree);
      truncate tree; insert into tree values ('a', null), ('b', 'a'), ('c', 'b'), ('x', null), ('y', 'x')`);
      const report = await at.import('tree', 'code\na\nb\nc\nx\n', { strategy: 'delete', chunkRows });
      expect(countsOf(report)).toEqual({ read: 4, deleted: 3, failed: 1 });
      expect(await at.issues(report)).toMatchObject([
        { line: 5, column: 'code', value: 'x', code: 'RECORDS-310' },
      ]);
      expect(await at.rows('select code from tree order by code')).toEqual([['x'], ['y']]);
    },
  );

  it('identity is chosen per run', async () => {
    const report = await at.import('item', 'name,price\nAnvil,12\n', {
      identity: ['name'],
      strategy: 'update',
    });
    expect(countsOf(report)).toEqual({ read: 1, updated: 1 });
    expect(report.identity).toEqual(['name']);
    expect(await stored()).toContainEqual(['A', 'Anvil', '12.00', 'heavy']);
  });

  it('an identity that fits several records fails that row and says so', async () => {
    await at.run(`insert into item (sku, name) values ('X', 'Bolt')`);
    const report = await at.import('item', 'name,price\nAnvil,12\nBolt,3\n', { identity: ['name'] });
    expect(countsOf(report)).toEqual({ read: 2, updated: 1, failed: 1 });
    expect(await at.issues(report)).toMatchObject([
      { line: 3, code: 'RECORDS-305', value: 'Bolt', hint: expect.stringContaining('--identity') },
    ]);
  });

  it('a file without any column of the identity is refused before anything is written', async () => {
    const runs = await at.rows('select count(*) from dovetail.runs');
    await expect(at.import('item', 'name,price\nAnvil,12\n')).rejects.toMatchObject({ code: 'RECORDS-103' });
    expect(await at.rows('select count(*) from dovetail.runs')).toEqual(runs);
  });

  it('a surrogate key may be the identity; always-generated ones match but are never written', async () => {
    await at.run(`create table if not exists plain (id int generated by default as identity primary key, name text);
      truncate plain restart identity; insert into plain (name) values ('one'), ('two')`);
    const report = await at.import('plain', 'id,name\n2,zwei\n,drei\n7,sieben\n');
    expect(countsOf(report)).toEqual({ read: 3, added: 2, updated: 1 });
    expect(await at.rows('select id, name from plain order by id')).toEqual([
      ['1', 'one'],
      ['2', 'zwei'],
      ['3', 'drei'],
      ['7', 'sieben'],
    ]);
  });

  it('a table without a unique key takes add and nothing else', async () => {
    await at.run('create table if not exists log (at date, text text); truncate log');
    const report = await at.import('log', 'at,text\n2026-01-01,a\n2026-01-01,a\n', { strategy: 'add' });
    expect(countsOf(report)).toEqual({ read: 2, added: 2 });
    await expect(at.import('log', 'at,text\n2026-01-01,a\n')).rejects.toMatchObject({ code: 'RECORDS-102' });
  });
});
