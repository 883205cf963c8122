// A reference may be found by any unique field of the other record, not only by what identifies it: on the way in and on the way back.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  countsOf,
  createImportFixture,
  type ImportFixture,
  type ImportWish,
} from '../import/import-fixture.js';

let at: ImportFixture;
beforeAll(async () => {
  at = await createImportFixture(
    `
    create table brand (id int generated always as identity primary key, name text not null unique, code text unique, ean int unique);
    create table place (id int generated always as identity primary key, label text not null unique, country text not null, zip text not null,
      unique (country, zip));
    create table item (id int generated always as identity primary key, sku text not null, brand_id int references brand,
      place_id int references place, unique nulls not distinct (brand_id, sku));
    create table use (item_id int not null references item on delete cascade, brand_id int not null references brand, note text,
      primary key (item_id, brand_id));
    create table node (id int generated always as identity primary key, name text not null unique, code text unique,
      parent_id int references node)`,
    'empty',
    { brand: { identity: ['name'] }, place: { identity: ['label'] }, node: { identity: ['name'] } },
  );
});
afterAll(() => at?.drop());
beforeEach(async () => {
  await at.run(`truncate brand, place, item, use, node restart identity cascade;
    insert into brand (name, code, ean) values ('Acme', 'AC', 1), ('Bolt', 'BO', 2), ('Codeless', null, null);
    insert into place (label, country, zip) values ('Vienna', 'AT', '1010'), ('Linz', 'AT', '4020'), ('Other', 'DE', '1010')`);
});

const MAPPING = `
entity: item
fields:
  - { field: sku, column: SKU }
  - { field: brand.code, column: Brand }
  - { field: place.country, column: Country }
  - { field: place.zip, column: Zip }
`;
const STEPS = MAPPING.replace('column: Brand }', 'column: Brand, steps: [{ prefix: A }] }');
const SOURCE = 'SKU,Brand,Country,Zip\na,AC,AT,1010\na,BO,DE,1010\nb,,AT,4020\n';
const STORED = `select sku, b.name, p.label from item left join brand b on b.id = brand_id
  left join place p on p.id = place_id order by item.id`;
const items = () => at.rows(STORED);

const load = async (mapping: string, source: string, wish: ImportWish = {}) =>
  at.import(/entity: (\w+)/.exec(mapping)![1]!, source, {
    mapping: await at.write('mapping.yaml', mapping),
    writers: 1,
    ...wish,
  });

async function exportFile(wish: {
  entity: string;
  mapping?: string;
  fields?: readonly string[];
}): Promise<string> {
  const target = { path: join(at.folder, 'back.csv') };
  const { signal } = new AbortController();
  const call = { format: 'csv', formatOptions: {}, full: false, target, signal, onProgress: () => {} };
  await at.files.export({ ...call, ...wish });
  return readFile(target.path, 'utf8');
}

const exported = async (mapping: string): Promise<string> => {
  const entity = /entity: (\w+)/.exec(mapping)![1]!;
  return exportFile({ entity, mapping: await at.write('mapping.yaml', mapping) });
};

