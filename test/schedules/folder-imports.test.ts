// Imports from a folder on a schedule: each file once, files in the making left alone, put away by how their run went.
import { appendFile, rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScheduleFixture, type ScheduleFixture } from './schedule-fixture.js';

let at: ScheduleFixture;
beforeEach(async () => {
  at = await createScheduleFixture('create table item (sku text primary key, price numeric not null)');
});
afterEach(() => at?.drop());

const items = () => at.rows('select sku, price::text from item order by sku');
const runs = () => at.rows('select title, state from dovetail.runs order by id');

describe('a schedule that imports from a folder', () => {
  it('takes each new file once, as a run of its own that knows its schedule and who made it', async () => {
    await at.addImport('prices', { from: at.place('inbox/*.csv') });
    await at.write('inbox/a.csv', 'sku,price\nA,1\n');
    await at.write('inbox/b.csv', 'sku,price\nB,2\n');
    await at.write('inbox/readme.txt', 'not a table');
    const first = await at.tick('prices', '2026-06-01T03:00:01Z');
    expect(first).toMatchObject({
      state: 'done',
      late: false,
      says: expect.stringContaining('inbox/a.csv as run 1 (completed)'),
    });
    expect(await items()).toEqual([
      ['A', '1'],
      ['B', '2'],
    ]);
    expect(await at.tick('prices', '2026-06-02T03:00:01Z')).toMatchObject({
      state: 'nothing',
      says: 'No new file.',
    });
    await at.write('inbox/a.csv', 'sku,price\nA,10\n');
    expect(await at.tick('prices', '2026-06-03T03:00:01Z')).toMatchObject({ state: 'done' });
    expect(await items()).toEqual([
      ['A', '10'],
      ['B', '2'],
    ]);
    expect(await runs()).toHaveLength(3);
    const found = await at.files.services.readRuns({ schedule: 'prices', by: 'ada' });
    expect(found.map((run) => run.schedule)).toEqual(['prices', 'prices', 'prices']);
  });

  it('does not take a file again that was only touched, or was brought again', async () => {
    await at.addImport('prices', { from: at.place('inbox/*.csv'), done: 'done' });
    await at.write('inbox/a.csv', 'sku,price\nA,1\n');
    await at.tick('prices', '2026-06-01T03:00:01Z');
    expect(await at.ls('inbox/done')).toEqual(['a.csv']);
    await at.write('inbox/a.csv', 'sku,price\nA,1\n');
    const again = await at.tick('prices', '2026-06-02T03:00:01Z');
    expect(again).toMatchObject({
      state: 'nothing',
      says: expect.stringContaining('is known and was left out'),
    });
    expect(await runs()).toHaveLength(1);
    expect(await at.ls('inbox/done')).toHaveLength(2);
  });

  it('knows the same content under another name only if it is told to', async () => {
    await at.addImport('new', { from: at.place('one/*.csv') });
    await at.addImport('known', { from: at.place('two/*.csv'), sameContent: 'known' });
    for (const name of ['one/a.csv', 'one/copy.csv', 'two/a.csv', 'two/copy.csv']) {
      await at.write(name, 'sku,price\nA,1\n');
    }
    await at.tick('new', '2026-06-01T03:00:01Z');
    expect(
      await at.rows(
        `select s.name, count(*)::int from dovetail.runs r join dovetail.schedules s on s.id = r.schedule_id group by 1 order by 1`,
      ),
    ).toEqual([
      ['known', 1],
      ['new', 2],
    ]);
    expect(await at.tick('known', '2026-06-02T03:00:01Z')).toMatchObject({ says: 'No new file.' });
  });

  it('puts files away by how their run went, and never over another', async () => {
    await at.addImport('prices', { from: at.place('inbox/*.csv'), done: 'done', failed: '../failed' });
    await at.write('inbox/good.csv', 'sku,price\nA,1\n');
    await at.write('inbox/rows.csv', 'sku,price\nB,x\nC,3\n');
    await at.write('inbox/bad.csv', 'nothing,fits\n1,2\n');
    await at.write('inbox/done/good.csv', 'an older one');
    const firing = await at.tick('prices', '2026-06-01T03:00:01Z');
    expect(firing.state).toBe('failed');
    expect(firing.says).toContain('inbox/bad.csv was refused: None of the columns');
    expect(firing.says).toContain('1 row failed');
    expect(await at.ls('inbox/done')).toEqual(['good-1.csv', 'good.csv', 'rows.csv']);
    expect(await at.ls('failed')).toEqual(['bad.csv']);
    expect(await at.ls('inbox')).toEqual(['done']);
    expect(await items()).toEqual([
      ['A', '1'],
      ['C', '3'],
    ]);
  });

  it('leaves files in the making alone: by name, by a lock beside them, or because they still grow', async () => {
    await at.addImport('prices', { from: at.place('inbox/*') });
    for (const name of ['a.csv.part', '.hidden.csv', 'b.tmp', '~$c.csv'])
      await at.write(`inbox/${name}`, 'sku,price\nX,1\n');
    await at.write('inbox/locked.csv', 'sku,price\nX,1\n');
    await at.write('inbox/locked.csv.lock', '');
    await at.write('inbox/growing.csv', 'sku,price\n');
    const growing = join(at.folder, 'inbox/growing.csv');
    await utimes(growing, at.now(), new Date('2026-06-01T03:00:00Z'));
    let grown = 0;
    at.whileWaiting(async () => {
      await appendFile(growing, `G${++grown},1\n`);
      await utimes(growing, at.now(), at.now());
    });
    const firing = await at.tick('prices', '2026-06-01T03:00:01Z');
    expect(firing.state).toBe('nothing');
    expect(firing.says).toContain('inbox/growing.csv is still being written');
    expect(firing.says).toContain('inbox/locked.csv is still being written');
    expect(await runs()).toEqual([]);
    at.whileWaiting(async () => {});
    await at.write('inbox/done.csv.part', 'sku,price\nP,1\n');
    await rename(join(at.folder, 'inbox/done.csv.part'), join(at.folder, 'inbox/done.csv'));
    await at.tick('prices', '2026-06-02T03:00:01Z');
    expect(await items()).toEqual([
      ['G1', '1'],
      ['G2', '1'],
      ['G3', '1'],
      ['P', '1'],
    ]);
  });

  it('tries a refused file again when somebody asks, not by itself', async () => {
    await at.addImport('prices', { from: at.place('inbox/*.csv') });
    await at.write('inbox/late.csv', 'code,amount\nA,1\n');
    expect((await at.tick('prices', '2026-06-01T03:00:01Z')).state).toBe('failed');
    await at.rows('alter table item rename sku to code; alter table item rename price to amount');
    expect((await at.tick('prices', '2026-06-02T03:00:01Z')).state).toBe('nothing');
    await at.files.schedules.run('prices', { kind: 'user', id: 'eve' });
    await at.work();
    expect((await at.files.schedules.read('prices')).last).toMatchObject({
      state: 'done',
      askedBy: { id: 'eve' },
    });
  });

  it('is refused where its folder, entity or mapping is none', async () => {
    await expect(at.addImport('x', { from: at.place('/etc/*.csv') })).rejects.toMatchObject({
      code: 'SCHEDULES-107',
    });
    await expect(at.addImport('x', { from: at.place('../*.csv') })).rejects.toMatchObject({
      code: 'SCHEDULES-107',
    });
    await expect(at.addImport('x', { from: at.place('storage:nowhere/*') })).rejects.toMatchObject({
      code: 'STORAGE-105',
    });
    const call = { onError: 'skip', formatOptions: {} } as const;
    const from = at.place('inbox/*');
    await expect(at.addImport('x', { from, call: { ...call, entity: 'itme' } })).rejects.toMatchObject({
      code: 'CATALOG-101',
    });
    await expect(at.addImport('x', { from, call })).rejects.toMatchObject({ code: 'FILES-103' });
    expect(await at.files.schedules.list()).toEqual([]);
  });
});

describe('a schedule whose files name others', () => {
  const settings = () => ({ from: at.place('inbox/*.csv') });
  const call = (filesFrom: string) => ({
    entity: 'item',
    onError: 'skip' as const,
    formatOptions: {},
    filesFrom,
  });

  it('may look for them where schedules may read, and nowhere else', async () => {
    await at.addImport('near', { ...settings(), call: call(join(at.folder, 'pictures')) });
    await expect(at.addImport('far', { ...settings(), call: call('/etc') })).rejects.toMatchObject({
      code: 'SCHEDULES-107',
    });
  });
});
