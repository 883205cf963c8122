// References: by the identity of what they refer to, created on the way, to rows of the same source in any order.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countsOf, createImportFixture, type ImportFixture, toCsv } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(`
    create table country (code char(2) primary key, name text);
    create table brand (id int generated always as identity primary key, name text not null unique, country_code char(2) references country);
    create table place (id int generated always as identity primary key, city text not null, street text not null, zip text, unique (city, street));
    create table item (sku text primary key, name text, brand_id int references brand, place_id int references place, count int);
    create table node (id int generated always as identity primary key, code text not null unique, label text,
      parent_id int references node, peer_id int references node);
    create table plain (id int primary key, name text not null, parent_id int references plain);
    create table person (id int generated always as identity primary key, name text not null, town text not null)`);
});
afterAll(() => at?.drop());
beforeEach(async () => {
  await at.run(`truncate country, brand, place, item, node, plain, person restart identity cascade;
    insert into country values ('de', 'Germany'), ('fr', 'France');
    insert into brand (name, country_code) values ('Acme', 'de'), ('Bolt', 'fr')`);
});

describe('a reference', () => {
  it('is found by the identity of the record it refers to', async () => {
    const report = await at.import('item', 'sku,brand.name\nA,Acme\nB,Bolt\nC,\n');
    expect(countsOf(report)).toEqual({ read: 3, added: 3 });
    expect(await at.rows('select sku, brand_id from item order by 1')).toEqual([
      ['A', '1'],
      ['B', '2'],
      ['C', null],
    ]);
  });

  it('that leads nowhere fails its row, with what was probably meant', async () => {
    const report = await at.import('item', 'sku,brand.name\nA,Acmee\nB,Bolt\nC,Zzzzzz\n');
    expect(countsOf(report)).toEqual({ read: 3, added: 1, failed: 2 });
    const [near, far] = await at.issues(report);
    expect(near).toMatchObject({
      line: 2,
      column: 'brand.name',
      field: 'brand.name',
      value: 'Acmee',
      code: 'RECORDS-302',
      hint: "Did you mean 'Acme'?",
    });
    expect(far).toMatchObject({ line: 4, value: 'Zzzzzz', hint: expect.stringContaining('--create brand') });
  });

  it('through two relations is found by both, where the mapping says so', async () => {
    const mapping = await at.write(
      'two.yaml',
      `entity: item
fields:
  - { column: sku, field: sku }
  - { column: brand, field: brand.name }
  - { column: country, field: brand.country.name }
