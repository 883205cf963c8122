// A mirror removes what the source does not have: only then, only after all else, never more than was agreed to.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cliError } from '../../src/cli/cli-errors.js';
import { countsOf, createImportFixture, type ImportFixture, toCall, toCsv } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(`
    create table item (id int generated always as identity primary key, sku text unique not null, price numeric check (price >= 0),
      code uuid, day date);
    create table used (id int primary key, item_id int not null references item);
    create table tree (code text primary key, parent_code text references tree);
    create table kept (code text primary key);
    create function keep() returns trigger language plpgsql as $$ begin return case when old.code like 'k%' then null else old end; end $$;
    create trigger keep before delete on kept for each row execute function keep()`);
});
afterAll(() => at?.drop());
beforeEach(() => at.run('truncate item, used, tree, kept restart identity'));

const fill = (count: number) =>
  at.run(`insert into item (sku, price) select 'S' || i, 1 from generate_series(1, ${count}) i`);
const file = (from: number, to: number) =>
  toCsv([['sku', 'price'], ...[...Array(to - from + 1).keys()].map((i) => [`S${from + i}`, '1'])]);
const skus = async () => (await at.rows('select count(*) from item'))[0]![0];
const mirror = { strategy: 'mirror' } as const;

describe('a mirror', () => {
  it('adds, updates, and removes what the source does not have; again, it does nothing', async () => {
    await fill(100);
    const report = await at.import('item', `${file(5, 100)}N,7\n`, mirror);
    expect(report.state).toBe('completed');
    expect(countsOf(report)).toEqual({ read: 97, added: 1, unchanged: 96, deleted: 4 });
    expect(await at.rows(`select count(*) from item where sku in ('S1', 'S2', 'S3', 'S4')`)).toEqual([['0']]);
    // What the run noted on the way is not kept.
    expect(await at.rows('select count(*) from dovetail.run_seen')).toEqual([['0']]);
    expect(countsOf(await at.import('item', `${file(5, 100)}N,7\n`, mirror))).toEqual({
      read: 97,
      unchanged: 97,
    });
  });

  it.each([
    ['a bad cell', 'abc'],
    ['a check that says no', '-1'],
  ])('never removes a record whose row failed by %s', async (_, price) => {
    await fill(40);
    const report = await at.import('item', `${file(2, 40)}S1,${price}\n`, mirror);
    expect(countsOf(report)).toEqual({ read: 40, unchanged: 39, failed: 1 });
    expect(await skus()).toBe('40');
  });

  it('never removes a record whose row is refused by the server alone, or postponed and lost', async () => {
    await fill(40);
    const source = `sku,code,day\n${[...Array(39).keys()].map((i) => `S${i + 2},,`).join('\n')}\nS1,no-uuid,\n`;
    expect(countsOf(await at.import('item', source, mirror))).toMatchObject({ failed: 1 });
    expect(await skus()).toBe('40');
    await at.run(`insert into tree values ('a', null), ('b', null), ('c', null)`);
    const tree = await at.import('tree', 'code,parent_code\na,nowhere\nb,\nc,\n', mirror);
    expect(countsOf(tree)).toEqual({ read: 3, unchanged: 2, failed: 1 });
    expect(await at.rows('select count(*) from tree')).toEqual([['3']]);
  });

  it('removes nothing if a row could not be read at all, because nobody knows which record it meant', async () => {
    await fill(100);
    const report = await at.import('item', `${file(5, 100)}S1,1,2,3\n`, mirror);
    expect(report.state).toBe('completed_with_errors');
    expect(report.counters).toMatchObject({ deleted: 0, failed: 1 });
    expect(report.failure).toMatchObject({ code: 'RECORDS-111' });
    expect(await skus()).toBe('100');
  });

  it('removes nothing after a source that breaks off, neither at once nor when it is resumed', async () => {
    await fill(100);
    const records = [...Array(90).keys()]
      .map((i) => JSON.stringify({ sku: `S${i + 1}`, price: 1 }))
      .join(',\n');
    const cut = at.import('item', `[${records},\n{"sku":"S91","pri`, { ...mirror, name: 'cut.json' });
    await expect(cut).rejects.toMatchObject({ code: 'FORMATS-112', pointer: { line: 91 } });
    const packed = gzipSync(file(1, 60_000));
    const report = await at.import('item', packed.subarray(0, packed.length - 2_000), {
      ...mirror,
      name: 'cut.csv.gz',
    });
    expect(report).toMatchObject({ state: 'failed', resumable: true, counters: { deleted: 0 } });
    expect(report.failure?.code).toMatch(/^FORMATS-1/);
    const resumed = await at.files.resumeRun(report.run!, toCall({ confirmRemoval: async () => true }));
    expect(resumed).toMatchObject({ state: 'failed', counters: { deleted: 0 } });
    expect(Number(await skus())).toBeGreaterThanOrEqual(100);
  });

  it('tells what refers to a record that can not be removed, and removes the others', async () => {
    await fill(100);
    await at.run(`insert into used select 1, id from item where sku = 'S1'`);
    const report = await at.import('item', file(4, 100), mirror);
    expect(report.state).toBe('completed_with_errors');
    expect(countsOf(report)).toEqual({ read: 97, unchanged: 97, deleted: 2, failed: 1 });
    const [issue] = await at.issues(report);
    expect(issue).toMatchObject({ code: 'RECORDS-313', hint: expect.stringContaining('used') });
    expect(await skus()).toBe('98');
  });

  it('removes records that refer to each other, whatever their order', async () => {
    await at.run(
      `insert into tree values ('z', null); insert into tree select 'n' || i, case when i = 1 then 'z' else 'n' || i - 1 end from generate_series(1, 300) i`,
    );
    const report = await at.import('tree', 'code,parent_code\nz,\n', {
      ...mirror,
      chunkRows: 50,
      removalLimit: { records: 1_000, share: 1 },
    });
    expect(countsOf(report)).toEqual({ read: 1, unchanged: 1, deleted: 300 });
  });

  it('says so where a trigger keeps records without a word', async () => {
    await at.run(`insert into kept values ('a'), ('k1'), ('k2'), ('x')`);
    const report = await at.import('kept', 'code\na\n', {
      ...mirror,
      removalLimit: { records: 10, share: 1 },
    });
    expect(countsOf(report)).toEqual({ read: 1, unchanged: 1, deleted: 1, warnings: 1 });
    expect(await at.issues(report)).toMatchObject([
      { severity: 'warning', code: 'RECORDS-316', message: expect.stringContaining('2') },
    ]);
  });
});

