// Run files in a storage: a run that was begun on one machine is gone on with on another. A machine is a data folder of its own here.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createFilesDoor, type FilesRooms } from '../../src/doors/files/files-door.js';
import { IMPORT_TASK } from '../../src/doors/files/import/import-runner.js';
import { openStorage, type StorageSettings } from '../../src/engine/storage/index.js';
import type { Storage } from '../../src/engine/storage/storage.js';
import { S3_KEYS, type S3TestServer, startS3Server } from '../support/s3-server.js';
import { createImportFixture, type ImportFixture, toCall } from './import-fixture.js';

const ENV = { SECRET: S3_KEYS.secretAccessKey };
const ROWS = 400;
const CSV = `sku,price\n${Array.from({ length: ROWS }, (_, i) => `A${i},${i === 7 ? 'none' : i}\n`).join('')}`;
const { signal } = new AbortController();
const WATCH = { signal, onProgress: () => {}, confirmRemoval: async () => false };

let server: S3TestServer;
let at: ImportFixture;
let storage: Storage;
let places: NonNullable<FilesRooms['places']>;
beforeAll(async () => {
  server = await startS3Server('files');
  const { accessKeyId } = S3_KEYS;
  const settings: StorageSettings = {
    kind: 's3',
    bucket: 'files',
    endpoint: server.endpoint,
    accessKeyId,
    secretAccessKey: '{env:SECRET}',
    timeoutSeconds: 5,
  };
  const allow = [`127.0.0.1:${server.port}`];
  places = { roots: [], storages: { shared: settings }, allow, env: ENV };
  storage = await openStorage(settings, { env: ENV, allow });
  at = await createImportFixture('create table item (sku text primary key, price numeric not null)');
});
afterEach(async () => {
  server.misbehave(undefined);
  for (const path of await stored()) await storage.delete(path);
  await at.run('truncate item');
});
afterAll(async () => {
  await storage?.close();
  await at?.drop();
  await server?.stop();
});

const stored = async (): Promise<readonly string[]> => {
  const paths: string[] = [];
  for await (const { path } of storage.list('')) paths.push(path);
  return paths;
};

/** The door on a machine that nobody else sees the disk of. */
function openMachine(more: Partial<FilesRooms> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'dovetail-machine-'));
  const queue: unknown[] = [];
  const door = createFilesDoor({
    database: at.database,
    catalog: at.catalog,
    enqueue: async (_client, _task, payload) => queue.push(payload),
    dataFolder: folder,
    sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
    places,
    runFiles: 'shared',
    ...more,
  });
  const ls = (path: string) => (existsSync(join(folder, path)) ? readdirSync(join(folder, path)) : []);
  const gone = () => rmSync(folder, { recursive: true, force: true });
  return { ...door, queue, ls, gone };
}

const pipe = (text = CSV) => ({ stream: Readable.from([Buffer.from(text)]), name: 'standard input' });
const countItems = async () => Number((await at.rows('select count(*) from item'))[0]![0]);

describe('an import from standard input', () => {
  it('is done in the background on another machine, and nothing is left of its copy', async () => {
    const [asker, worker] = [openMachine(), openMachine()];
    const call = toCall({ entity: 'item', background: true });
    const { run } = await asker.services.import({ ...call, source: pipe() });
    expect(await stored()).toEqual([expect.stringMatching(/^dovetail-runs\/spool\/[\w-]+$/)]);
    expect(asker.ls('spool')).toEqual([]);
    asker.gone();
    await worker.tasks[IMPORT_TASK](asker.queue[0], { signal });
    expect(await worker.services.readReport(run!)).toMatchObject({
      state: 'completed_with_errors',
      counters: { added: 399 },
    });
    expect(await countItems()).toBe(399);
    expect(worker.ls('spool')).toEqual([]);
    expect(await stored()).toEqual([`dovetail-runs/failed/${run}-failed.csv`]);
    worker.gone();
  });

  it('that was stopped is resumed on another machine', async () => {
    const [first, second] = [openMachine(), openMachine()];
    const stop = new AbortController();
    const call = toCall({
      entity: 'item',
      chunkRows: 20,
      writers: 1,
      signal: stop.signal,
      onProgress: ({ rows }) => rows >= 100 && stop.abort(),
    });
    const { run, state } = await first.services.import({ ...call, source: pipe() });
    expect(state).toBe('cancelled');
    const before = await countItems();
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(399);
    first.gone();
    const report = await second.services.resumeRun(run!, WATCH);
    expect(report).toMatchObject({
      state: 'completed_with_errors',
      counters: { read: ROWS, added: 399, failed: 1 },
    });
    expect(report.failedRows).toMatchObject({
      rows: 1,
      stored: `storage:shared/dovetail-runs/failed/${run}-failed.csv`,
    });
    expect(await countItems()).toBe(399);
    expect(second.ls('spool')).toEqual([]);
    second.gone();
  });

  it('has its failed rows on any machine', async () => {
    const [first, second] = [openMachine(), openMachine()];
    const { run } = await first.services.import({ ...toCall({ entity: 'item' }), source: pipe() });
    const parts: Buffer[] = [];
    for await (const part of await storage.get(`dovetail-runs/failed/${run}-failed.csv`))
      parts.push(part as Buffer);
    expect(Buffer.concat(parts).toString()).toContain('A7,none');
    first.gone();
    const file = join(at.folder, 'elsewhere.csv');
    expect(await second.services.writeFailedRows(run!, file)).toEqual({ rows: 1, file });
    second.gone();
  });

  it('says so where its failed rows could not be put into the storage, then and later', async () => {
    const machine = openMachine();
    server.misbehave((request, answer) => {
      if (!request.url?.includes('/failed/')) return false;
      answer.writeHead(403).end();
      return true;
    });
    const report = await machine.services.import({ ...toCall({ entity: 'item' }), source: pipe() });
    expect(report).toMatchObject({
      state: 'completed_with_errors',
      failedRows: { rows: 1, notStored: expect.stringContaining('STORAGE-104') },
    });
    expect(report.failedRows).not.toHaveProperty('stored');
    const later = await machine.services.readReport(report.run!);
    expect(later.warnings).toMatchObject([{ code: 'FILES-152', count: 1 }]);
    machine.gone();
  });

  it('leaves no copy where it is refused, or only rehearsed', async () => {
    const machine = openMachine();
    const refused = machine.services.import({ ...toCall({ entity: 'nothing' }), source: pipe() });
    await expect(refused).rejects.toThrow();
    await machine.services.import({ ...toCall({ entity: 'item', dryRun: true }), source: pipe() });
    server.misbehave((_request, answer) => {
      answer.writeHead(403).end();
      return true;
    });
    const away = machine.services.import({ ...toCall({ entity: 'item' }), source: pipe() });
    await expect(away).rejects.toMatchObject({ code: 'STORAGE-104' });
    server.misbehave(undefined);
    expect([machine.ls('spool'), await stored()]).toEqual([[], []]);
    machine.gone();
  });
});

