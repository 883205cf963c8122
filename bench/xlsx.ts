// `npm run bench -- xlsx`: workbooks of ten columns read and written, against exceljs; and imported, against the same rows as CSV
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createBenchTables } from './baseline/import-products.js';
import { readyProductFile } from './data/product-generator.js';
import { readyWorkbook } from './data/workbook-generator.js';
import { createDovetailSide, prepareDovetail } from './import/dovetail-side.js';
import { type Comparison, measureComparison, type Side, toJsonLine, toTable } from './measure.js';
import { openBenchServer } from './server/bench-server.js';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '200000' }, rounds: { type: 'string', default: '3' } },
});
const rows = Number(values.rows);
const folder = join(import.meta.dirname, '..', '.dovetail', 'bench');
const written = join(folder, 'written.xlsx');

let child: ChildProcess | undefined;
const results = new Map<string, number>();

/** A side that does its work in a process of its own, started before the clock. */
function toSide(name: string, task: string, path: string): Side {
  return {
    name,
    async run() {
      const mine = child!;
      mine.send({ task, path, rows });
      const [answer] = (await once(mine, 'message')) as [{ error?: string; result: number; peakRss: number }];
      if (answer.error) throw new Error(answer.error);
      results.set(task, answer.result);
      return { peakRss: answer.peakRss };
    },
  };
}

async function startChild(): Promise<void> {
  child = fork(join(import.meta.dirname, 'xlsx', 'workbook-child.mjs'), { execArgv: [] });
  await once(child, 'message');
}

const products = await readyProductFile(folder, 'clean', rows);
const workbook = await readyWorkbook(products);
const server = await openBenchServer();
const importer = createDovetailSide();
try {
  const template = await server.createDatabase();
  await createBenchTables(template.database);
  await prepareDovetail(template.url);
  await template.disconnect();
  let target: Awaited<ReturnType<typeof server.createDatabase>> | undefined;
  const importing = (name: string, file: typeof products): Side => ({
    name,
    async run() {
      const outcome = await importer.load(target!.url, file);
      if (outcome.written !== rows) throw new Error(`${name}: ${outcome.written} rows of ${rows}`);
      return outcome;
    },
  });

  const comparisons: readonly Comparison[] = [
    {
      name: 'read',
      baseline: toSide('exceljs', 'exceljs read', workbook.path),
      candidate: toSide('dovetail', 'dovetail read', workbook.path),
      before: startChild,
      after: async () => {
        const [theirs, ours] = [results.get('exceljs read'), results.get('dovetail read')];
        if (theirs !== undefined && ours !== undefined && theirs !== ours)
          throw new Error(`the two read ${theirs} and ${ours} cells`);
      },
    },
    {
      name: 'write',
      baseline: toSide('exceljs', 'exceljs write', written),
      candidate: toSide('dovetail', 'dovetail write', written),
      before: async () => {
        await rm(written, { force: true });
        await startChild();
      },
      after: async ({ name }) => {
        if (!results.get(`${name} write`)) throw new Error(`${name} wrote nothing`);
      },
    },
    {
      name: 'import',
      baseline: importing('CSV', products),
      candidate: importing('XLSX', workbook),
      before: async () => {
        target = await server.createDatabase(template.name);
        await importer.ready();
      },
      after: async () => target!.drop(),
    },
  ];
  console.log(`${server.says}; ${rows.toLocaleString('en')} rows, median of ${values.rounds}`);
  const measured = [];
  for (const comparison of comparisons)
    measured.push(
      await measureComparison(comparison, {
        rounds: Number(values.rounds),
        say: (line) => console.log(line),
      }),
    );
  console.log(toTable(measured, rows));
  console.log(
    toJsonLine('xlsx', {
      rows,
      rounds: Number(values.rounds),
      ratio: Object.fromEntries(measured.map(({ name, ratio }) => [name, ratio])),
      seconds: Object.fromEntries(
        measured.map(({ name, baseline: b, candidate: c }) => [name, [b.median / 1000, c.median / 1000]]),
      ),
      rss: Object.fromEntries(
        measured.map(({ name, baseline: b, candidate: c }) => [
          name,
          [Math.round(b.peakRss / 1e6), Math.round(c.peakRss / 1e6)],
        ]),
      ),
      rssMb: Math.round(Math.max(...measured.map((one) => one.candidate.peakRss)) / 1e6),
      megabytes: {
        workbook: workbook.bytes / 1e6,
        written: [(results.get('exceljs write') ?? 0) / 1e6, (results.get('dovetail write') ?? 0) / 1e6],
      },
    }),
  );
} finally {
  importer.close();
  await rm(written, { force: true });
  await server.close();
}
