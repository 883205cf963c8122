import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEntity } from '../../src/engine/catalog/entity-finder.js';
import {
  bindMapping,
  matchColumns,
  readMappingText,
  toMapping,
  toWholeColumns,
} from '../../src/engine/mapping/index.js';
import { readCatalogOf } from '../catalog/catalog-fixture.js';
import { createFixture, type ExportFixture } from '../export/export-fixture.js';

let shop: ExportFixture;
beforeAll(async () => {
  shop = await createFixture('shop');
});
afterAll(() => shop.drop());

const match = (entity: string, header: readonly string[], identity?: readonly string[]) => {
  const at = findEntity(shop.catalog, entity);
  return matchColumns(shop.catalog, at, header, identity ? { identity } : {});
};
const fieldsOf = (entity: string, header: readonly string[]) =>
  Object.fromEntries(match(entity, header).matched.map(({ column, field }) => [column, field]));

describe('columns are matched', () => {
  it('in the file the demo ships', () => {
    const file = readFileSync(join(import.meta.dirname, '../../demo/files/products.csv'), 'utf8');
    const header = file.slice(0, file.indexOf('\n')).trim().split(',');
    expect(match('product', header).unmatched).toEqual([]);
    expect(fieldsOf('product', header)).toMatchObject({
      SKU: 'sku',
      'Product name': 'name',
      Brand: 'brand.name',
      Category: 'category.code',
      Unit: 'unit.code',
      'List price': 'price',
      'Weight (kg)': 'weight',
      'Part no.': 'part_number',
    });
  });

  it('by name, label, spelling, plural and abbreviation', () => {
    expect(fieldsOf('product', ['Sku', 'NAME', 'reorderLevel', 'Available From', 'Tag', 'Prices'])).toEqual({
      Sku: 'sku',
      NAME: 'name',
      reorderLevel: 'reorder_level',
      'Available From': 'available_from',
      Tag: 'tags',
      Prices: 'price',
    });
  });

  it('by other words for the same thing, only where the entity has it', () => {
    expect(fieldsOf('product', ['Article number', 'Barcode', 'Manufacturer'])).toEqual({
      'Article number': 'sku',
      Barcode: 'ean',
      Manufacturer: 'brand.name',
    });
    expect(match('currency', ['Barcode']).unmatched).toMatchObject([{ column: 'Barcode' }]);
  });

  it('over relations in every form, any number of steps', () => {
    for (const header of ['brand.name', 'Brand name', 'brand_name', 'Brand', 'BRANDS']) {
      expect(fieldsOf('product', [header])).toEqual({ [header]: 'brand.name' });
    }
    expect(fieldsOf('product', ['brand_id'])).toEqual({ brand_id: 'brand_id' });
    expect(fieldsOf('product', ['category.parent.name'])).toEqual({
      'category.parent.name': 'category.parent.name',
    });
    expect(fieldsOf('product', ['Parent'])).toEqual({ Parent: 'parent.sku' });
  });

  it('never two onto one field, the surer one first', () => {
    const { matched, unmatched } = match('product', ['Article number', 'Product name', 'sku', 'name']);
    expect(matched.map(({ column, field }) => [column, field])).toEqual([
      ['sku', 'sku'],
      ['name', 'name'],
    ]);
    expect(unmatched.map(({ column }) => column)).toEqual(['Article number', 'Product name']);
    expect(unmatched[0]!.hint).toMatch(/already filled from the column sku/);
  });

  it('never a reference by its key and by its name at once', () => {
    const { matched, unmatched } = match('product', ['sku', 'Brand', 'brand_id']);
    expect(matched.map((one) => one.field)).toEqual(['sku', 'brand_id']);
    expect(unmatched).toMatchObject([{ column: 'Brand', hint: expect.stringMatching(/brand_id/) }]);
  });

  it('not to more of a record referred to than finds it', () => {
    const { matched, ignored } = match('product', ['sku', 'brand.name', 'brand.website']);
    expect(matched.map((one) => one.field)).toEqual(['sku', 'brand.name']);
    expect(ignored).toMatchObject([
      { column: 'brand.website', reason: expect.stringMatching(/found by name/) },
    ]);
  });

  it('not silently to what the database makes itself', () => {
    const line = match('sales_order_line', ['id', 'sales_order.number', 'line_number', 'line_total']);
    expect(line.ignored).toMatchObject([
      { column: 'id', field: 'id', reason: expect.stringMatching(/numbers id/) },
      { column: 'line_total', field: 'line_total', reason: expect.stringMatching(/computes/) },
    ]);
  });

  it('to a generated key where that is how records are found', () => {
    const byId = match('product', ['id', 'price']);
    expect(byId.identity).toEqual(['id']);
    expect(byId.matched.map((one) => one.field)).toEqual(['id', 'price']);
    expect(toMapping(findEntity(shop.catalog, 'product'), byId).identity).toEqual(['id']);
    expect(match('product', ['id', 'sku', 'price']).identity).toEqual(['sku']);
    expect(match('product', ['id', 'sku'], ['id']).matched.map((one) => one.field)).toEqual(['id', 'sku']);
  });

  it('not to parts of a JSON field, which say so', () => {
    const { ignored } = match('product', ['sku', 'attributes.colour']);
    expect(ignored).toMatchObject([
      { column: 'attributes.colour', reason: expect.stringMatching(/part of attributes/) },
    ]);
    expect(toWholeColumns(findEntity(shop.catalog, 'product'))).toEqual(['attributes']);
  });

  it('as guesses only: a mistyped header is a hint', () => {
    const { matched, unmatched } = match('product', ['descripton', 'xyz']);
    expect(matched).toEqual([]);
    expect(unmatched).toEqual([
      { column: 'descripton', index: 0, hint: 'It may mean description.' },
      { column: 'xyz', index: 1 },
    ]);
  });

  it('not at all where two fields fit equally well', async () => {
    const catalog = await readCatalogOf('create table t (id int primary key, "a_b" int, "a b" int)');
    const { matched, unmatched } = matchColumns(catalog, findEntity(catalog, 't'), ['A-B', 'id']);
    expect(matched.map((one) => one.field)).toEqual(['id']);
    expect(unmatched).toMatchObject([
      { column: 'A-B', hint: expect.stringMatching(/a_b or a b|a b or a_b/) },
    ]);
  });

  it('by the header that an override gives, which an export writes too', async () => {
    const catalog = await readCatalogOf('create table t (id int primary key, q int, price int)', {
      t: { fields: { q: { header: 'Menge in Stück' }, id: { header: 'price' } } },
    });
    const { matched } = matchColumns(catalog, findEntity(catalog, 't'), ['Menge in Stück', 'price']);
    expect(matched.map((one) => one.field)).toEqual(['q', 'price']);
  });

  it('to names with dots, quotes, capitals and reserved words', async () => {
    const catalog = await readCatalogOf(
      'create table "Order" ("a.b" int primary key, "say ""hi""" int, "Name" int, name int, "select" int)',
    );
    const header = ['a.b', 'say "hi"', 'Name', 'name', 'select'];
    const { matched } = matchColumns(catalog, findEntity(catalog, 'Order'), header);
    expect(matched.map((one) => one.path)).toEqual(header.map((name) => [name]));
  });
});

