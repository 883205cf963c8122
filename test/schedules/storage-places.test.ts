// Files of a storage that is no folder of the schedule's own: fetched for the run, put away and delivered through the five methods.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readBounded } from '../../src/doors/files/schedules/read-bounded.js';
import { openFolder } from '../../src/engine/storage/folder/folder-storage.js';
import { createScheduleFixture, type ScheduleFixture } from './schedule-fixture.js';

let at: ScheduleFixture;
let drop: string;
beforeAll(async () => {
  drop = mkdtempSync(join(tmpdir(), 'dovetail-drop-'));
  at = await createScheduleFixture('create table item (sku text primary key, price numeric not null)', {
    places: { roots: [], storages: { drop: { kind: 'folder', path: drop } }, maxBytes: 2_000 },
  });
});
afterAll(async () => {
  await at?.drop();
  rmSync(drop, { recursive: true, force: true });
});

const inDrop = (path: string) => readdirSync(join(drop, path)).toSorted();

it('imports from a storage, and leaves no copy behind', async () => {
  mkdirSync(join(drop, 'in'));
  for (const [name, text] of [
    ['a.csv', 'sku,price\nA,1\n'],
    ['b.csv', 'none,fits\n1,2\n'],
  ] as const) {
    writeFileSync(join(drop, 'in', name), text);
    utimesSync(join(drop, 'in', name), 1_700_000_000, 1_700_000_000);
  }
  await at.addImport('drop', {
    from: at.place('storage:drop/in/*.csv'),
    done: '../done',
    failed: '../failed',
  });
  const firing = await at.tick('drop', '2026-06-01T03:00:01Z');
  expect(firing).toMatchObject({
    state: 'failed',
    says: expect.stringContaining('in/a.csv as run 1 (completed)'),
  });
  expect(firing.says).toContain('in/b.csv was refused');
  expect(await at.rows('select sku from item')).toEqual([['A']]);
  expect([inDrop('in'), inDrop('done'), inDrop('failed')]).toEqual([[], ['a.csv'], ['b.csv']]);
  expect(await at.ls('data/spool')).toEqual([]);
  expect(await at.rows('select title from dovetail.runs')).toEqual([['in/a.csv']]);
});

it('exports into a storage, whole, and leaves no copy behind', async () => {
  const call = { entity: 'item', format: 'csv', formatOptions: {}, full: false };
  await at.addExport('out', { to: at.place('storage:drop/out/{schedule}-{date}.csv') as never, call });
  expect(await at.tick('out', '2026-06-02T03:00:01Z')).toMatchObject({ state: 'done' });
  expect(inDrop('out')).toEqual(['out-2026-06-02.csv']);
  expect(readFileSync(join(drop, 'out/out-2026-06-02.csv'), 'utf8')).toBe('sku,price\nA,1\n');
  expect(await at.ls('data/spool')).toEqual([]);
  const [run] = await at.files.services.readRuns({ kind: 'export' });
  expect(run).toMatchObject({ title: 'out-2026-06-02.csv', settings: { file: 'out/out-2026-06-02.csv' } });
  const watch = {
    signal: new AbortController().signal,
    onProgress: () => {},
    confirmRemoval: async () => false,
  };
  await expect(
    at.files.services.repeatRun(run!.id, watch, { kind: 'user', id: 'ada' }),
  ).rejects.toMatchObject({ code: 'FILES-116' });
});

it('copies no file from a storage that is larger than may be, and none that grows meanwhile', async () => {
  mkdirSync(join(drop, 'large'));
  const file = join(drop, 'large', 'a.csv');
  writeFileSync(file, `sku,price\n${'B,1\n'.repeat(600)}`);
  utimesSync(file, 1_700_000_000, 1_700_000_000);
  await at.addImport('large', { from: at.place('storage:drop/large/*.csv') });
  const firing = await at.tick('large', '2026-06-03T03:00:01Z');
  expect(firing).toMatchObject({ state: 'failed', says: expect.stringContaining('FILES-153') });
  expect((await at.tick('large', '2026-06-04T03:00:01Z')).state).toBe('nothing');
  const place = {
    storage: openFolder(drop),
    pattern: '*',
    localPath: () => undefined,
    maxBytes: 10_000,
  };
  const listed = { path: 'large/a.csv', size: 100, modifiedAt: new Date() };
  const copying = (await readBounded(place, listed)).toArray();
  await expect(copying).rejects.toMatchObject({ code: 'FILES-154', consequence: 'retry' });
  expect(await at.ls('data/spool')).toEqual([]);
});
