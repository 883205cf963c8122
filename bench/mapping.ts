// `npm run bench -- mapping`: the product file through a mapping of ten fields, five of them expressions, against the plain import
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createBenchTables } from './baseline/import-products.js';
import { type ProductFile, readyProductFile } from './data/product-generator.js';
import { createDovetailSide, type DovetailSide, prepareDovetail } from './import/dovetail-side.js';
import { readDigest } from './import/import-scenarios.js';
import { type Comparison, measureComparison, type Side, toJsonLine, toTable } from './measure.js';
import { type BenchDatabase, type BenchServer, openBenchServer } from './server/bench-server.js';

const { values } = parseArgs({
  options: { rows: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '3' } },
});
const rows = Number(values.rows);
const digests = new Set<string>();
const folder = join(import.meta.dirname, '..', '.dovetail', 'bench');

// The expressions leave the values as they are, so that the database has the same to do on both sides.
const MAPPING = `entity: bench_product
identity: sku
fields:
  - { field: sku, column: sku }
  - { field: name, cel: 'row["name"].trim()' }
  - { field: brand.name, column: brand }
  - { field: price, column: price, steps: [{ cel: 'double(value) < 0.0 ? "0" : value' }] }
  - { field: weight, column: weight }
  - { field: status, column: status, steps: [{ cel: 'value == "live" ? "active" : value.lowerAscii()' }] }
  - { field: ean, column: ean }
  - { field: description, cel: 'row["description"] == "-" ? row["name"] + ", " + row["brand"] : row["description"]' }
  - { field: stock, column: stock, steps: [{ cel: 'int(value)' }] }
  - { field: available_from, column: available_from }
`;

async function toSide(
  name: string,
  server: BenchServer,
  template: string,
  file: ProductFile,
  dovetail: DovetailSide,
): Promise<{
  readonly side: Side;
  readonly before: () => Promise<void>;
  readonly after: () => Promise<void>;
}> {
  let database: BenchDatabase | undefined;
  let written = 0;
  return {
    side: {
      name,
      async run() {
        const outcome = await dovetail.load(database!.url, file);
        written = outcome.written;
        return outcome;
      },
    },
    async before() {
      database = await server.createDatabase(template);
      await dovetail.ready();
    },
    async after() {
      const digest = await readDigest(database!);
      await database!.drop();
      if (written !== rows) throw new Error(`${name}: ${written} of ${rows} rows were written`);
      digests.add(digest);
      if (digests.size > 1) throw new Error(`the sides stored different rows: ${[...digests].join(' and ')}`);
    },
  };
}

await mkdir(folder, { recursive: true });
const mapping = join(folder, 'mapping.yaml');
await writeFile(mapping, MAPPING);
const server = await openBenchServer();
const plain = createDovetailSide();
const mapped = createDovetailSide({ mapping });
try {
  const file = await readyProductFile(folder, 'clean', rows);
  const template = await server.createDatabase();
  await createBenchTables(template.database);
  await prepareDovetail(template.url);
  await template.disconnect();
  const sides = [
    await toSide('plain', server, template.name, file, plain),
    await toSide('mapped', server, template.name, file, mapped),
  ] as const;
  const find = (side: Side) => sides.find((one) => one.side === side)!;
  const comparison: Comparison = {
    name: 'mapping',
    baseline: sides[0].side,
    candidate: sides[1].side,
    before: (side) => find(side).before(),
    after: (side) => find(side).after(),
  };
  console.log(`${server.says}; ${rows.toLocaleString('en')} rows, median of ${values.rounds}`);
  const result = await measureComparison(comparison, {
    rounds: Number(values.rounds),
    say: (line) => console.log(line),
  });
  console.log(toTable([result], rows));
  console.log(
    toJsonLine('mapping', {
      rows,
      rounds: Number(values.rounds),
      ratio: { mapping: result.ratio },
      rssMb: Math.round(result.candidate.peakRss / 1e6),
    }),
  );
} finally {
  plain.close();
  mapped.close();
  await server.close();
}
