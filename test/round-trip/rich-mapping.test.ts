// What a mapping took in it writes out again: the same columns, and importing them once more changes nothing.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countsOf, createImportFixture, type ImportFixture } from '../import/import-fixture.js';

let at: ImportFixture;
beforeAll(async () => {
  at = await createImportFixture(`
    create table maker (id bigint generated always as identity primary key, name text not null unique);
    create table item (id bigint generated always as identity primary key, sku text not null unique, name text not null, active boolean,
      price numeric(10, 2), area text, shelf text, tags text[] not null default '{}', attributes jsonb, color text, maker_id bigint references maker);
    create table image (id bigint generated always as identity primary key, item_id bigint not null references item on delete cascade,
      position int not null, url text not null, alt text, unique (item_id, position));
    create table item_text (item_id bigint references item, language text, title text not null, primary key (item_id, language));
    create table category (id bigint generated always as identity primary key, name text not null unique);
    create table item_category (item_id bigint references item, category_id bigint references category, primary key (item_id, category_id));
    create table rack (id bigint generated always as identity primary key, name text not null, parent_id bigint references rack,
      unique nulls not distinct (parent_id, name));
    create table item_rack (item_id bigint references item, rack_id bigint references rack, primary key (item_id, rack_id));
    create table variant (id bigint generated always as identity primary key, item_id bigint not null references item, code text not null unique, size text)`);
});
beforeEach(() =>
  at.run(
    'truncate maker, item, image, item_text, category, item_category, variant, rack, item_rack restart identity',
  ),
);
afterAll(() => at.drop());

