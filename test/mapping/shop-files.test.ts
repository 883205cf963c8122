// The mapping files of examples/shop-files against real files of real shops: in, out, and in again without a change.
import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { FormatOptions } from '../../src/engine/formats/table-format.js';
import { countsOf, createImportFixture, type ImportFixture, toCall } from '../import/import-fixture.js';
import { findSamples } from '../support/samples.js';

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'shop-files');
const samples = findSamples();
let at: ImportFixture | undefined;

describe.skipIf(samples === undefined)('a mapping file for the files of', () => {
  beforeEach(async () => {
    await at?.drop();
    at = await createImportFixture(readFileSync(join(EXAMPLE, 'schema.sql'), 'utf8'));
  }, 60_000);
  afterAll(() => at?.drop());

  async function roundTrip(
    name: string,
    file: string,
    entity = 'product',
    formatOptions: FormatOptions = {},
    written: FormatOptions = {},
  ) {
    const mapping = join(EXAMPLE, `${name}.yaml`);
    const path = join(samples!, file);
    const first = await at!.files.import({ ...toCall({ mapping, formatOptions }), source: { path } });
    const out = join(at!.folder, `${name}.csv`);
    const signal = new AbortController().signal;
    const about = { format: 'csv', formatOptions: written, full: false, signal, onProgress: () => {} };
    await at!.files.export({ entity, mapping, target: { path: out }, ...about });
    const again = await at!.files.import({ ...toCall({ mapping }), source: { path: out } });
    expect(again.errors).toEqual([]);
    const { read, ...rest } = countsOf(again);
    expect(rest).toEqual({ unchanged: read });
    for (const counts of Object.values(again.parts ?? {}))
      expect(counts).toMatchObject({ added: 0, updated: 0, deleted: 0, failed: 0 });
    return first;
  }

  it('Shopify: several rows per product', async () => {
    const report = await roundTrip('shopify', 'commerce/shopify/Product-data.csv');
    expect(report.errors).toEqual([]);
    const [[products, variants, images]] = (await at!.rows(
      'select (select count(*) from product), (select count(*) from product_variant), (select count(*) from product_image)',
    )) as [string[]];
    expect(Number(products)).toBe(report.counters.added);
    expect(Number(variants)).toBeGreaterThanOrEqual(Number(products));
    expect(Number(images)).toBeGreaterThan(0);
  }, 60_000);

  it('WooCommerce: paths, lists and numbered attributes', async () => {
    const report = await roundTrip('woocommerce', 'commerce/woocommerce/sample_products.csv');
    expect(report.errors).toEqual([]);
    expect(report.counters).toMatchObject({ read: 25, added: 25 });
    expect(
      await at!.rows(
        `select p.type, o.name, o.choices, c.path, p.weight from product p join product_option o on o.product_id = p.id and o.position = 2
         join product_category x on x.product_id = p.id join category c on c.id = x.category_id where sku = 'woo-vneck-tee'`,
      ),
    ).toEqual([['variable', 'Size', '{Large,Medium,Small}', 'Clothing > Tshirts', '0.227']]);
  }, 60_000);

  it('Magento: packed attributes', async () => {
    const report = await roundTrip(
      'magento',
      'commerce/magento2/ConfigurableSampleData/fixtures/products.csv',
    );
    expect(report.errors).toEqual([]);
    expect(report.counters.read).toBe(1_994);
    expect(
      await at!.rows(
        `select attributes->>'size', attributes->>'color' from product where sku = 'MH01-XS-Black'`,
      ),
    ).toEqual([['XS', 'Black']]);
  }, 120_000);

  it('Vendure: padded cells, continuation rows', async () => {
    const report = await roundTrip('vendure', 'commerce/vendure/products.csv');
    expect(report.errors).toEqual([]);
    expect(
      await at!.rows(
        `select p.name, v.title, v.price, v.stock from product_variant v join product p on p.id = v.product_id where p.sku = 'laptop' order by v.price limit 1`,
      ),
    ).toMatchObject([['Laptop', expect.stringContaining('13 inch'), expect.any(String), '100']]);
  }, 60_000);

  it('Vendure: languages in columns', async () => {
    const languages = await roundTrip(
      'vendure-languages',
      'commerce/vendure/import-fixtures/e2e-product-import-multi-languages.csv',
    );
    expect(languages.errors).toEqual([]);
    expect(
      await at!.rows(
        `select t.language, t.name from product_text t join product p on p.id = t.product_id where p.sku = 'fantastic-paper-stretcher' order by 1`,
      ),
    ).toEqual([
      ['en', 'Fantastic Paper Stretcher'],
      ['zh_Hans', '奇妙的纸张拉伸器'],
    ]);
  }, 60_000);

  it('Salesforce: accounts in Windows-1252, and back out in it', async () => {
    const file = 'crm/salesforce-dataloader/accountData.csv';
    const written = { encoding: 'windows-1252' };
    const report = await roundTrip('salesforce-accounts', file, 'account', {}, written);
    expect(report.errors).toEqual([]);
    expect(report.counters.added).toBeGreaterThan(400);
    const bytes = readFileSync(join(at!.folder, 'salesforce-accounts.csv'));
    expect(isUtf8(bytes)).toBe(false);
    const [[foreign]] = (await at!.rows(`select name from account where name ~ '[^ -~]' limit 1`)) as [
      string[],
    ];
    expect(bytes.includes(Buffer.from(foreign!, 'latin1'))).toBe(true);
  }, 60_000);

  it('OroCommerce: paths as headers, languages, units and variants in columns', async () => {
    const file =
      'commerce/orocommerce/ProductBundle/Tests/Functional/ImportExport/data/import_configurable_product.csv';
    const report = await roundTrip('orocommerce', file);
    expect(report.errors).toEqual([]);
    expect(report.counters).toMatchObject({ read: 3, added: 3 });
    expect(
      await at!.rows(
        `select p.sku, t.language, t.name, u.code, u.rate, (select string_agg(l.sku, ',' order by l.position) from product_link l where l.product_id = p.id)
         from product p join product_text t on t.product_id = p.id join product_unit u on u.product_id = p.id
         where p.sku in ('variant1', 'configurable') order by 1, t.language desc`,
      ),
    ).toEqual([
      ['configurable', 'default', 'Configurable', 'kg', '5.0000', 'variant1,variant2'],
      ['configurable', 'English (United States)', 'Configurable', 'kg', '5.0000', 'variant1,variant2'],
      ['variant1', 'default', 'Variant 1', 'kg', '5.0000', null],
      ['variant1', 'English (United States)', 'Variant 1', 'kg', '5.0000', null],
    ]);
  }, 60_000);

  it('OroCommerce: orders in JSON, with their lines', async () => {
    const folder = 'commerce/orocommerce/OrderBundle/Tests/Behat/Features/Fixtures/external_orders';
    const report = await roundTrip('orocommerce-orders', `${folder}/import_orders.json`, 'sale');
    expect(report.errors).toEqual([]);
    expect(
      await at!.rows(
        'select s.number, s.ordered_on, s.status, s.ship_to_city, l.sku, l.quantity, l.unit, l.price from sale s join sale_line l on l.sale_id = s.id',
      ),
    ).toEqual([['1000ORD1005', '2023-01-14', 'open', 'LA', 'TAG1', '2.000', 'item', '50.00']]);
  }, 60_000);

  it('AdventureWorks: no header', async () => {
    const columns = ['ProductSubcategoryID', 'ProductCategoryID', 'Name', 'rowguid', 'ModifiedDate'];
    const report = await roundTrip(
      'adventureworks-subcategories',
      'erp/adventureworks/ProductSubcategory.csv',
      'subcategory',
      { header: false, columns },
    );
    expect(report.errors).toEqual([]);
    expect(report.counters.added).toBe(37);
  }, 60_000);
});
