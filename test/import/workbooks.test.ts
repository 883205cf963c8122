// Workbooks through the whole import and export: types go out as types and come in again, failed rows come as a workbook.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FormatOptions } from '../../src/engine/formats/table-format.js';
import { inspectAndRead } from '../formats/read-table.js';
import { type Cells, toBook, toRows } from '../formats/workbook-builder.js';
import { countsOf, createImportFixture, type ImportFixture, toCall } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(`
    create table item (sku text primary key, name text, price numeric check (price >= 0), stock int, big bigint, ratio float8,
      active boolean, born date, seen timestamptz, made timestamp, opens time, lasts interval, data jsonb, tags text[])`);
});
afterAll(() => at?.drop());
beforeEach(() => at.run('truncate item'));

async function exportItems(wish: { formatOptions?: FormatOptions; where?: string } = {}) {
  const path = join(at.folder, 'items.xlsx');
  await at.files.export({
    entity: 'item',
    format: 'xlsx',
    formatOptions: {},
    full: false,
    target: { path },
    signal: new AbortController().signal,
    onProgress: () => {},
    ...wish,
  });
  return path;
}
const importItems = (path: string) => at.files.import({ ...toCall({}), entity: 'item', source: { path } });

const AWKWARD = `insert into item values
  ('007', 'a', 1.10, 5, 9007199254740993, 0.1, true, '2026-12-31', '2026-12-31 23:59:59.5+00', '1900-01-01', '23:59:59', '49:30:00', '{"a": 1}', '{x,"y z"}'),
  ('=1+1', '', 0.30000000000000004, -1, -9223372036854775808, 0.30000000000000004, false, '0044-03-15 BC', 'infinity', '2026-01-01 00:00:00.123456', '24:00', null, '[]', '{}'),
  (E'\\u0001_x0041_\\r\\n ', ' blanks ', 123456789012345678901234567890, 0, 123456789012345, 'NaN', null, 'infinity', '1969-12-31 23:59:59+00', '9999-12-31 23:59:59.999', '00:00:00.001', '1 mon', 'null', null),
  ('n', null, null, null, null, '-Infinity', null, '1900-02-28', null, '1900-03-01 12:00', null, null, null, null),
  ('1e5', '2026-12-31', 12345678901234.5, 2147483647, 1, 1e300, true, '9999-12-31', '2026-06-01 00:00:00+00', '2026-06-01', '12:00', '1 day', '"x"', '{NULL}')`;

describe('a workbook that was exported', () => {
  it('comes back unchanged, whatever the values', async () => {
    await at.run(AWKWARD);
    const report = await importItems(await exportItems());
    expect(countsOf(report)).toEqual({ read: 5, unchanged: 5 });
    // Zeros at the end of a number whose column has no fixed scale are the one thing a spreadsheet does not keep.
    await at.run('update item set price = trim_scale(price)');
    const before = await at.rows('select * from item order by 1');
    const path = await exportItems();
    await at.run('truncate item');
    expect(countsOf(await importItems(path))).toEqual({ read: 5, added: 5 });
    expect(await at.rows('select * from item order by 1')).toEqual(before);
  });

  it('has numbers, booleans and dates as such, and codes and long numbers as texts', async () => {
    await at.run(AWKWARD);
    const path = await exportItems({ where: `sku = "007"` });
    const xml = await readSheetXml(path);
    expect(xml).toContain('<c r="A2" s="7" t="inlineStr"><is><t>007</t></is></c>');
    expect(xml).toContain('<c r="C2"><v>1.10</v></c><c r="D2"><v>5</v></c><c r="E2" s="7" t="inlineStr">');
    expect(xml).toContain('<c r="G2" t="b"><v>1</v></c><c r="H2" s="1"><v>46387</v></c>');
    expect(xml).toContain('state="frozen"');
    expect(xml).toContain('<autoFilter ref="A1:N2"/>');
  });

  it('goes on in further sheets where one is full, and is read as one table', async () => {
    await at.run(`insert into item (sku) select 'S' || i from generate_series(1, 25) i`);
    const path = await exportItems({
      formatOptions: { sheetRows: 11, sheet: 'A name of thirty-one letters, yes' },
    });
    const table = await inspectAndRead(await readFile(path), path);
    expect(table.says.join(' ')).toContain('read as one table');
    expect(table.rows.length).toBe(25);
    expect(new Set(table.lines).size).toBe(25);
    expect(countsOf(await importItems(path))).toEqual({ read: 25, unchanged: 25 });
  });

  it('refuses a text that no cell can hold, and leaves no file', async () => {
    await at.run(`insert into item (sku, name) values ('long', repeat('x', 32768))`);
    await expect(exportItems()).rejects.toMatchObject({
      code: 'FORMATS-320',
      detail: /column name .* 32768/,
    });
    await at.run(`update item set name = repeat('x', 32767)`);
    expect(countsOf(await importItems(await exportItems()))).toEqual({ read: 1, unchanged: 1 });
  });
});

describe('failed rows of a workbook', () => {
  it('come as a workbook with their errors; mended they go in', async () => {
    const rows: Cells[] = [
      ['sku', 'price', 'born', 'stock'],
      ['A', 1, '2026-01-01', 1],
      ['B', -1, '2026-01-01', 2],
      ['C', 1, 'no date', { attributes: 't="e"', inner: '<v>#N/A</v>' }],
    ];
    const report = await at.import('item', await toBook({ sheets: { Items: toRows(rows) } }), {
      name: 'i.xlsx',
    });
    expect(countsOf(report)).toEqual({ read: 3, added: 1, failed: 2 });
    const { file } = report.failedRows!;
    expect(file).toMatch(/\.xlsx$/);
    const failed = await inspectAndRead(await readFile(file), file);
    expect(failed.columns).toEqual([
      'sku',
      'price',
      'born',
      'stock',
      'dovetail_error_line',
      'dovetail_errors',
    ]);
    expect(failed.rows.map((row) => [row[0], row[4]])).toEqual([
      ['B', '3'],
      ['C', '4'],
    ]);
    expect(failed.rows[1]![5]).toContain('D4');
    const mended: Cells[] = [
      ['sku', 'price', 'born', 'dovetail_errors'],
      ['B', 1, '2026-01-01', 'x'],
    ];
    const again = await at.import('item', await toBook({ sheets: { Items: toRows(mended) } }), {
      name: 'm.xlsx',
    });
    expect(countsOf(again)).toEqual({ read: 1, added: 1 });
  });

  it('of an old or an OpenDocument one come as a workbook of today', async () => {
    const { odsOf } = await import('../formats/ods-builder.js');
    const report = await at.import(
      'item',
      await odsOf([
        ['sku', 'price'],
        ['A', '-1'],
      ]),
      { name: 'i.ods' },
    );
    expect(report.failedRows?.file).toMatch(/\.xlsx$/);
    const file = await readFile(report.failedRows!.file);
    expect((await inspectAndRead(file, 'x.xlsx')).rows[0]!.slice(0, 2)).toEqual(['A', '-1']);
  });
});

async function readSheetXml(path: string): Promise<string> {
  const { openZip } = await import('../../src/engine/formats/zip/zip-archive.js');
  const { toSourceFile } = await import('../formats/read-table.js');
  const zip = await openZip(toSourceFile(await readFile(path)));
  const parts: Buffer[] = [];
  for await (const part of zip.read(zip.find('xl/worksheets/sheet1.xml')!)) parts.push(part);
  return Buffer.concat(parts).toString();
}
