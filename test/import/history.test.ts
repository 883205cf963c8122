// The history of runs: found by who, what and when; repeated with the same settings; removed when it is old enough.
import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.js';
import { createFilesDoor } from '../../src/doors/files/files-door.js';
import { enqueueDaily } from '../../src/engine/jobs/daily-jobs.js';
import { installJobs } from '../../src/engine/jobs/install-jobs.js';
import { runOnStage } from '../cli/cli-stage.js';
import { countsOf, createImportFixture, type ImportFixture, toCall } from './import-fixture.js';

let at: ImportFixture;
beforeAll(async () => {
  at = await createImportFixture('create table item (sku text primary key, price numeric not null)');
  await installJobs(at.database);
});
afterAll(() => at?.drop());

const ada = { kind: 'user', id: 'ada' } as const;
const watch = toCall({});

describe('the list of runs', () => {
  it('is narrowed by who, file and when, and told page by page', async () => {
    for (let n = 0; n < 3; n++)
      await at.import('item', `sku,price\nP${n},1\n`, { startedBy: ada, name: 'pages.csv' });
    await at.import('item', 'sku,price\nQ,1\n', { startedBy: { kind: 'user', id: 'eve' } });
    expect(await at.files.readRuns({ by: 'eve' })).toHaveLength(1);
    const first = await at.files.readRuns({ by: 'ada', file: 'pages.csv', limit: 2 });
    const second = await at.files.readRuns({ by: 'ada', limit: 2, before: first[1]!.id });
    expect([first.length, second.length]).toEqual([2, 1]);
    expect(await at.files.readRuns({ since: new Date(Date.now() + 60_000) })).toEqual([]);
    const run = (...argv: string[]) =>
      runOnStage([...argv, '--database', at.url], { cwd: at.folder, createApp });
    const list = await run('runs', 'list', '--by', 'ada', '--limit', '1');
    expect(list.stdout).toMatch(/who\s+read\s+written\s+failed/);
    expect(list.stdout).toMatch(/ada\s+1\s+1\s+0/);
    expect(list.stderr).toContain(`--before ${first[0]!.id}`);
    expect(JSON.parse((await run('runs', 'list', '--by', 'eve', '--json')).stdout).runs).toMatchObject([
      { startedBy: { id: 'eve' } },
    ]);
    expect((await run('runs', 'list', '--since', 'yesterday')).code).toBe(2);
  });
});

describe('a repeated run', () => {
  it('takes the same settings for the file as it is now', async () => {
    const path = await at.write('again.csv', 'sku;cost\nA;1.5\n');
    const mapping = await at.write(
      'again.yaml',
      'entity: item\nfields:\n  - { column: sku, field: sku }\n  - { column: cost, field: price }\n',
    );
    const first = await at.files.import({
      ...toCall({ mapping, formatOptions: { delimiter: ';' } }),
      source: { path },
    });
    await at.write('again.csv', 'sku;cost\nA;2.5\nB;x\n');
    rmSync(mapping);
    const again = await at.files.repeatRun(first.run!, watch, ada);
    expect(countsOf(again)).toEqual({ read: 2, updated: 1, failed: 1 });
    expect(again).toMatchObject({ startedBy: ada, title: path });
    expect(await at.rows(`select price from item where sku = 'A'`)).toEqual([['2.5']]);
  });

  it('is refused where the file is gone, the columns do not fit any more, or it was a pipe', async () => {
    const path = await at.write('gone.csv', 'sku,price\nG,1\n');
    const { run } = await at.files.import({ ...toCall({}), entity: 'item', source: { path } });
    await at.write('gone.csv', 'nothing,fits\n1,2\n');
    await expect(at.files.repeatRun(run!, watch, ada)).rejects.toMatchObject({
      code: expect.stringMatching(/MAPPING|RECORDS|FILES/),
    });
    rmSync(path);
    await expect(at.files.repeatRun(run!, watch, ada)).rejects.toMatchObject({ code: 'FILES-102' });
    const { Readable } = await import('node:stream');
    const piped = await at.files.import({
      ...toCall({}),
      entity: 'item',
      source: { stream: Readable.from(['sku,price\nG,1\n']), name: 'standard input' },
    });
    await expect(at.files.repeatRun(piped.run!, watch, ada)).rejects.toMatchObject({ code: 'FILES-116' });
  });

  it('may be an export', async () => {
    const target = { path: join(at.folder, 'out.csv') };
    const call = {
      entity: 'item',
      format: 'csv',
      formatOptions: { delimiter: ';' },
      full: false,
      fields: ['sku'],
      target,
      onProgress: () => {},
    };
    const { run } = await at.files.export({ ...call, signal: new AbortController().signal });
    rmSync(target.path);
    const again = await at.files.repeatRun(run!, watch, ada);
    expect(again).toMatchObject({ kind: 'export', state: 'completed', file: target.path });
    const [latest] = await at.files.readRuns({ kind: 'export' });
    expect(latest).toMatchObject({
      id: again.run,
      settings: { fields: ['sku'], formatOptions: { delimiter: ';' } },
    });
  });
});