`,
    );
    const report = await at.import(
      'item',
      'sku,brand,country\nA,Acme,Germany\nB,Acme,France\nC,Acme,Nowhere\n',
      { mapping },
    );
    expect(countsOf(report)).toEqual({ read: 3, added: 1, failed: 2 });
    expect((await at.issues(report)).map((issue) => [issue.line, issue.code, issue.value])).toEqual([
      [3, 'RECORDS-302', 'Acme'],
      [4, 'RECORDS-302', 'Nowhere'],
    ]);
  });

  it('that fits several records fails its row', async () => {
    await at.run(`
      create table if not exists visit (id int primary key, person_id int references person); truncate visit;
      insert into person (name, town) values ('Ann', 'Bonn'), ('Ann', 'Kiel'), ('Bob', 'Bonn')`);
    const report = await at.import('visit', 'id,person.name\n1,Ann\n2,Bob\n');
    expect(countsOf(report)).toEqual({ read: 2, added: 1, failed: 1 });
    expect(await at.issues(report)).toMatchObject([{ line: 2, code: 'RECORDS-303', value: 'Ann' }]);
    const both = await at.import('visit', 'id,person.name,person.town\n1,Ann,Kiel\n');
    expect(countsOf(both)).toEqual({ read: 1, added: 1 });
    expect(await at.rows('select person_id from visit where id = 1')).toEqual([['2']]);
  });

  it('given as a raw key that is not there fails its row alone', async () => {
    const report = await at.import('item', 'sku,brand_id\nA,1\nB,77\nC,2\n');
    expect(countsOf(report)).toEqual({ read: 3, added: 2, failed: 1 });
    expect(await at.issues(report)).toMatchObject([
      { line: 3, column: 'brand_id', field: 'brand_id', value: '77', code: 'RECORDS-310' },
    ]);
  });
});

describe('created on the way', () => {
  it('a record is made once, however many rows name it', async () => {
    const report = await at.import('item', 'sku,brand.name\nA,New\nB,New\nC,Acme\n', { create: ['brand'] });
    expect(countsOf(report)).toEqual({ read: 3, added: 3 });
    expect(await at.rows(`select count(*) from brand where name = 'New'`)).toEqual([['1']]);
    expect(
      countsOf(await at.import('item', 'sku,brand.name\nA,New\nB,New\nC,Acme\n', { create: ['brand'] })),
    ).toEqual({ read: 3, unchanged: 3 });
  });

  it('by a composite key, filled from the other columns of its path', async () => {
    const source =
      'sku,place.city,place.street,place.zip\nA,Bonn,Weg 1,53111\nB,Bonn,Weg 2,53112\nC,Bonn,Weg 1,53111\n';
    const report = await at.import('item', source, { create: ['place'] });
    expect(countsOf(report)).toEqual({ read: 3, added: 3 });
    expect(await at.rows('select city, street, zip from place order by street')).toEqual([
      ['Bonn', 'Weg 1', '53111'],
      ['Bonn', 'Weg 2', '53112'],
    ]);
    expect(await at.rows('select count(distinct place_id) from item')).toEqual([['2']]);
  });

  it('two writers that need the same new records make each of them once', async () => {
    const rows = [...Array(4_000).keys()].map((i) => [`S${i}`, `Brand ${i % 40}`]);
    const report = await at.import('item', toCsv([['sku', 'brand.name'], ...rows]), {
      create: ['brand'],
      writers: 2,
      chunkRows: 100,
    });
    expect(countsOf(report)).toEqual({ read: 4_000, added: 4_000 });
    expect(
      await at.rows(`select count(*), count(distinct name) from brand where name like 'Brand %'`),
    ).toEqual([['40', '40']]);
    expect(
      await at.rows(
        `select count(*) from item i join brand b on b.id = brand_id where b.name <> 'Brand ' || substr(sku, 2)::int % 40`,
      ),
    ).toEqual([['0']]);
  });

  it('one that the database refuses costs the rows that name it, and no others', async () => {
    await at.run(`alter table brand add constraint no_bad check (name <> 'Bad')`);
    try {
      const report = await at.import('item', 'sku,brand.name\nA,Good\nB,Bad\nC,Fine\nD,Bad\n', {
        create: ['brand'],
        writers: 1,
      });
      expect(countsOf(report)).toMatchObject({ read: 4, added: 2, failed: 2 });
      const issues = await at.issues(report);
      expect(
        issues.filter((issue) => issue.severity === 'error').map((issue) => [issue.line, issue.value]),
      ).toEqual([
        [3, 'Bad'],
        [5, 'Bad'],
      ]);
      expect(issues.filter((issue) => issue.severity === 'warning').map((issue) => issue.message)).toEqual([
        expect.stringContaining('no_bad'),
      ]);
    } finally {
      await at.run('alter table brand drop constraint no_bad');
    }
  });
});

describe('references to rows of the same source', () => {
  const tree = [
    ['leaf', 'Leaf', 'twig'],
    ['twig', 'Twig', 'branch'],
    ['branch', 'Branch', 'root'],
    ['root', 'Root', null],
  ] as const;
  const TREE = `select n.code, p.code from node n left join node p on p.id = n.parent_id order by n.code`;
  const WANTED = [
    ['branch', 'root'],
    ['leaf', 'twig'],
    ['root', null],
    ['twig', 'branch'],
  ];

  it.each([1, 2, 20_000])('are resolved in any order, with chunks of %i rows', async (chunkRows) => {
    for (const rows of [tree, [...tree].reverse(), [tree[1], tree[3], tree[0], tree[2]]]) {
      await at.run('truncate node restart identity');
      const source = toCsv([['code', 'label', 'parent.code'], ...rows]);
      const report = await at.import('node', source, { chunkRows });
      expect(countsOf(report)).toEqual({ read: 4, added: 4 });
      expect(await at.rows(TREE)).toEqual(WANTED);
      expect(countsOf(await at.import('node', source, { chunkRows }))).toEqual({ read: 4, unchanged: 4 });
    }
  });

  it('that never come fail with the line, and whatever hangs on them fails too', async () => {
    const report = await at.import('node', 'code,parent.code\na,b\nb,nowhere\nc,\n', { chunkRows: 1 });
    expect(countsOf(report)).toEqual({ read: 3, added: 1, failed: 2 });
    expect(await at.issues(report)).toMatchObject([
      { line: 2, column: 'parent.code', value: 'b', code: 'RECORDS-302' },
      { line: 3, column: 'parent.code', value: 'nowhere', code: 'RECORDS-302' },
    ]);
  });

  it('a postponed row gives way to a later one with its identity', async () => {
    const report = await at.import('node', 'code,label,parent.code\na,old,b\na,new,\nb,,\n', {
      chunkRows: 1,
    });
    expect(countsOf(report)).toEqual({ read: 3, added: 2, warnings: 1 });
    expect(await at.rows('select code, label, parent_id from node order by code')).toEqual([
      ['a', 'new', null],
      ['b', null, null],
    ]);
  });
});

describe('plain keys of the same table', () => {
  it.each([1, 2, 20_000])('come in any order, with chunks of %i rows', async (chunkRows) => {
    const source = 'id,name,parent_id\n1,leaf,2\n2,twig,3\n3,root,\n4,lost,99\n';
    const report = await at.import('plain', source, { chunkRows });
    expect(countsOf(report)).toEqual({ read: 4, added: 3, failed: 1 });
    expect(await at.rows('select id, parent_id from plain order by id')).toEqual([
      ['1', '2'],
      ['2', '3'],
      ['3', null],
    ]);
    expect(await at.issues(report)).toMatchObject([
      { line: 5, column: 'parent_id', value: '99', code: 'RECORDS-302' },
    ]);
  });

  it('to a row that fails fail too, and the others go in', async () => {
    const report = await at.import('plain', 'id,name,parent_id\n1,leaf,2\n2,,3\n3,root,\n', {
      empty: 'null',
    });
    expect(countsOf(report)).toEqual({ read: 3, added: 1, failed: 2 });
    expect(await at.rows('select id from plain')).toEqual([['3']]);
  });
});
