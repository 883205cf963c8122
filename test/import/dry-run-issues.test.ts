// Every error of a dry run can be had, however many there are, and duplicates are found over all of its chunks.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoredIssue } from '../../src/engine/pipeline/index.js';
import { countsOf, createImportFixture, type ImportFixture } from './import-fixture.js';

let at: ImportFixture;
beforeAll(async () => {
  at = await createImportFixture(`
    create extension if not exists citext;
    create table item (sku text primary key, price numeric check (price >= 0), parent_sku text);
    create table node (id int generated always as identity primary key, code text unique not null, parent_id int references node, size int);
    create table loose (code citext primary key, price numeric)`);
});
afterAll(() => at?.drop());
beforeEach(() => at.run('truncate item, node, loose'));

const spools = () => {
  const folder = join(at.folder, 'data', 'spool');
  return existsSync(folder) ? readdirSync(folder) : [];
};

describe('the issues of a dry run', () => {
  it('go into a file, all of them in the order of the source, like those of the run', async () => {
    const rows = [...Array(500).keys()].map((i) => `A${i % 450},${i % 3 === 0 ? 'x' : i % 7 === 0 ? -1 : i}`);
    const source = `sku,price\n${rows.join('\n')}\n`;
    const issuesTo = join(at.folder, 'issues.ndjson');
    const dry = await at.import('item', source, { dryRun: true, issuesTo, chunkRows: 60 });
    const listed = readFileSync(issuesTo, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(dry.issuesFile).toEqual({ count: listed.length, file: issuesTo });
    const run = await at.import('item', source, { chunkRows: 60, writers: 1 });
    const plain = (await at.issues(run)).map((issue) => {
      const { id: _, cells: _cells, kinds: _kinds, ...shown } = issue as StoredIssue;
      return shown;
    });
    expect(listed).toEqual(plain);
    expect(listed.length).toBe(dry.counters.failed + dry.counters.warnings);
    expect(spools()).toEqual([]);
  });

  it('that only show at the end of the source have their place, their column and their cells', async () => {
    const issuesTo = join(at.folder, 'late.ndjson');
    const failedRows = join(at.folder, 'late.csv');
    const source = 'code,parent.code,size\nA,B,1\nB,,\nC,nowhere,\nE,,x\nD,C,\n';
    const dry = await at.import('node', source, { dryRun: true, issuesTo, failedRows, chunkRows: 1 });
    expect(countsOf(dry)).toEqual({ read: 5, added: 2, failed: 3 });
    const listed = readFileSync(issuesTo, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(listed.map(({ line, column, value, code }) => [line, column, value, code])).toEqual([
      [4, 'parent.code', 'nowhere', 'RECORDS-302'],
      [5, 'size', 'x', 'RECORDS-201'],
      [6, 'parent.code', 'C', 'RECORDS-302'],
    ]);
    expect(
      readFileSync(failedRows, 'utf8')
        .split('\n')
        .map((line) => line.split(',').slice(0, 2).join()),
    ).toEqual(['code,parent.code', 'C,nowhere', 'E,', 'D,C', '']);
    const file = await at.import('node', 'code\nA\n', { dryRun: true, issuesTo });
    expect(file.issuesFile).toEqual({ count: 0, file: issuesTo });
    expect(readFileSync(issuesTo, 'utf8')).toBe('');
  });
});

describe.each([1, 2, 20_000])('duplicates that only the server finds equal, in chunks of %i', (chunkRows) => {
  const source = 'code,price\nab,1\nAB,2\nc,3\naB,4\n';

  it.each(['last', 'first', 'fail'] as const)(
    'are told by a dry run and a probe as by the run (%s)',
    async (onDuplicate) => {
      const wish = { chunkRows, onDuplicate };
      const all = [];
      for (const more of [{ dryRun: true }, { dryRun: true, probe: true }, {}]) {
        const report = await at.import('loose', source, { ...wish, ...more });
        const { added, failed, warnings } = report.counters;
        const groups = [...report.errors, ...report.warnings].map(({ code, count, first }) => [
          code,
          count,
          first.map(({ line, message }) => [line, message]),
        ]);
        all.push({ added, failed, warnings, groups });
      }
      const [dry, probe, run] = all;
      expect(dry).toEqual(run);
      // A probe writes each chunk by itself: what would be an update of a row before is an addition to it.
      expect({ ...probe, added: 0 }).toEqual({ ...run, added: 0 });
    },
  );
});
