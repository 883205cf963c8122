// Every difficult delimited file other people wrote: a right result or a clear error with its line. The outcomes are
// kept in csv-adversarial.outcomes.txt, which was read by eye; a change of it is a change of behaviour to be judged.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { DovetailError } from '../../src/foundation/errors/dovetail-error.js';
import { findSamples } from '../support/samples.js';
import { detectAndRead } from './read-table.js';

const samples = findSamples();

describe.skipIf(samples === undefined)('difficult delimited files', () => {
  it('give a right result or a clear error with a line number, as recorded', async () => {
    const folder = join(samples!, 'csv-adversarial');
    const lines: string[] = [];
    for (const path of listFiles(folder)) lines.push(`${relative(folder, path)} | ${await outcome(path)}`);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('csv-adversarial.outcomes.txt');
  });
});

function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function outcome(path: string): Promise<string> {
  const raw = readFileSync(path);
  const bytes = path.endsWith('.gz') ? gunzipSync(raw) : raw;
  try {
    const table = await detectAndRead(bytes, path);
    const failed = new Set(table.problems.map(({ record }) => record)).size;
    const first = table.problems.slice(0, 3).map((each) => `line ${each.line} ${each.code}`);
    expect(table.problems.every((each) => each.line >= 1)).toBe(true);
    const columns = table.columns.slice(0, 6).join(',').replace(/\s+/g, ' ').slice(0, 60);
    const sure = `${table.rows.length} rows x ${table.columns.length}, ${failed} failed`;
    return [sure, columns, table.says.join('; '), ...(first.length > 0 ? [first.join(', ')] : [])].join(
      ' | ',
    );
  } catch (error) {
    if (!(error instanceof DovetailError)) throw error;
    expect(error.hint).toBeTruthy();
    return `refused: ${error.code} ${error.detail}`;
  }
}
