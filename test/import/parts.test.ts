// Records that belong to a record and come with it: numbered columns, lists, rows of a record, languages, many-to-many.
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countsOf, createImportFixture, type ImportFixture, type ImportWish } from './import-fixture.js';

let at: ImportFixture;
beforeAll(async () => {
  at = await createImportFixture(`
    create table item (id bigint generated always as identity primary key, sku text not null unique, name text not null check (name <> 'bad'));
    create table image (id bigint generated always as identity primary key, item_id bigint not null references item,
      position int not null, url text not null check (url not like '%forbidden%'), alt text, unique (item_id, position));
    create table item_text (item_id bigint references item, language text, title text not null, primary key (item_id, language));
    create table category (id bigint generated always as identity primary key, name text not null, parent_id bigint references category,
      unique nulls not distinct (parent_id, name));
    create table item_category (item_id bigint references item, category_id bigint references category, primary key (item_id, category_id));
    create table price (id bigint generated always as identity primary key, item_id bigint not null references item, quantity int not null,
      amount numeric(10, 2) not null, unique (item_id, quantity))`);
});
beforeEach(() => at.run('truncate item, image, item_text, category, item_category, price restart identity'));
afterAll(() => at.drop());

const importWith = (mapping: string, source: string, wish?: ImportWish) =>
  at.importMapped('item', mapping, source, wish);

const images = () =>
  at.rows('select sku, position, url, alt from image join item on item.id = item_id order by 1, 2');

