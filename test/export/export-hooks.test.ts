// The application's hooks around an export: rows before they are written, in every format and way out, and the news of its end.
import { existsSync, readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ExportCall } from '../../src/doors/files/files-services.js';
import type { EntityHooks, ExportOutcome, ExportRows } from '../../src/engine/catalog/index.js';
import { FORMATS } from '../../src/engine/formats/index.js';
import { inspectAndRead } from '../formats/read-table.js';
import { createImportFixture, type ImportFixture } from '../import/import-fixture.js';

let at: ImportFixture;
// What each test puts in; the configuration only passes calls on.
let hooks: EntityHooks = {};
beforeAll(async () => {
  at = await createImportFixture(
    `create table article (id bigint generated always as identity primary key, sku text not null unique, name text);
     create table plain (sku text primary key)`,
    'empty',
    {
      article: {
        beforeExport: (rows, context) => hooks.beforeExport?.(rows, context),
        afterExport: (outcome, context) => hooks.afterExport?.(outcome, context),
      },
    },
  );
});
beforeEach(async () => {
  hooks = {};
  await at.run(`truncate article, plain;
    insert into article (sku, name) values ('a', 'A'), ('b', 'secret'), ('c', null); insert into plain values ('p')`);
});
afterAll(() => at?.drop());

const toCall = (wish: Partial<ExportCall> = {}): ExportCall => ({
  entity: 'article',
  fields: ['sku', 'name'],
  format: 'csv',
  formatOptions: {},
  full: false,
  target: { path: join(at.folder, 'out.csv') },
  signal: new AbortController().signal,
  onProgress: () => {},
  ...wish,
});

const exported = async (wish: Partial<ExportCall> = {}): Promise<string> =>
  readFileSync((await at.files.export(toCall(wish))).file!, 'utf8');

const hide = (rows: ExportRows): void => {
  for (let row = 0; row < rows.size; row++) {
    const name = rows.value(row, 'name');
    if (name === 'secret') rows.skip(row);
    else rows.set(row, 'name', name === null ? 'none' : `${name}, ours`);
  }
};

describe('before an export', () => {
  it.each(FORMATS.filter(({ writtenAs }) => writtenAs === undefined))(
    'rows are changed and left out, in $name',
    async ({ name: format, extensions }) => {
      hooks = { beforeExport: hide };
      const file = `hooked.${extensions[0]}`;
      await at.files.export(toCall({ format, target: { path: join(at.folder, file) } }));
      const { columns, rows } = await inspectAndRead(readFileSync(join(at.folder, file)), file);
      const find = (name: string) => columns.indexOf(name);
      expect(rows.map((row) => [row[find('sku')], row[find('name')]])).toEqual([
        ['a', 'A, ours'],
        ['c', 'none'],
      ]);
    },
  );

  it('the hook sees the columns that a mapping makes, and what it made of the values', async () => {
    const seen: unknown[] = [];
    hooks = {
      beforeExport(rows) {
        seen.push(rows.columns, rows.value(0, 'Name'));
        rows.set(0, 'Name', null);
      },
    };
    const mapping = await at.write(
      'm.yaml',
      'entity: article\nfields:\n  - { field: sku, column: Artikel }\n  - { field: name, column: Name, steps: [{ unprefix: "N:" }] }\n',
    );
    const { fields: _, ...call } = toCall({ mapping });
    await at.files.export(call);
    expect(seen).toEqual([['Artikel', 'Name'], 'N:A']);
    expect(readFileSync(join(at.folder, 'out.csv'), 'utf8')).toBe('Artikel,Name\na,\nb,N:secret\nc,\n');
  });

  it('it may take its time, and is called batch by batch until every row was there', async () => {
    await at.run(
      `insert into article (sku, name) select 'n' || n, repeat('x', 20) from generate_series(1, 200000) n`,
    );
    const sizes: number[] = [];
    hooks = {
      async beforeExport(rows) {
        await new Promise((done) => setImmediate(done));
        sizes.push(rows.size);
      },
    };
    const lines = (await exported()).split('\n');
    expect(lines.length).toBe(1 + 200_003 + 1);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((all, size) => all + size)).toBe(200_003);
  });

  it.each<[string, (rows: ExportRows) => void, RegExp]>([
    ['a column that is not there', (rows) => void rows.value(0, 'nmae'), /no column nmae/],
    ['a row that is not there', (rows) => rows.skip(99), /no row 99/],
    [
      'whatever else it throws',
      () => {
        throw new Error('the archive is closed');
      },
      /the archive is closed/,
    ],
  ])('%s ends it, without a file and without the other hook', async (_says, beforeExport, detail) => {
    const told: ExportOutcome[] = [];
    hooks = { beforeExport, afterExport: (outcome) => void told.push(outcome) };
    const path = join(at.folder, 'refused.csv');
    await expect(at.files.export(toCall({ target: { path } }))).rejects.toMatchObject({
      code: 'EXPORT-104',
      detail: expect.stringMatching(detail),
      pointer: { entity: 'article' },
    });
    expect(existsSync(path)).toBe(false);
    expect((await readdir(at.folder)).filter((name) => name.includes('refused'))).toEqual([]);
    expect(told).toEqual([]);
  });

  it('it is not called for other entities', async () => {
    hooks = {
      beforeExport() {
        throw new Error('not for this one');
      },
    };
    const { fields: _, ...call } = toCall({ entity: 'plain' });
    expect(await at.files.export(call)).toMatchObject({ rows: 1 });
  });
});

describe('after an export', () => {
  it('its outcome is told once the file is in its place', async () => {
    const told: unknown[] = [];
    hooks = {
      beforeExport: hide,
      afterExport: (outcome) => void told.push(outcome, readFileSync(outcome.file!, 'utf8')),
    };
    const { bytes } = await at.files.export(toCall());
    expect(told).toEqual([
      { entity: 'article', rows: 3, bytes, columns: ['sku', 'name'], file: join(at.folder, 'out.csv') },
      'sku,name\na,"A, ours"\nc,none\n',
    ]);
  });

  it('a stream has no file', async () => {
    const told: ExportOutcome[] = [];
    hooks = { afterExport: (outcome) => void told.push(outcome) };
    const stream = new PassThrough();
    const taken = text(stream);
    await at.files.export(toCall({ target: { stream } }));
    stream.end();
    expect(await taken).toBe('sku,name\na,A\nb,secret\nc,\n');
    expect(told).toEqual([{ entity: 'article', rows: 3, bytes: 25, columns: ['sku', 'name'] }]);
  });

  it('a failure of the hook is the failure of the run; the file stays', async () => {
    hooks = {
      afterExport() {
        throw new Error('nobody answers');
      },
    };
    await expect(exported()).rejects.toMatchObject({ code: 'EXPORT-104', detail: /nobody answers/ });
    expect(readFileSync(join(at.folder, 'out.csv'), 'utf8')).toContain('a,A');
    const [run] = await at.files.readRuns({ kind: 'export' });
    expect(run).toMatchObject({ state: 'failed' });
  });
});
