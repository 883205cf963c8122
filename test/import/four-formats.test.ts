// The same customers, products and tax rates of Bagisto in four formats: whichever comes first, the others change nothing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findSamples } from '../support/samples.js';
import { countsOf, createImportFixture, type ImportFixture, toCall } from './import-fixture.js';

const FORMATS = ['csv', 'xls', 'xlsx', 'xml'] as const;
const samples = findSamples();

const FILES = [
  { name: 'customers', entity: 'customer', identity: 'email', records: 3 },
  { name: 'products', entity: 'product', identity: 'sku', records: 26 },
  { name: 'tax-rates', entity: 'tax_rate', identity: 'identifier', records: 2 },
] as const;

// XML tells an empty text from none, CSV does not; a shop's texts are empty where nothing is said.
const TEXT = "text not null default ''";
const TYPES: Readonly<Record<string, string>> = {
  type: "text check (type in ('simple', 'configurable', 'virtual', 'grouped', 'downloadable', 'bundle', 'booking'))",
  date_of_birth: 'date',
  status: 'boolean',
  price: 'numeric(12,4)',
  cost: 'numeric(12,4)',
  special_price: 'numeric(12,4)',
  weight: 'numeric(12,4)',
  tax_rate: 'numeric(12,4)',
  is_zip_range: 'boolean',
};

describe.skipIf(samples === undefined)('Bagisto’s four formats', () => {
  let at: ImportFixture;
  const pathOf = (format: string, name: string): string =>
    join(samples!, 'commerce/bagisto', format, `${name}.${format}`);
  beforeAll(async () => {
    const tables = FILES.map(({ name, entity, identity }) => {
      const [header] = readFileSync(pathOf('csv', name), 'utf8').split(/\r?\n/) as [string];
      const columns = header.split(',').map((column) => `"${column}" ${TYPES[column] ?? TEXT}`);
      return `create table ${entity} (${columns.join(', ')}, primary key ("${identity}"));`;
    });
    at = await createImportFixture(tables.join('\n'));
  });
  afterEach(() => at.run('truncate customer, product, tax_rate'));
  afterAll(() => at?.drop());

  const importOne = async (format: string, { name, entity }: (typeof FILES)[number]) => {
    const report = await at.files.import({ ...toCall({ entity }), source: { path: pathOf(format, name) } });
    expect(report.errors, `${name} as ${format}`).toEqual([]);
    return countsOf(report);
  };

  it.each(FORMATS)('give the records that %s gave', async (first) => {
    for (const file of FILES) {
      expect(await importOne(first, file)).toEqual({ read: file.records, added: file.records });
      const stored = await at.rows(`select t::text from ${file.entity} t order by 1`);
      for (const other of FORMATS.filter((format) => format !== first)) {
        // Only the XML says John's number: an import that has none leaves it as it is, one that has it sets it.
        const says = other === 'xml' && file.entity === 'customer';
        expect(await importOne(other, file), `${file.name}: ${other} after ${first}`).toEqual(
          says ? { read: 3, updated: 1, unchanged: 2 } : { read: file.records, unchanged: file.records },
        );
        if (says) await at.run(`update customer set phone = '' where phone = '9876543109'`);
      }
      expect(await at.rows(`select t::text from ${file.entity} t order by 1`)).toEqual(stored);
    }
  });

  it('of a file with errors only the wrong row is refused, with its line, column and reason', async () => {
    const path = join(samples!, 'commerce/bagisto/tests/products-with-errors.csv');
    const report = await at.files.import({ ...toCall({ entity: 'product' }), source: { path } });
    const { read, added, failed } = report.counters;
    expect({ read, added, failed }).toEqual({ read: 2, added: 1, failed: 1 });
    expect(report.errors[0]!.first).toMatchObject([
      {
        line: 3,
        column: 'type',
        value: 'not-a-product-type',
        code: expect.any(String),
        hint: expect.any(String),
      },
    ]);
  });
});
