// Templates: what a clerk gets to fill, and that it goes in as it is filled, without the examples.
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countsOf } from '../import/import-fixture.js';
import { type DoorFixture, openDoorOn, WATCH } from './template-fixture.js';

const DDL = `
  create type kind as enum ('tool', 'part');
  create table brand (id bigint generated always as identity primary key, name text not null unique, email text);
  comment on column brand.name is 'As it stands on the box.';
  create table product (
    id bigint generated always as identity primary key,
    sku varchar(12) not null unique, name text not null, brand_id bigint not null references brand (id),
    kind kind not null default 'tool', price numeric(10, 2) not null, amount int2, active boolean not null default true,
    since date, attributes jsonb, tags text[], code char(2), span int4range,
    double_price numeric generated always as (price * 2) stored);
  create view cheap as select * from product where price < 10;
  insert into brand (name, email) values ('Acme', 'boss@acme.test'), ('Brix', null);`;

let at: DoorFixture;
beforeAll(async () => {
  at = await openDoorOn('empty', DDL);
});
afterAll(() => at.drop());

const template = async (file: string, wish: object = {}, entity = 'product') => {
  const path = join(at.folder, file);
  const format = file.split('.')[1]!;
  const report = await at.files.writeTemplate({
    entity,
    format,
    formatOptions: {},
    target: { path },
    signal: WATCH.signal,
    ...wish,
  });
  return { report, path };
};

const HEADERS = [
  'sku',
  'name',
  'brand.name',
  'kind',
  'price',
  'amount',
  'active',
  'since',
  'attributes',
  'tags',
  'code',
  'span',
];
const COLUMNS = [...HEADERS, 'dovetail_example'];

async function open(path: string): Promise<ExcelJS.Workbook> {
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(path);
  return book;
}

describe('a template', () => {
  it('has the columns that an import uses, and says which are required', async () => {
    const { report, path } = await template('t.csv');
    expect(report.columns).toEqual(HEADERS);
    expect(report.required).toEqual(['sku', 'name', 'brand.name', 'price']);
    expect(report.choices).toEqual({ 'brand.name': 2, kind: 2, active: 2 });
    const [header] = (await readFile(path, 'utf8')).split('\n');
    expect(header).toBe(COLUMNS.join(','));
  });

  it('takes nothing from records but what identifies those referred to', async () => {
    const text = await readFile((await template('b.csv', {}, 'brand')).path, 'utf8');
    expect(text).not.toMatch(/Acme|boss@/);
    expect(text).toContain('one@example.com');
  });

  it.each(['csv', 'json', 'ndjson', 'xml', 'parquet'])(
    'as %s has examples that an import leaves out, each with a warning',
    async (format) => {
      const { path } = await template(`left.${format}`);
      const report = await at.import('product', `left.${format}`);
      expect(countsOf(report)).toEqual({ read: 2, warnings: 2 });
      expect(report.state).toBe('completed');
      expect(report.warnings[0]).toMatchObject({ code: 'FILES-114', count: 2 });
      expect(path).toBeTruthy();
    },
  );

  it('has examples that are good records, once they are no longer marked', async () => {
    const { path } = await template('good.csv');
    const text = (await readFile(path, 'utf8')).replaceAll('"example, left out by the import"', '');
    await writeFile(path, text);
    expect(countsOf(await at.import('product', 'good.csv', { dryRun: true }))).toEqual({ read: 2, added: 2 });
  });

  it('goes in as it was filled, below the examples', async () => {
    const { path } = await template('filled.csv', { fields: ['sku', 'name', 'brand.name', 'price'] });
    await appendFile(path, 'A-1,Hammer,Acme,9.90,\nA-2,Nail,Brix,0.10,\n');
    const report = await at.import('product', 'filled.csv');
    expect(countsOf(report)).toEqual({ read: 4, added: 2, warnings: 2 });
    const [first] = report.warnings[0]!.first;
    expect(first).toMatchObject({ line: 2, message: /marked as an example/, hint: /Empty that cell/ });
  });

  it('left in the file, its examples never remove or match anything in a mirror', async () => {
    await at.database.query('truncate product');
    await at.database.query(`insert into product (sku, name, brand_id, price) values ('EX-1', 'x', 1, 1)`);
    await template('mirror.csv', { fields: ['sku', 'name', 'brand.name', 'price'] });
    const report = await at.import('product', 'mirror.csv', { strategy: 'mirror', dryRun: true });
    expect(report.wouldRemove).toBe(1);
    await at.database.query('truncate product');
  });

  it('is refused for what can only be read', async () => {
    await expect(template('v.csv', {}, 'cheap')).rejects.toMatchObject({ code: 'EXPORT-109' });
  });
});

