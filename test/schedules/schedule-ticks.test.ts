// Moments become jobs: once each, however many workers there are; late where nobody was there; left out where told to.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createJobs } from '../../src/engine/jobs/jobs.js';
import { tickSchedules } from '../../src/engine/jobs/schedules/index.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { createScheduleFixture, type ScheduleFixture } from './schedule-fixture.js';

let at: ScheduleFixture;
beforeEach(async () => {
  at = await createScheduleFixture('create table item (sku text primary key, price numeric not null)');
});
afterEach(() => at?.drop());

const firings = () => at.rows('select moment, state, late from dovetail.schedule_firings order by id');
const jobs = () => at.rows('select id from dovetail_jobs.jobs');

describe('a moment', () => {
  it('becomes one job, however many processes see it come', async () => {
    for (const name of ['a', 'b', 'c']) await at.addImport(name, { from: at.place('inbox/*') });
    const now = new Date('2026-06-01T03:00:02Z');
    const fired = await Promise.all(Array.from({ length: 8 }, () => tickSchedules(at.database, now)));
    expect(fired.reduce((sum, n) => sum + n, 0)).toBe(3);
    expect(await jobs()).toHaveLength(3);
    expect((await at.files.schedules.read('a')).nextAt).toEqual(new Date('2026-06-02T03:00:00Z'));
  });

  it('is seen by a worker, which does it', async () => {
    await at.write('inbox/a.csv', 'sku,price\nA,1\n');
    await at.addImport('a', { from: at.place('inbox/*.csv') });
    const now = new Date('2026-06-01T03:00:01Z');
    const jobs = createJobs({
      database: at.database,
      tasks: at.files.tasks,
      clock: { ...systemClock, now: () => now },
      daily: ['files.prune'],
      timing: { beatMs: 50 },
    });
    const stop = new AbortController();
    const workers = await jobs.startWorkers({ concurrency: 1, signal: stop.signal });
    const readLast = async () => (await at.files.schedules.read('a')).last;
    while ((await readLast())?.endedAt === undefined) await systemClock.sleep(20);
    stop.abort();
    await workers.stopped;
    expect(await readLast()).toMatchObject({ state: 'done', moment: new Date('2026-06-01T03:00:00Z') });
    expect(await at.rows('select sku from item')).toEqual([['A']]);
    expect(await at.rows('select day::text from dovetail.daily_jobs')).toEqual([['2026-06-01']]);
  });

  it('that nobody was there for is made up for once, and said to be late', async () => {
    await at.addImport('a', { from: at.place('inbox/*') });
    expect(await at.tick('a', '2026-06-04T10:00:00Z')).toMatchObject({
      late: true,
      moment: new Date('2026-06-04T03:00:00Z'),
    });
    expect(await firings()).toHaveLength(1);
    expect((await at.files.schedules.read('a')).nextAt).toEqual(new Date('2026-06-05T03:00:00Z'));
  });

  it('that nobody was there for is left out where the window is shut by now', async () => {
    const { toWindow } = await import('../../src/engine/jobs/schedules/index.js');
    await at.addImport('a', { from: at.place('inbox/*') }, { windows: [toWindow('02:00-04:00')] });
    expect(await at.tick('a', '2026-06-01T10:00:00Z')).toMatchObject({ state: 'skipped', late: true });
    expect(await jobs()).toEqual([]);
  });

  it('of a paused schedule does not come, nor afterwards', async () => {
    await at.addImport('a', { from: at.place('inbox/*') });
    expect(await at.files.schedules.pause('a')).toMatchObject({ paused: true });
    expect(await tickSchedules(at.database, new Date('2026-06-02T03:00:01Z'))).toBe(0);
    at.setClock('2026-06-02T12:00:00Z');
    expect((await at.files.schedules.resume('a')).nextAt).toEqual(new Date('2026-06-03T03:00:00Z'));
    expect(await firings()).toEqual([]);
  });

  it('that comes while the one before is at work is left out, or waits for it, as the schedule says', async () => {
    await at.addImport('skips', { from: at.place('inbox/*') });
    await at.addImport('queues', { from: at.place('inbox/*') }, { overlap: 'queue' });
    await tickSchedules(at.database, new Date('2026-06-01T03:00:01Z'));
    await tickSchedules(at.database, new Date('2026-06-02T03:00:01Z'));
    const states = (name: string) =>
      at.rows(
        `select f.state from dovetail.schedule_firings f join dovetail.schedules s on s.id = f.schedule_id where s.name = '${name}' order by f.id`,
      );
    expect(await states('skips')).toEqual([['queued'], ['skipped']]);
    expect(await states('queues')).toEqual([['queued'], ['queued']]);
    expect(
      await at.rows('select count(distinct queue_name)::int, count(*)::int from dovetail_jobs.jobs'),
    ).toEqual([[2, 3]]);
    // A job given up for good is no work any more.
    await at.rows('update dovetail_jobs._private_jobs set attempts = max_attempts');
    await tickSchedules(at.database, new Date('2026-06-03T03:00:01Z'));
    expect(await states('skips')).toEqual([['queued'], ['skipped'], ['queued']]);
  });

  it('of a removed schedule is forgotten, its runs are not', async () => {
    await at.write('inbox/a.csv', 'sku,price\nA,1\n');
    await at.addImport('a', { from: at.place('inbox/*') });
    await at.tick('a', '2026-06-01T03:00:01Z');
    await tickSchedules(at.database, new Date('2026-06-02T03:00:01Z'));
    await at.files.schedules.remove('a');
    await at.work();
    expect(await at.rows('select state, schedule_id from dovetail.runs')).toEqual([['completed', null]]);
    await expect(at.files.schedules.read('a')).rejects.toMatchObject({ code: 'SCHEDULES-101' });
  });
});

describe('a schedule that exports', () => {
  it('puts the file whole into its folder, named by the moment in its time zone', async () => {
    await at.rows(`insert into item values ('A', 1), ('B', 2)`);
    const to = at.place('out/{entity}-{date}-{time}.csv') as never;
    await at.addExport('nightly', {
      to,
      call: { entity: 'item', format: 'csv', formatOptions: {}, full: false, where: 'price > 1' },
    });
    expect(await at.tick('nightly', '2026-06-01T03:00:01Z')).toMatchObject({
      state: 'done',
      says: expect.stringContaining('1 records to out/item-2026-06-01-030000.csv as run 1'),
    });
    expect(await at.ls('out')).toEqual(['item-2026-06-01-030000.csv']);
    expect(await readFile(join(at.folder, 'out/item-2026-06-01-030000.csv'), 'utf8')).toBe(
      'sku,price\nB,2\n',
    );
    const [run] = await at.files.services.readRuns({ schedule: 'nightly' });
    expect(run).toMatchObject({ kind: 'export', state: 'completed', origin: { id: 'ada' } });
  });

  it('is refused where it could not be done', async () => {
    const call = { entity: 'item', format: 'csv', formatOptions: {}, full: false };
    const to = at.place('out/x.csv') as never;
    await expect(at.addExport('x', { to, call: { ...call, entity: 'none' } })).rejects.toMatchObject({
      code: 'CATALOG-101',
    });
    await expect(at.addExport('x', { to, call: { ...call, where: 'nane = 1' } })).rejects.toThrow();
    await expect(at.addExport('x', { to: at.place('out/*.csv') as never, call })).rejects.toMatchObject({
      code: 'SCHEDULES-107',
    });
  });
});
