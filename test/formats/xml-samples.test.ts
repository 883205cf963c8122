// Every XML file other people wrote: which element is taken for the record, and what it becomes. The outcomes are kept in
// xml-samples.outcomes.txt, which was read by eye; a change of it is a change of behaviour to be judged.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DovetailError } from '../../src/foundation/errors/dovetail-error.js';
import { findSamples } from '../support/samples.js';
import { ABSENT, detectAndRead, EMPTY, readTable } from './read-table.js';

const samples = findSamples();

describe.skipIf(samples === undefined)('XML files of other people', () => {
  const folder = samples!;

  it('give a right result or a clear error with a line number, as recorded', async () => {
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.xml'))
      .map((name) => join(folder, name))
      .sort();
    expect(files.length).toBeGreaterThan(10);
    const lines: string[] = [];
    for (const path of files) lines.push(`${relative(folder, path)} | ${await outcome(path)}`);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('xml-samples.outcomes.txt');
  });

  it.each(['customers', 'products', 'tax-rates'])('hold the same %s of Bagisto as its CSV', async (name) => {
    const read = async (format: string) => {
      const path = join(folder, 'commerce/bagisto', format, `${name}.${format}`);
      const { columns, rows, problems } = await detectAndRead(readFileSync(path), path);
      expect(problems).toEqual([]);
      return rows.map((row) =>
        Object.fromEntries(
          columns.flatMap((column, i) => {
            const value = row[i]!;
            const blank = value === EMPTY || value === ABSENT || value === '';
            // One phone number stands in the XML only.
            return blank || value === '9876543109'
              ? []
              : [[column.replace(/^@/, ''), value.replaceAll('\r\n', '\n')]];
          }),
        ),
      );
    };
    const [xml, csv] = [await read('xml'), await read('csv')];
    expect(csv.length).toBeGreaterThan(1);
    expect(xml).toEqual(csv);
  });

  it('reach accounts at any depth of a chart of accounts', async () => {
    const path = join(folder, 'erp/ledgersmb-coa/de/General.xml');
    const text = readFileSync(path, 'utf8');
    const table = await readTable('xml', Buffer.from(text), { path: 'configuration/coa/**/account' });
    expect(table.rows.length).toBe(text.match(/<account /g)!.length);
    expect(table.columns.slice(0, 4)).toEqual(['@code', '@description', '@category', '@gifi']);
    expect(table.lines[0]).toBe(text.slice(0, text.indexOf('<account ')).split('\n').length);
  });
});

async function outcome(path: string): Promise<string> {
  try {
    const table = await detectAndRead(readFileSync(path), path);
    const failed = new Set(table.problems.map(({ record }) => record)).size;
    const filled = table.rows[0]!.map((cell, i) => `${table.columns[i]}=${cell}`).filter(
      (cell) => !cell.endsWith(ABSENT),
    );
    return [
      `${table.rows.length} rows x ${table.columns.length}, ${failed} failed, first in line ${table.lines[0]}`,
      table.says.join('; '),
      filled.slice(0, 6).join(', ').replace(/\s+/g, ' ').slice(0, 200),
    ].join(' | ');
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    expect(error.hint).toBeTruthy();
    return `refused: ${error.code} ${error.detail}`;
  }
}