describe('the limit of a removal', () => {
  const asked = (answer: boolean) => {
    const questions: object[] = [];
    return {
      questions,
      confirmRemoval: async (question: object) => {
        questions.push(question);
        return answer;
      },
    };
  };

  it.each([
    ['at 10% nothing is asked', 100, 10, false],
    ['above 10% it is', 100, 11, true],
    ['at 50 records nothing is asked', 1_000, 50, false],
    ['above 50 records it is', 1_000, 51, true],
  ])('%s', async (_, stored, removed, asks) => {
    await fill(stored);
    const { questions, confirmRemoval } = asked(false);
    const report = await at.import('item', file(removed + 1, stored), { ...mirror, confirmRemoval });
    expect(questions).toEqual(asks ? [{ entity: 'item', removes: removed, stored }] : []);
    expect(report.state).toBe(asks ? 'stopped' : 'completed');
    expect(report.counters.deleted).toBe(asks ? 0 : removed);
  });

  it('counts what is stored after the source was written', async () => {
    await fill(10);
    const { questions, confirmRemoval } = asked(true);
    await at.import('item', file(11, 40), { ...mirror, confirmRemoval });
    expect(questions).toEqual([{ entity: 'item', removes: 10, stored: 40 }]);
    expect(await skus()).toBe('30');
  });

  it('can be set for a run', async () => {
    await fill(100);
    const { questions, confirmRemoval } = asked(false);
    await at.import('item', file(61, 100), {
      ...mirror,
      confirmRemoval,
      removalLimit: { records: 60, share: 0.6 },
    });
    expect(questions).toEqual([]);
    expect(await skus()).toBe('40');
  });

  it('after a no the rest stays done, and the run can be resumed with a yes', async () => {
    await fill(100);
    const report = await at.import('item', `${file(51, 100)}N,7\n`, {
      ...mirror,
      confirmRemoval: async () => false,
    });
    expect(report).toMatchObject({ state: 'stopped', resumable: true, failure: { code: 'RECORDS-110' } });
    expect(countsOf(report)).toEqual({ read: 51, added: 1, unchanged: 50 });
    const resumed = await at.files.resumeRun(report.run!, toCall({ confirmRemoval: async () => true }));
    expect(resumed.state).toBe('completed');
    expect(countsOf(resumed)).toEqual({ read: 51, added: 1, unchanged: 50, deleted: 50 });
  });

  it('where nobody can be asked the run stops, says so, and can be resumed', async () => {
    await fill(100);
    const confirmRemoval = async () => {
      throw cliError(102, { detail: 'Nobody is at the terminal to answer.' });
    };
    const report = await at.import('item', file(51, 100), { ...mirror, confirmRemoval });
    expect(report).toMatchObject({
      state: 'stopped',
      resumable: true,
      failure: { code: 'FILES-106', hint: expect.stringContaining(`runs resume ${report.run} --yes`) },
    });
    expect(await skus()).toBe('100');
  });

  it('a dry run shows the number and removes nothing', async () => {
    await fill(100);
    const report = await at.import('item', `${file(51, 100)}N,7\nS51,1\nS50,abc\n`, {
      ...mirror,
      dryRun: true,
    });
    expect(report.wouldRemove).toBe(49);
    expect(report.counters).toMatchObject({ read: 53, added: 1, deleted: 49, failed: 1 });
    expect(await skus()).toBe('100');
    const unreadable = await at.import('item', `${file(51, 100)}S50,1,1,1\n`, { ...mirror, dryRun: true });
    expect(unreadable.wouldRemove).toBe(0);
    expect(unreadable.warnings).toMatchObject([{ code: 'RECORDS-111' }]);
  });

  it('a source without records removes nothing unasked', async () => {
    await fill(5);
    const { questions, confirmRemoval } = asked(false);
    const report = await at.import('item', 'sku,price\n', { ...mirror, confirmRemoval });
    expect(questions.length).toBe(1);
    expect(report.state).toBe('stopped');
    expect(await skus()).toBe('5');
  });
});
