// Where a source comes from and whether it can be read: refused before anything is written, or imported as it is.
import { writeFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { PassThrough, Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { countsOf, createImportFixture, type ImportFixture, toCall } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture('create table item (sku text primary key, name text, price numeric)');
});
afterAll(() => at?.drop());
beforeEach(() => at.run('truncate item; delete from dovetail.runs'));

const runs = async () => Number((await at.rows('select count(*) from dovetail.runs'))[0]![0]);
const spooled = async () => (await readdir(`${at.folder}/data/spool`).catch(() => [])).length;
const CSV = 'sku,name,price\nA,Ä n v i l ✓,1\nB,"x,y",2\n';
const STORED = [
  ['A', 'Ä n v i l ✓', '1'],
  ['B', 'x,y', '2'],
];
const stored = () => at.rows('select * from item order by sku');

describe('a source that can not be read', () => {
  it.each<[what: string, name: string, content: string | Uint8Array, code: RegExp]>([
    [
      'a picture',
      'x.csv',
      Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489', 'hex'),
      /^FORMATS-1/,
    ],
    [
      'a spreadsheet',
      'x.xlsx',
      Buffer.concat([Buffer.from('504b0304140006000800', 'hex'), Buffer.alloc(200, 7)]),
      /^FORMATS-1/,
    ],
    ['bytes of no encoding', 'x.csv', Buffer.alloc(3_000, 0), /^FORMATS-1/],
    [
      'gzip that is none',
      'x.csv.gz',
      Buffer.concat([Buffer.from('1f8b0800', 'hex'), Buffer.alloc(50, 9)]),
      /^FORMATS-1/,
    ],
    ['broken JSON', 'x.json', '[{"sku":"A"},{"sku":]', /^FORMATS-1/],
    ['a JSON array of no records', 'x.json', '[1,2,3]', /^FORMATS-1/],
    ['a file without a column that fits', 'x.csv', 'foo,bar\n1,2\n', /^(FILES-104|MAPPING|RECORDS)/],
  ])('%s is refused before anything is written: no run, nothing stored', async (_, name, content, code) => {
    const error = await at.import('item', content, { name }).then(
      () => undefined,
      (reason: { code: string; detail: string }) => reason,
    );
    expect(error?.code).toMatch(code);
    expect(error?.detail.length).toBeGreaterThan(10);
    expect(await runs()).toBe(0);
    expect(await stored()).toEqual([]);
  });

  it('a file without a header says so, and how its columns are named', async () => {
    const error = await at
      .import('item', '1\tBox\t2.50\n2\tCan\t3.10\n', { name: 'x.tsv' })
      .catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: 'FILES-104',
      hint: expect.stringMatching(/no header: name its columns in their order with --columns/),
    });
    const formatOptions = { columns: ['sku', 'name', 'price'] };
    const report = await at.import('item', '1\tBox\t2.50\n2\tCan\t3.10\n', { name: 'x.tsv', formatOptions });
    expect(countsOf(report)).toEqual({ read: 2, added: 2 });
  });

  it('a file that is not there, a folder, an entity that is not there, a mapping that is not there', async () => {
    const call = { ...toCall({}), entity: 'item' };
    await expect(
      at.files.import({ ...call, source: { path: `${at.folder}/nowhere.csv` } }),
    ).rejects.toMatchObject({ code: 'FILES-102' });
    await expect(at.files.import({ ...call, source: { path: at.folder } })).rejects.toMatchObject({
      code: 'FILES-102',
    });
    await expect(at.import('itm', CSV)).rejects.toMatchObject({ hint: expect.stringContaining('item') });
    await expect(at.import('item', CSV, { mapping: `${at.folder}/none.yaml` })).rejects.toMatchObject({
      code: 'MAPPING-101',
    });
    expect(await runs()).toBe(0);
  });

  it('from standard input leaves no copy behind', async () => {
    const stream = Readable.from([Buffer.alloc(3_000, 0)]);
    await expect(
      at.files.import({ ...toCall({}), entity: 'item', source: { stream, name: 'standard input' } }),
    ).rejects.toMatchObject({
      code: expect.stringMatching(/^FORMATS-1/),
    });
    expect(await spooled()).toBe(0);
  });
});