describe('retention', () => {
  it('removes what is older than the configuration says, and counts it first', async () => {
    const dataFolder = join(at.folder, 'kept');
    const now = new Date(Date.now() + 40 * 86_400_000);
    const door = createFilesDoor({
      database: at.database,
      catalog: at.catalog,
      enqueue: async () => {},
      dataFolder,
      sleep: async () => {},
      clock: { now: () => now, every: () => () => {}, sleep: async () => {} },
      keep: { runs: 30, files: 20 },
    });
    mkdirSync(join(dataFolder, 'runs'), { recursive: true });
    for (const [name, days] of [
      ['1-failed.csv', 30],
      ['2-failed.csv', 10],
    ] as const) {
      const file = join(dataFolder, 'runs', name);
      writeFileSync(file, 'x');
      const then = new Date(now.getTime() - days * 86_400_000);
      utimesSync(file, then, then);
    }
    await at.run(
      `insert into dovetail.runs (kind, entity, title, settings, origin) values ('import', 'item', 'waits', '{"source": {"spooled": true}}', '{}')`,
    );
    const { signal } = new AbortController();
    const runs = (await at.files.readRuns({ limit: 100 })).length - 1;
    expect(Number((await at.rows('select count(*) from dovetail.run_undo'))[0]![0])).toBeGreaterThan(0);
    expect(await door.services.prune(true, signal)).toMatchObject({ dryRun: true, runs, files: 1, bytes: 1 });
    expect(await at.files.readRuns({ limit: 100 })).toHaveLength(runs + 1);
    expect(await door.services.prune(false, signal)).toMatchObject({ dryRun: false, runs, files: 1 });
    expect((await at.files.readRuns({})).map((run) => run.title)).toEqual(['waits']);
    expect(await at.rows('select count(*) from dovetail.run_undo')).toEqual([['0']]);
    expect(readdirSync(join(dataFolder, 'runs'))).toEqual(['2-failed.csv']);
  });

  it('is a job of every day, of which there is one however many workers there are', async () => {
    const days = ['2026-06-01T10:00Z', '2026-06-01T11:00Z', '2026-06-02T00:00Z', '2026-06-01T23:59Z'];
    await Promise.all(days.map((day) => enqueueDaily(at.database, ['files.prune'], new Date(day), '')));
    await enqueueDaily(at.database, ['files.prune'], new Date('2026-06-02T10:00Z'), '');
    const { length } = await at.rows(
      `select id from dovetail_jobs.jobs where task_identifier = 'files.prune'`,
    );
    // The second day's may have come before the first's.
    expect([1, 2]).toContain(length);
    expect(await at.rows('select day::text from dovetail.daily_jobs')).toEqual([['2026-06-02']]);
  });
});
