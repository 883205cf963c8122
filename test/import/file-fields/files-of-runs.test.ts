// Imports that take files: how far they are is told while files are taken, and another machine finds the zip file they lie in.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFilesDoor } from '../../../src/doors/files/files-door.js';
import { IMPORT_TASK } from '../../../src/doors/files/import/import-runner.js';
import { toZip } from '../../formats/workbook-builder.js';
import { countsOf, toCall } from '../import-fixture.js';
import { createFileFieldFixture, type FileFieldFixture, pathOf } from './file-field-fixture.js';
import { png } from './pictures.js';

let at: FileFieldFixture;
let shared: string;
beforeAll(async () => {
  shared = mkdtempSync(join(tmpdir(), 'dovetail-shared-'));
  at = await createFileFieldFixture();
});
afterAll(async () => {
  await at?.drop();
  rmSync(shared, { recursive: true, force: true });
});

/** The door on a machine that nobody else sees the disk of. */
function openMachine() {
  const folder = mkdtempSync(join(tmpdir(), 'dovetail-machine-'));
  const queue: unknown[] = [];
  const door = createFilesDoor({
    database: at.database,
    catalog: at.catalog,
    enqueue: async (_client, _task, payload) => queue.push(payload),
    dataFolder: folder,
    sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
    places: {
      roots: [],
      storages: { media: { kind: 'folder', path: at.media }, shared: { kind: 'folder', path: shared } },
    },
    runFiles: 'shared',
  });
  return { ...door, queue, folder };
}

it('takes pictures out of a zip file that was named on another machine, and leaves no copy of it', async () => {
  const [asker, worker] = [openMachine(), openMachine()];
  const picture = png('elsewhere');
  const zip = await toZip({
    'product_image.csv': 'sku,position,picture\nP1,1,a.png\n',
    'a.png': picture,
  });
  const path = await at.write('shop.zip', zip);
  const call = toCall({ entity: 'product_image', background: true });
  const { run } = await asker.services.import({ ...call, source: { path } });
  rmSync(path);
  rmSync(asker.folder, { recursive: true });
  expect(readdirSync(join(shared, 'dovetail-runs', 'spool'))).toHaveLength(2);
  await worker.tasks[IMPORT_TASK](asker.queue[0], { signal: call.signal });
  expect(await worker.services.readReport(run!)).toMatchObject({
    state: 'completed',
    counters: { added: 1 },
  });
  expect(await at.kept()).toContain(pathOf(picture));
  expect(readdirSync(join(shared, 'dovetail-runs', 'spool'))).toEqual([]);
  expect(readdirSync(join(worker.folder, 'spool'))).toEqual([]);
  rmSync(worker.folder, { recursive: true });
});

it('tells how many files it took before any row of the batch is written', async () => {
  const rows = Array.from({ length: 5 }, (_, i) => {
    at.serve(`/p${i}.png`, png(`p${i}`));
    return `P2,${i},${at.addressOf(`/p${i}.png`)}\n`;
  });
  const told: (readonly [number, number | undefined])[] = [];
  const report = await at.import('product_image', `sku,position,picture\n${rows.join('')}`, {
    onProgress: ({ rows: written, files }) => told.push([written, files]),
  });
  expect(countsOf(report)).toMatchObject({ added: 5 });
  expect(told).toEqual(expect.arrayContaining([1, 2, 3, 4, 5].map((files) => [0, files])));
});