/** Imports, exports with the same mapping, imports what came out; returns the text that came out. */
async function roundTrip(mapping: string, source: string, format = 'csv'): Promise<string> {
  const path = await at.write('mapping.yaml', mapping);
  const first = await at.import('item', source, { mapping: path, name: `source.${format}`, writers: 1 });
  expect(first.errors).toEqual([]);
  const file = join(at.folder, `out.${format}`);
  await at.files.export({
    entity: 'item',
    mapping: path,
    format,
    formatOptions: {},
    full: false,
    target: { path: file },
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  const written = await readFile(file, 'utf8');
  const again = await at.import('item', written, { mapping: path, name: `again.${format}` });
  const { read, ...rest } = countsOf(again);
  expect(rest).toEqual({ unchanged: read });
  for (const counts of Object.values(again.parts ?? {})) {
    expect(counts).toMatchObject({ added: 0, updated: 0, deleted: 0, failed: 0 });
  }
  return written;
}

describe('the way back', () => {
  it('undoes steps, splits what was joined, packs what was unpacked', async () => {
    const source = `Code,Vendor,Country,Live,Cents,Place,Tags,More,Spec
A-1,Acme,DE,yes,1250,North/3,"red|blue","k=v, w,size=L",color=red
A-2,Acme,FR,no,5,South,,,
`;
    const written = await roundTrip(
      `
entity: item
fields:
  - { field: sku, column: Code, steps: [{ unprefix: A- }] }
  - { field: name, columns: [Vendor, Country], join: " / " }
  - { field: active, column: Live, steps: [{ map: { "yes": "true", "no": "false" } }] }
  - { field: price, column: Cents, steps: [{ cel: "double(value) / 100.0", back: "string(int(double(value) * 100.0))" }] }
  - { field: area, column: Place, steps: [{ split: { by: "/", take: 1 } }] }
  - { field: shelf, column: Place, steps: [{ split: { by: "/", take: 2 } }] }
  - { field: tags, column: Tags, steps: [{ list: "|" }] }
  - { field: attributes, column: More, steps: [packed] }
  - { field: color, column: Spec, steps: [{ packed: { take: color } }] }
`,
      source,
    );
    expect(written.split('\n')[0]).toBe('Code,Vendor,Country,Live,Cents,Place,Tags,More,Spec');
    expect(written.split('\n')[1]).toMatch(
      /^A-1,Acme,DE,yes,1250,North\/3,red\|blue,"(k=v, w,size=L|size=L,k=v, w)",color=red$/,
    );
    expect(written.split('\n')[2]).toBe('A-2,Acme,FR,no,5,South,,,');
  });

  it('spreads records into numbered columns and languages, lists into cells', async () => {
    const source = `SKU,Name,Image 1,Alt 1,Image 3,Alt 3,title:de,title:en,Categories
a,A,1.jpg,one,3.jpg,,Schraube,Bolt,"Garden, Tools"
b,B,,,2.jpg,two,,Nut,
c,C,,,,,,,Tools
`;
    const written = await roundTrip(
      `
entity: item
fields: [{ field: sku, column: SKU }, { field: name, column: Name }]
many:
  image:
    fields:
      - { field: position, from: n }
      - { field: url, column: "Image {n}" }
      - { field: alt, column: "Alt {n}" }
    missing: delete
  item_text:
    fields:
      - { field: language, from: language }
      - { field: title, column: "title:{language}" }
  category:
    each: { column: Categories, separator: ", " }
    fields: [{ field: name, from: item, create: true }]
    missing: delete
`,
      source,
    );
    expect(written).toBe(source);
  });

  it('writes several rows of a record where several came', async () => {
    const source = `Handle,Title,Variant,Size,Image,Position
a,A,a-1,S,1.jpg,1
a,,a-2,M,2.jpg,2
a,,a-3,L,,
b,B,,,3.jpg,1
c,C,,,,
`;
    const written = await roundTrip(
      `
entity: item
rows: { key: Handle }
fields: [{ field: sku, column: Handle }, { field: name, column: Title }]
many:
  variant:
    rows: true
    fields: [{ field: code, column: Variant }, { field: size, column: Size }]
  image:
    rows: true
    fields: [{ field: url, column: Image }, { field: position, column: Position }]
`,
      source,
    );
    expect(written).toBe(source);
  });

  it('keeps items apart that hold the separator', async () => {
    await at.run(`insert into item (sku, name, tags) values ('x', 'X', '{"a,b",c}')`);
    const mapping =
      'entity: item\nfields: [{ field: sku, column: S }, { field: tags, column: T, steps: [{ list: "," }] }]\n';
    const written = await roundTrip(mapping, 'S,T\nx,"[""a,b"",""c""]"\n');
    expect(written).toBe('S,T\nx,"[""a,b"",""c""]"\n');
  });

  it('packs languages in columns into one JSON field', async () => {
    const source = 'SKU,Name,text:de,text:en,text:zz\na,A,Schraube,BOLT,?\nb,B,,,\nc,C,,NUT,\n';
    const written = await roundTrip(
      `
entity: item
fields:
  - { field: sku, column: SKU }
  - { field: name, column: Name }
  - { field: attributes, column: "text:{language}", names: [de, en], steps: [{ suffix: "!" }] }
`,
      source,
    );
    expect(written).toBe('SKU,Name,text:de,text:en\na,A,Schraube,BOLT\nb,B,,\nc,C,,NUT\n');
    expect(await at.rows('select attributes from item order by sku')).toEqual([
      ['{"de": "Schraube!", "en": "BOLT!"}'],
      [null],
      ['{"en": "NUT!"}'],
    ]);
  });

  it('joins the names of a path in a tree again', async () => {
    await at.run(
      `insert into rack (name) values ('Home'), ('Tools');
       insert into rack (name, parent_id) select 'Garden', id from rack where name = 'Home'`,
    );
    const mapping = `
entity: item
fields: [{ field: sku, column: SKU }, { field: name, column: Name }]
many:
  rack:
    each: { column: Shelves, separator: "|" }
    missing: delete
    fields:
      - { field: name, from: item, steps: [{ split: { by: " > ", take: -1 } }] }
      - { field: parent.name, from: item, steps: [{ split: { by: " > ", take: -2 } }] }
`;
    const source = 'SKU,Name,Shelves\na,A,Tools|Home > Garden\nb,B,Home\n';
    const written = await roundTrip(mapping, source);
    expect(written.split('\n').map((line) => line.split(',')[2]?.split('|').sort())).toEqual(
      source.split('\n').map((line) => line.split(',')[2]?.split('|').sort()),
    );
  });

  it('says that a record has no column rather than leave it out', async () => {
    const mapping = `
entity: item
fields: [{ field: sku, column: SKU }, { field: name, column: Name }]
many:
  image:
    columns: 1
    fields: [{ field: position, from: n }, { field: url, column: "Image {n}" }]
`;
    await expect(roundTrip(mapping, 'SKU,Name,Image 1,Image 2\na,A,1,2\n')).rejects.toMatchObject({
      code: 'MAPPING-213',
    });
  });

  it('holds for tables of chance', async () => {
    let seed = 7;
    const chance = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const signs = ['a', 'Z', '9', ' x', 'ä', '日', '"', '/', '=', '|', '-', "'", ';', '😀', 'b.', '\\\\'];
    const word = (): string =>
      Array.from({ length: 1 + chance(4) }, () => signs[chance(signs.length)])
        .join('')
        .trim() || 'w';
    const quote = (cell: string): string => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
    const mapping = `
entity: item
rows: { key: Key }
fields:
  - { field: sku, column: Key, steps: [{ prefix: "k/" }] }
  - { field: name, columns: [N1, N2], join: "::" }
  - { field: tags, column: Tags, steps: [{ list: "|" }] }
many:
  image:
    rows: true
    missing: delete
    fields: [{ field: url, column: Url, steps: [{ suffix: ".jpg" }] }, { field: position, column: P }]
  category:
    each: { column: C, separator: ";" }
    missing: delete
    fields: [{ field: name, from: item, create: true }]
`;
    for (let round = 0; round < 3; round++) {
      const rows = ['Key,N1,N2,Tags,Url,P,C'];
      for (let i = 0; i < 40; i++) {
        const count = chance(4);
        const own = [
          String(i),
          word(),
          chance(2) ? word() : '',
          [word(), word()].slice(chance(3)).join('|'),
          '',
          '',
          [word(), word()].slice(chance(3)).join(';'),
        ];
        for (let k = 0; k <= count; k++) {
          const cells = k === 0 ? own : [String(i), '', '', '', '', '', ''];
          const image = chance(4) > 0 ? [word(), String(k + 1)] : ['', ''];
          rows.push([...cells.slice(0, 4), ...image, cells[6]!].map(quote).join(','));
        }
      }
      const written = await roundTrip(mapping, `${rows.join('\n')}\n`);
      expect(written.split('\n').length).toBeGreaterThan(40);
    }
  });

  it('works from and to documents', async () => {
    const source = [
      { sku: 'a', name: 'A', pictures: [{ href: '1', about: { en: 'one' } }, { href: '2' }] },
      { sku: 'b', name: 'B' },
    ];
    const mapping = `
entity: item
fields: [{ field: sku, column: sku }, { field: name, column: name }]
many:
  image:
    each: { column: pictures }
    fields: [{ field: position, from: position }, { field: url, from: item.href }, { field: alt, from: item.about.en }]
`;
    const written = await roundTrip(mapping, JSON.stringify(source), 'json');
    expect(JSON.parse(written)).toEqual([source[0], { ...source[1], pictures: null }]);
  });
});
