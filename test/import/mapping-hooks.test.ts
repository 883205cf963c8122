// Hooks of the application around the mapping, and the one that hears of errors.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntityHooks, FailedRecord } from '../../src/engine/catalog/index.js';
import { countsOf, createImportFixture, type ImportFixture } from './import-fixture.js';

let at: ImportFixture;
// What each test puts in; the configuration only passes calls on.
let hooks: EntityHooks = {};
beforeAll(async () => {
  at = await createImportFixture(
    `create table article (id bigint generated always as identity primary key, sku text not null unique, name text not null check (name <> 'bad'));
     create table image (article_id bigint references article, position int, url text, primary key (article_id, position))`,
    'empty',
    {
      article: {
        beforeMapping: (rows, context) => hooks.beforeMapping?.(rows, context),
        afterMapping: (rows, context) => hooks.afterMapping?.(rows, context),
        onError: (errors, context) => hooks.onError?.(errors, context),
      },
    },
  );
});
beforeEach(async () => {
  hooks = {};
  await at.run('truncate article, image');
});
afterAll(() => at.drop());

describe('beforeMapping', () => {
  it('changes, skips and refuses rows of the source, also where nobody wrote a mapping', async () => {
    hooks = {
      beforeMapping(rows) {
        for (let row = 0; row < rows.size; row++) {
          const name = rows.value(row, 'name');
          if (name === 'skip') rows.skip(row);
          else if (name === 'no') rows.refuse(row, { message: 'Not this one.', hint: 'Ask us.' });
          else rows.set(row, 'name', `${name} ${rows.line(row)}`);
        }
      },
    };
    const report = await at.import('article', 'sku,name\na,A\nb,skip\nc,no\nd,D\n');
    expect(countsOf(report)).toEqual({ read: 4, added: 2, skipped: 1, failed: 1 });
    expect(await at.rows('select sku, name from article order by 1')).toEqual([
      ['a', 'A 2'],
      ['d', 'D 5'],
    ]);
    expect(await at.issues(report)).toMatchObject([
      { line: 4, code: 'MAPPING-405', message: 'Not this one.', hint: 'Ask us.' },
    ]);
  });

  it('leaves failed rows as they came, several rows of a record too', async () => {
    hooks = {
      beforeMapping(rows) {
        for (let row = 0; row < rows.size; row++)
          if (rows.value(row, 'name') === 'x') rows.set(row, 'name', 'bad');
      },
    };
    const mapping = await at.write(
      'rows.yaml',
      `entity: article
rows: { key: sku }
fields: [{ field: sku, column: sku }, { field: name, column: name }]
many:
  image: { rows: true, fields: [{ field: position, column: n }, { field: url, column: url }] }
`,
    );
    const report = await at.import('article', 'sku,name,n,url\na,x,1,1.jpg\na,,2,2.jpg\nb,B,1,3.jpg\n', {
      mapping,
    });
    expect(countsOf(report)).toMatchObject({ added: 1, failed: 1 });
    const failed = await readFile(report.failedRows!.file, 'utf8');
    expect(
      failed
        .split('\n')
        .slice(1, 3)
        .map((line) => line.split(',').slice(0, 4).join(',')),
    ).toEqual(['a,x,1,1.jpg', 'a,,2,2.jpg']);
  });

  it('fails the rows of its batch if it throws', async () => {
    hooks = {
      beforeMapping() {
        throw new Error('broken');
      },
    };
    const report = await at.import('article', 'sku,name\na,A\nb,B\n');
    expect(countsOf(report)).toEqual({ read: 2, failed: 2 });
    expect(report.errors[0]).toMatchObject({ code: 'MAPPING-405' });
    expect(report.errors[0]!.first[0]!.message).toContain('broken');
  });
});

describe('afterMapping', () => {
  it('sees fields, and runs in a dry run too', async () => {
    hooks = {
      async afterMapping(rows) {
        await Promise.resolve();
        expect(rows.columns).toEqual(['sku', 'name']);
        for (let row = 0; row < rows.size; row++) rows.set(row, 'sku', rows.value(row, 'sku')!.toUpperCase());
      },
    };
    await at.import('article', 'sku,name\na,A\n');
    const report = await at.import('article', 'sku,name\nA,A\n', { dryRun: true });
    expect(countsOf(report)).toEqual({ read: 1, unchanged: 1 });
  });
});

describe('onError', () => {
  it('hears of every error once its chunk is committed, and stops the run if it throws', async () => {
    const heard: FailedRecord[] = [];
    hooks = { onError: (errors) => void heard.push(...errors) };
    await at.import('article', 'sku,name\na,bad\nb,B\nc,\n', { writers: 1 });
    expect(heard.map(({ line }) => line).sort()).toEqual([2, 4]);
    hooks = {
      onError() {
        throw new Error('no line to the office');
      },
    };
    const report = await at.import('article', 'sku,name\nx,bad\ny,Y\n');
    expect(report).toMatchObject({ state: 'failed', failure: { code: 'FILES-111' }, resumable: true });
    expect(report.failure!.detail).toContain('no line to the office');
  });
});
