// Two rows of one source with the same identity: which counts, what is said, within a chunk and across chunks.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countsOf, createImportFixture, type ImportFixture } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(`
    create extension if not exists citext;
    create table item (sku text primary key, price numeric check (price >= 0));
    create table number_item (id int primary key, price numeric);
    create table loose_item (code citext primary key, price numeric);
    create table decimal_item (code numeric primary key, price numeric);
    create table line (order_no text, pos int, price numeric, primary key (order_no, pos))`);
});
afterAll(() => at?.drop());
beforeEach(() => at.run('truncate item, number_item, loose_item, decimal_item, line'));

const SOURCE = 'sku,price\nA,1\nB,2\nA,3\nC,4\nA,5\n';
const prices = () => at.rows('select sku, price from item order by sku');

describe.each([1, 2, 20_000])('with chunks of %i rows', (chunkRows) => {
  it('the last counts, and each warning names both lines', async () => {
    const report = await at.import('item', SOURCE, { chunkRows });
    expect(report.state).toBe('completed');
    expect(report.counters).toMatchObject({ read: 5, failed: 0, warnings: 2 });
    expect(await prices()).toEqual([
      ['A', '5'],
      ['B', '2'],
      ['C', '4'],
    ]);
    const issues = await at.issues(report);
    expect(issues.map((issue) => [issue.severity, issue.line, issue.field, issue.code])).toEqual([
      ['warning', 4, 'sku', 'RECORDS-312'],
      ['warning', 6, 'sku', 'RECORDS-312'],
    ]);
    expect(issues[0]?.message).toMatch(/Lines 2 and 4/);
    expect(issues[1]?.message).toMatch(/Lines 4 and 6/);
    expect(issues[0]?.hint).toContain('--on-duplicate');
  });

  it('the first counts if that is the choice', async () => {
    const report = await at.import('item', SOURCE, { chunkRows, onDuplicate: 'first' });
    expect(report.counters).toMatchObject({ read: 5, added: 3, failed: 0, warnings: 2 });
    expect(await prices()).toEqual([
      ['A', '1'],
      ['B', '2'],
      ['C', '4'],
    ]);
    expect((await at.issues(report)).map((issue) => issue.message)).toEqual([
      expect.stringMatching(/Lines 2 and 4/),
      expect.stringMatching(/Lines 2 and 6/),
    ]);
  });

  it('each after the first fails if that is the choice', async () => {
    const report = await at.import('item', SOURCE, { chunkRows, onDuplicate: 'fail' });
    expect(report.counters).toMatchObject({ read: 5, added: 3, failed: 2 });
    expect(await prices()).toEqual([
      ['A', '1'],
      ['B', '2'],
      ['C', '4'],
    ]);
    expect(
      (await at.issues(report)).map((issue) => [issue.severity, issue.line, issue.column, issue.code]),
    ).toEqual([
      ['error', 4, 'sku', 'RECORDS-312'],
      ['error', 6, 'sku', 'RECORDS-312'],
    ]);
  });

  it('spellings of one number are one identity', async () => {
    const report = await at.import('number_item', 'id,price\n1,10\n01,20\n+1,30\n 1 ,40\n', { chunkRows });
    expect(report.counters).toMatchObject({ read: 4, failed: 0, warnings: 3 });
    expect(await at.rows('select id, price from number_item')).toEqual([['1', '40']]);
  });

  it('spellings that only the server finds equal are one identity: the last counts', async () => {
    await at.import('loose_item', 'code,price\nab,1\nAB,2\nc,3\n', { chunkRows });
    expect(await at.rows('select code, price from loose_item order by code')).toEqual([
      [expect.stringMatching(/^ab$/i), '2'],
      ['c', '3'],
    ]);
    await at.import('decimal_item', 'code,price\n1.5,1\n1.50,2\n', { chunkRows });
    expect(await at.rows('select price from decimal_item')).toEqual([['2']]);
  });

  it('spellings that only the server finds equal: the first counts, or the others fail, and both lines are named', async () => {
    const source = 'code,price\nab,1\nAB,2\nc,3\naB,4\n';
    const first = await at.import('loose_item', source, { chunkRows, onDuplicate: 'first' });
    expect(first.counters).toMatchObject({ read: 4, added: 2, failed: 0, warnings: 2 });
    expect(await at.rows('select code, price from loose_item order by code')).toEqual([
      ['ab', '1'],
      ['c', '3'],
    ]);
    await at.run('truncate loose_item');
    const fail = await at.import('loose_item', source, { chunkRows, onDuplicate: 'fail' });
    expect(fail.counters).toMatchObject({ read: 4, added: 2, failed: 2 });
    expect(await at.rows('select code, price from loose_item order by code')).toEqual([
      ['ab', '1'],
      ['c', '3'],
    ]);
    const issues = await at.issues(fail);
    expect(issues.map((issue) => [issue.severity, issue.line, issue.value])).toEqual([
      ['error', 3, 'AB'],
      ['error', 5, 'aB'],
    ]);
    expect(issues[0]!.message).toMatch(/Lines 2 and 3/);
    await at.run('truncate loose_item');
    const last = await at.import('loose_item', source, { chunkRows });
    expect(last.counters).toMatchObject({ read: 4, failed: 0, warnings: 2 });
    expect((await at.issues(last)).map((issue) => issue.message)).toEqual([
      expect.stringMatching(/Lines 2 and 3/),
      expect.stringMatching(/Lines 3 and 5/),
    ]);
  });

  it('of two columns are found by both', async () => {
    const report = await at.import('line', 'order_no,pos,price\nA,1,1\nA,2,2\nA,01,3\nA1,1,4\n', {
      chunkRows,
    });
    expect(report.counters).toMatchObject({ read: 4, failed: 0, warnings: 1 });
    expect(await at.rows('select order_no, pos, price from line order by 1, 2')).toEqual([
      ['A', '1', '3'],
      ['A', '2', '2'],
      ['A1', '1', '4'],
    ]);
  });

  it('if the last can not be read, or is refused, the record is that of the row before it or of none, never half of one', async () => {
    const unreadable = await at.import('item', 'sku,price\nA,1\nA,abc\n', { chunkRows });
    expect(unreadable.counters).toMatchObject({ read: 2, failed: 1 });
    expect(await prices()).toEqual([['A', '1']]);
    await at.run('truncate item');
    const refused = await at.import('item', 'sku,price\nA,1\nA,-5\nB,2\n', { chunkRows });
    expect(refused.counters).toMatchObject({ read: 3, failed: 1, warnings: 1 });
    expect(await prices()).toEqual([...(chunkRows === 1 ? [['A', '1']] : []), ['B', '2']]);
    expect((await at.issues(refused)).filter((issue) => issue.severity === 'error')).toMatchObject([
      { line: 3, code: 'RECORDS-308', value: '-5' },
    ]);
  });
});

describe('duplicates', () => {
  it('with two writers end as the source ends, wherever the chunks are cut', async () => {
    const rows = [...Array(5_000).keys()].map((i) => `S${(i * 7919) % 500},${i}`);
    const wanted = new Map(rows.map((row) => row.split(',') as [string, string]));
    const report = await at.import('item', `sku,price\n${rows.join('\n')}\n`, { writers: 2, chunkRows: 37 });
    expect(report.counters).toMatchObject({ read: 5_000, failed: 0, warnings: 4_500 });
    expect(new Map((await prices()) as [string, string][])).toEqual(wanted);
  });

  it('of a blank key that the database makes are no duplicates', async () => {
    await at.run(
      'create table if not exists made (id int generated by default as identity primary key, name text); truncate made',
    );
    const report = await at.import('made', 'id,name\n,a\n,b\n,c\n');
    expect(countsOf(report)).toEqual({ read: 3, added: 3 });
  });
});
