// AdventureWorks without header lines: tabs, `+|` and `&|`, line breaks in unquoted text. 21 of its 22 files are read
// right by detection alone; the one whose text breaks lines needs to be told its columns.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findSamples } from '../support/samples.js';
import { detectAndRead, readTable } from './read-table.js';

const samples = findSamples();

describe.skipIf(samples === undefined)('AdventureWorks', () => {
  const folder = join(samples ?? '', 'erp', 'adventureworks');
  const SHAPES: Readonly<Record<string, string>> = {
    CountryRegion: '238 x 3',
    Currency: '105 x 3',
    CurrencyRate: '13532 x 7',
    JobCandidate: '13 x 4',
    Product: '504 x 25',
    ProductCategory: '4 x 4',
    ProductDescription: '762 x 4',
    ProductInventory: '1069 x 7',
    ProductListPriceHistory: '395 x 5',
    ProductModel: '128 x 6',
    ProductModelProductDescriptionCulture: '762 x 4',
    ProductSubcategory: '37 x 5',
    PurchaseOrderHeader: '4012 x 13',
    SalesTaxRate: '29 x 7',
    SalesTerritory: '10 x 10',
    ShipMethod: '5 x 6',
    SpecialOffer: '16 x 11',
    StateProvince: '181 x 8',
    Store: '701 x 6',
    UnitMeasure: '38 x 3',
    Vendor: '104 x 8',
  };

  it('has every file in the list below', () => {
    const names = readdirSync(folder).map((name) => name.replace('.csv', ''));
    expect(names.sort()).toEqual([...Object.keys(SHAPES), 'ProductReview'].sort());
  });

  it.each(Object.entries(SHAPES))('%s: %s, nothing stated', async (name, shape) => {
    const table = await detectAndRead(readFileSync(join(folder, `${name}.csv`)), `${name}.csv`);
    expect(`${table.rows.length} x ${table.columns.length}`).toBe(shape);
    expect(table.problems).toEqual([]);
    expect(table.columns[0]).toBe('column1');
  });

  it('ProductReview: four reviews, their line breaks kept, with delimiter and columns stated', async () => {
    const columns = ['id', 'product', 'reviewer', 'date', 'email', 'rating', 'comments', 'modified'];
    const options = { delimiter: '\t', quote: '', header: false, columns, ragged: 'join' };
    const bytes = readFileSync(join(folder, 'ProductReview.csv'));
    const table = await readTable('csv', bytes, options);
    expect(table.problems).toEqual([]);
    expect(table.rows.map((row) => [row[0], row[2], row[5]])).toEqual([
      ['1', 'John Smith', '5'],
      ['2', 'David', '4'],
      ['3', 'Jill', '2'],
      ['4', 'Laura Norman', '5'],
    ]);
    expect(table.rows[2]![6]).toMatch(/^Maybe .*getting use\r?\nto these pedals.*any suggestions on\r?\n/is);
    expect(table.rows.every((row) => /^\d{4}-\d{2}-\d{2} /.test(row[7]!))).toBe(true);
  });
});

describe('line breaks in unquoted cells', () => {
  const options = { delimiter: '\t', header: true, ragged: 'join', quote: '' };

  it('belong to the text until the row is full, with the lines counted on', async () => {
    const text = 'a\tb\tc\n1\tx\ny\n\nz\t2\n3\tone\t4\r\n5\ttwo\r\nlines\t6\n';
    const table = await readTable('csv', Buffer.from(text), options);
    expect(table.rows).toEqual([
      ['1', 'x\ny\n\nz', '2'],
      ['3', 'one', '4'],
      ['5', 'two\r\nlines', '6'],
    ]);
    expect([table.lines, table.problems]).toEqual([[2, 6, 7], []]);
  });

  it('leave a row with too few cells at the end, or too many, a problem', async () => {
    const short = await readTable('csv', Buffer.from('a\tb\tc\n1\t2\n'), options);
    expect(short.problems).toMatchObject([{ record: 1, line: 2, code: 'FORMATS-201' }]);
    const joined = await readTable('csv', Buffer.from('a\tb\tc\n1\t2\n3\t4\t5\n'), options);
    expect(joined.problems).toMatchObject([{ record: 1, line: 2, code: 'FORMATS-202' }]);
  });
});
