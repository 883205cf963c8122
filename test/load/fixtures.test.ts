// Fixtures: records by symbol, references between them, and what is said when one is wrong.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countsOf, createLoadFixture, type LoadFixture, outcomesOf } from './load-fixture.js';

const SHOP = `
  create table country (code char(2) primary key, name text not null unique);
  create table customer (
    id bigint generated always as identity primary key, number text not null unique, name text not null,
    country_code char(2) references country, parent_id bigint references customer, tags text[], data jsonb,
    rate numeric(9,4), since date, active boolean not null default true);
  create table address (
    id serial primary key, customer_id bigint not null references customer, code text not null, city text,
    unique (customer_id, code));
  create table note (id bigserial primary key, address_id int references address, body text not null);
  create table head (id serial primary key, name text unique, team_id int);
  create table team (id serial primary key, name text unique not null, head_id int not null references head);
  alter table head add foreign key (team_id) references team;
  create table left_hand (id serial primary key, name text unique, other int not null);
  create table right_hand (id serial primary key, name text unique, other int not null references left_hand);
  alter table left_hand add foreign key (other) references right_hand;`;

let at: LoadFixture;
beforeEach(async () => {
  at = await createLoadFixture(SHOP);
});
afterEach(() => at.drop());

describe('a fixture', () => {
  it('fills entities in the order of their foreign keys, whatever the order in the file', async () => {
    await at.write({
      'customers.yaml': `
note:
  - { address: "@address.hq", body: "ring twice" }
address:
  hq: { customer: "@customer.acme", code: HQ, city: Bern }
customer:
  sub: { number: C2, name: Acme Sub, parent: "@customer.acme", country: "@country.ch" }
  acme: { number: C1, name: Acme, country_code: CH, rate: 1.50, tags: [a, "b c"], data: { "@x": [1, 2.50] }, since: 2026-01-31 }
country:
  ch: { code: CH, name: Switzerland }
`,
    });
    const report = await at.load();
    expect(report.files[0]?.problems).toEqual([]);
    expect(outcomesOf(report)).toEqual(['customers.yaml applied']);
    expect(countsOf(report.files[0])).toEqual({
      country: { read: 1, added: 1 },
      customer: { read: 2, added: 2 },
      address: { read: 1, added: 1 },
      note: { read: 1, added: 1 },
    });
    expect(
      await at.rows(`select n.body, a.code, c.number, c.rate::text, c.tags::text, c.data::text, c.since::text, s.number
        from note n join address a on a.id = n.address_id join customer c on c.id = a.customer_id
        join customer s on s.parent_id = c.id`),
    ).toEqual([['ring twice', 'HQ', 'C1', '1.5000', '{a,"b c"}', '{"@x": [1, 2.50]}', '2026-01-31', 'C2']]);
  });

  it('names records of another file by their own identity, also once that was applied long ago', async () => {
    await at.write({
      '2-base.yaml':
        'country: { ch: { code: CH, name: Switzerland } }\ncustomer: { acme: { number: C1, name: A, country: "@country.ch" } }',
    });
    await at.load();
    await at.write({ '1-more.yaml': 'address: { hq: { customer: "@customer.acme", code: HQ } }' });
    const report = await at.load();
    expect(outcomesOf(report)).toEqual(['1-more.yaml applied']);
    expect(
      await at.rows(
        'select code, customer_id from address join customer c on c.id = customer_id where number = $$C1$$',
      ),
    ).toHaveLength(1);
  });

  it('brings forward the file that holds what another refers to', async () => {
    await at.write({
      'a.yaml': 'customer: { acme: { number: C1, name: A, country: "@country.ch" } }',
      'b.yaml': 'note: [{ body: alone }]',
      'c.yaml': 'country: { ch: { code: CH, name: Switzerland } }',
    });
    expect(outcomesOf(await at.load())).toEqual(['c.yaml applied', 'a.yaml applied', 'b.yaml applied']);
  });

  it('finds a record without a natural identity by all that is said of it', async () => {
    await at.write({
      'a.yaml':
        'note: { one: { body: first }, two: { body: second } }\nhead: [{ name: n, team_id: "@note.two" }]',
    });
    const { files } = await at.load();
    // A team of that number does not exist; that the reference became the note's number is what matters.
    expect(files[0]).toMatchObject({ outcome: 'failed', problems: [{ code: 'LOAD-206' }] });
    await at.database.query('alter table head drop constraint head_team_id_fkey');
    const again = await at.load();
    expect(again.files[0]?.problems).toEqual([]);
    expect(await at.rows('select body from head join note on note.id = team_id')).toEqual([['second']]);
  });

  it('makes many records of a range', async () => {
    await at.write({
      'a.yaml': `
customer:
  c_{01..50}: { number: "C{n}", name: "Customer {n}" }
address:
  hq_{01..50}: { customer: "@customer.c_{n}", code: HQ, city: "City {n}" }
`,
    });
    await at.load();
    expect(
      await at.rows(`select count(*)::int, count(*) filter (where city = replace(name, 'Customer', 'City'))::int, min(number)
        from address join customer c on c.id = customer_id`),
    ).toEqual([[50, 50, 'C01']]);
  });

  it('closes a circle where a key may be null for a while', async () => {
    await at.write({
      'a.yaml': `
team: { red: { name: Red, head: "@head.ann" } }
head: { ann: { name: Ann, team: "@team.red" } }
customer:
  a: { number: A, name: A, parent: "@customer.b" }
  b: { number: B, name: B, parent: "@customer.a" }
`,
    });
    const report = await at.load();
    expect(report.files[0]?.problems).toEqual([]);
    expect(
      await at.rows('select t.name, h.name from team t join head h on h.id = t.head_id and h.team_id = t.id'),
    ).toEqual([['Red', 'Ann']]);
    expect(
      await at.rows(
        'select c.number, p.number from customer c join customer p on p.id = c.parent_id order by 1',
      ),
    ).toEqual([
      ['A', 'B'],
      ['B', 'A'],
    ]);
  });

  it('says so where a circle can not be closed', async () => {
    await at.write({
      'a.yaml':
        'left_hand: { l: { name: l, other: "@right_hand.r" } }\nright_hand: { r: { name: r, other: "@left_hand.l" } }',
    });
    const report = await at.load();
    expect(report.files[0]?.problems[0]).toMatchObject({ code: 'LOAD-208', line: 1 });
    expect(await at.rows('select from left_hand')).toEqual([]);
  });

  it('is TypeScript, too, told of the environment', async () => {
    await at.write({
      'a.ts': `
import { defineConfig } from 'dovetail';
const size: number = typeof defineConfig === 'function' ? 3 : 0;
export default ({ environment }: { environment?: string }) => ({
  country: { ch: { code: 'CH', name: 'Switzerland ' + (environment ?? 'for all') } },
  customer: Array.from({ length: size }, (_, i) => ({ number: 'T' + i, name: 'T', country: '@country.ch', since: new Date('2026-02-03'), active: i > 0 })),
});`,
    });
    const report = await at.load();
    expect(report.files[0]?.problems).toEqual([]);
    expect(
      await at.rows(
        'select number, since::text, active, c.name from customer join country c on code = country_code order by 1',
      ),
    ).toEqual([
      ['T0', '2026-02-03', false, 'Switzerland for all'],
      ['T1', '2026-02-03', true, 'Switzerland for all'],
      ['T2', '2026-02-03', true, 'Switzerland for all'],
    ]);
  });

  it('is a table as well: CSV, NDJSON and JSON rows, by paths of fields', async () => {
    await at.write({
      '1-country.csv': 'code;name\nCH;Schweiz\nFR;Frankreich\n',
      '2-customer.csv': 'number,name,country.name,parent.number\nC2,Sub,Frankreich,C1\nC1,Top,Schweiz,\n',
      '3-address.ndjson':
        '{"customer":{"number":"C1"},"code":"HQ","city":"Bern"}\n{"customer":{"number":"C2"},"code":"HQ"}\n',
      '4-customer.json': '[{"number":"C3","name":"Third","data":{"a":1}}]',
    });
    const report = await at.load();
    expect(report.files.flatMap(({ problems }) => problems)).toEqual([]);
    expect(outcomesOf(report)).toHaveLength(4);
    expect(
      await at.rows(`select c.number, c.country_code, p.number, (select city from address where customer_id = c.id), c.data
        from customer c left join customer p on p.id = c.parent_id order by 1`),
    ).toEqual([
      ['C1', 'CH', null, 'Bern', null],
      ['C2', 'FR', 'C1', null, null],
      ['C3', null, null, null, { a: 1 }],
    ]);
  });

  it('merges what records have in common', async () => {
    await at.write({
      'a.yaml':
        'customer:\n  a: &all { name: Same, active: false, number: A }\n  b: { <<: *all, number: B }\n',
    });
    await at.load();
    expect(await at.rows('select number, name, active from customer order by 1')).toEqual([
      ['A', 'Same', false],
      ['B', 'Same', false],
    ]);
  });

  it('takes a text that begins with @ when it is written with two', async () => {
    await at.write({ 'a.yaml': 'note: [{ body: "@@acme" }]' });
    await at.load();
    expect(await at.rows('select body from note')).toEqual([['@acme']]);
  });
});