describe('a mapping', () => {
  const bind = (yaml: string, columns: readonly string[], lenient = false) => {
    const { mapping, place } = readMappingText(yaml, 'm.yaml');
    return bindMapping(mapping, shop.catalog, columns, { place, lenient });
  };
  const YAML = `entity: product
strategy: update
fields:
  - { column: Article, field: sku }
  - { column: Brand, field: brand.name, create: true }
  - { column: Group, field: category.parent.name, create: true, empty: default }
  - { field: status, value: active }
  - { column: Price, field: price, default: "0", empty: null }
  - { column: Total, field: created_at, direction: export }
ignore: [Notes]
`;

  it('is bound to the columns of a source, by name or else by the only one alike', () => {
    expect(bind(YAML, ['Price', 'article', 'Brand', 'Group', 'Notes', 'More', 'dovetail_errors'])).toEqual({
      entity: 'product',
      strategy: 'update',
      targets: [
        { path: ['sku'], source: { column: 1 }, empty: 'leave' },
        { path: ['brand', 'name'], source: { column: 2 }, empty: 'leave' },
        { path: ['category', 'parent', 'name'], source: { column: 3 }, empty: 'default' },
        { path: ['status'], source: { constant: 'active' }, empty: 'leave' },
        { path: ['price'], source: { column: 0 }, empty: 'null', fallback: '0' },
      ],
      create: ['brand', 'category', 'category.parent'],
      unmatched: ['More'],
      warnings: [
        expect.stringMatching(/Category is not unique by parent_id/),
        expect.stringMatching(/Category is not unique by name/),
      ],
    });
  });

  it('says which column is missing, in which line, and what was probably meant', () => {
    expect(() => bind(YAML, ['Artikle', 'Brand', 'Group'])).toThrow(
      expect.objectContaining({
        code: 'MAPPING-301',
        hint: 'Did you mean Artikle?',
        pointer: expect.objectContaining({ file: 'm.yaml', line: 4, column: 'Article' }),
      }),
    );
    const { targets, warnings } = bind(YAML, ['Article'], true);
    expect(targets.map((target) => target.path.join('.'))).toEqual(['sku', 'status', 'price']);
    expect(warnings[0]).toMatch(/no column Brand/);
  });

  it.each([
    ['entity: prodct\nfields: []', 'MAPPING-201', 1, /product/],
    ['entity: product\nfields:\n  - {column: A, field: skuu}', 'MAPPING-202', 3, /sku/],
    ['entity: product\nfields:\n  - {column: A, field: brnd.name}', 'MAPPING-202', 3, /brand/],
    ['entity: product\nfields:\n  - {column: A, field: brand}', 'MAPPING-202', 3, /brand\.name/],
    ['entity: product\nfields:\n  - {column: A, field: brand_id.name}', 'MAPPING-202', 3, /brand\.name/],
    ['entity: product\nfields:\n  - {column: A, field: children.sku}', 'MAPPING-202', 3, /by itself/],
    [
      'entity: product\nfields:\n  - {column: A, field: sku}\n  - {column: B, field: sku}',
      'MAPPING-204',
      4,
      /Keep one/,
    ],
    [
      'entity: product\nfields:\n  - {column: A, field: brand_id}\n  - {column: B, field: brand.name}',
      'MAPPING-204',
      4,
      /Keep one/,
    ],
    [
      'entity: product\nfields:\n  - {column: A, field: sku}\n  - {column: A, field: name}',
      'MAPPING-206',
      4,
      /direction/,
    ],
    [
      'entity: product\nstrategy: update\nfields:\n  - {column: A, field: name}',
      'MAPPING-205',
      undefined,
      /identity/,
    ],
    ['entity: product\nidentity: skuu\nfields:\n  - {column: A, field: sku}', 'MAPPING-202', 2, /sku/],
    ['entity: product\nfields:\n  - {column: A, field: sku, create: true}', 'MAPPING-207', 3, undefined],
    [
      'entity: product\nfields:\n  - {column: A, field: id}\n  - {column: B, field: sku}',
      'MAPPING-203',
      3,
      /direction/,
    ],
    ['entity: product\nfields:\n  - {column: A, field: "a..b"}', 'MAPPING-104', 3, /path|field/],
    ['entity: product\nfields:\n  - {column: A, field: "brand.*"}', 'MAPPING-203', 3, /export/],
    ['entity: product\nfields: []', 'MAPPING-208', 2, undefined],
  ])('that does not fit is refused with its line: %j', (yaml, code, line, hint) => {
    const error = (() => {
      try {
        bind(yaml, ['A', 'B']);
      } catch (thrown) {
        return thrown as { code: string; hint?: string; pointer: { line?: number } };
      }
      throw new Error('accepted');
    })();
    expect([error.code, line === undefined ? undefined : error.pointer.line]).toEqual([code, line]);
    if (hint) expect(error.hint).toMatch(hint);
  });
});