describe('a worker that can not get the copy', () => {
  async function queueOne() {
    const asker = openMachine();
    const call = toCall({ entity: 'item', background: true });
    const { run } = await asker.services.import({ ...call, source: pipe() });
    asker.gone();
    return { run: run!, payload: asker.queue[0] };
  }

  it('because the storage is away, leaves the run to the next try', async () => {
    const { run, payload } = await queueOne();
    const worker = openMachine();
    server.misbehave((_request, answer) => {
      answer.destroy();
      return true;
    });
    await expect(worker.tasks[IMPORT_TASK](payload, { signal })).rejects.toMatchObject({
      code: 'STORAGE-103',
    });
    expect((await worker.services.readReport(run)).state).not.toBe('failed');
    server.misbehave(undefined);
    await worker.tasks[IMPORT_TASK](payload, { signal });
    expect(await worker.services.readReport(run)).toMatchObject({ state: 'completed_with_errors' });
    worker.gone();
  });

  it.each([
    ['is gone', 'FILES-102', async (path: string) => storage.delete(path)],
    ['was changed', 'FILES-101', async (path: string) => put(path, CSV.replace('A1', 'B1'))],
    ['grew', 'FILES-101', async (path: string) => put(path, CSV + CSV)],
  ])('because it %s, ends the run and writes nothing', async (_what, code, change) => {
    const { run, payload } = await queueOne();
    for (const path of await stored()) await change(path);
    const worker = openMachine();
    await worker.tasks[IMPORT_TASK](payload, { signal });
    expect(await worker.services.readReport(run)).toMatchObject({ state: 'failed', failure: { code } });
    expect(await countItems()).toBe(0);
    worker.gone();
  });

  it('because its configuration does not know the storage, says so', async () => {
    const { run, payload } = await queueOne();
    const worker = createFilesDoor({
      database: at.database,
      catalog: at.catalog,
      enqueue: async () => {},
      dataFolder: at.folder,
      sleep: async () => {},
    });
    await worker.tasks[IMPORT_TASK](payload, { signal });
    expect(await worker.services.readReport(run)).toMatchObject({
      state: 'failed',
      failure: { code: 'STORAGE-105' },
    });
    expect(() => openMachine({ runFiles: 'nowhere' })).toThrow(/No storage 'nowhere'/);
  });
});

const put = async (path: string, text: string) =>
  void (await storage.put(path, [Buffer.from(text)] as never));

describe('retention', () => {
  it('removes old run files from the storage, but what a run still waits for and what is not ours', async () => {
    const later = new Date(Date.now() + 40 * 86_400_000);
    const clock = { now: () => later, every: () => () => {}, sleep: async () => {} };
    const machine = openMachine({ clock, keep: { files: 20 } });
    await at.run("update dovetail.runs set state = 'cancelled' where state = 'queued'");
    const call = toCall({ entity: 'item', background: true });
    await machine.services.import({ ...call, source: pipe() });
    const [needed] = await stored();
    await put('dovetail-runs/failed/1-failed.csv', 'x');
    await put('dovetail-runs/spool/0000', 'abc');
    await put('in/theirs.csv', 'x');
    expect(await machine.services.prune(true, signal)).toMatchObject({ files: 2, bytes: 4 });
    expect(await machine.services.prune(false, signal)).toMatchObject({ files: 2, bytes: 4 });
    expect(await stored()).toEqual([needed, 'in/theirs.csv']);
    machine.gone();
  });
});