describe('a template as a workbook', () => {
  it('has one empty sheet to fill, with lists, limits and a word on each column', async () => {
    const book = await open((await template('t.xlsx')).path);
    expect(book.worksheets.map(({ name }) => name)).toEqual([
      'Product',
      'Examples',
      'Fields',
      'Allowed values',
    ]);
    const sheet = book.worksheets[0]!;
    expect(sheet.getRow(1).values).toEqual([undefined, ...HEADERS]);
    expect(sheet.rowCount).toBe(1);
    const at = (column: string) => sheet.getCell(`${column}2`).dataValidation;
    expect(at('C')).toMatchObject({
      type: 'list',
      formulae: ["'Allowed values'!$A$2:$A$3"],
      errorStyle: 'warning',
      promptTitle: 'Required',
    });
    expect(at('D')).toMatchObject({
      type: 'list',
      formulae: ["'Allowed values'!$B$2:$B$3"],
      errorStyle: 'stop',
    });
    expect(at('F')).toMatchObject({ type: 'whole', formulae: [-32768, 32767] });
    expect(at('A')).toMatchObject({ type: 'textLength', operator: 'lessThanOrEqual', formulae: [12] });
    expect(at('A').prompt).toBe('SKU. text of at most 12 characters.');
    expect(sheet.getColumn(8).numFmt).toBe('yyyy-mm-dd');
    const fillOf = (cell: string) => (sheet.getCell(cell).fill as { pattern?: string })?.pattern ?? 'none';
    expect([fillOf('A1'), fillOf('D1')]).toEqual(['solid', 'none']);
  });

  it('lists the allowed values, and explains every field', async () => {
    const book = await open((await template('t.xlsx')).path);
    const rows = (name: string) =>
      book
        .getWorksheet(name)!
        .getSheetValues()
        .slice(1)
        .map((row) => (row as unknown[]).slice(1));
    expect(rows('Allowed values')).toEqual([
      ['brand.name', 'kind', 'active'],
      ['Acme', 'tool', true],
      ['Brix', 'part', false],
    ]);
    const fields = rows('Fields');
    expect(fields).toHaveLength(HEADERS.length + 1);
    expect(fields[3]).toEqual([
      'brand.name',
      'yes',
      'Brand (brand), by its Name: As it stands on the box.',
      'text',
      'any text',
      'Acme, Brix',
      'Acme',
    ]);
    expect(rows('Examples')).toHaveLength(3);
  });

  it('goes in as it was filled: the sheets beside it are not looked at', async () => {
    const { path } = await template('filled.xlsx');
    const book = await open(path);
    book.worksheets[0]!.addRow(['X-1', 'Saw', 'Acme', 'part', 12.5, 3, true, new Date('2026-05-01')]);
    book.worksheets[0]!.addRow(['X-2', 'Rope', 'Brix', null, 2]);
    await book.xlsx.writeFile(path);
    for (const formatOptions of [{}, { sheets: 'all' }] as const) {
      const report = await at.import('product', 'filled.xlsx', { formatOptions, dryRun: true });
      expect(countsOf(report)).toEqual({ read: 2, added: 2 });
    }
    expect(
      countsOf(await at.import('product', 'filled.xlsx', { formatOptions: { sheet: 'Examples' } })),
    ).toEqual({ read: 2, warnings: 2 });
  });

  it('that nobody filled has no records', async () => {
    await template('empty.xlsx');
    const plans: unknown[] = [];
    const onPlan = (plan: { warnings: readonly string[] }) => plans.push(...plan.warnings);
    expect(countsOf(await at.import('product', 'empty.xlsx', { onPlan }))).toEqual({});
    expect(plans).toEqual(['The source has no records.']);
  });
});
