// Numbers, dates, booleans and NULLs as other people write them: detected, stated by the run or by a field, saved for a resume.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImportPlan } from '../../src/doors/files/import/import-call.js';
import { countsOf, createImportFixture, type ImportFixture } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(`create table item (
    sku text primary key, price numeric, stock int, sold date, seen timestamp, active bool, note text)`);
});
afterAll(() => at?.drop());
beforeEach(() => at.run('truncate item'));

const rows = (columns: string) => at.rows(`select ${columns} from item order by sku`);

/** Imports and keeps what was said before the first row. */
async function importAnd(content: string, wish = {}) {
  const plans: ImportPlan[] = [];
  const report = await at.import('item', content, { ...wish, onPlan: (told) => plans.push(told) });
  return { report, plan: plans[0]! };
}

describe('what is detected', () => {
  it('decimal comma, thousands and the order of dates, each said', async () => {
    const { report, plan } = await importAnd(
      'sku;price;stock;sold\nA;1.234,50;1.000;13.02.2026\nB;12,5;7;01.03.2026\n',
    );
    expect(countsOf(report)).toEqual({ read: 2, added: 2 });
    expect(await rows('price, stock, sold')).toEqual([
      ['1234.50', '1000', '2026-02-13'],
      ['12.5', '7', '2026-03-01'],
    ]);
    expect(plan.says).toContain('decimal comma, thousands as 1.000 in price, stock');
    expect(plan.says).toContain('dates with the day first in sold');
  });

  it('one clear date decides the whole file', async () => {
    const { report } = await importAnd('sku,sold,seen\nA,13/02/2026,01/02/2026 14:30\n');
    expect(countsOf(report)).toEqual({ read: 1, added: 1 });
    expect(await rows('sold, seen')).toEqual([['2026-02-13', '2026-02-01 14:30:00']]);
  });

  it('what nothing decides is not guessed: a warning beforehand, an error by row that says what to set', async () => {
    const { report, plan } = await importAnd('sku,price,sold\nA,"1,234",01/02/2026\nB,,\n');
    expect(plan.warnings.join()).toMatch(/price: 1,234 may be thousands or decimals.*--thousands/);
    expect(plan.warnings.join()).toMatch(/sold: 01\/02\/2026 says not which is the day.*--date-order/);
    expect(countsOf(report)).toEqual({ read: 2, added: 1, failed: 1 });
    const [issue] = await at.issues(report);
    expect(issue).toMatchObject({ line: 2, column: 'price', value: '1,234', code: 'RECORDS-202' });
    expect(issue!.hint).toContain('--thousands');
  });

  it('words for no value among numbers are NULL; in a text they are a text', async () => {
    await at.run(`insert into item (sku, price, note) values ('B', 9, 'x')`);
    const { report } = await importAnd('sku,price,note\nA,1.50,n/a\nB,n/a,n/a\n');
    expect(countsOf(report)).toEqual({ read: 2, added: 1, updated: 1 });
    expect(await rows('price, note')).toEqual([
      ['1.50', 'n/a'],
      [null, 'n/a'],
    ]);
  });

  it('a text decides nothing about the numbers beside it', async () => {
    await importAnd('sku;note;price\nA;1,5;1.234\nB;2,5;2.345\n');
    expect(await rows('price')).toEqual([['1.234'], ['2.345']]);
  });

  it('nothing is said of columns to which it does not matter', async () => {
    const { plan } = await importAnd('sku;note\nA;1.234,50\nB;2,00\n');
    expect(plan.says.join()).not.toContain('comma');
    expect(await rows('note')).toEqual([['1.234,50'], ['2,00']]);
  });
});

describe('what is stated', () => {
  it('by the run wins over what was detected, for every column', async () => {
    const { report, plan } = await importAnd('sku;price;sold;active\nA;1.234;01/02/2026;ja\n', {
      spelling: { decimal: ',', thousands: '.', dateOrder: 'mdy', true: ['ja'], false: ['nein'] },
    });
    expect(countsOf(report)).toEqual({ read: 1, added: 1 });
    expect(plan.warnings).toEqual([]);
    expect(await rows('price, sold, active')).toEqual([['1234', '2026-01-02', 't']]);
  });

  it('by a field of the mapping wins over the run, that over the mapping as a whole', async () => {
    const mapping = await at.write(
      'm.yaml',
      `entity: item
spelling: { dateOrder: dmy, decimal: ',' }
fields:
  - { column: sku, field: sku }
  - { column: price, field: price, spelling: { decimal: '.', currency: true }, default: '7.5' }
  - { column: sold, field: sold }
  - { column: seen, field: seen, spelling: { dateOrder: ymd } }
`,
    );
    const { report } = await importAnd('sku;price;sold;seen\nA;€ 1.50;02/03/2026;26-01-02 9:05\nB;;;\n', {
      mapping,
      spelling: { dateOrder: 'mdy' },
    });
    expect(countsOf(report)).toEqual({ read: 2, added: 2 });
    expect(await rows('price, sold, seen')).toEqual([
      ['1.50', '2026-02-03', '2026-01-02 09:05:00'],
      ['7.5', null, null],
    ]);
  });

  it('NULL spellings, also where the format has none of its own', async () => {
    const { report } = await importAnd('{"sku":"A","note":"-","price":"-"}\n', {
      name: 'x.ndjson',
      spelling: { null: ['-'] },
    });
    expect(countsOf(report)).toEqual({ read: 1, added: 1 });
    expect(await rows('note, price')).toEqual([[null, null]]);
  });

  it('twice the same sign is refused before anything is read', async () => {
    await expect(
      at.import('item', 'sku,price\nA,1\n', { spelling: { decimal: ',', thousands: ',' } }),
    ).rejects.toMatchObject({ code: 'RECORDS-131' });
  });
});

it('a value of another spelling further down fails its row and names the setting', async () => {
  const { report } = await importAnd(`sku;price\nA;1,5\n${'B;2,5\n'.repeat(3)}C;3.75\n`, {
    onDuplicate: 'last',
  });
  // Both signs in what detection saw: it decides nothing.
  expect(report.counters.failed).toBeGreaterThan(0);
  const far = Array.from({ length: 3_000 }, (_, i) => `r${i};${i},5`).join('\n');
  const second = await importAnd(`sku;price\n${far}\nlast;3.75\n`);
  expect(second.report.counters.failed).toBe(1);
  const [issue] = (await at.issues(second.report)).filter(({ severity }) => severity === 'error');
  expect(issue).toMatchObject({ line: 3_002, column: 'price', value: '3.75' });
  expect(issue!.hint).toContain('--decimal');
});

it('the spelling is saved with the run, so that a resume reads the same', async () => {
  const { report } = await importAnd('sku;price\nA;1,5\n', { spelling: { dateOrder: 'dmy' } });
  const [[settings]] = (await at.rows(
    `select settings from dovetail.runs where id::text = '${report.run}'`,
  )) as [[string]];
  expect(JSON.parse(settings)).toMatchObject({
    spelling: { dateOrder: 'dmy' },
    detectedSpellings: { price: { decimal: ',' } },
  });
});

it('the file of failed rows holds what the source held', async () => {
  const failedRows = `${at.folder}/failed.csv`;
  await importAnd('sku;price;sold\nA;1,5;13.02.2026\nB;x;14.02.2026\n', { failedRows });
  expect(await readFile(failedRows, 'utf8')).toMatch(/^B;x;14\.02\.2026;3;/m);
});
