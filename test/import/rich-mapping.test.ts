// Mappings that do more than pass columns on: steps, expressions, conditions, and what comes back of rows that fail.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countsOf, createImportFixture, type ImportFixture } from './import-fixture.js';

let at: ImportFixture;
beforeAll(async () => {
  at = await createImportFixture(`
    create table maker (id bigint generated always as identity primary key, name text not null unique);
    create table article (
      id bigint generated always as identity primary key,
      sku text not null unique, name text not null, status text, price numeric(10, 2), maker_id bigint references maker,
      tags text[] not null default '{}', attributes jsonb not null default '{}', color text)`);
});
beforeEach(() => at.run('truncate article, maker'));
afterAll(() => at.drop());

const importWith = async (mapping: string, csv: string, wish: Parameters<ImportFixture['import']>[2] = {}) =>
  at.import('article', csv, { mapping: await at.write('mapping.yaml', mapping), ...wish });

describe('steps and expressions', () => {
  it('make values of cells, and leave blank cells to the rules for blank cells', async () => {
    const mapping = `
entity: article
fields:
  - { field: sku, column: Code, steps: [trim, upper, { prefix: "A-" }] }
  - { field: name, columns: [First, Second], join: " / " }
  - { field: status, column: Live, steps: [{ map: { "1": active, "0": draft, "-": null }, otherwise: error }], default: unknown }
  - { field: price, column: Cents, steps: [{ cel: "double(value) / 100.0" }] }
  - { field: maker.name, cel: 'row["Maker"] + " " + row["Country"].upperAscii()', create: true }
  - { field: tags, column: Tags, steps: [{ list: "|" }] }
  - { field: attributes, column: More, steps: [packed] }
  - { field: color, column: More, steps: [{ packed: { take: color } }], direction: import }
`;
    const report = await importWith(
      mapping,
      `Code,First,Second,Live,Cents,Maker,Country,Tags,More
 a1 ,Bolt,M8,1,1250,Acme,de,x| y|,"color=red, light,size=L"
b2,Nut,,-,,Acme,de,,
`,
    );
    expect(report.errors).toEqual([]);
    expect(countsOf(report)).toEqual({ read: 2, added: 2 });
    expect(
      await at.rows(
        `select sku, a.name, status, price, m.name, tags, attributes, color from article a join maker m on m.id = maker_id order by sku`,
      ),
    ).toEqual([
      [
        'A-A1',
        'Bolt / M8',
        'active',
        '12.50',
        'Acme DE',
        '{x,y}',
        '{"size": "L", "color": "red, light"}',
        'red, light',
      ],
      ['A-B2', 'Nut', 'unknown', null, 'Acme DE', '{}', '{}', null],
    ]);
  });

  it('fail the row that they cannot take, by line and column, and give its own cells back', async () => {
    const mapping = `
entity: article
fields:
  - { field: sku, column: Code, steps: [upper] }
  - { field: name, column: Name }
  - { field: status, column: Live, steps: [{ map: { yes: active, no: draft } }] }
  - { field: price, column: Price, steps: [{ cel: 'double(value.replace(",", "."))' }] }
`;
    const csv = `Code,Name,Live,Price,Extra\na,One,yes,"1,5",k\nb,Two,yess,2,l\nc,Three,no,dear,m\nd,Four,no,123456789012,n\n`;
    const report = await importWith(mapping, csv, { writers: 1 });
    expect(countsOf(report)).toMatchObject({ read: 4, added: 1, failed: 3 });
    const issues = await at.issues(report);
    expect(
      issues.map(({ row, line, column, field, value, code }) => [row, line, column, field, value, code]),
    ).toEqual([
      [2, 3, 'Live', 'status', 'yess', 'MAPPING-401'],
      [3, 4, 'Price', 'price', 'dear', 'MAPPING-401'],
      [4, 5, 'Price', 'price', '123456789012', issues[2]!.code],
    ]);
    expect(issues[0]).toMatchObject({ hint: 'Did you mean yes?' });
    const failed = await readFile(report.failedRows!.file, 'utf8');
    expect(
      failed
        .split('\n')
        .slice(0, 4)
        .map((line) => line.split(',').slice(0, 5).join(',')),
    ).toEqual([
      'Code,Name,Live,Price,Extra',
      'b,Two,yess,2,l',
      'c,Three,no,dear,m',
      'd,Four,no,123456789012,n',
    ]);
  });

  it('say of an expression in the mapping where it stands and what is wrong with it', async () => {
    const wrong = (field: string) =>
      importWith(`entity: article\nfields:\n  - { field: sku, column: A }\n  - ${field}\n`, 'A,B\n1,2\n');
    await expect(wrong('{ field: name, cel: "rwo[\'B\']" }')).rejects.toMatchObject({
      code: 'MAPPING-209',
      hint: 'Did you mean row?',
      pointer: { line: 4 },
    });
    await expect(wrong(`{ field: name, cel: 'row["C"]' }`)).rejects.toMatchObject({ code: 'MAPPING-301' });
    await expect(wrong(`{ field: name, cel: 'row["B"].matches("(a+)+")' }`)).rejects.toMatchObject({
      code: 'MAPPING-209',
    });
    await expect(wrong(`{ field: name, column: B, steps: [trmi] }`)).rejects.toMatchObject({
      code: 'MAPPING-103',
      hint: 'Did you mean trim?',
    });
    await expect(wrong('{ field: name, from: item }')).rejects.toMatchObject({ code: 'MAPPING-212' });
  });
});

describe('a condition', () => {
  const mapping = `
entity: article
when: 'row["Type"] != "grouped" && int(row["Stock"]) > 0'
fields:
  - { field: sku, column: Code }
  - { field: name, column: Name }
`;
  const csv = 'Code,Name,Type,Stock\na,A,simple,1\nb,B,grouped,1\nc,C,simple,none\nd,D,simple,0\n';

  it('skips rows, counts them, and fails those it cannot judge', async () => {
    const report = await importWith(mapping, csv);
    expect(countsOf(report)).toEqual({ read: 4, added: 1, skipped: 2, failed: 1 });
    expect(report.errors.map(({ code, first }) => [code, first[0]!.line])).toEqual([['MAPPING-402', 4]]);
  });

  it('does so in a dry run too', async () => {
    const report = await importWith(mapping, csv, { dryRun: true });
    expect(countsOf(report)).toEqual({ read: 4, added: 1, skipped: 2, failed: 1 });
  });

  it('must be a condition', async () => {
    await expect(importWith(mapping.replace(/when: .*/, `when: 'row["Type"]'`), csv)).rejects.toMatchObject({
      code: 'MAPPING-209',
    });
  });
});
