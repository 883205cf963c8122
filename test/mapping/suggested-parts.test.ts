// Columns in a row, numbered or by language, in real files of other shops: what `mapping suggest` makes of them, and that it can be
// imported as it stands and writes the same columns again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEntity } from '../../src/engine/catalog/entity-finder.js';
import { matchColumns, matchParts, readMappingText, toMappedPart } from '../../src/engine/mapping/index.js';
import { readCatalogOf } from '../catalog/catalog-fixture.js';
import { createImportFixture, type ImportFixture, toCall } from '../import/import-fixture.js';
import { findSamples } from '../support/samples.js';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'shop-files');
const samples = findSamples();
const signal = new AbortController().signal;

describe.skipIf(samples === undefined)('a suggested mapping takes', () => {
  let at: ImportFixture;
  beforeAll(async () => {
    at = await createImportFixture(readFileSync(join(EXAMPLE, 'schema.sql'), 'utf8'));
  }, 60_000);
  afterAll(() => at.drop());

  const suggest = async (file: string, problems: readonly string[] = []) => {
    const source = join(samples!, 'commerce', file);
    const { text, matched } = await at.files.suggestMapping({
      source,
      entity: 'product',
      formatOptions: {},
      signal,
    });
    const { mapping } = readMappingText(text);
    const report = await at.files.checkMapping({
      mapping: '',
      text,
      source: { source, formatOptions: {}, signal },
    });
    expect(report.problems.map(({ code }) => code)).toEqual(problems);
    // Every column is said something of.
    expect(report.unmatched).toEqual([]);
    return { source, text, matched, mapping };
  };

  it('WooCommerce: attributes as numbered names with their lists of values, and writes them again', async () => {
    const { source, text, matched, mapping } = await suggest('woocommerce/sample_products.csv');
    expect(mapping.many).toEqual({
      product_option: {
        fields: [
          { field: 'position', from: 'n' },
          { field: 'name', column: 'Attribute {n} name' },
          { field: 'choices', column: 'Attribute {n} value(s)', steps: [{ list: ',' }] },
        ],
      },
    });
    expect(matched).toBe(12);
    expect(mapping.fields).toContainEqual({ field: 'tags', column: 'Tags', steps: [{ list: ',' }] });
    // Columns of the same numbers that fit nothing are left, and named.
    expect(mapping.ignore).toEqual(expect.arrayContaining(['Attribute 1 visible', 'Download 2 URL']));

    const path = await at.write('woocommerce.yaml', text);
    const report = await at.files.import({ ...toCall({ mapping: path }), source: { path: source } });
    expect(report.errors).toEqual([]);
    expect(report.counters.added).toBe(25);
    expect(
      await at.rows(
        `select o.position, o.name, o.choices from product_option o join product p on p.id = o.product_id
         where p.sku = 'woo-vneck-tee' order by 1`,
      ),
    ).toEqual([
      ['1', 'Color', '{Blue,Green,Red}'],
      ['2', 'Size', '{Large,Medium,Small}'],
    ]);

    const out = join(at.folder, 'woocommerce.csv');
    const about = { format: 'csv', formatOptions: {}, full: false, signal, onProgress: () => {} };
    await at.files.export({ entity: 'product', mapping: path, target: { path: out }, ...about });
    expect(readFileSync(out, 'utf8').split('\n')[0]).toContain('Attribute 2 name,Attribute 2 value(s)');
    const again = await at.files.import({ ...toCall({ mapping: path }), source: { path: out } });
    expect(again.counters).toMatchObject({ read: 25, unchanged: 25 });
    expect(again.parts).toMatchObject({ product_option: { added: 0, updated: 0, failed: 0 } });
  }, 60_000);

  it('OroCommerce: units and variants by number, texts by language', async () => {
    const { mapping } = await suggest(
      'orocommerce/ProductBundle/Tests/Functional/ImportExport/data/import_configurable_product.csv',
    );
    expect(mapping.many).toEqual({
      product_text: {
        fields: [
          { field: 'language', from: 'language' },
          { field: 'name', column: 'Name.{language}.value' },
          { field: 'description', column: 'Description.{language}.value' },
        ],
      },
      product_unit: {
        fields: [
          { field: 'position', from: 'n' },
          { field: 'code', column: 'additionalUnitPrecisions:{n}:unit:code' },
          { field: 'precision', column: 'additionalUnitPrecisions:{n}:precision' },
          { field: 'rate', column: 'additionalUnitPrecisions:{n}:conversionRate' },
        ],
      },
      product_link: {
        fields: [
          { field: 'position', from: 'n' },
          { field: 'sku', column: 'Product Variant Links.{n}.Product.SKU' },
        ],
      },
    });
  });

  it('Shopify: three options, but no labels that only have numbers', async () => {
    // Nobody could guess that the handle is this shop's sku: that is said, and found by the check.
    const { mapping, text } = await suggest('shopify/Product-data.csv', ['MAPPING-205']);
    expect(text).toContain('# No column seems to say which record is which: say which one is sku.');
    expect(Object.keys(mapping.many!)).toEqual(['product_option']);
    expect(mapping.many!['product_option']!.fields).toContainEqual({
      field: 'name',
      column: 'Option{n} Name',
    });
    expect(mapping.ignore).toContain('Google Shopping / Custom Label 3');
  });

  it('Vendure: names and descriptions by language', async () => {
    const { mapping } = await suggest('vendure/import-fixtures/multiple-languages.csv');
    expect(mapping.many).toEqual({
      product_text: {
        fields: [
          { field: 'language', from: 'language' },
          { field: 'name', column: 'name:{language}' },
          { field: 'description', column: 'description:{language}' },
        ],
      },
    });
  });

  it.each(['bagisto/csv/products.csv', 'magento2/ConfigurableSampleData/fixtures/products.csv'])(
    'nothing of the sort where there is none: %s',
    async (file) => {
      expect((await suggest(file)).mapping.many).toBeUndefined();
    },
  );
});

