// What is no longer as the run left it is not touched by its undo, and said so.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countsOf, toCall, toCsv } from '../import/import-fixture.js';
import { createUndoFixture, type UndoFixture } from './undo-fixture.js';

let at: UndoFixture;

beforeAll(async () => {
  at = await createUndoFixture(`
    create table item (sku text primary key, price numeric, note text, code text unique);
    create table line (id int generated always as identity primary key, sku text references item on delete cascade);
    create table mark (id int generated always as identity primary key, sku text references item);
    create table guarded (sku text primary key, price numeric);
    create function guard() returns trigger language plpgsql as $$ begin
      if old.sku = 'G2' and new.price = 2 then raise exception 'G2 never again costs 2'; end if;
      return case when old.sku = 'G3' and new.price = 3 then null else new end; end $$;
    create trigger guard before update on guarded for each row execute function guard()`);
});
afterAll(() => at?.drop());
beforeEach(async () => {
  await at.run(`truncate item, line, mark, guarded restart identity cascade;
    insert into item (sku, price, note, code) values ('A', 1, 'a', 'ca'), ('B', 2, 'b', 'cb'), ('C', 3, 'c', 'cc'), ('D', 4, 'd', 'cd');
    alter table guarded disable trigger guard;
    insert into guarded values ('G1', 1), ('G2', 2), ('G3', 3), ('G4', 4);
    alter table guarded enable trigger guard`);
});

const prices = (...rows: (string | number)[][]) => toCsv([['sku', 'price'], ...rows]);
const stored = async () =>
  (await at.rows('select sku, price, note from item order by sku')).map((row) => row.join(' '));

describe('a record that is no longer what the run wrote', () => {
  it('is a conflict: listed in the dry run with line and value, left as it is, and counted as failed', async () => {
    const report = await at.import('item', prices(['A', 10], ['B', 20], ['N', 5], ['M', 6], ['O', 7]));
    await at.run(`update item set price = 11 where sku = 'A'; update item set note = 'mine' where sku = 'B';
      update item set note = 'theirs' where sku = 'N'; delete from item where sku = 'M'`);
    const between = await stored();
    const look = await at.dryUndo(report);
    expect(look.dryRun).toBe(true);
    expect(await stored()).toEqual(between);
    expect(countsOf(look)).toEqual({ read: 5, updated: 1, deleted: 1, failed: 3 });
    const first = (code: string) => look.errors.find((group) => group.code === code)?.first;
    const byKey = (issues: (typeof look.errors)[number]['first'] = []) =>
      issues.toSorted((a, b) => (a.value! < b.value! ? -1 : 1));
    expect(byKey(first('RECORDS-331'))).toMatchObject([
      {
        line: 2,
        field: 'price',
        value: 'A',
        message: "item A was changed since: price is '11', the run wrote '10'; it stays as it is.",
      },
      { value: 'N' },
    ]);
    expect(first('RECORDS-332')).toMatchObject([{ value: 'M' }]);

    const undone = await at.undo(report);
    expect(undone.state).toBe('completed_with_errors');
    expect(undone.counters).toEqual(look.counters);
    // A field that the run did not set belongs to whoever set it.
    expect(await stored()).toEqual(['A 11 a', 'B 2 mine', 'C 3 c', 'D 4 d', 'N 5 theirs']);
    const issues = await at.issues(undone);
    expect(issues.map(({ code }) => code).sort()).toEqual(['RECORDS-331', 'RECORDS-331', 'RECORDS-332']);
    expect(await at.kept()).toBe(0);
  });

  it('and one that is there again, or whose unique value is taken, is not put back', async () => {
    const report = await at.import('item', 'sku\nA\nB\nC\n', { strategy: 'delete' });
    expect(report.counters.deleted).toBe(3);
    await at.run(`insert into item values ('A', 100, 'again', null), ('X', 1, 'x', 'cb')`);
    const undone = await at.undo(report);
    expect(countsOf(undone)).toEqual({ read: 3, added: 1, failed: 2 });
    expect((await at.issues(undone)).map(({ code, value, line }) => [code, value, line]).sort()).toEqual([
      ['RECORDS-333', 'A', 2],
      ['RECORDS-335', 'B', 3],
    ]);
    expect(await stored()).toEqual(['A 100 again', 'C 3 c', 'D 4 d', 'X 1 x']);
  });

  it('is never deleted where others refer to it, not even where they would go with it', async () => {
    const report = await at.import('item', prices(['N', 5], ['M', 6], ['O', 7]));
    await at.run(`insert into line (sku) values ('N'); insert into mark (sku) values ('M')`);
    const undone = await at.undo(report);
    expect(countsOf(undone)).toEqual({ read: 3, deleted: 1, failed: 2 });
    expect((await at.issues(undone)).map(({ code, value }) => [code, value]).sort()).toEqual([
      ['RECORDS-334', 'N'],
      ['RECORDS-335', 'M'],
    ]);
    expect(await at.rows('select sku from line')).toEqual([['N']]);
  });

  it('or that the database refuses to set back, fails alone; one that a trigger keeps is a warning', async () => {
    const rows = ['G1', 'G2', 'G3', 'G4'].map((sku) => [sku, 50]);
    const report = await at.import('guarded', prices(...rows));
    const undone = await at.undo(report);
    expect(countsOf(undone)).toEqual({ read: 4, updated: 2, failed: 1, warnings: 1 });
    expect((await at.issues(undone)).map(({ code, message }) => `${code} ${message}`).sort()).toEqual([
      'RECORDS-316 A trigger of guarded kept 1 records from being undone, without an error.',
      "RECORDS-335 guarded G2 can't be put back: G2 never again costs 2.",
    ]);
    expect(await at.rows('select price from guarded order by sku')).toEqual([['1'], ['50'], ['50'], ['4']]);
  });

  it('makes room first where two records swap what is unique', async () => {
    await at.import(
      'item',
      toCsv([
        ['sku', 'code'],
        ['A', 'tmp'],
      ]),
    );
    const report = await at.import(
      'item',
      toCsv([
        ['sku', 'code'],
        ['B', 'ca'],
        ['A', 'cb'],
      ]),
      { chunkRows: 1, writers: 1 },
    );
    expect(report.counters.updated).toBe(2);
    const undone = await at.undo(report);
    expect(countsOf(undone)).toEqual({ read: 2, updated: 2 });
    expect(await at.rows(`select code from item where sku in ('A', 'B') order by sku`)).toEqual([
      ['tmp'],
      ['cb'],
    ]);
  });
});

