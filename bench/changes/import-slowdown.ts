// What a large import pays for being watched, and when its last change has reached a consumer.
import { join } from 'node:path';
import { createBenchTables } from '../baseline/import-products.js';
import { readyProductFile } from '../data/product-generator.js';
import { createDovetailSide, prepareDovetail } from '../import/dovetail-side.js';
import { toMedian } from '../measure.js';
import type { BenchServer } from '../server/bench-server.js';
import { countChanges, followChanges } from './watched-database.js';

export async function measureImportSlowdown(
  server: BenchServer,
  rows: number,
  rounds: number,
): Promise<{ importSlowdown: number; importLastChange: number }> {
  const file = await readyProductFile(
    join(import.meta.dirname, '..', '..', '.dovetail', 'bench'),
    'clean',
    rows,
  );
  const alone: number[] = [];
  const watched: number[] = [];
  const last: number[] = [];
  const side = createDovetailSide();
  for (let round = 0; round < rounds; round++) {
    for (const isWatched of round % 2 === 0 ? [false, true] : [true, false]) {
      const bench = await server.createDatabase();
      const { database } = bench;
      await createBenchTables(database);
      await prepareDovetail(bench.url);
      if (isWatched) await database.query('create publication dovetail for table bench_product');
      const stream = isWatched ? await followChanges(database) : undefined;
      await side.ready();
      const began = performance.now();
      const counted = stream && countChanges(stream.log, rows);
      await side.load(bench.url, file);
      const taken = performance.now() - began;
      (isWatched ? watched : alone).push(taken);
      if (counted !== undefined) last.push(((await counted) - began) / taken);
      console.log(`import ${isWatched ? 'watched' : 'alone'}: ${(taken / 1000).toFixed(2)} s`);
      await stream?.stop();
      await bench.drop();
    }
  }
  side.close();
  // `importLastChange`: in times of the import itself.
  return { importSlowdown: toMedian(watched) / toMedian(alone) - 1, importLastChange: toMedian(last) };
}