describe('numbered columns', () => {
  const mapping = `
entity: item
fields:
  - { field: sku, column: SKU }
  - { field: name, column: Name }
many:
  image:
    missing: delete
    fields:
      - { field: position, from: n }
      - { field: url, column: "Image {n} URL" }
      - { field: alt, column: "Image {n} Alt", steps: [upper] }
`;
  const head = 'SKU,Name,Image 1 URL,Image 1 Alt,Image 2 URL,Image 2 Alt\n';

  it('make a record each, written with the one they belong to', async () => {
    const report = await importWith(mapping, `${head}a,A,1.jpg,one,2.jpg,\nb,B,,,3.jpg,x\nc,C,,,,\n`);
    expect(report.errors).toEqual([]);
    expect(countsOf(report)).toEqual({ read: 3, added: 3 });
    expect(report.parts).toEqual({ image: { added: 3, updated: 0, unchanged: 0, deleted: 0, failed: 0 } });
    expect(await images()).toEqual([
      ['a', '1', '1.jpg', 'ONE'],
      ['a', '2', '2.jpg', null],
      ['b', '2', '3.jpg', 'X'],
    ]);
    const again = await importWith(mapping, `${head}a,A,1.jpg,one,2.jpg,\nb,B,,,3.jpg,x\nc,C,,,,\n`);
    expect(again.parts!['image']).toMatchObject({ unchanged: 3, added: 0, deleted: 0 });
    const fewer = await importWith(mapping, `${head}a,A,9.jpg,one,,\nb,B,,,,\n`);
    expect(fewer.parts!['image']).toMatchObject({ updated: 1, deleted: 2 });
    expect(await images()).toEqual([['a', '1', '9.jpg', 'ONE']]);
  });

  it('say in a dry run what would become of them', async () => {
    await importWith(mapping, `${head}a,A,1.jpg,one,,\n`);
    const report = await importWith(mapping, `${head}a,A,2.jpg,one,,\nb,B,1.jpg,,2.jpg,\n`, { dryRun: true });
    expect(report.parts!['image']).toMatchObject({ updated: 1, added: 2 });
    const probed = await importWith(mapping, `${head}a,A,2.jpg,one,,\nb,B,1.jpg,,2.jpg,\n`, {
      dryRun: true,
      probe: true,
    });
    expect(probed.parts!['image']).toMatchObject({ updated: 1, added: 2 });
    expect(await images()).toEqual([['a', '1', '1.jpg', 'ONE']]);
  });

  it('say in a dry run how many the source no longer has, as the import then removes them', async () => {
    const stored = ['a', 'b', 'c', 'd'].map((sku) => `${sku},${sku},1.jpg,,2.jpg,\n`);
    await importWith(mapping, `${head}${stored.join('')}`);
    // One less, none left, one more than can be read; d is not in the source, e is new.
    const source = `${head}a,a,1.jpg,,,\nb,b,,,,\nc,c,forbidden.jpg,,,\ne,e,1.jpg,,,\n`;
    const looked = await importWith(mapping, source, { dryRun: true });
    expect(looked.parts!['image']).toEqual({ added: 1, updated: 0, unchanged: 1, deleted: 3, failed: 1 });
    expect(looked.notChecked).toContain(
      'whether other records refer to those of image that would be removed',
    );
    expect(looked.notChecked!.join()).not.toContain('how many');
    expect(await images()).toHaveLength(8);
    const done = await importWith(mapping, source);
    expect(done.parts).toEqual(looked.parts);
  });

  it('count in a dry run what would go once, in however many chunks their record comes', async () => {
    await importWith(mapping, `${head}a,A,1.jpg,,2.jpg,\nb,B,1.jpg,,,\n`);
    const source = `${head}a,A,1.jpg,,,\nb,B,1.jpg,,,\na,A2,1.jpg,,,\n`;
    const looked = await importWith(mapping, source, { dryRun: true, chunkRows: 1 });
    expect(looked.parts!['image']).toMatchObject({ deleted: 1, failed: 0 });
    const done = await importWith(mapping, source, { chunkRows: 1 });
    expect(done.parts).toEqual(looked.parts);
  });

  it('cost a failed record only itself, and go with a record that fails without a word of their own', async () => {
    const report = await importWith(
      mapping,
      `${head}a,A,1.jpg,one,forbidden.jpg,two\nb,bad,1.jpg,,2.jpg,\nc,C,ok.jpg,,,\n`,
    );
    expect(countsOf(report)).toMatchObject({ read: 3, added: 2, failed: 2 });
    const issues = await at.issues(report);
    expect(issues.map(({ row, line }) => [row, line])).toEqual([
      [1, 2],
      [2, 3],
    ]);
    const typed = await importWith(
      mapping
        .replace('field: alt', 'field: position')
        .replace('{ field: position, from: n }', '{ field: alt, from: n }'),
      `${head}d,D,1.jpg,1,2.jpg,x\n`,
    );
    expect(typed.errors[0]!.first[0]).toMatchObject({
      line: 2,
      column: 'Image 2 Alt',
      field: 'position',
      value: 'X',
    });
    await at.run(`delete from image where item_id in (select id from item where sku = 'd')`);
    expect(await images()).toEqual([
      ['a', '1', '1.jpg', 'ONE'],
      ['c', '1', 'ok.jpg', null],
    ]);
    const failed = await readFile(report.failedRows!.file, 'utf8');
    expect(failed).toContain('a,A,1.jpg,one,forbidden.jpg,two,2,');
    expect(failed).toContain('b,bad,1.jpg,,2.jpg,,3,');
  });
});

