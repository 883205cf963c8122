// `npm run bench -- export`: an entity to a CSV file, against `copy (select …) to stdout` written to a file
import { createWriteStream } from 'node:fs';
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { to as copyTo } from 'pg-copy-streams';
import { exportEntity } from '../src/doors/files/export/export-entity.js';
import { createCatalog, findEntity } from '../src/engine/catalog/index.js';
import { readFormat } from '../src/engine/formats/index.js';
import { toExportMapping } from '../src/engine/mapping/index.js';
import type { Database } from '../src/foundation/postgres/database.js';
import { createBenchTables, importProductsBaseline } from './baseline/import-products.js';
import { readyProductFile } from './data/product-generator.js';
import { type Comparison, measureComparison, type Side, toJsonLine, toTable } from './measure.js';
import { openBenchServer } from './server/bench-server.js';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '5' } },
});
const rows = Number(values.rows);
const folder = join(import.meta.dirname, '..', '.dovetail', 'bench');
const file = join(folder, 'exported.csv');

// What somebody would type: the same columns, the brand by its name, in the order of the key as exports promise it.
const BASELINE = `copy (
  select p.sku, p.name, b.name as brand, p.price, p.weight, p.status, p.ean, p.description, p.stock, p.available_from
  from bench_product p left join bench_brand b on b.id = p.brand_id order by p.id
) to stdout with (format csv, header)`;
const FIELDS = [
  'sku',
  'name',
  'brand.name',
  'price',
  'weight',
  'status',
  'ean',
  'description',
  'stock',
  'available_from',
];

async function exportBaseline(database: Database): Promise<void> {
  await database.withClient(async (client) => {
    await pipeline(client.query(copyTo(BASELINE)), createWriteStream(file));
  });
  // Durable, as ours is.
  const handle = await open(file);
  await handle.sync();
  await handle.close();
}

await mkdir(folder, { recursive: true });
const server = await openBenchServer();
try {
  const products = await readyProductFile(folder, 'clean', rows);
  const { database } = await server.createDatabase();
  await createBenchTables(database);
  await importProductsBaseline(database, products.path);
  await database.query('vacuum (analyze) bench_product');
  const catalog = await createCatalog({ database }).read();
  const mapping = toExportMapping(catalog, findEntity(catalog, 'bench_product'), { fields: FIELDS });
  const bare: Side = {
    name: 'copy to stdout',
    run: async () => {
      await exportBaseline(database);
      return {};
    },
  };
  const ours: Side = {
    name: 'dovetail',
    run: async () => {
      await exportEntity(database, {
        catalog,
        mapping,
        format: readFormat('csv'),
        options: {},
        target: { path: file },
      });
      return {};
    },
  };
  const sizes = new Set<number>();
  const csv: Comparison = {
    name: 'csv',
    baseline: bare,
    candidate: ours,
    before: () => rm(file, { force: true }),
    // The headers differ (`brand` is `brand.name`), every other byte must not.
    after: async (side) => {
      sizes.add((await stat(file)).size - (side === ours ? '.name'.length : 0));
      if (sizes.size > 1) throw new Error(`the two files differ in size: ${[...sizes].join(' and ')} bytes`);
    },
  };
  console.log(`${server.says}; ${rows.toLocaleString('en')} rows, median of ${values.rounds}`);
  const result = await measureComparison(csv, {
    rounds: Number(values.rounds),
    say: (line) => console.log(line),
  });
  console.log(toTable([result], rows));
  console.log(
    toJsonLine('export', {
      rows,
      rounds: Number(values.rounds),
      ratio: { csv: result.ratio },
      rssMb: Math.round(result.candidate.peakRss / 1e6),
    }),
  );
} finally {
  await rm(file, { force: true });
  await server.close();
}
