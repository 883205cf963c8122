// The benchmark's tables take exactly the generated rows that are called good, and the baseline loads them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createBenchTables,
  createRefusingTrigger,
  importProductsBaseline,
} from '../../bench/baseline/import-products.js';
import { type ProductFileName, readyProductFile } from '../../bench/data/product-generator.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const ROWS = 2000;
const folder = mkdtempSync(join(tmpdir(), 'dovetail-bench-'));
let bench: TestDatabase;
beforeAll(async () => {
  bench = await createTestDatabase('empty');
  await createBenchTables(bench.database);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await bench?.drop();
});

async function readPrices(): Promise<Record<string, string>> {
  const { rows } = await bench.database.query<{ sku: string; price: string }>(
    'select sku, price from bench_product',
  );
  return Object.fromEntries(rows.map((row) => [row.sku, row.price]));
}

describe('the baseline of the import benchmark', () => {
  it.each(['on conflict', 'merge'] as const)('inserts, leaves alone and updates with %s', async (variant) => {
    await bench.database.query('truncate bench_product');
    const clean = await readyProductFile(folder, 'clean', ROWS);
    const changed = await readyProductFile(folder, 'changed', ROWS);
    expect(await importProductsBaseline(bench.database, clean.path, variant)).toBe(ROWS);
    const before = await readPrices();
    expect(await importProductsBaseline(bench.database, clean.path, variant)).toBe(0);
    expect(await readPrices()).toEqual(before);
    expect(await importProductsBaseline(bench.database, changed.path, variant)).toBe(ROWS);
    const after = await readPrices();
    expect(Object.keys(after)).toHaveLength(ROWS);
    expect(Object.keys(after).filter((sku) => after[sku] === before[sku])).toEqual([]);
  });

  it('loads nothing of a file with a bad row', async () => {
    await bench.database.query('truncate bench_product');
    const errors = await readyProductFile(folder, 'errors', ROWS);
    await expect(importProductsBaseline(bench.database, errors.path)).rejects.toThrow();
    expect(await readPrices()).toEqual({});
  });
});

describe('generated bad rows', () => {
  beforeAll(() => createRefusingTrigger(bench.database));

  it.each([
    ['errors', 200],
    ['refusals', 20],
  ] as const)(
    'of the file for %s are refused by the database one by one, all others taken',
    async (name, failing) => {
      await bench.database.query('truncate bench_product');
      const file = await readyProductFile(folder, name as ProductFileName, ROWS);
      const rows = parse(readFileSync(file.path), { from: 2, relax_column_count: true }) as string[][];
      let refused = 0;
      for (const row of rows) refused += (await insert(row)) ? 0 : 1;
      expect(rows).toHaveLength(ROWS);
      expect(file).toMatchObject({ failing, good: ROWS - failing });
      expect(refused).toBe(failing);
    },
  );

  async function insert(row: readonly string[]): Promise<boolean> {
    if (row.length !== 10) return false;
    const cells = row.map((cell) => (cell === '' ? null : cell));
    const { rowCount } = await bench.database
      .query(
        `insert into bench_product (sku, name, brand_id, price, weight, status, ean, description, stock, available_from)
         values ($1, $2, (select id from bench_brand where name = $3), $4, $5, $6, $7, $8, $9, $10)`,
        cells,
      )
      .catch(() => ({ rowCount: 0 }));
    return rowCount === 1;
  }
});
