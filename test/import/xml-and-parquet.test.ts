// XML and Parquet through a whole import: what is NULL, empty and not there; and failed rows that come in once mended.
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/doors/files/import/run-report.js';
import { parquetFormat } from '../../src/engine/formats/parquet/parquet-format.js';
import { countsOf, createImportFixture, type ImportFixture } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(`
    create table item (sku text primary key, name text default 'unnamed', price numeric(12,2) check (price >= 0), stock int default 7,
      made date, seen timestamptz, tags text[], data jsonb)`);
});
afterAll(() => at?.drop());
beforeEach(() => at.run('truncate item'));

const readFailed = (report: RunReport) => readFile(report.failedRows!.file);

describe('an import of XML', () => {
  const source = `<?xml version="1.0" encoding="windows-1252"?>
<shop xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><items>
<item sku="A"><name>M\u00fcller &amp; Co</name><price>-1</price><stock xsi:nil="true"/><tags>x</tags><tags>y, z</tags></item>
<item sku="B"><name/><price/><stock>3</stock></item>
<item sku="C"><data><a n="1">x</a><b/></data></item>
<item sku="D"><price>dear</price></item>
</items></shop>`;

  it('tells NULL, the empty text and what is not there apart, and brings failed rows back mended', async () => {
    const report = await at.import('item', Buffer.from(source, 'latin1'), { name: 'items.xml' });
    expect(countsOf(report)).toEqual({ read: 4, added: 2, failed: 2 });
    expect(await at.rows('select sku, name, price, stock, data from item order by sku')).toEqual([
      ['B', '', null, '3', null],
      ['C', 'unnamed', null, '7', '{"a": {"@n": "1", "#text": "x"}, "b": ""}'],
    ]);
    const text = (await readFailed(report)).toString();
    expect(text).toContain('<shop');
    expect(text).toContain(
      '<item sku="A"><name>Müller &amp; Co</name><price>-1</price><stock xsi:nil="true"/>',
    );
    expect(text).toContain('<tags>x</tags><tags>y, z</tags>');
    expect(text).toContain('<dovetail_error_line>3</dovetail_error_line>');
    const mended = text.replace('>-1<', '>1<').replace('>dear<', '>4.5<');
    const again = await at.import('item', mended, { name: 'mended.xml' });
    expect(countsOf(again)).toEqual({ read: 2, added: 2 });
    expect(
      await at.rows(`select sku, name, price, stock, tags from item where sku in ('A', 'D') order by sku`),
    ).toEqual([
      ['A', 'Müller & Co', '1.00', null, '{x,"y, z"}'],
      ['D', 'unnamed', '4.50', '7', null],
    ]);
  });

  it('of a broken document writes nothing and says where it broke', async () => {
    const broken = source.replace('<item sku="C">', '<item sku="C"').replace('windows-1252', 'utf-8');
    await expect(at.import('item', broken, { name: 'broken.xml' })).rejects.toMatchObject({
      code: 'FORMATS-131',
      pointer: { line: 5 },
    });
    expect(await at.rows('select sku from item')).toEqual([]);
  });
});

describe('an import of Parquet', () => {
  it('takes every type, and brings failed rows back mended', async () => {
    const columns = ['sku', 'price', 'stock', 'made', 'seen', 'data'];
    const types = ['text', 'float8', 'int8', 'date', 'timestamptz', 'json'] as const;
    const writer = parquetFormat.createWriter({ columns, types, options: {} });
    const parts = [
      await writer.begin(),
      await writer.rows([
        ['A', '1.5', '5', '2026-12-31', '2026-12-31 23:59:59.5+00', '{"a":1}'],
        ['B', '-2.5', null, null, null, 'null'],
      ]),
      await writer.end(),
    ];
    const bytes = Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)));
    const report = await at.import('item', bytes, { name: 'items.parquet' });
    expect(countsOf(report)).toEqual({ read: 2, added: 1, failed: 1 });
    expect(await at.rows(`select sku, price, stock, made, seen at time zone 'utc', data from item`)).toEqual([
      ['A', '1.50', '5', '2026-12-31', '2026-12-31 23:59:59.5', '{"a": 1}'],
    ]);
    const failed = await readFailed(report);
    expect(failed.toString('latin1', 0, 4)).toBe('PAR1');
    // Mended by taking away what forbade it.
    await at.run('alter table item drop constraint item_price_check');
    const file = `${at.folder}/mended.parquet`;
    await writeFile(file, failed);
    expect(countsOf(await at.import('item', failed, { name: 'mended.parquet' }))).toEqual({
      read: 1,
      added: 1,
    });
    expect(await at.rows(`select price, stock, data from item where sku = 'B'`)).toEqual([
      ['-2.50', null, 'null'],
    ]);
  });
});
