// The whole write path held against an oracle that can't be wrong: rows inserted one by one, in the order of the file.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunReport } from '../../src/doors/files/import/run-report.js';
import { createRandom, type SeededRandom } from '../formats/seeded-random.js';
import { createImportFixture, type ImportFixture, toCsv } from './import-fixture.js';

let at: ImportFixture;

const TABLE = (name: string) => `
  create table ${name} (
    sku text primary key, ean varchar(8) unique, price numeric(8,2) not null check (price >= 0 or sku like 'X%'), stock int,
    flag bool, made date, brand_id int references brand, status colour not null default 'red', moment timestamptz, share float8,
    token uuid, data jsonb, amount positive, unique (made, stock));
  create trigger guard before insert or update on ${name} for each row execute function guard()`;

beforeAll(async () => {
  at = await createImportFixture(`
    create type colour as enum ('red', 'green');
    create domain positive as int check (value > 0);
    create table brand (id int primary key, name text unique);
    insert into brand values (1, 'Acme'), (2, 'Bolt');
    create function guard() returns trigger language plpgsql as $$ begin
      if new.share > 0.9 then raise exception 'share % is too much', new.share; end if;
      return new; end $$;
    ${TABLE('imported')}; ${TABLE('inserted')}`);
});
afterAll(() => at?.drop());

const COLUMNS = [
  'sku',
  'ean',
  'price',
  'stock',
  'flag',
  'made',
  'brand_id',
  'status',
  'moment',
  'share',
  'token',
  'data',
  'amount',
];

const day = (i: number) => new Date(Date.UTC(2000, 0, 1 + i)).toISOString().slice(0, 10);

/** Mostly good values, some bad in every way a column can be; `collide`: also bad because of another row. */
function makeRow(random: SeededRandom, i: number, collide: boolean): (string | null)[] {
  const pick = (good: readonly (string | null)[], bad: readonly (string | null)[]): string | null =>
    random.pick(random.next() < 0.015 ? bad : good);
  const other = random.below(i + 1);
  return [
    `${random.next() < 0.1 ? 'X' : 'S'}${i}`,
    pick([`e${i}`, null], [...(collide ? [`e${other}`] : []), 'much too long an ean']),
    pick(['1', '2.50', '0', '99999.99'], ['-1', 'abc', '1,5', '1000000', null]),
    pick(['1', '007', null, '-5'], ['1.5', '99999999999']),
    pick(['true', 'no', '1', null], ['maybe', '2']),
    pick([day(i), null], [...(collide ? [day(other), day(other)] : []), '2026-02-30', 'x']),
    pick(['1', '2', null], ['3', 'Acme']),
    pick(['red', 'green'], ['blue', 'RED']),
    pick(['2026-01-01 10:00:00+01', null, '2026-01-01'], ['soon', '2026-13-01']),
    pick(['0.5', '1e-3', null], ['0.95', '1e999', 'x']),
    pick(['7d444840-9dc0-11d1-b245-5ffdce74fad2', null], ['1234']),
    pick(['{"a": [1, 2]}', '3', null], ['{a}', '[1']),
    pick(['5', null], ['0', '-3', 'x']),
  ];
}

async function insertOneByOne(rows: readonly (readonly (string | null)[])[]): Promise<number[]> {
  const failed: number[] = [];
  await at.database.withClient(async (client) => {
    for (const [i, row] of rows.entries()) {
      const marks = row.map((_, c) => (COLUMNS[c] === 'status' && row[c] === null ? 'default' : `$${c + 1}`));
      await client
        .query(`insert into inserted (${COLUMNS.join(', ')}) values (${marks.join(', ')})`, [...row])
        .catch(() => failed.push(i + 2));
    }
  });
  return failed;
}

describe('a random file', () => {
  it.each([
    [1, 20_000],
    [2, 333],
    [3, 50],
  ])(
    'seed %i with chunks of %i rows: exactly the rows that the database refuses fail, all others are there',
    async (seed, chunkRows) => {
      await at.run('truncate imported, inserted');
      const random = createRandom(seed);
      const rows = [...Array(1_500).keys()].map((i) => makeRow(random, i, true));
      const refused = await insertOneByOne(rows);
      expect(refused.length).toBeGreaterThan(100);
      // One writer: where two rows want one unique value, the order decides which of them is refused.
      const report = await at.import('imported', toCsv([COLUMNS, ...rows]), {
        writers: 1,
        chunkRows,
        empty: 'null',
      });
      expect(await failedLines(report)).toEqual(refused);
      expect(report.counters).toMatchObject({
        read: 1_500,
        failed: refused.length,
        added: 1_500 - refused.length,
      });
      expect(await at.rows(DIFFERENCE)).toEqual([]);
    },
  );

  it('two writers side by side: the same rows fail, the same are there', async () => {
    await at.run('truncate imported, inserted');
    const random = createRandom(7);
    const rows = [...Array(1_500).keys()].map((i) => makeRow(random, i, false));
    const refused = await insertOneByOne(rows);
    const report = await at.import('imported', toCsv([COLUMNS, ...rows]), {
      writers: 2,
      chunkRows: 100,
      empty: 'null',
    });
    expect(await failedLines(report)).toEqual(refused);
    expect(await at.rows(DIFFERENCE)).toEqual([]);
  });
});

async function failedLines(report: RunReport): Promise<readonly (number | undefined)[]> {
  const errors = (await at.issues(report)).filter((issue) => issue.severity === 'error');
  return [...new Set(errors.map((issue) => issue.line))];
}

const LIST = COLUMNS.map((name) => `${name}::text`).join(', ');
const DIFFERENCE = `(select ${LIST} from imported except select ${LIST} from inserted) union all
  (select ${LIST} from inserted except select ${LIST} from imported)`;
