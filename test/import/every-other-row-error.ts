// Errors of a row that take a workbook, an XML document, a mapping or a hook to provoke.
import { toBook, toRows } from '../formats/workbook-builder.js';
import type { ImportFixture } from './import-fixture.js';
import type { Case } from './row-error-parts.js';

export const OTHER_TABLES = `
  create table person (id bigint generated always as identity primary key, name text, town text);
  insert into person (name) values ('Ann'), ('Ann');
  create table visit (id int primary key, person_id bigint references person);
  create table item (sku text primary key, name text, day date, price numeric);
  insert into item (sku, name) values ('A', 'Bolt'), ('B', 'Bolt');
  create table image (id bigint generated always as identity primary key, item_sku text not null references item,
    position int not null, url text not null, unique (item_sku, position));
  create table refused (id int primary key, name text)`;

const cell = (attributes: string, inner: string) => ({ attributes, inner });
const book = (second: Parameters<typeof toRows>[0][number], formats?: readonly string[]) =>
  toBook({
    sheets: { S: toRows([['sku', 'name', 'price', 'day'], second]) },
    ...(formats === undefined ? {} : { formats }),
  });
const workbook = { name: 'a.xlsx', formatOptions: { header: true } };

const yaml = async (at: ImportFixture, name: string, fields: string) => ({
  mapping: await at.write(name, `entity: item\n${fields}`),
});

/** The cases; they are made where the fixture is, because some lie in files. */
export async function makeOtherCases(at: ImportFixture): Promise<readonly Case[]> {
  const long = [
    ...Array.from({ length: 450 }, () => ['x', 'a', 1]),
    ['y', 'b', 2, null, 'note'],
  ] as Parameters<typeof toRows>[0];
  const mapped = await yaml(
    at,
    'map.yaml',
    'fields:\n  - { field: sku, column: sku }\n  - { field: name, column: live, steps: [{ map: { yes: on, no: off } }] }\n',
  );
  const judged = await yaml(
    at,
    'when.yaml',
    `when: 'int(row["stock"]) > 0'\nfields:\n  - { field: sku, column: sku }\n`,
  );
  const joined = await yaml(
    at,
    'rows.yaml',
    `identity: [sku]\nrows: { key: sku, most: 10 }\nfields:\n  - { field: sku, column: sku }\nmany:\n  image:\n    fields:\n      - { field: position, column: n }\n      - { field: url, column: url }\n`,
  );
  const reshaped = await yaml(
    at,
    'documents.yaml',
    `documents: { jsonata: '$error("no good")' }\nfields:\n  - { field: sku, column: sku }\n`,
  );
  return [
    ['FORMATS-220', 'item', await book(['x', cell('t="e"', '<v>#N/A</v>')]), workbook, /error/],
    ['FORMATS-221', 'item', await book(['x', cell('', '<f>A1</f>')]), workbook, /save/i],
    [
      'FORMATS-222',
      'item',
      await book(['x', 'a', null, cell('s="1"', '<v>60</v>')], ['yyyy-mm-dd']),
      workbook,
    ],
    [
      'FORMATS-223',
      'item',
      await toBook({ sheets: { S: toRows([['sku', 'name', 'price'], ...long]) } }),
      {
        name: 'b.xlsx',
      },
    ],
    ['FORMATS-224', 'item', await book(['x', cell('t="s"', '<v>7</v>')]), workbook],
    ['FORMATS-207', 'item', `sku,name\nx,${'a'.repeat(17_000_000)}\n`, {}],
    [
      'FORMATS-231',
      'item',
      '<c>\n<p sku="1"/>\n<p sku="2" sku="3"/>\n</c>',
      { name: 'a.xml', formatOptions: { path: 'c/p' } },
      /Remove/,
    ],
    [
      'FORMATS-232',
      'item',
      '<c>\n<p sku="1"/>\n<p sku="&x;"/>\n</c>',
      { name: 'b.xml', formatOptions: { path: 'c/p' } },
      /characters themselves/,
    ],
    ['FORMATS-240', 'item', 'sku,name,price\nx,a,1\nsku,name,price\ny,b,2\n', {}, /repeatedHeader/],
    ['MAPPING-401', 'item', 'sku,live\nx,yess\n', mapped, /Did you mean yes/],
    ['MAPPING-402', 'item', 'sku,stock\nx,none\n', judged],
    [
      'MAPPING-403',
      'item',
      `sku,n,url\n${Array.from({ length: 30 }, (_, i) => `x,${i},u`).join('\n')}\n`,
      joined,
    ],
    ['MAPPING-404', 'item', '{"sku":"x"}\n', { ...reshaped, name: 'c.ndjson' }],
    ['MAPPING-405', 'refused', 'id,name\n1,no\n', {}, /Ask us/],
    ['RECORDS-303', 'visit', 'id,person.name\n1,Ann\n', {}, /by id/],
    ['RECORDS-305', 'item', 'name,price\nBolt,3\n', { identity: ['name'] }, /--identity/],
  ];
}

export const OTHER_CODES: readonly string[] = [
  ...['FORMATS-207', 'FORMATS-220', 'FORMATS-221', 'FORMATS-222', 'FORMATS-223', 'FORMATS-224'],
  ...['FORMATS-231', 'FORMATS-232', 'FORMATS-240'],
  ...['MAPPING-401', 'MAPPING-402', 'MAPPING-403', 'MAPPING-404', 'MAPPING-405'],
  ...['RECORDS-303', 'RECORDS-305'],
];
