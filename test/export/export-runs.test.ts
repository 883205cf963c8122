// An export is a run wherever the database takes note of it, and works just the same where it does not.
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.js';
import type { ExportCall } from '../../src/doors/files/files-services.js';
import { installJobs } from '../../src/engine/jobs/install-jobs.js';
import { beginRecord } from '../../src/engine/pipeline/index.js';
import { runOnStage } from '../cli/cli-stage.js';
import { createImportFixture, type ImportFixture } from '../import/import-fixture.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const TABLE = `create table brand (name text primary key, note text);
  insert into brand select 'Brand ' || n, repeat('x', 1000) from generate_series(1, 3000) n`;

let at: ImportFixture;
beforeAll(async () => {
  at = await createImportFixture(TABLE);
  await installJobs(at.database);
});
afterAll(() => at?.drop());

const call = (wish: Partial<ExportCall>): ExportCall => ({
  entity: 'brand',
  format: 'csv',
  formatOptions: {},
  full: false,
  target: { path: join(at.folder, 'brands.csv') },
  signal: new AbortController().signal,
  onProgress: () => {},
  ...wish,
});

/** A stream that takes nothing any more once it had its first block. */
function stuck(): { readonly stream: Writable; readonly full: Promise<void> } {
  let tell: () => void;
  const full = new Promise<void>((done) => {
    tell = done;
  });
  return { stream: new Writable({ highWaterMark: 1, write: () => tell() }), full };
}

describe('a run of kind export', () => {
  it('says what was exported, how many records, where to and for whom', async () => {
    const startedBy = { kind: 'user', id: 'ada' } as const;
    const report = await at.files.export(call({ startedBy, where: 'name != "Brand 7"', fields: ['name'] }));
    const [run] = await at.files.readRuns({ kind: 'export' });
    expect(run).toMatchObject({
      id: report.run,
      entity: 'brand',
      title: 'brands.csv',
      state: 'completed',
      phase: 'done',
      origin: startedBy,
      settings: { file: report.file, format: 'csv', where: 'name != "Brand 7"', fields: ['name'] },
    });
    expect(await at.files.readReport(report.run!)).toMatchObject({
      kind: 'export',
      startedBy,
      file: report.file,
      counters: { read: 2999, added: 0, failed: 0 },
      resumable: false,
    });
  });

  it('that fails says why, and can not be resumed', async () => {
    const target = { path: join(at.folder, 'nowhere', 'brands.csv') };
    await expect(at.files.export(call({ target }))).rejects.toMatchObject({ code: 'EXPORT-101' });
    const [run] = await at.files.readRuns({ kind: 'export' });
    expect(run).toMatchObject({ state: 'failed', failure: { code: 'EXPORT-101' } });
    const watch = {
      signal: new AbortController().signal,
      onProgress: () => {},
      confirmRemoval: async () => true,
    };
    await expect(at.files.resumeRun(run!.id, watch)).rejects.toMatchObject({ code: 'FILES-105' });
    expect((await at.files.readReport(run!.id)).resumable).toBe(false);
  });

  it('is none where the wish itself is refused', async () => {
    const before = await at.files.readRuns({ kind: 'export' });
    await expect(at.files.export(call({ where: 'nane = 1' }))).rejects.toThrow();
    await expect(at.files.export(call({ fields: ['nane'] }))).rejects.toThrow();
    expect(await at.files.readRuns({ kind: 'export' })).toHaveLength(before.length);
  });

  it('shows as running while it runs, and ends by its caller as cancelled', async () => {
    const { stream, full } = stuck();
    const stop = new AbortController();
    const ended = at.files.export(call({ target: { stream }, signal: stop.signal })).catch((error) => error);
    await full;
    const [run] = await at.files.readRuns({ kind: 'export' });
    expect(run).toMatchObject({ state: 'running', interrupted: false, title: 'standard output' });
    stop.abort();
    expect(await ended).toMatchObject({ code: 'EXPORT-103' });
    expect((await at.files.readReport(run!.id)).state).toBe('cancelled');
  });

  it('of which nothing was heard for longer than its lease is interrupted, not running', async () => {
    const { rows } = await at.database.query<{ id: string }>(
      `insert into dovetail.runs (kind, entity, title, settings, origin, state, fence, lease_until)
       values ('export', 'brand', 'gone.csv', '{}', '{}', 'running', 1, now() - interval '1 s') returning id`,
    );
    const report = await at.files.readReport(rows[0]!.id);
    expect([report.interrupted, report.resumable]).toEqual([true, false]);
  });
});

describe('from the command line', () => {
  let bare: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    bare = await createTestDatabase();
    await bare.database.query(TABLE);
    folder = mkdtempSync(join(tmpdir(), 'dovetail-export-'));
  });
  afterAll(async () => {
    await bare?.drop();
    rmSync(folder, { recursive: true, force: true });
  });
  const run = (url: string, ...argv: string[]) =>
    runOnStage([...argv, '--database', url], { cwd: folder, createApp });

  it('runs lists exports beside imports, and runs show shows one', async () => {
    expect((await run(at.url, 'export', 'brand', '-o', 'b.ndjson')).code).toBe(0);
    const list = await run(at.url, 'runs', '--kind', 'export', '--limit', '1');
    expect(list.stdout).toMatch(/completed\s+export\s+brand\s+b\.ndjson\s+\S+\s+3,000/);
    const [id] = /\d+/.exec(list.stdout.split('\n').find((line) => line.includes('b.ndjson'))!)!;
    const shown = await run(at.url, 'runs', 'show', id);
    expect(shown.stdout).toContain('brand → b.ndjson');
    expect(shown.stdout).toMatch(/exported\s+3,000/);
    expect(shown.stdout).toContain(join(folder, 'b.ndjson'));
    expect(shown.stdout).toMatch(/Started .* by user \S+/);
    expect(shown.stdout).not.toContain('runs resume');
  });

  it('works without a run where Dovetail is not set up, and sets nothing up', async () => {
    const ran = await run(bare.url, 'export', 'brand', '-o', 'bare.csv', '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ran.stdout)).not.toHaveProperty('run');
    expect(readFileSync(join(folder, 'bare.csv'), 'utf8').split('\n')).toHaveLength(3002);
    const { rows } = await bare.database.query(`select from pg_namespace where nspname like 'dovetail%'`);
    expect(rows).toEqual([]);
  });

  it('works without a run where the role, or the whole session, may only read', async () => {
    const role = `dovetail_test_reader_${process.pid}`;
    await at.run(`create role ${role} login password 'secret'; grant select on brand to ${role}`);
    try {
      const reader = new URL(at.url);
      reader.username = role;
      reader.password = 'secret';
      const readOnly = new URL(at.url);
      readOnly.searchParams.set('options', '-c default_transaction_read_only=on');
      const before = await at.files.readRuns({ kind: 'export' });
      for (const url of [reader, readOnly]) {
        const ran = await run(url.href, 'export', 'brand', '-o', 'read.csv', '--json');
        expect(ran).toMatchObject({ code: 0, stderr: '' });
        expect(JSON.parse(ran.stdout)).toMatchObject({ rows: 3000 });
      }
      expect(await at.files.readRuns({ kind: 'export' })).toHaveLength(before.length);
    } finally {
      await at.run(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it('a run cancelled from elsewhere hears of it, and keeps what it counted', async () => {
    const wish = { kind: 'export', entity: 'brand', title: 'long.csv', settings: {}, origin: {} } as const;
    const record = (await beginRecord(at.database, wish, 0.9))!;
    const heard = once(record.signal, 'abort');
    expect((await run(at.url, 'runs', 'cancel', record.id)).stdout).toContain('stops');
    await heard;
    await record.end({ state: 'cancelled', rows: 5 });
    const report = await at.files.readReport(record.id);
    expect([report.state, report.counters.read]).toEqual(['cancelled', 5]);
  });
});