describe('a run that can not be undone', () => {
  const why = (run: string) =>
    at.files.readUndo(run).then(
      () => undefined,
      (error: unknown) => error,
    );

  it('is one that was undone before, and it can not be resumed either', async () => {
    const report = await at.import('item', prices(['A', 10]));
    const undone = await at.undo(report);
    expect(await why(report.run!)).toMatchObject({
      code: 'PIPELINE-109',
      detail: `Run ${report.run} was undone by run ${undone.run}.`,
    });
    expect(await why(undone.run!)).toMatchObject({ code: 'PIPELINE-109' });
    await expect(at.files.resumeRun(report.run!, toCall({}))).rejects.toMatchObject({ code: 'PIPELINE-103' });
  });

  it('is one that still waits for a worker', async () => {
    const report = await at.import('item', prices(['A', 10]), { background: true });
    expect(await why(report.run!)).toMatchObject({
      code: 'PIPELINE-109',
      detail: `Run ${report.run} is still queued.`,
    });
  });

  it('is not one that was stopped half-way: what it wrote is taken back, and it stays ended', async () => {
    const before = await at.dump();
    const rows = [
      ['A', 10],
      ['B', 'x'],
      ['C', 30],
      ['D', 40],
    ];
    const report = await at.import('item', prices(...rows), { onError: 'stop', chunkRows: 1, writers: 1 });
    expect(report.state).toBe('stopped');
    expect(report.counters.updated).toBe(1);
    expect((await at.undo(report)).state).toBe('completed');
    expect(await at.dump()).toEqual(before);
    await expect(at.files.resumeRun(report.run!, toCall({}))).rejects.toMatchObject({ code: 'PIPELINE-103' });
    expect((await at.files.readReport(report.run!)).resumable).toBe(false);
  });

  it('is one whose table is not what it was', async () => {
    const report = await at.import('item', prices(['A', 10]));
    await at.run('alter table item alter price type text');
    expect(await why(report.run!)).toMatchObject({
      code: 'FILES-131',
      detail: expect.stringContaining('item.price was numeric and is text now') as string,
    });
    await at.run('alter table item alter price type numeric using price::numeric');
    expect((await at.undo(report)).state).toBe('completed');
  });
});
