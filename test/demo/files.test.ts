// The files the project ships for the demo are what demo/files/README.md says of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const FILES = join(import.meta.dirname, '..', '..', 'demo', 'files');
type Row = Record<string, string>;

function readRows(name: string, options: object): Row[] {
  return parse(readFileSync(join(FILES, name)), { columns: true, ...options }) as Row[];
}

let shop: TestDatabase;
beforeAll(async () => {
  shop = await createTestDatabase('shop');
});
afterAll(() => shop?.drop());

async function readSet(sql: string): Promise<Set<string>> {
  const { rows } = await shop.database.query<{ value: string }>(sql);
  return new Set(rows.map((row) => row.value));
}

describe('products.csv', () => {
  const rows = readRows('products.csv', {});

  it('has 386 products, 84 of them new to the shop', async () => {
    const skus = await readSet('select sku as value from product');
    expect(rows).toHaveLength(386);
    expect(new Set(rows.map((row) => row['SKU'])).size).toBe(386);
    expect(rows.filter((row) => !skus.has(row['SKU']!))).toHaveLength(84);
  });

  it('names only brands, categories and units that exist', async () => {
    const [brands, categories, units] = [
      await readSet('select name as value from brand'),
      await readSet('select code as value from category'),
      await readSet('select code as value from unit'),
    ];
    for (const row of rows) {
      expect(brands).toContain(row['Brand']);
      expect(categories).toContain(row['Category']);
      expect(units).toContain(row['Unit']);
    }
  });

  it('holds quoted cells with commas, quotes and line breaks, and letters beyond ASCII', () => {
    const cells = rows.flatMap((row) => Object.values(row));
    for (const part of [',', '"', '\n', 'ö', '–'])
      expect(cells.some((cell) => cell.includes(part))).toBe(true);
  });

  it('goes into the shop row for row', async () => {
    const { rowCount } = await loadProducts(rows);
    expect(rowCount).toBe(386);
  });
});

describe('products-messy.csv', () => {
  const text = readFileSync(join(FILES, 'products-messy.csv'), 'utf8');
  const rows = readRows('products-messy.csv', {
    bom: true,
    delimiter: ';',
    relax_column_count: true,
    info: true,
  });
  const records = rows as unknown as { record: Row; info: { lines: number } }[];
  const claims = [...readFileSync(join(FILES, 'README.md'), 'utf8').matchAll(/^\| (\d+) \| (\S+) \| /gm)];

  it('begins with a byte order mark and ends its lines as Windows does', () => {
    expect(text.startsWith('\uFEFFSKU;')).toBe(true);
    expect(text.endsWith('\r\n')).toBe(true);
    expect(records).toHaveLength(61);
  });

  it('has its troubles in the lines that the README names', () => {
    const lines = text.split('\n');
    expect(claims).toHaveLength(10);
    for (const [, line, sku] of claims) expect(lines[Number(line) - 1]).toMatch(new RegExp(`^${sku};`));
  });

  it('has exactly nine rows the shop refuses, each for a reason of its own', async () => {
    const refused = new Map<string, string>();
    for (const { record } of records) {
      await loadProducts([record]).catch((error: { code: string }) =>
        refused.set(record['SKU']!, error.code),
      );
    }
    expect(Object.fromEntries(refused)).toEqual({
      'NEW-100': '23502',
      'NEW-101': '22P02',
      'NEW-102': '23514',
      'NEW-103': 'ragged',
      'NEW-104': '22001',
      'NEW-105': '22P02',
      'NEW-106': '22008',
      'NEW-107': '23502',
      'NEW-108': '23505',
    });
  });
});

/** The plainest upsert there is, as an oracle that shares no code with the product. */
async function loadProducts(rows: readonly Row[]): Promise<{ rowCount: number | null }> {
  if (rows.some((row) => Object.keys(row).length !== 13)) throw { code: 'ragged' };
  return shop.database.query(
    `insert into product (sku, name, brand_id, category_id, unit_id, price, weight, status, ean, part_number, description,
       reorder_level, available_from)
     select f.sku, f.name, (select id from brand where name = f.brand), (select id from category where code = f.category),
       (select id from unit where code = f.unit), f.price::numeric, nullif(f.weight, '')::numeric, f.status::product_status,
       nullif(f.ean, ''), nullif(f.part, ''), nullif(f.description, ''), f.level::integer, nullif(f.start, '')::date
     from jsonb_to_recordset($1) f (sku text, name text, brand text, category text, unit text, price text, weight text,
       status text, ean text, part text, description text, level text, start text)
     on conflict (sku) do update set name = excluded.name, price = excluded.price, status = excluded.status`,
    [JSON.stringify(rows.map(toShort))],
  );
}

const toShort = (row: Row) => ({
  sku: row['SKU'],
  name: row['Product name'],
  brand: row['Brand'],
  category: row['Category'],
  unit: row['Unit'],
  price: row['List price'],
  weight: row['Weight (kg)'],
  status: row['Status'],
  ean: row['EAN'],
  part: row['Part no.'],
  description: row['Description'],
  level: row['Reorder level'],
  start: row['Available from'],
});
