import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportEntity } from '../../src/doors/files/export/export-entity.js';
import { readFormat } from '../../src/engine/formats/index.js';
import {
  bindMapping,
  checkMapping,
  type Mapping,
  readMappingFile,
  readMappingText,
} from '../../src/engine/mapping/index.js';
import { readWhere } from '../../src/engine/records/read/index.js';
import { createFixture, type ExportFixture, readBack } from './export-fixture.js';

let shop: ExportFixture;
beforeAll(async () => {
  shop = await createFixture('shop');
});
afterAll(() => shop.drop());

async function exportWith(mapping: Mapping, where: string): Promise<string> {
  const stream = new PassThrough();
  const taken = text(stream);
  await exportEntity(shop.database, {
    catalog: shop.catalog,
    mapping,
    filter: readWhere(where),
    format: readFormat('csv'),
    options: {},
    target: { stream },
  });
  stream.end();
  return taken;
}

describe('a mapping file', () => {
  it('renames and reorders an export, and takes what it wrote back to the same fields', async () => {
    const { mapping } = readMappingText(`
entity: product
fields:
  - { column: Marke, field: brand.name }
  - { column: Artikelnummer, field: sku }
  - { field: status, value: active }
  - { column: Obergruppe, field: category.parent.name, direction: export }
  - { column: Preis, field: price, direction: import }
`);
    const written = await exportWith(mapping, 'sku starts with BX and category.parent exists');
    const { columns, rows } = await readBack(written, 'csv');
    expect(columns).toEqual(['Marke', 'Artikelnummer', 'Obergruppe']);
    const stored = await shop.database.query<{ brand: string; sku: string; parent: string }>(
      `select b.name as brand, p.sku, up.name as parent from product p join brand b on b.id = p.brand_id
       join category c on c.id = p.category_id join category up on up.id = c.parent_id where p.sku like 'BX%' order by p.id`,
    );
    expect(stored.rows.length).toBeGreaterThan(0);
    expect(rows).toEqual(stored.rows.map(({ brand, sku, parent }) => [brand, sku, parent]));
    const bound = bindMapping(mapping, shop.catalog, columns, { lenient: true });
    expect(bound.targets.map(({ path, source }) => [path.join('.'), source])).toEqual([
      ['brand.name', { column: 0 }],
      ['sku', { column: 1 }],
      ['status', { constant: 'active' }],
    ]);
  });

  it('of the demo fits the demo, both ways', async () => {
    const { mapping, place } = await readMappingFile(
      join(import.meta.dirname, '../../demo/mappings/products.yaml'),
    );
    expect(checkMapping(mapping, shop.catalog, place)).toEqual([]);
    const file = readFileSync(join(import.meta.dirname, '../../demo/files/products.csv'), 'utf8');
    const header = file.slice(0, file.indexOf('\n')).trim();
    const bound = bindMapping(mapping, shop.catalog, header.split(','), { place });
    expect([bound.unmatched, bound.warnings, bound.create]).toEqual([[], [], ['brand']]);
    expect((await exportWith(mapping, 'sku = x')).trim()).toBe(header);
    const constant = mapping.fields.find((field) => field.value !== undefined)!;
    const { rowCount } = await shop.database.query('select from tax_code where code = $1', [constant.value]);
    expect(rowCount).toBe(1);
  });
});
