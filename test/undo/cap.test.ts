// What a run writes over is kept within a cap and for a time, and not at all where nobody wants it.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createFilesDoor } from '../../src/doors/files/files-door.js';
import { countsOf, toCall, toCsv } from '../import/import-fixture.js';
import { createUndoFixture, type UndoFixture } from './undo-fixture.js';

let at: UndoFixture;

beforeAll(async () => {
  at = await createUndoFixture(`
    create table item (sku text primary key, price numeric);
    create table loose (code text, label text);
    create table ruled (code text primary key, label text);
    create table log (code text);
    create rule note as on insert to ruled do also insert into log values (new.code)`);
});
afterAll(() => at?.drop());
beforeEach(() => at.run('truncate item, loose, ruled, log, dovetail.run_undo'));

const file = (count: number, price = 1) =>
  toCsv([['sku', 'price'], ...[...Array(count).keys()].map((i) => [`S${i}`, price])]);
const small = { chunkRows: 10, writers: 1 };
const undoOf = async (run: string) => (await at.files.readReport(run)).undo;

describe('what a run writes over', () => {
  it('is kept up to the cap, the cap included', async () => {
    const report = await at.import('item', file(50), { ...small, undoRows: 50 });
    expect(report.undo).toEqual({ state: 'kept' });
    expect(await at.kept()).toBe(50);
    expect(countsOf(await at.undo(report))).toEqual({ read: 50, deleted: 50 });
  });

  it('is not kept above it; what was, is gone, and the run says why it can not be undone', async () => {
    await at.import('item', file(50), { undoRows: 0 });
    // Unchanged rows first: they don't count, and nobody can tell yet how much will be written.
    const source = `${file(50)}${[...Array(30).keys()].map((i) => `N${i},1\n`).join('')}`;
    const report = await at.import('item', source, { ...small, undoRows: 15 });
    expect(report.counters).toMatchObject({ added: 30, unchanged: 50 });
    const undo = {
      state: 'given_up',
      why: 'it wrote more than 15 records, up to which what was there before is kept',
    };
    expect(report.undo ?? (await undoOf(report.run!))).toEqual(undo);
    expect(await at.kept()).toBe(0);
    await expect(at.files.readUndo(report.run!)).rejects.toMatchObject({
      code: 'PIPELINE-109',
      detail: `Run ${report.run} can't be undone: ${undo.why}.`,
    });
  });

  it('is not kept from the second chunk on, where the source is far too large anyway', async () => {
    const report = await at.import('item', file(400), { ...small, undoRows: 100 });
    expect(report.undo).toMatchObject({
      state: 'given_up',
      why: expect.stringMatching(/^its source is so large/) as string,
    });
    expect(await at.kept()).toBe(0);
  });

  it('is kept of a large source of which little is written', async () => {
    await at.import('item', file(400), { undoRows: 0 });
    const report = await at.import('item', file(400).replaceAll(/^(S\d*7),1$/gm, '$1,2'), {
      ...small,
      undoRows: 100,
    });
    expect(report.counters.updated).toBe(40);
    expect(countsOf(await at.undo(report))).toEqual({ read: 40, updated: 40 });
  });

  it('is not kept where nobody wants it', async () => {
    const report = await at.import('item', file(5), { undoRows: 0 });
    expect(report.undo).toBeUndefined();
    await expect(at.files.readUndo(report.run!)).rejects.toMatchObject({ code: 'PIPELINE-109' });
    expect(await at.rows('select count(*) from dovetail.run_undo_tables')).toEqual(
      await at.rows(
        'select count(*) from dovetail.run_undo_tables where run_id <> (select max(id) from dovetail.runs)',
      ),
    );
  });

  it.each([
    ['loose', 'loose has no key by which each of its records can be found again', 'add'],
    ['ruled', 'ruled has rewrite rules, which hide what is written', 'add_or_update'],
  ] as const)('can not be kept of %s, and the report says why', async (entity, reason, strategy) => {
    const report = await at.import(entity, 'code,label\na,1\n', { strategy });
    expect(report.counters.added).toBe(1);
    expect(report.undo).toEqual({ state: 'given_up', why: reason });
  });

  it('is forgotten after the days it is kept for, when the next import ends', async () => {
    const old = await at.import('item', file(5));
    const young = await at.import('item', file(5, 2));
    await at.run(`update dovetail.runs set ended_at = now() - interval '31 days' where id = ${old.run}`);
    await at.import('item', file(5, 2));
    expect(await undoOf(old.run!)).toEqual({ state: 'expired', why: 'it is longer ago than 30 days' });
    expect(await at.rows('select distinct run_id from dovetail.run_undo')).toEqual([[young.run]]);
  });

  it('is kept as the project is configured, unless the import says otherwise', async () => {
    const { services } = createFilesDoor({
      database: at.database,
      catalog: at.catalog,
      enqueue: async () => {},
      dataFolder: at.folder,
      sleep: async () => {},
      undoRows: 3,
    });
    const path = await at.write('five.csv', file(5));
    const call = { ...toCall({}), entity: 'item', source: { path } };
    expect((await services.import(call)).undo?.state).toBe('given_up');
    await at.run('truncate item');
    expect((await services.import({ ...call, undoRows: 5 })).undo?.state).toBe('kept');
  });
});
