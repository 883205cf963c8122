// Rows that are no records: what stands above and below a table, and headers in the middle. Passed over, never silently.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { detectFormat } from '../../src/engine/formats/index.js';
import { detectAndRead, readTable } from '../formats/read-table.js';
import { countsOf, createImportFixture, type ImportFixture } from './import-fixture.js';

const options = (text: string, given = {}) =>
  detectFormat(Buffer.from(text), { name: 'x.csv', whole: true, given }).options;

const ROWS = 'sku;name;price\nA;Anvil;1.50\nB;Bolt;2.50\nC;Clamp;3.00\n';

describe('a footer', () => {
  it.each([
    ['Total;;7.00\n', 1],
    ['Summe:;;7,00\n', 1],
    ['(3 rows)\n', 1],
    ['3 rows affected\n', 1],
    ['Rows: 3\n', 1],
    ['Razem;;7\nEnd of report\n', 2],
    ['*** EOF ***\n', 1],
    ['Total;Total;7.00\n', 0],
    ['Total;A thing called total;7.00\n', 0],
    ['D;Dowel;4.00\n', 0],
    ['D\n', 0],
  ])('%j: %i rows', (end, count) => {
    expect(options(ROWS + end)['skipFooter'] ?? 0).toBe(count);
  });

  it('can be set, and set to none', () => {
    expect(options(`${ROWS}Total;;7\n`, { skipFooter: 0 })['skipFooter'] ?? 0).toBe(0);
    expect(options(ROWS, { skipFooter: 2 })['skipFooter']).toBe(2);
  });

  it('does not hide the lines above the table', () => {
    expect(options(`Prices of May\n\n${ROWS}Total;;7.00\n`)).toMatchObject({
      header: true,
      skipLines: 2,
      skipFooter: 1,
    });
  });

  it('is marked wherever batches end', async () => {
    const text = `a;b\n${Array.from({ length: 10 }, (_, i) => `${i};x`).join('\n')}\n`;
    for (const batchRows of [1, 2, 3, 4, 100]) {
      for (const skipFooter of [0, 1, 3, 7, 10, 20]) {
        const table = await readTable('csv', Buffer.from(text), { delimiter: ';', skipFooter }, batchRows);
        const count = Math.min(skipFooter, 10);
        expect(table.rows.length).toBe(10);
        expect(table.problems.map(({ record, code }) => [record, code])).toEqual(
          Array.from({ length: count }, (_, i) => [11 - count + i, 'FORMATS-241']),
        );
      }
    }
  });
});

describe('a header that comes again', () => {
  it('is marked, and does not make the first one a row', async () => {
    const table = await detectAndRead(Buffer.from(`${ROWS}sku;name;price\nD;Dowel;4.00\n`), 'x.csv');
    expect(table.columns).toEqual(['sku', 'name', 'price']);
    expect(table.problems).toMatchObject([{ record: 4, line: 5, code: 'FORMATS-240' }]);
  });

  it('is kept on request, and where it is a single column', async () => {
    const again = Buffer.from('a;b\n1;2\na;b\n');
    expect((await readTable('csv', again, { delimiter: ';', repeatedHeader: 'keep' })).problems).toEqual([]);
    expect((await readTable('csv', Buffer.from('name\nx\nname\n'), {})).problems).toEqual([]);
  });
});

describe('an import', () => {
  let at: ImportFixture;
  beforeAll(async () => {
    at = await createImportFixture('create table item (sku text primary key, name text, price numeric)');
  });
  afterAll(() => at?.drop());
  beforeEach(() => at.run('truncate item'));

  const CONCATENATED = `${ROWS}sku;name;price\nD;Dowel;4.00\nTotal;;11.00\n`;
  const warned = [
    { severity: 'warning', line: 5, code: 'FORMATS-240' },
    { severity: 'warning', line: 7, code: 'FORMATS-241' },
  ];

  it('passes such rows over, each with a warning that names its line', async () => {
    const report = await at.import('item', CONCATENATED);
    expect(report.state).toBe('completed');
    expect(countsOf(report)).toEqual({ read: 6, added: 4, warnings: 2 });
    expect(await at.issues(report)).toMatchObject(warned);
  });

  it('says the same in a dry run', async () => {
    const report = await at.import('item', CONCATENATED, { dryRun: true });
    expect(countsOf(report)).toEqual({ read: 6, added: 4, warnings: 2 });
    expect(report.warnings.map(({ code, count }) => [code, count]).sort()).toEqual([
      ['FORMATS-240', 1],
      ['FORMATS-241', 1],
    ]);
  });

  it('as a mirror removes what is missing: a footer is no row that could not be read', async () => {
    await at.run(`insert into item values ('Z', 'gone', 1)`);
    const report = await at.import('item', CONCATENATED, {
      strategy: 'mirror',
      removalLimit: { records: 5, share: 1 },
    });
    expect(countsOf(report)).toMatchObject({ added: 4, deleted: 1 });
  });

  it('finds the footer of a file that is longer than what detection looks at', async () => {
    const long = Array.from({ length: 30_000 }, (_, i) => `S${i};name ${i};${i}.25`).join('\n');
    const report = await at.import('item', `sku;name;price\n${long}\n(30000 rows)\n`);
    expect(countsOf(report)).toEqual({ read: 30_001, added: 30_000, warnings: 1 });
    expect((await at.issues(report))[0]).toMatchObject({ line: 30_002, code: 'FORMATS-241' });
  });
});
