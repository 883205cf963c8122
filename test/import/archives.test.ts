// Zip files of tables: one is read as if it lay there itself, several go each into the entity they are named after.
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toBook, toRows, toZip } from '../formats/workbook-builder.js';
import { countsOf, createImportFixture, type ImportFixture, toCall } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(`
    create table brand (name text primary key);
    create table product (sku text primary key, brand_name text not null references brand, price numeric);
    create table stock_level (sku text primary key references product, quantity int)`);
});
afterAll(() => at?.drop());
beforeEach(() => at.run('truncate brand, product, stock_level'));

const PRODUCTS = 'sku,brand_name,price\nA,Acme,1.50\nB,Acme,2\n';
const spooled = async () => (await readdir(join(at.folder, 'data', 'spool')).catch(() => [])).length;

describe('a zip file with one table', () => {
  beforeEach(() => at.run(`insert into brand values ('Acme')`));

  it('is read as if the table lay there itself, and nothing of it is left behind', async () => {
    const zip = await toZip({ 'README.txt': 'about', '__MACOSX/._p.csv': 'x', 'data/p.csv': PRODUCTS });
    const report = await at.import('product', zip, { name: 'p.zip' });
    expect(countsOf(report)).toEqual({ read: 2, added: 2 });
    expect(report.title).toMatch(/p\.zip\/data\/p\.csv$/);
    expect(await spooled()).toBe(0);
    expect(countsOf(await at.import('product', zip, { name: 'p.zip' }))).toEqual({ read: 2, unchanged: 2 });
  });

  it('may hold a workbook, or a table that is packed once more', async () => {
    const book = await toBook({
      sheets: {
        S: toRows([
          ['sku', 'brand_name', 'price'],
          ['A', 'Acme', 1.5],
        ]),
      },
    });
    expect(countsOf(await at.import('product', await toZip({ 'p.xlsx': book }), { name: 'b.zip' }))).toEqual({
      read: 1,
      added: 1,
    });
    const packed = await toZip({ 'p.csv.gz': gzipSync(PRODUCTS) });
    expect(countsOf(await at.import('product', packed, { name: 'g.zip' }))).toEqual({
      read: 2,
      added: 1,
      unchanged: 1,
    });
  });

  it('comes from a pipe too', async () => {
    const path = await at.write('piped.zip', await toZip({ 'p.csv': PRODUCTS }));
    const source = { stream: createReadStream(path), name: 'standard input' };
    const report = await at.files.import({ ...toCall({}), entity: 'product', source });
    expect(countsOf(report)).toEqual({ read: 2, added: 2 });
    expect(await spooled()).toBe(0);
  });

  it('fails, resumes and lists failed rows as any source does', async () => {
    const zip = await toZip({ 'p.csv': `${PRODUCTS}C,Nobody,1\n` });
    const report = await at.import('product', zip, { name: 'f.zip' });
    expect(countsOf(report)).toEqual({ read: 3, added: 2, failed: 1 });
    expect(report.failedRows?.rows).toBe(1);
  });
});

describe('a zip file with several tables', () => {
  const files = {
    '3-stock-levels.csv': 'sku,quantity\nA,5\nB,0\n',
    'Products.csv': PRODUCTS,
    'brand.ndjson': '{"name":"Acme"}\n',
  };
  const importAll = async (zip: Buffer, wish = {}) =>
    at.files.importArchive({ ...toCall(wish), source: { path: await at.write('shop.zip', zip) } });

  it('goes in whole, each into the entity of its name, what is referred to first', async () => {
    const report = await importAll(await toZip(files));
    expect(report.runs.map((run) => [run.entity, countsOf(run)])).toEqual([
      ['brand', { read: 1, added: 1 }],
      ['product', { read: 2, added: 2 }],
      ['stock_level', { read: 2, added: 2 }],
    ]);
    expect(report.left).toEqual([]);
    expect(await at.rows('select sku, quantity from stock_level order by 1')).toEqual([
      ['A', '5'],
      ['B', '0'],
    ]);
  });

  it('stops where a run stops, and says what was not tried', async () => {
    const zip = await toZip({ ...files, 'Products.csv': `${PRODUCTS}C,Nobody,1\n` });
    const report = await importAll(zip, { onError: 'stop' });
    expect(report.runs.map((run) => [run.entity, run.state])).toEqual([
      ['brand', 'completed'],
      ['product', 'stopped'],
    ]);
    expect(report.left).toEqual(['3-stock-levels.csv']);
  });

  it('is refused before anything is written if a file has no entity', async () => {
    const zip = await toZip({ ...files, 'colours.csv': 'name\nred\n' });
    await expect(importAll(zip)).rejects.toMatchObject({ code: 'FILES-113', detail: /colours\.csv/ });
    expect(await at.rows('select count(*) from brand')).toEqual([['0']]);
  });

  it('asks which one is meant for an entity, and takes the one that is named', async () => {
    await at.run(`insert into brand values ('Acme')`);
    const zip = await toZip(files);
    await expect(at.import('product', zip, { name: 's.zip' })).rejects.toMatchObject({
      code: 'FORMATS-126',
      hint: /--member: 3-stock-levels\.csv, Products\.csv, brand\.ndjson/,
    });
    const report = await at.import('product', zip, { name: 's.zip', member: 'products.csv' });
    expect(countsOf(report)).toEqual({ read: 2, added: 2 });
    await expect(at.import('product', zip, { name: 's.zip', member: 'x.csv' })).rejects.toMatchObject({
      code: 'FORMATS-126',
    });
    await expect(at.import('product', PRODUCTS, { member: 'x.csv' })).rejects.toMatchObject({
      code: 'FILES-112',
    });
  });
});

describe('a hostile zip file', () => {
  it('with paths that lead out of it, or that is cut off, is refused', async () => {
    const before = await spooled();
    const out = await toZip({ '../../evil.csv': PRODUCTS });
    await expect(at.import('product', out, { name: 'evil.zip' })).rejects.toMatchObject({
      code: 'FORMATS-120',
    });
    const cut = (await toZip({ 'p.csv': PRODUCTS })).subarray(0, 60);
    await expect(at.import('product', cut, { name: 'cut.zip' })).rejects.toMatchObject({
      code: 'FORMATS-120',
    });
    expect(await spooled()).toBe(before);
  });
});