describe('a list in a cell', () => {
  it('makes a record for each item, packed ones by name and value, and links of a many-to-many relation', async () => {
    const mapping = `
entity: item
fields:
  - { field: sku, column: SKU }
  - { field: name, column: Name }
many:
  image:
    each: { column: Images, separator: "," }
    fields:
      - { field: position, from: position }
      - { field: url, from: item, steps: [{ prefix: "https://x/" }] }
  price:
    each: { column: Prices, separator: ";", equals: ":" }
    fields:
      - { field: quantity, from: name }
      - { field: amount, from: value }
  category:
    each: { column: Categories, separator: "|" }
    fields:
      - { field: name, from: item, steps: [{ split: { by: ">", take: -1 } }], create: true }
`;
    const report = await importWith(
      mapping,
      'SKU,Name,Images,Prices,Categories\na,A,"1.jpg, 2.jpg",1:10.00;10:9.5,Tools|Home > Garden\nb,B,,1:x,Tools\n',
    );
    expect(report.errors.map(({ first }) => [first[0]!.line, first[0]!.field])).toEqual([[3, 'amount']]);
    expect(await images()).toEqual([
      ['a', '1', 'https://x/1.jpg', null],
      ['a', '2', 'https://x/2.jpg', null],
    ]);
    expect(await at.rows('select quantity, amount from price order by 1')).toEqual([
      ['1', '10.00'],
      ['10', '9.50'],
    ]);
    expect(
      await at.rows(
        'select i.sku, c.name from item_category x join item i on i.id = x.item_id join category c on c.id = x.category_id order by 1, 2',
      ),
    ).toEqual([
      ['a', 'Garden'],
      ['a', 'Tools'],
      ['b', 'Tools'],
    ]);
  });

  it('may be one of objects in a document', async () => {
    const mapping = `
entity: item
fields: [{ field: sku, column: sku }, { field: name, column: name }]
many:
  image:
    each: { column: pictures }
    fields:
      - { field: position, from: position }
      - { field: url, from: item.href }
      - { field: alt, from: item.text.en }
`;
    const json = JSON.stringify([
      { sku: 'a', name: 'A', pictures: [{ href: '1', text: { en: 'one' } }, { href: '2' }] },
      { sku: 'b', name: 'B' },
    ]);
    const report = await importWith(mapping, json, { name: 'items.json' });
    expect(report.errors).toEqual([]);
    expect(await images()).toEqual([
      ['a', '1', '1', 'one'],
      ['a', '2', '2', null],
    ]);
  });
});

describe('several rows of one record', () => {
  const mapping = `
entity: item
rows: { key: Handle }
fields:
  - { field: sku, column: Handle }
  - { field: name, column: Title }
many:
  image:
    rows: true
    fields:
      - { field: position, column: Position }
      - { field: url, column: Image }
  texts:
    fields:
      - { field: language, from: language }
      - { field: title, column: "title:{language}" }
`;
  it('are joined by their key; the first value counts, and languages in columns become records', async () => {
    const csv = `Handle,Title,Image,Position,title:en,title:de
a,A,1.jpg,1,Bolt,Schraube
a,,2.jpg,2,,
,,3.jpg,3,,
b,,,,Nut,
b,B,,,,
`;
    for (const batches of [1, 2]) {
      const report = await importWith(mapping.replace('texts', 'item_text'), csv, { chunkRows: batches });
      expect(report.errors).toEqual([]);
      expect(countsOf(report)).toMatchObject({ read: 2 });
    }
    expect(await at.rows('select sku, name from item order by 1')).toEqual([
      ['a', 'A'],
      ['b', 'B'],
    ]);
    expect((await images()).map((row) => row.slice(0, 3))).toEqual([
      ['a', '1', '1.jpg'],
      ['a', '2', '2.jpg'],
      ['a', '3', '3.jpg'],
    ]);
    expect(await at.rows('select language, title from item_text order by 2')).toEqual([
      ['en', 'Bolt'],
      ['en', 'Nut'],
      ['de', 'Schraube'],
    ]);
  });

  it('all come out where the record fails', async () => {
    const csv = 'Handle,Title,Image,Position\na,bad,1.jpg,1\na,,2.jpg,2\nb,B,,\n';
    const report = await importWith(mapping.replace(/ {2}texts[\s\S]*/, ''), csv);
    expect(countsOf(report)).toEqual({ read: 2, added: 1, failed: 1 });
    const failed = await readFile(report.failedRows!.file, 'utf8');
    expect(
      failed
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').slice(0, 5)),
    ).toEqual([
      ['a', 'bad', '1.jpg', '1', '2'],
      ['a', '', '2.jpg', '2', '2'],
    ]);
  });

  it('may not be without end', async () => {
    const rows = Array.from({ length: 30 }, (_, i) => `a,A,${i}.jpg,${i}`).join('\n');
    const bounded = mapping.replace(/ {2}texts[\s\S]*/, '').replace('key: Handle', 'key: Handle, most: 10');
    const report = await importWith(bounded, `Handle,Title,Image,Position\n${rows}\n`);
    expect(report.errors.map(({ code }) => code)).toContain('MAPPING-403');
  });

  it('take what stands above within the record only, whether the key is repeated or left out', async () => {
    const filled = mapping
      .replace(/ {2}texts[\s\S]*/, '')
      .replace('rows: {', 'fill: [Image]\nrows: {')
      .replace(
        '{ field: url, column: Image }',
        '{ field: url, column: Image }\n      - { field: alt, column: Alt }',
      );
    const csv = 'Handle,Title,Image,Position,Alt\na,A,1.jpg,1,x\na,,,2,y\n,,,3,z\nb,B,,4,w\n';
    const report = await importWith(filled, csv);
    expect(report.errors.map(({ first }) => first[0]!.line)).toEqual([5]);
    expect(await images()).toEqual([
      ['a', '1', '1.jpg', 'x'],
      ['a', '2', '1.jpg', 'y'],
      ['a', '3', '1.jpg', 'z'],
    ]);
  });

  it('may leave blank what stands above', async () => {
    const flat = `
entity: item
fill: [Group]
fields:
  - { field: sku, column: SKU }
  - { field: name, columns: [Group, Name] }
`;
    await importWith(flat, 'SKU,Group,Name\na,Tools,A\nb,,B\nc,Home,C\nd,,D\n');
    expect(await at.rows('select name from item order by sku')).toEqual([
      ['Tools A'],
      ['Tools B'],
      ['Home C'],
      ['Home D'],
    ]);
  });
});

