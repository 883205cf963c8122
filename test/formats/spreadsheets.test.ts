// Every spreadsheet other people made: each sheet read right or refused with what to do. The outcomes are kept in
// spreadsheets.outcomes.txt, which was held by eye against what the files hold; a change of it is a change to be judged.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DovetailError } from '../../src/foundation/errors/dovetail-error.js';
import { findSamples } from '../support/samples.js';
import { EMPTY, inspectAndRead, type Table } from './read-table.js';

const samples = findSamples();

function listFiles(): string[] {
  return ['spreadsheets', 'commerce']
    .flatMap((folder) => readdirSync(join(samples!, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(xlsx|xls|ods)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

describe.skipIf(samples === undefined)('spreadsheets of other people', () => {
  it('give a right result or a clear error, every sheet of them, as recorded', {
    timeout: 120_000,
  }, async () => {
    const lines: string[] = [];
    for (const path of listFiles()) {
      const bytes = readFileSync(path);
      const first = await outcome(bytes, path);
      lines.push(`${relative(samples!, path)} | ${first}`);
      const count = Number(/ of (\d+): /.exec(first)?.[1] ?? 1);
      for (let sheet = 1; count > 1 && sheet <= count; sheet++)
        lines.push(`    sheet ${sheet} | ${await outcome(bytes, path, sheet)}`);
    }
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('spreadsheets.outcomes.txt');
  });

  it('hold the same in the old and the new Excel format, wherever there are both', async () => {
    const paths = new Set(listFiles());
    let compared = 0;
    for (const path of paths) {
      const twin = path
        .replace('/bagisto/xls/', '/bagisto/xlsx/')
        .replace(/(-xls)?\.xls$/, (_, tail: string) => (tail ? '-xlsx.xlsx' : '.xlsx'));
      if (twin === path || !paths.has(twin)) continue;
      const [old, recent] = [await read(path), await read(twin)];
      expect(old, path).toEqual(recent);
      compared++;
    }
    expect(compared).toBeGreaterThan(20);
  });
});

describe.skipIf(samples === undefined)('the same data of Bagisto', () => {
  it.each(['customers', 'products', 'tax-rates'])('is the same as CSV, XLS and XLSX: %s', async (name) => {
    const tables = await Promise.all(
      ['csv', 'xls', 'xlsx'].map((format) =>
        read(join(samples!, 'commerce', 'bagisto', format, `${name}.${format}`)),
      ),
    );
    // A workbook knows no difference between 18.00 and 18, nor CSV one between a blank and an empty cell here.
    const plain = tables.map(({ columns, rows }) => ({
      columns,
      rows: rows.map((row) =>
        row.map((cell) => (cell === EMPTY ? '' : /^\d+\.\d+$/.test(cell) ? String(Number(cell)) : cell)),
      ),
    }));
    expect(plain[1]).toEqual(plain[0]);
    expect(plain[2]).toEqual(plain[0]);
  });
});

async function read(path: string) {
  const { columns, rows, lines, problems } = await inspectAndRead(readFileSync(path), path);
  return { columns, rows, lines, problems };
}

async function outcome(bytes: Buffer, path: string, sheet?: number): Promise<string> {
  try {
    return describeTable(await inspectAndRead(bytes, path, sheet === undefined ? {} : { sheet }));
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    expect(error.hint).toBeTruthy();
    return `refused: ${error.code} ${error.detail}`;
  }
}

function describeTable(table: Table & { says: readonly string[] }): string {
  const failed = new Set(table.problems.map(({ record }) => record)).size;
  const plain = (texts: readonly string[]) =>
    texts
      .slice(0, 6)
      .map((text) => JSON.stringify(text.slice(0, 24)).slice(1, -1))
      .join(',');
  const problems = table.problems.slice(0, 3).map((each) => `row ${each.line} ${each.code}`);
  return [
    `${table.rows.length} rows x ${table.columns.length}, ${failed} failed`,
    plain(table.columns),
    ...(table.rows[0] ? [plain(table.rows[0])] : []),
    table.says.join('; '),
    ...(problems.length > 0 ? [problems.join(', ')] : []),
  ].join(' | ');
}
