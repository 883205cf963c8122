// Mappings by name, in versions; suggested from a file, checked against a database, and what is learned from them.
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImportFixture, type ImportFixture } from '../import/import-fixture.js';

let at: ImportFixture;
beforeAll(async () => {
  at = await createImportFixture(
    'create table article (id bigint generated always as identity primary key, sku text not null unique, name text not null, price numeric)',
  );
});
afterAll(() => at.drop());

const NOBODY = { createdBy: 'tester' };
const call = (source: string) => ({ source, formatOptions: {}, signal: new AbortController().signal });

describe('a saved mapping', () => {
  it('has versions, is used by its name, and a run notes which', async () => {
    const body =
      '# Ours.\nentity: article\nfields:\n  - { field: sku, column: Kode }\n  - { field: name, column: Bez }\n';
    const file = await at.write('goods.yaml', body);
    expect(await at.files.saveMapping({ mapping: file, name: 'goods', ...NOBODY })).toEqual({
      name: 'goods',
      version: 1,
      entity: 'article',
      isNew: true,
    });
    expect(await at.files.saveMapping({ mapping: file, name: 'goods', ...NOBODY })).toMatchObject({
      isNew: false,
      version: 1,
    });
    const second = await at.write('goods2.yaml', `${body}  - { field: price, column: Preis }\n`);
    expect(
      await at.files.saveMapping({ mapping: second, name: 'goods', note: 'with prices', ...NOBODY }),
    ).toMatchObject({ version: 2 });
    expect((await at.files.readMapping('goods@1')).body).toBe(body);
    expect((await at.files.listMappings('goods')).map(({ version, note }) => [version, note])).toEqual([
      [2, 'with prices'],
      [1, undefined],
    ]);

    const csv = 'Kode,Bez,Preis\na,A,1.5\n';
    const wish = { mapping: join(at.folder, 'goods'), mappingName: 'goods' };
    const report = await at.import('article', csv, wish);
    expect((await at.files.readReport(report.run!)).mapping).toBe('goods@2');
    await at.import('article', 'Kode,Bez,Preis\nb,B,1.5\n', { ...wish, mappingName: 'goods@1' });
    expect(await at.rows('select sku, price from article order by 1')).toEqual([
      ['a', '1.5'],
      ['b', null],
    ]);
    await expect(at.import('article', csv, { ...wish, mappingName: 'good' })).rejects.toMatchObject({
      code: 'FILES-109',
      hint: 'Did you mean goods?',
    });
    await expect(at.files.saveMapping({ mapping: file, name: '../x', ...NOBODY })).rejects.toMatchObject({
      code: 'FILES-110',
    });
    const wrong = await at.write('wrong.yaml', 'entity: article\nfields:\n  - { field: nmae, column: X }\n');
    await expect(at.files.saveMapping({ mapping: wrong, name: 'wrong', ...NOBODY })).rejects.toMatchObject({
      code: 'MAPPING-202',
    });
    expect(await at.files.deleteMapping('goods')).toEqual({ name: 'goods', versions: 2 });
    await expect(at.files.readMapping('goods')).rejects.toMatchObject({ code: 'FILES-109' });
  });

  it('teaches what headers mean', async () => {
    const csv = await at.write('words.csv', 'Zifferncode,Bez,Preis\na,A,2\n');
    const before = await at.files.suggestMapping({ ...call(csv), entity: 'article' });
    expect(before.text).toMatch(/- Zifferncode #/);
    const mapping = await at.write(
      'words.yaml',
      'entity: article\nfields:\n  - { field: sku, column: Zifferncode }\n  - { field: name, column: Bez }\n',
    );
    await at.import('article', 'Zifferncode,Bez\nq,Q\n', { mapping, mappingName: 'words.yaml' });
    const after = await at.files.suggestMapping({ ...call(csv), entity: 'article' });
    expect(after.text).toContain('{ field: sku, column: Zifferncode } # learned from the mapping words.yaml');
    const report = await at.import('article', 'ziffern_code,bez\nz,Z\n', { dryRun: true });
    expect(report.counters).toMatchObject({ read: 1, added: 1, failed: 0 });
  });
});

describe('a suggestion', () => {
  it('is a mapping that can be read, with the reason beside what is a guess', async () => {
    const csv = await at.write('odd.csv', 'sku,"Title: long",price,on\n1,2,3,4\n');
    const { text } = await at.files.suggestMapping({ ...call(csv), entity: 'article' });
    const file = await at.write('odd.yaml', text);
    const checked = await at.files.checkMapping({ mapping: file, source: call(csv) });
    expect(checked).toMatchObject({ problems: [], unmatched: [] });
    expect(text).toContain('"Title: long"');
    expect(text).toContain('"on"');
  });
});

describe('a check', () => {
  it('lists every problem with its line, what an export leaves out, and columns left over', async () => {
    const file = await at.write(
      'check.yaml',
      `entity: article
fields:
  - { field: skuu, column: A }
  - { field: name, column: B, create: true }
`,
    );
    const wrong = await at.files.checkMapping({ mapping: file });
    expect(wrong.problems.map(({ code, pointer }) => [code, pointer?.line])).toEqual([
      ['MAPPING-202', 3],
      ['MAPPING-207', 4],
    ]);
    const good = await at.write(
      'good.yaml',
      `entity: article
when: 'row["A"] != ""'
fields:
  - { field: sku, column: A, steps: [upper] }
  - { field: name, column: B, steps: [{ before: "(" }] }
  - { field: price, cel: 'double(row["C"])' }
`,
    );
    const csv = await at.write('check.csv', 'A,B,C,D\n1,2,3,4\n');
    const report = await at.files.checkMapping({ mapping: good, source: call(csv) });
    expect(report.problems).toEqual([]);
    expect(report.importOnly.map(({ field, line }) => [field, line])).toEqual([
      ['when', 2],
      ['name', 5],
      ['price', 6],
    ]);
    expect(report.unmatched).toEqual(['D']);
    const bad = await at.write('bad.yaml', `entity: article\nfields:\n  - { field: sku, cel: 'row["A"' }\n`);
    expect((await at.files.checkMapping({ mapping: bad })).problems).toMatchObject([
      { code: 'MAPPING-209', pointer: { line: 3 } },
    ]);
  });
});
