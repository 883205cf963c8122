// Tables of the initial load name records by the symbols that fixtures gave them, in the fixtures' own spelling.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countsOf, createLoadFixture, type LoadFixture, outcomesOf } from './load-fixture.js';

const SHOP = `
  create table country (code text primary key, name text not null unique);
  create table customer (
    id bigint generated always as identity primary key, number text not null unique, name text not null,
    country_code text references country, parent_id bigint references customer, handle text);
  create table shelf (room text, place int, label text not null unique, primary key (room, place));
  create table box (code text primary key, customer_id bigint references customer, room text, place int,
    note text check (note <> 'bad'), foreign key (room, place) references shelf);`;

let at: LoadFixture;
beforeEach(async () => {
  at = await createLoadFixture(SHOP);
  await at.write({
    '9-base.yaml': `
country: { ch: { code: CH, name: Switzerland }, at: { code: "@@AT", name: Austria } }
customer:
  acme: { number: C1, name: Acme, country: "@country.ch" }
  bolt: { number: C2, name: Bolt }
shelf: { top: { room: A, place: 7, label: Top } }
`,
  });
});
afterEach(() => at.drop());

const boxes = () =>
  at.rows(
    `select b.code, c.number, b.room, b.place, b.note from box b left join customer c on c.id = b.customer_id order by 1`,
  );

describe('a table of the initial load', () => {
  it.each([
    [
      '1-box.csv',
      'code,customer,shelf,note\nb1,@customer.acme,@shelf.top,@home\nb2,,,\nb3,@customer.bolt,,@@twice\n',
    ],
    [
      '1-box.tsv',
      'code\tcustomer\tshelf\tnote\nb1\t@customer.acme\t@shelf.top\t@home\nb2\t\t\t\nb3\t@customer.bolt\t\t@@twice\n',
    ],
    [
      '1-box.ndjson',
      '{"code":"b1","customer":"@customer.acme","shelf":"@shelf.top","note":"@home"}\n{"code":"b2"}\n{"code":"b3","customer":"@customer.bolt","shelf":null,"note":"@@twice"}\n',
    ],
  ] as const)(
    'names records by symbols where a column is a relation, and leaves other texts alone: %s',
    async (name, content) => {
      await at.write({ [name]: content });
      const report = await at.load();
      expect(report.files.flatMap(({ problems }) => problems)).toEqual([]);
      // What the foreign keys ask for comes first, as ever.
      expect(outcomesOf(report)).toEqual(['9-base.yaml applied', `${name} applied`]);
      expect(await boxes()).toEqual([
        ['b1', 'C1', 'A', 7, '@home'],
        ['b2', null, null, null, null],
        ['b3', 'C2', null, null, '@@twice'],
      ]);
    },
  );

  it('takes them in a column of a key too, beside keys themselves, and two signs for a key that begins so', async () => {
    await at.write({
      '91-customer.csv':
        'number,name,country_code,parent_id,handle\nC3,Sub,@country.ch,@customer.acme,@sub\nC4,Sub,CH,1,\nC5,Sub,@@AT,,\nC6,Sub,@country.at,,\n',
    });
    const report = await at.load();
    expect(report.files.flatMap(({ problems }) => problems)).toEqual([]);
    expect(
      await at.rows(`select c.number, c.country_code, p.number, c.handle from customer c left join customer p on p.id = c.parent_id
        where c.name = 'Sub' order by 1`),
    ).toEqual([
      ['C3', 'CH', 'C1', '@sub'],
      ['C4', 'CH', 'C1', null],
      ['C5', '@AT', null, null],
      ['C6', '@AT', null, null],
    ]);
  });

  it('finds records of fixtures that were applied long ago, in a dry run too, and again where it is kept in step', async () => {
    const settings = { files: { '1-box.csv': { keep: 'in-step' as const } } };
    const other = await createLoadFixture(SHOP, { settings });
    try {
      await other.write({
        '0-base.yaml': 'customer: { acme: { number: C1, name: Acme } }',
        '1-box.csv': 'code,customer\n',
      });
      await other.load();
      await other.write({ '1-box.csv': 'code,customer\nb1,@customer.acme\n' });
      const looked = await other.load({ dryRun: true });
      expect(countsOf(looked.files[0])).toEqual({ box: { read: 1, added: 1 } });
      await other.load();
      await other.write({ '1-box.csv': 'code,customer\nb1,@customer.acme\nb2,@customer.acme\n' });
      const again = await other.load();
      expect(countsOf(again.files[0])).toEqual({ box: { read: 2, added: 1, unchanged: 1 } });
    } finally {
      await other.drop();
    }
  });

  it('reads thousands of rows that share a few symbols', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `b${i},@customer.${i % 2 ? 'acme' : 'bolt'},x\n`);
    await at.write({ '1-box.csv': `code,customer,note\n${rows.join('')}` });
    const report = await at.load();
    expect(countsOf(report.files[1])).toEqual({ box: { read: 30_000, added: 30_000 } });
    expect(
      await at.rows(
        'select c.number, count(*)::int from box b join customer c on c.id = b.customer_id group by 1 order by 1',
      ),
    ).toEqual([
      ['C1', 15_000],
      ['C2', 15_000],
    ]);
  });
});

describe('what is wrong with a symbol in a table', () => {
  it.each([
    [
      'an unknown symbol, with the one that was probably meant',
      'code,customer\nb1,@customer.acme\nb2,@customer.amce\n',
      { code: 'LOAD-204', line: 3, column: 'customer', hint: 'Did you mean @customer.acme?' },
    ],
    [
      'a symbol of another entity',
      'code,customer_id\nb1,@country.ch\n',
      {
        code: 'LOAD-206',
        line: 2,
        column: 'customer_id',
        message: 'Line 2, column customer_id: customer_id leads to customer, not to country.',
      },
    ],
    [
      'a text that only looks like one',
      'code,room,place\nb1,@home,1\n',
      { code: 'LOAD-206', line: 2, column: 'room' },
    ],
    [
      'a value where only a record can be',
      'code,customer\n"b\n1",\nb2,Acme\n',
      {
        code: 'LOAD-203',
        line: 4,
        column: 'customer',
        hint: 'Name it by a reference (@customer.symbol) or by its fields (customer.number: …).',
      },
    ],
    [
      'a record that another column spoils, with the cells as they are in the file',
      'code,customer,note\nb1,@customer.acme,bad\n',
      { code: 'RECORDS-308', line: 2, column: 'note', value: 'bad' },
    ],
  ])('is told with file, line and column: %s', async (_, content, problem) => {
    await at.write({ '95-box.csv': content });
    const report = await at.load();
    expect(report.state).toBe('failed');
    expect(report.files.map(({ path }) => path)).toEqual(['9-base.yaml', '95-box.csv']);
    expect(report.files[1]!.problems[0]).toMatchObject(problem);
    expect(await boxes()).toEqual([]);
  });

  it('keeps the failed rows as they were written', async () => {
    await at.write({ '95-box.csv': 'code,customer,note\nb1,@customer.acme,bad\n' });
    await at.load();
    const [[cells]] = (await at.rows('select cells from dovetail.run_errors')) as [[string]];
    expect(JSON.parse(cells)).toEqual(['b1', '@customer.acme', 'bad']);
  });
});