describe('a reference by a unique field that is not the identity', () => {
  it('is found, alone and in pairs, as a part of the own identity too, and written back by the same field', async () => {
    const report = await load(MAPPING, SOURCE);
    expect([report.errors, countsOf(report)]).toEqual([[], { read: 3, added: 3 }]);
    expect(await items()).toEqual([
      ['a', 'Acme', 'Vienna'],
      ['a', 'Bolt', 'Other'],
      ['b', null, 'Linz'],
    ]);
    expect(await exported(MAPPING)).toBe(SOURCE);
    expect(countsOf(await load(MAPPING, SOURCE))).toEqual({ read: 3, unchanged: 3 });
  });

  it('goes through steps both ways', async () => {
    const source = SOURCE.replaceAll(',AC,', ',C,').replaceAll(',BO,', ',C,').replace('a,C,DE', 'c,C,DE');
    const report = await load(STEPS, source);
    expect([report.errors, countsOf(report)]).toEqual([[], { read: 3, added: 3 }]);
    expect((await items()).map(([, brand]) => brand)).toEqual(['Acme', 'Acme', null]);
    expect(await exported(STEPS)).toBe(source);
  });

  it('that may be empty there is told by a check, because the way back loses such records', async () => {
    const check = async (mapping: string) =>
      (await at.files.checkMapping({ mapping: await at.write('mapping.yaml', mapping) })).warnings;
    expect(await check(MAPPING)).toEqual([
      'brand.code may be empty: an export writes nothing for a brand without it, and importing that again takes the brand away.',
    ]);
    const item =
      'entity: item\nfields:\n  - { field: sku, column: SKU }\n  - { field: brand.name, column: Brand }\n';
    expect(await check(item)).toEqual([]);
    // What it warns of.
    await load(item, 'SKU,Brand\na,Codeless\n');
    expect(await exported(MAPPING)).toBe('SKU,Brand,Country,Zip\na,,,\n');
  });

  it('needs no mapping but a header that names it, and is exported so where asked for', async () => {
    const source = 'sku,brand.ean\na,1\nb,2\n';
    const report = await at.import('item', source, { writers: 1 });
    expect([report.errors, countsOf(report)]).toEqual([[], { read: 2, added: 2 }]);
    expect(await exportFile({ entity: 'item', fields: ['sku', 'brand.ean'] })).toBe(source);
  });

  it('that is not there costs its row, with what was probably meant, in a dry run too', async () => {
    const source = 'SKU,Brand,Country,Zip\na,ACC,,\nb,BO,AT,9999\nc,BO,,\n';
    for (const dryRun of [true, false]) {
      const report = await load(MAPPING, source, { dryRun });
      expect(countsOf(report)).toEqual({ read: 3, added: 1, failed: 2 });
      expect(report.errors[0]!.first).toMatchObject([
        { line: 2, column: 'Brand', field: 'brand.code', value: 'ACC', hint: "Did you mean 'AC'?" },
        {
          line: 3,
          column: 'Country',
          field: 'place.country',
          message: expect.stringContaining("country 'AT' and zip '9999'"),
        },
      ]);
    }
  });

  it('makes the record where asked to, and says why where it can not', async () => {
    const creating = MAPPING.replace('column: Brand }', 'column: Brand, create: true }');
    const named = creating.replace(/fields:/, 'fields:\n  - { field: brand.name, column: Name }');
    // The identity finds it; the code of another one is taken.
    const source = 'SKU,Brand,Name,Country,Zip\na,NE,New,,\nb,NE,New,,\nc,AC,Acme,,\nd,AC,Other,,\ne,BO,,,\n';
    const report = await load(named, source);
    expect(countsOf(report)).toMatchObject({ read: 5, added: 3, failed: 2 });
    expect(report.errors[0]!.first).toMatchObject([
      { line: 5, hint: 'It could not be created on the way: there may be another brand with the same code.' },
      { line: 6, hint: 'It is found and created by name: none may be empty.' },
    ]);
    expect(await at.rows('select name, code from brand order by id')).toEqual([
      ['Acme', 'AC'],
      ['Bolt', 'BO'],
      ['Codeless', null],
      ['New', 'NE'],
    ]);
    expect((await items()).map(([, brand]) => brand)).toEqual(['New', 'New', 'Acme']);
    // A new one needs a name, which the code does not give.
    const nameless = await load(creating, 'SKU,Brand,Country,Zip\nx,AC,,\ny,NN,,\n');
    expect(countsOf(nameless)).toMatchObject({ added: 1, failed: 1, warnings: 1 });
    expect(nameless.errors[0]!.first).toMatchObject([
      { line: 3, hint: 'It could not be created on the way; a warning says why.' },
    ]);
    expect(nameless.warnings[0]!.first[0]!.message).toContain('null value in column "name"');
  });

  it('tells the links of a record apart', async () => {
    const mapping = `
entity: item
fields: [{ field: sku, column: SKU }, { field: brand.code, column: Brand }]
many:
  use:
    each: { column: Uses, separator: "|" }
    missing: delete
    fields: [{ field: brand.code, from: item }]
`;
    const source = 'SKU,Brand,Uses\na,AC,AC|BO\nb,BO,BO\n';
    const report = await load(mapping, source);
    expect([report.errors, report.parts!['use']]).toMatchObject([[], { added: 3 }]);
    expect(await exported(mapping)).toBe(source);
    expect((await load(mapping, source)).parts!['use']).toMatchObject({ unchanged: 3, deleted: 0 });
    expect((await load(mapping, source.replace('AC|BO', 'BO'))).parts!['use']).toMatchObject({ deleted: 1 });
    const wrong = await load(
      mapping.replace('brand.code, from', 'brand.name, from'),
      'SKU,Brand,Uses\nc,ACC,\nb,BO,Bolz\n',
    );
    expect((await at.issues(wrong)).map(({ hint }) => hint)).toEqual([
      "Did you mean 'AC'?",
      "Did you mean 'Bolt'?",
    ]);
  });
});

describe('a reference to rows of the same source by a unique field that is not the identity', () => {
  const mapping = `
entity: node
fields:
  - { field: name, column: Name }
  - { field: code, column: Code }
  - { field: parent.code, column: Parent }
`;
  it.each([1, 20_000])(
    'finds those further down, in circles too, in chunks of %i rows',
    async (chunkRows) => {
      const source = 'Name,Code,Parent\nleaf,l,t\ntwig,t,r\nroot,r,\na,1,2\nb,2,1\n';
      const looked = await load(mapping, source, { chunkRows, dryRun: true });
      const report = await load(mapping, source, { chunkRows });
      expect([report.errors, countsOf(report)]).toEqual([[], { read: 5, added: 5 }]);
      expect(looked.counters).toEqual(report.counters);
      expect(
        await at.rows('select n.name, p.name from node n left join node p on p.id = n.parent_id order by 1'),
      ).toEqual([
        ['a', 'b'],
        ['b', 'a'],
        ['leaf', 'twig'],
        ['root', null],
        ['twig', 'root'],
      ]);
      const back = (await exported(mapping)).trim().split('\n');
      expect(back.toSorted()).toEqual(source.trim().split('\n').toSorted());
      expect(countsOf(await load(mapping, source, { chunkRows }))).toEqual({ read: 5, unchanged: 5 });
    },
  );
});