describe('columns in a row', () => {
  const SHOP = `
    create table brand (id int generated always as identity primary key, name text not null unique);
    create table category (id int generated always as identity primary key, code text not null unique);
    create table product (id int generated always as identity primary key, sku text not null unique);
    create table product_category (product_id int references product, category_id int references category, primary key (product_id, category_id));
    create table image (id int generated always as identity primary key, product_id int not null references product, url text not null, alt text, kind text not null);
    create table supplier (id int generated always as identity primary key, number text not null unique);
    create table supplier_product (product_id int not null references product, supplier_id int not null references supplier, purchase_price numeric, primary key (product_id, supplier_id));`;
  const match = async (header: readonly string[]) => {
    const catalog = await readCatalogOf(SHOP);
    const product = findEntity(catalog, 'product');
    return matchParts(catalog, product, header, matchColumns(catalog, product, header));
  };
  const fieldsOf = (parts: Awaited<ReturnType<typeof match>>) =>
    Object.fromEntries(parts.map((part) => [part.relation, toMappedPart(part)]));

  it('are told by the number before, behind and within the name', async () => {
    for (const url of ['images {n} url', 'image_url_{n}', 'Image{n}URL', '{n}. picture url']) {
      const header = ['sku', ...['1', '2', '3'].map((n) => url.replace('{n}', n))];
      expect(fieldsOf(await match(header))['image']?.fields, url).toEqual([{ field: 'url', column: url }]);
    }
  });

  it('say by what their records are told apart where no key does, and what a new one also needs', async () => {
    const [image] = await match(['sku', 'Image 1 url', 'Image 1 alt', 'Image 2 url', 'Image 2 alt']);
    expect(image).toMatchObject({ relation: 'image', identity: ['product', 'url'], missing: ['kind'] });
  });

  it('may name what the records refer to, with others of the same numbers beside', async () => {
    expect(fieldsOf(await match(['sku', 'Supplier 1', 'Cost 1', 'Supplier 2', 'Cost 2']))).toEqual({
      supplier_product: {
        fields: [
          { field: 'supplier.number', column: 'Supplier {n}' },
          { field: 'purchase_price', column: 'Cost {n}' },
        ],
      },
    });
  });

  it('lead over a table that joins two', async () => {
    expect(fieldsOf(await match(['sku', 'Category 1', 'Category 2']))).toEqual({
      category: { fields: [{ field: 'code', column: 'Category {n}' }] },
    });
  });

  it('are nothing where only numbers are alike, or one column stands alone', async () => {
    for (const header of [
      ['sku', 'Custom 1', 'Custom 2'],
      ['sku', 'FY2019', 'FY2020', 'ISO3166-1-numeric'],
      ['sku', 'Image 1'],
      ['sku', 'Image {1} url', 'Image {2} url'],
    ]) {
      expect(await match(header), header.join()).toEqual([]);
    }
  });
});