describe('what is wrong with a fixture', () => {
  const cases: readonly [string, string, string, object][] = [
    [
      'an unknown symbol',
      'customer:\n  acme: { number: 1, name: A }\naddress:\n  - code: HQ\n    customer: "@customer.acmee"\n',
      'LOAD-204',
      { line: 5, column: '15' },
    ],
    [
      'a symbol of another entity',
      'customer:\n  acme: { number: 1, name: A }\naddress: [{ code: HQ, customer: "@address.acme" }]\n',
      'LOAD-204',
      { line: 3 },
    ],
    [
      'a symbol given twice',
      'customer:\n  acme: { number: 1, name: A }\n  Acme: { number: 2, name: A }\n---\n',
      'LOAD-201',
      { line: 4 },
    ],
    ['broken YAML', 'customer:\n  acme: { number: 1\n  b: ]', 'LOAD-201', { line: 3 }],
    ['a key given twice', 'customer:\n  acme: { number: 1 }\n  acme: { number: 2 }', 'LOAD-201', { line: 3 }],
    ['no map at the top', '- customer', 'LOAD-202', { line: 1 }],
    ['a record that is none', 'customer:\n  acme: 12', 'LOAD-202', { line: 2 }],
    [
      'a text that only looks like a reference',
      'customer:\n  acme: { number: 1, name: "@home" }',
      'LOAD-206',
      { line: 2 },
    ],
    [
      'a range without end',
      'customer:\n  a_{1..9999999}: { number: "{n}", name: a }',
      'LOAD-202',
      { line: 2 },
    ],
  ];
  it.each(cases)('%s: is found before anything is applied', async (_, content, code, pointer) => {
    await at.write({ '1-note.yaml': 'note: [{ body: never }]', '2-bad.yaml': content });
    await expect(at.load()).rejects.toMatchObject({ code, pointer: { file: '2-bad.yaml', ...pointer } });
    expect(await at.rows('select from note')).toEqual([]);
  });

  it.each([
    [
      'an unknown field',
      'customer:\n  acme: { number: 1, nam: A }',
      { code: 'LOAD-203', line: 2, hint: "Did you mean 'name'?" },
    ],
    [
      'an unknown entity',
      'customers:\n  acme: { number: 1 }',
      { code: 'LOAD-203', line: 2, hint: "Did you mean 'customer'?" },
    ],
    [
      'a reference into the wrong entity',
      'country: { ch: { code: CH, name: x } }\ncustomer: [{ number: 1, name: A, parent: "@country.ch" }]',
      { code: 'LOAD-206', line: 2 },
    ],
    [
      'a relation with a value',
      'customer: [{ number: 1, name: A, country: CH }]',
      { code: 'LOAD-203', line: 1 },
    ],
    [
      'a value that is none',
      'customer:\n  a: { number: A, name: A }\n  b: { number: B, name: B, since: soon }',
      { code: 'RECORDS-206', line: 3, column: 'since' },
    ],
    ['a value that is missing', 'customer:\n  - { number: 9 }', { code: 'RECORDS-301', line: 2 }],
  ])('%s: nothing of the file is kept, what came before stays', async (_, content, problem) => {
    await at.write({
      '1-note.yaml': 'note: [{ body: stays }]',
      '2-bad.yaml': content,
      '3-note.yaml': 'note: [{ body: never }]',
    });
    const report = await at.load();
    expect(report).toMatchObject({ state: 'failed', left: ['2-bad.yaml', '3-note.yaml'] });
    expect(outcomesOf(report)).toEqual(['1-note.yaml applied', '2-bad.yaml failed']);
    expect(report.files[1]?.problems[0]).toMatchObject(problem);
    expect(await at.rows('select body from note')).toEqual([['stays']]);
    expect(await at.rows('select from customer union all select from country')).toEqual([]);
  });

  it('did you mean', async () => {
    await at.write({
      'a.yaml':
        'customer: { acme: { number: 1, name: A } }\naddress: [{ code: HQ, customer: "@customer.amce" }]',
    });
    await expect(at.load()).rejects.toMatchObject({ hint: 'Did you mean @customer.acme?' });
  });
});