describe('a source without records', () => {
  it.each([
    ['an empty file', ''],
    ['a header alone', 'sku,name,price\n'],
    ['an empty array', '[]'],
  ])('%s is imported: nothing read, nothing failed', async (_, content) => {
    let warnings: readonly string[] = [];
    const onPlan = (plan: { warnings: readonly string[] }) => {
      warnings = plan.warnings;
    };
    const report = await at.import('item', content, { onPlan, name: content === '[]' ? 'x.json' : 'x.csv' });
    expect(report.state).toBe('completed');
    expect(countsOf(report)).toEqual({});
    expect(warnings.join()).toContain('no records');
  });
});

describe('a source', () => {
  it.each([
    ['with a line end', '{"sku":"A","name":"x","price":1}\n'],
    ['without one', '{"sku":"A","name":"x","price":1}'],
    ['that is a document to others', '{"sku":"A","name":"x","price":1,"more":[{"sku":"B"}]}'],
  ])('of one line %s is NDJSON if somebody says so', async (_, content) => {
    const report = await at.import('item', content, { name: 'x.txt', format: 'ndjson' });
    expect(countsOf(report)).toEqual({ read: 1, added: 1 });
    expect(await stored()).toHaveLength(1);
  });

  it.each<[what: string, name: string, content: Uint8Array]>([
    ['UTF-8', 'x.csv', Buffer.from(CSV)],
    ['UTF-8 with BOM', 'x.csv', Buffer.from(`\ufeff${CSV}`)],
    ['UTF-16 LE with BOM', 'x.csv', Buffer.from(`\ufeff${CSV}`, 'utf16le')],
    ['UTF-16 BE with BOM', 'x.csv', Buffer.from(`\ufeff${CSV}`, 'utf16le').swap16()],
    ['UTF-16 LE without BOM', 'x.csv', Buffer.from(CSV, 'utf16le')],
    ['gzip', 'x.csv.gz', gzipSync(CSV)],
    ['gzip of UTF-16', 'x.csv.gz', gzipSync(Buffer.from(`\ufeff${CSV}`, 'utf16le'))],
    ['tabs', 'x.tsv', Buffer.from(CSV.replace('"x,y"', 'x|y').replaceAll(',', '\t').replace('x|y', 'x,y'))],
    ['CRLF', 'x.csv', Buffer.from(CSV.replaceAll('\n', '\r\n'))],
  ])('of %s', async (_, name, content) => {
    const report = await at.import('item', content, { name });
    expect(countsOf(report)).toEqual({ read: 2, added: 2 });
    expect(await stored()).toEqual(STORED);
  });

  it('from a pipe is copied as it is read, and the copy is gone when the import is through', async () => {
    const stream = new PassThrough();
    const report = at.files.import({
      ...toCall({}),
      entity: 'item',
      source: { stream, name: 'standard input' },
    });
    for (const byte of Buffer.from(CSV)) stream.write(Buffer.of(byte));
    stream.end();
    expect(countsOf(await report)).toEqual({ read: 2, added: 2 });
    expect((await report).title).toBe('standard input');
    expect(await spooled()).toBe(0);
  });

  it('from a pipe that breaks is no import', async () => {
    const stream = new PassThrough();
    const report = at.files.import({
      ...toCall({ onProgress: () => stream.destroy(new Error('the other end is gone')) }),
      entity: 'item',
      source: { stream, name: 'standard input' },
    });
    stream.write('sku,name\nA,');
    await expect(report).rejects.toThrow('the other end is gone');
    expect(await runs()).toBe(0);
    expect(await spooled()).toBe(0);
  });

  it.each([
    ['just written', 0],
    ['untouched for a while', 2_100],
  ])('that is changed between the look at it and the first row is not read: %s', async (_, age) => {
    const path = await at.write('changing.csv', CSV);
    // Files older than the clock's coarseness are known again by their times alone.
    await vi.waitUntil(async () => Date.now() - (await stat(path)).ctimeMs >= age, { timeout: 10_000 });
    const onPlan = () => writeFileSync(path, CSV.replace('Ä n v i l ✓', 'Ä n v i l ✗'));
    const report = await at.files.import({ ...toCall({ onPlan }), entity: 'item', source: { path } });
    expect([report.state, report.failure?.code]).toEqual(['failed', 'FILES-101']);
    expect(await stored()).toEqual([]);
  });
});
