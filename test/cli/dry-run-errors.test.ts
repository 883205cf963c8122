// Every error of a dry run, from the command line: in the JSON result, or in a file.
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp } from '../../src/app.js';
import { installJobs } from '../../src/engine/jobs/install-jobs.js';
import { createImportFixture, type ImportFixture } from '../import/import-fixture.js';
import { runOnStage, type StageSettings } from './cli-stage.js';

// Enough that the output is flushed many times over.
const BAD_ROWS = 8_000;

let at: ImportFixture;
beforeAll(async () => {
  at = await createImportFixture('create table item (sku text primary key, price numeric)');
  await installJobs(at.database);
  const rows = [...Array(BAD_ROWS).keys()].map((i) => `A${i},price "${i}"`.replaceAll('"', "'"));
  await at.write('bad.csv', `sku,price\n${rows.join('\n')}\nB,1\n`);
});
afterAll(() => at?.drop());

const run = (argv: readonly string[], more: StageSettings = {}) =>
  runOnStage(['import', 'bad.csv', '-e', 'item', ...argv, '--database', at.url], {
    cwd: at.folder,
    createApp,
    ...more,
  });
const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('dovetail-dry-run-'));

describe('a dry run', () => {
  it('has all of them in its JSON result', async () => {
    const before = leftovers();
    const warned = vi.spyOn(process, 'emitWarning');
    const ran = await run(['--dry-run', '--json']);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
    expect(ran.code).toBe(4);
    const report = JSON.parse(ran.stdout);
    expect(report.counters).toMatchObject({ read: BAD_ROWS + 1, added: 1, failed: BAD_ROWS });
    expect(report.errors).toMatchObject([{ code: 'RECORDS-202', count: BAD_ROWS }]);
    expect(report.issues).toHaveLength(BAD_ROWS);
    expect(report.issues[1_234]).toMatchObject({ line: 1_236, column: 'price', value: "price '1234'" });
    expect(report).not.toHaveProperty('issuesFile');
    expect(leftovers()).toEqual(before);
  });

  it('has an empty list where there are none', async () => {
    await at.write('good.csv', 'sku,price\nB,1\n');
    const ran = await runOnStage(['import', 'good.csv', '-e', 'item', '-n', '--json', '--database', at.url], {
      cwd: at.folder,
      createApp,
    });
    expect(JSON.parse(ran.stdout)).toMatchObject({ issues: [], counters: { added: 1 } });
  });

  it('writes them into a file, and says how where nobody asked', async () => {
    const silent = await run(['--dry-run']);
    expect(silent.stdout).toContain('--errors-to FILE');
    const ran = await run(['--dry-run', '--errors-to', 'errors.ndjson']);
    expect(ran.stdout).toContain(
      `8,000 errors and warnings, one a line: ${join(at.folder, 'errors.ndjson')}`,
    );
    expect(ran.stdout).not.toContain('--errors-to');
    const lines = readFileSync(join(at.folder, 'errors.ndjson'), 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).line)).toEqual([...Array(BAD_ROWS).keys()].map((i) => i + 2));
    const both = await run(['--dry-run', '--json', '--errors-to', 'errors.ndjson']);
    expect(JSON.parse(both.stdout)).toMatchObject({ issuesFile: { count: BAD_ROWS } });
  });

  it('leaves nothing behind where its reader has gone', async () => {
    const before = leftovers();
    const ran = await run(['--dry-run', '--json'], { stdoutBreaksAfter: 1_000 });
    expect(ran.stderr).toBe('');
    expect(leftovers()).toEqual(before);
  });
});

it('a run that writes is sent to runs errors instead', async () => {
  const ran = await run(['--errors-to', 'errors.ndjson']);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('dovetail runs errors');
});
