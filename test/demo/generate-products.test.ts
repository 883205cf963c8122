// The generator of product files makes what it says: the same bytes each time, and an exact number of bad rows.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BAD_KINDS,
  type BadKind,
  BENCH_BRANDS,
  createProductGenerator,
  type ProductFileOptions,
  SHOP_BRANDS,
  writeProductFile,
} from '../../demo/generate-products.mjs';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const folder = mkdtempSync(join(tmpdir(), 'dovetail-products-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ALL_BAD = Object.fromEntries(BAD_KINDS.map((kind) => [kind, 0.01])) as Record<BadKind, number>;

async function readFile(name: string, options: ProductFileOptions) {
  const summary = await writeProductFile(join(folder, name), options);
  const bytes = readFileSync(summary.path);
  const cells = parse(bytes, { relax_column_count: true }) as string[][];
  return { summary, bytes, header: cells[0]!, rows: cells.slice(1) };
}

/** How a row of the shape `bench` is bad, found out from its cells alone. */
function judge(row: readonly string[], seen: Set<string>): BadKind | undefined {
  if (row.length !== 10) return 'ragged';
  const [sku, name, brand, price, weight, status, , , stock, date] = row as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  if (!sku || !name || !brand || !price) return 'missingRequired';
  if (name.length > 200) return 'tooLong';
  if (!BENCH_BRANDS.includes(brand)) return 'unknownReference';
  const numbers = [price, weight || '0', stock].map(Number);
  if (numbers.some(Number.isNaN) || !/^\d{4}-\d\d-\d\d$/.test(date)) return 'wrongType';
  if (numbers[0]! >= 1e8 || numbers[2]! > 2147483647 || new Date(date).toISOString().slice(0, 10) !== date)
    return 'outOfRange';
  if (numbers[0]! < 0 || !['draft', 'active', 'discontinued'].includes(status)) return 'check';
  if (name.startsWith('Recalled: ')) return 'trigger';
  if (seen.has(sku)) return 'duplicate';
  seen.add(sku);
  return undefined;
}

describe('the generator of product files', () => {
  it('writes the same bytes for the same options, others for another seed', async () => {
    const first = await readFile('a.csv', { rows: 3000, bad: ALL_BAD });
    const second = await readFile('b.csv', { rows: 3000, bad: ALL_BAD });
    const other = await readFile('c.csv', { rows: 3000, bad: ALL_BAD, seed: 2 });
    expect(second.bytes.equals(first.bytes)).toBe(true);
    expect(other.bytes.equals(first.bytes)).toBe(false);
    expect(first.summary.bytes).toBe(first.bytes.length);
  });

  it('makes bad rows of every kind in exactly the numbers it reports', async () => {
    const options = { rows: 5000, bad: { ...ALL_BAD, check: 0.0252, trigger: 0.0004 } };
    const { summary, rows } = await readFile('bad.csv', options);
    const generator = createProductGenerator(options);
    const found = Object.fromEntries(BAD_KINDS.map((kind) => [kind, 0]));
    const seen = new Set<string>();
    rows.forEach((row, i) => {
      const kind = judge(row, seen);
      expect(generator.kindOf(i + 1), `row ${i + 1}`).toBe(kind);
      if (kind) found[kind] = found[kind]! + 1;
    });
    expect(found).toEqual(summary.counts);
    expect(found).toMatchObject({ wrongType: 50, check: 126, trigger: 2, duplicate: 50 });
    expect(seen.size).toBe(summary.good);
  });

  it('spreads each kind over the whole file', () => {
    const generator = createProductGenerator({ rows: 10_000, bad: ALL_BAD });
    for (const kind of BAD_KINDS) {
      const halves = [0, 0];
      for (let row = 1; row <= 10_000; row += 1)
        if (generator.kindOf(row) === kind) halves[row > 5000 ? 1 : 0]! += 1;
      expect(Math.min(...halves), kind).toBeGreaterThan(30);
    }
  });

  it.each([0, 0.25, 1])('changes the price, and only that, in a share of %d of the rows', async (changed) => {
    const before = await readFile('before.csv', { rows: 1000 });
    const after = await readFile('after.csv', { rows: 1000, changed });
    const price = before.header.indexOf('price');
    let differing = 0;
    before.rows.forEach((row, i) => {
      if (row[price] !== after.rows[i]![price]) differing += 1;
      expect(after.rows[i]!.with(price, '')).toEqual(row.with(price, ''));
    });
    expect(differing).toBe(1000 * changed);
    expect(after.summary.changed).toBe(1000 * changed);
  });

  it('writes files of no row and of one', async () => {
    expect((await readFile('none.csv', { rows: 0 })).rows).toEqual([]);
    expect((await readFile('one.csv', { rows: 1 })).rows).toHaveLength(1);
  });

  it('refuses what it could not keep to', () => {
    expect(() => createProductGenerator({ rows: 100, bad: { ragged: 1 } })).toThrow(RangeError);
    expect(() => createProductGenerator({ rows: 100, shape: 'shop', bad: { trigger: 0.1 } })).toThrow(
      RangeError,
    );
    expect(() => createProductGenerator({ rows: 1.5 })).toThrow(RangeError);
  });
});

describe('a generated file for the shop', () => {
  let shop: TestDatabase;
  beforeAll(async () => {
    shop = await createTestDatabase('shop');
  });
  afterAll(() => shop?.drop());

  async function readSet(sql: string): Promise<Set<string>> {
    const { rows } = await shop.database.query<{ value: string }>(sql);
    return new Set(rows.map((row) => row.value));
  }

  it('names brands, categories and units of the shop, and clashes with no product there', async () => {
    const { header, rows } = await readFile('shop.csv', { rows: 2000, shape: 'shop' });
    const column = (name: string) => new Set(rows.map((row) => row[header.indexOf(name)]!));
    const brands = await readSet('select name as value from brand where not is_own');
    expect(new Set(SHOP_BRANDS)).toEqual(brands);
    for (const name of column('Brand')) expect(brands).toContain(name);
    for (const code of column('Category'))
      expect(await readSet('select code as value from category')).toContain(code);
    for (const code of column('Unit'))
      expect(await readSet('select code as value from unit')).toContain(code);
    const eans = await readSet('select ean as value from product');
    const skus = await readSet('select sku as value from product');
    expect([...column('EAN')].filter((ean) => eans.has(ean))).toEqual([]);
    expect([...column('SKU')].filter((sku) => skus.has(sku))).toEqual([]);
    expect(column('EAN').size).toBe(2000);
  });
});
