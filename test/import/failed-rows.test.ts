// The file of failed rows: in the input's own format, with the errors beside them; mended and imported again, all is in.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/doors/files/import/run-report.js';
import { countsOf, createImportFixture, type ImportFixture } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(`
    create table item (sku text primary key, name text default 'unnamed', price numeric check (price >= 0), stock int default 7,
      note text, data jsonb, parent_sku text references item)`);
});
afterAll(() => at?.drop());
beforeEach(() => at.run('truncate item'));

const readFailed = (report: RunReport) => readFile(report.failedRows!.file, 'utf8');

describe('the file of failed rows', () => {
  it('has the input dialect: delimiter, quotes, line breaks in cells, blanks and empty strings kept apart', async () => {
    const source = `sku;name;price;note\nA;"Anvil; large";-1;"two\nlines"\nB;Bolt;2;x\nC;"";abc;\nD;"say ""hi""";-3;z\n`;
    const report = await at.import('item', source);
    expect(countsOf(report)).toEqual({ read: 4, added: 1, failed: 3 });
    expect(report.failedRows?.rows).toBe(3);
    const text = await readFailed(report);
    const [header] = text.split('\n');
    expect(header).toBe('sku;name;price;note;dovetail_error_line;dovetail_errors');
    expect(text).toContain('"Anvil; large";-1;"two\nlines";2;');
    expect(text).toContain('C;"";abc;;5;');
    expect(text).toContain('"say ""hi""";-3;z;6;');

    const mended = text.replaceAll('-1', '1').replaceAll('abc', '2').replaceAll('-3', '3');
    const again = await at.import('item', mended);
    expect(countsOf(again)).toEqual({ read: 3, added: 3 });
    expect(await at.rows('select sku, name, price, note from item order by sku')).toEqual([
      ['A', 'Anvil; large', '1', 'two\nlines'],
      ['B', 'Bolt', '2', 'x'],
      ['C', '', '2', null],
      ['D', 'say "hi"', '3', 'z'],
    ]);
  });

  it('keeps spellings of NULL', async () => {
    const formatOptions = { nullSpelling: ['\\N'] };
    const report = await at.import('item', 'sku,name,price,stock\nA,\\N,-1,\n', { formatOptions });
    const again = await at.import('item', (await readFailed(report)).replace('-1', '1'), { formatOptions });
    expect(countsOf(again)).toEqual({ read: 1, added: 1 });
    expect(await at.rows('select name, stock from item')).toEqual([[null, '7']]);
  });

  it.each(['x.ndjson', 'x.json'])(
    'keeps the types of %s: numbers, nulls, objects, and keys that are not there',
    async (name) => {
      const records = [
        { sku: 'A', name: null, price: -1, stock: 3, data: { deep: [1, 'x'] } },
        { sku: 'B', price: 2 },
        { sku: 'C', name: '', price: 'x', data: '1' },
      ];
      const source = name.endsWith('.json')
        ? JSON.stringify(records)
        : records.map((record) => JSON.stringify(record)).join('\n');
      const report = await at.import('item', source, { name });
      expect(countsOf(report)).toEqual({ read: 3, added: 1, failed: 2 });
      const text = await readFailed(report);
      const failed = (
        name.endsWith('.json')
          ? JSON.parse(text)
          : text
              .trim()
              .split('\n')
              .map((line) => JSON.parse(line))
      ) as Record<string, unknown>[];
      expect(failed).toEqual([
        {
          ...records[0],
          dovetail_error_line: expect.any(Number),
          dovetail_errors: expect.stringContaining('item'),
        },
        {
          ...records[2],
          dovetail_error_line: expect.any(Number),
          dovetail_errors: expect.stringContaining("'x'"),
        },
      ]);
      const mended = text.replace('-1', '1').replace(/"price":\s*"x"/, '"price":5');
      expect(countsOf(await at.import('item', mended, { name }))).toEqual({ read: 2, added: 2 });
      expect(await at.rows('select sku, name, price, stock, data from item order by sku')).toEqual([
        ['A', null, '1', '3', '{"deep": [1, "x"]}'],
        ['B', 'unnamed', '2', '7', null],
        ['C', '', '5', '7', '"1"'],
      ]);
    },
  );

  it('holds rows that waited for others to the end of the source, as they came', async () => {
    const report = await at.import(
      'item',
      '{"sku":"A","stock":1,"data":{"a":1},"parent_sku":"nobody"}\n{"sku":"B"}\n',
      { name: 'p.ndjson', chunkRows: 1 },
    );
    expect(countsOf(report)).toEqual({ read: 2, added: 1, failed: 1 });
    expect(JSON.parse(await readFailed(report))).toMatchObject({
      sku: 'A',
      stock: 1,
      data: { a: 1 },
      parent_sku: 'nobody',
    });
  });

  it('replaces the error columns of an earlier round, and an import passes over them', async () => {
    const first = await at.import('item', 'sku,price\nA,-1\n');
    const second = await at.import('item', await readFailed(first));
    expect(countsOf(second)).toEqual({ read: 1, failed: 1 });
    const text = await readFailed(second);
    expect(text.split('\n')[0]).toBe('sku,price,dovetail_error_line,dovetail_errors');
    expect(text.match(/dovetail_errors/g)?.length).toBe(1);
  });

  it('goes where it was asked to go, names every error of a row, and is not there if nothing failed', async () => {
    const failedRows = `${at.folder}/deep/er/failed.csv`;
    const report = await at.import('item', 'sku,price,stock\nA,x,y\n', { failedRows });
    expect(report.failedRows).toEqual({ rows: 1, file: failedRows });
    expect(await readFile(failedRows, 'utf8')).toContain("'x'");
    const fine = await at.import('item', 'sku,price\nA,1\n');
    expect(fine.failedRows).toBeUndefined();
  });

  it('is written by a dry run too, where it is asked for', async () => {
    const failedRows = `${at.folder}/dry.csv`;
    const report = await at.import('item', 'sku,price\nA,-1\nB,1\n', { failedRows, dryRun: true });
    expect(report.failedRows).toEqual({ rows: 1, file: failedRows });
    expect(await readFile(failedRows, 'utf8')).toMatch(/^sku,price,.*\nA,-1,2,/);
  });

  it('can be written again later, from the run alone', async () => {
    const report = await at.import('item', 'sku,price\nA,-1\nB,1\n');
    const file = `${at.folder}/later.csv`;
    expect(await at.files.writeFailedRows(report.run!, file)).toEqual({ rows: 1, file });
    expect(await readFile(file, 'utf8')).toBe(await readFailed(report));
    const fine = await at.import('item', 'sku,price\nB,1\n');
    await expect(at.files.writeFailedRows(fine.run!, file)).rejects.toMatchObject({ code: 'FILES-107' });
  });

  it('keeps ragged rows in what cells they have', async () => {
    const report = await at.import('item', 'sku,price,note\nA,1\nB,2,x,y\nC,3,z\n');
    expect(countsOf(report)).toEqual({ read: 3, added: 1, failed: 2 });
    const text = await readFailed(report);
    expect(text).toMatch(/^A,1,/m);
    expect(text).toMatch(/^B,2,x,/m);
  });
});