describe('an import that was stopped', () => {
  it('goes on where it was: nothing is written, skipped or counted twice', async () => {
    const mapping = `
entity: item
when: 'row["Name"] != "skip"'
rows: { key: SKU }
fields: [{ field: sku, column: SKU }, { field: name, column: Name }]
many:
  image:
    rows: true
    missing: delete
    fields: [{ field: position, column: P }, { field: url, column: U }]
`;
    const rows = Array.from({ length: 60 }, (_, i) =>
      i % 10 === 9 ? `s${i},skip,,\n` : `s${i},N,1,a${i}\ns${i},,2,b${i}\n`,
    );
    const stop = new AbortController();
    const stopped = await importWith(mapping, `SKU,Name,P,U\n${rows.join('')}`, {
      chunkRows: 7,
      signal: stop.signal,
      onProgress: ({ rows: done }) => {
        if (done > 0) stop.abort();
      },
    });
    expect(stopped).toMatchObject({ state: 'cancelled', resumable: true });
    expect(stopped.counters.added).toBeGreaterThan(0);
    expect(stopped.counters.added).toBeLessThan(54);
    const { signal } = new AbortController();
    const watch = { signal, onProgress: () => {}, confirmRemoval: async () => false };
    const report = await at.files.resumeRun(stopped.run!, watch);
    expect(report.errors).toEqual([]);
    expect(countsOf(report)).toEqual({ read: 60, added: 54, skipped: 6 });
    expect(report.parts!['image']).toMatchObject({ added: 108, updated: 0, deleted: 0 });
    expect(await at.rows('select count(*) from image')).toEqual([['108']]);
  });
});

describe('a part', () => {
  it('is refused with its place where the catalog has no such records', async () => {
    const mapping = (part: string) =>
      `entity: item\nfields:\n  - { field: sku, column: SKU }\nmany:\n  ${part}\n`;
    const wrong = (part: string) => importWith(mapping(part), 'SKU,A\n1,2\n');
    await expect(wrong('imag: { fields: [{ field: url, column: A }] }')).rejects.toMatchObject({
      code: 'MAPPING-210',
      hint: 'Did you mean image?',
      pointer: { line: 5 },
    });
    await expect(wrong('image: { fields: [{ field: uri, column: A }] }')).rejects.toMatchObject({
      code: 'MAPPING-202',
    });
    await expect(wrong('image: { fields: [{ field: url, column: A }] }')).rejects.toMatchObject({
      code: 'MAPPING-211',
    });
  });
});
