// Everything that can be wrong with a row: it fails alone, with line, column, field, value, code, message and hint.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { countsOf, createImportFixture, type ImportFixture, toCall } from './import-fixture.js';

let at: ImportFixture;

beforeAll(async () => {
  at = await createImportFixture(`
    create extension if not exists btree_gist;
    create type colour as enum ('red', 'green');
    create domain positive as int check (value > 0);
    create table brand (id int primary key, name text unique);
    insert into brand values (1, 'Acme'), (2, 'Bolt');
    create table typed (key text primary key, small int2, whole int4, large int8, number numeric(6,2), real_number float8,
      flag bool, day date, moment timestamptz, clock time, id uuid, data jsonb, raw bytea, short varchar(3), padded char(2),
      colour colour, amount positive, tags int[], span int4range, address inet);
    create table ruled (sku text primary key, ean text unique, price numeric check (price >= 0), brand_id int references brand,
      room int, during int4range, status text not null default 'new',
      exclude using gist (room with =, during with &&));
    create table deferred_pair (id int primary key, slot int, unique (slot) deferrable initially deferred);
    create table late (id int primary key, total int);
    create function late_check() returns trigger language plpgsql as
      $$ begin if new.total > 100 then raise exception 'total % is too much', new.total using errcode = 'SH042', hint = 'Split it.'; end if; return null; end $$;
    create constraint trigger late_check after insert or update on late deferrable initially deferred for each row execute function late_check();
    create table guarded (id int primary key, name text);
    create function guard() returns trigger language plpgsql as $$ begin
      if new.name = 'raise' then raise exception 'name may not be %', new.name using errcode = 'SH001'; end if;
      if new.name = 'rights' then raise insufficient_privilege using message = 'not yours'; end if;
      if new.name = 'broken' then perform 1 / 0; end if;
      if new.name = 'skip' then return null; end if;
      return new; end $$;
    create trigger guard before insert or update on guarded for each row execute function guard()`);
});
afterAll(() => at?.drop());
beforeEach(() => at.run('truncate typed, ruled, deferred_pair, late, guarded'));

/** Imports good rows around each bad one; only the bad ones may fail. */
async function importAround(
  entity: string,
  header: string,
  bad: readonly string[],
  good: (i: number) => string,
  wish = {},
) {
  const lines = bad.flatMap((row, i) => [good(2 * i), row, good(2 * i + 1)]);
  const report = await at.import(entity, `${header}\n${lines.join('\n')}\n`, wish);
  expect(report.counters).toMatchObject({ read: 3 * bad.length, added: 2 * bad.length, failed: bad.length });
  expect(report.state).toBe('completed_with_errors');
  const issues = (await at.issues(report)).filter((issue) => issue.severity === 'error');
  expect(issues.map((issue) => issue.line)).toEqual(bad.map((_, i) => 3 + 3 * i));
  for (const issue of issues) expect(issue.message.length).toBeGreaterThan(10);
  return issues;
}

describe('a value that is none of its type', () => {
  it.each<[field: string, value: string, code: string]>([
    ['small', '32768', 'RECORDS-203'],
    ['small', 'x', 'RECORDS-201'],
    ['whole', '1.5', 'RECORDS-201'],
    ['whole', '2147483648', 'RECORDS-203'],
    ['large', '9223372036854775808', 'RECORDS-203'],
    ['number', 'abc', 'RECORDS-202'],
    ['number', '10000.00', 'RECORDS-203'],
    ['real_number', '1e400', 'RECORDS-203'],
    ['real_number', '1,5,0', 'RECORDS-202'],
    ['flag', 'maybe', 'RECORDS-205'],
    ['day', '2026-02-30', 'RECORDS-206'],
    ['day', '31.13.2026', 'RECORDS-206'],
    ['moment', 'yesterday evening', 'RECORDS-207'],
    ['clock', '25:00', 'RECORDS-208'],
    ['id', '1234', 'RECORDS-209'],
    ['data', '{"a":', 'RECORDS-210'],
    ['raw', '\\xZZ', 'RECORDS-211'],
    ['short', 'long', 'RECORDS-204'],
    ['padded', 'abc', 'RECORDS-204'],
    ['colour', 'Red', 'RECORDS-212'],
    ['amount', '0', 'RECORDS-214'],
    ['amount', 'many', 'RECORDS-201'],
    ['tags', '{1,x}', 'RECORDS-214'],
    ['span', '[5,1]', 'RECORDS-214'],
    ['address', '300.1.1.1', 'RECORDS-214'],
  ])('%s: %s', async (field, value, code) => {
    const quoted = `"${value.replaceAll('"', '""')}"`;
    const [issue] = await importAround('typed', `key,${field}`, [`bad,${quoted}`], (i) => `good${i},`);
    expect(issue).toMatchObject({ column: field, field, value, code });
    expect(issue!.message).toContain(value);
  });

  it('long values are shortened in the error, and the row still names its column', async () => {
    const [issue] = await importAround(
      'typed',
      'key,short',
      [`bad,${'x'.repeat(5_000)}`],
      (i) => `good${i},`,
    );
    expect(issue!.value!.length).toBeLessThanOrEqual(200);
    expect(issue!.message.length).toBeLessThan(500);
  });

  it('hints say how to write it', async () => {
    const issues = await importAround(
      'typed',
      'key,number,flag,day,colour',
      ['a,"1,234",,,', 'b,,maybe,,', 'c,,,1/2/2026,', 'd,,,,RED'],
      (i) => `g${i},,,,`,
    );
    expect(issues.map((issue) => issue.hint)).toEqual([
      expect.stringContaining('--decimal'),
      expect.stringContaining('true or false'),
      expect.stringMatching(/YYYY-MM-DD.*--date-order/),
      'Did you mean `red`?',
    ]);
  });
});

describe('a row the file itself has broken', () => {
  it('too few and too many cells', async () => {
    const issues = await importAround('ruled', 'sku,ean,price', ['a,1', 'b,2,3,4'], (i) => `g${i},e${i},1`);
    for (const issue of issues) expect(issue.code).toMatch(/^FORMATS-2/);
  });

  it('an unterminated quote names the line where it began, and the rows around it go in', async () => {
    const report = await at.import('ruled', 'sku,ean,price\ng,e,1\nb,"open,2\nx,y,3\n');
    expect(report.counters).toMatchObject({ read: 3, added: 2, failed: 1 });
    expect(await at.issues(report)).toMatchObject([{ line: 3, code: expect.stringMatching(/^FORMATS-2/) }]);
  });

  it('bytes that are no text', async () => {
    const source = Buffer.concat([
      Buffer.from('sku,ean\ng1,1\nb'),
      Buffer.from([0xff, 0xfe, 0x41]),
      Buffer.from(',2\ng2,3\n'),
    ]);
    const report = await at.import('ruled', source, { formatOptions: { encoding: 'utf-8' } });
    expect(countsOf(report)).toMatchObject({ read: 3, added: 2, failed: 1 });
    expect(await at.issues(report)).toMatchObject([{ line: 3 }]);
  });
});

describe('a row that a constraint refuses', () => {
  const good = (i: number) => `g${i},e${i},1,1,`;
  const header = 'sku,ean,price,brand_id,status';

  it('not null', async () => {
    const [issue] = await importAround('ruled', header, ['a,x,1,1,'], (i) => `g${i},e${i},1,1,new`, {
      empty: 'null',
    });
    expect(issue).toMatchObject({ column: 'status', field: 'status', code: 'RECORDS-301' });
  });

  it('check', async () => {
    const [issue] = await importAround('ruled', header, ['a,x,-1,1,'], good);
    expect(issue).toMatchObject({ column: 'price', field: 'price', value: '-1', code: 'RECORDS-308' });
    expect(issue!.message).toMatch(/ruled_price_check/);
  });

  it('another unique key, of a stored record and of a row of the same source', async () => {
    await at.run(`insert into ruled (sku, ean) values ('old', 'taken')`);
    const issues = await importAround('ruled', header, ['a,taken,1,1,', 'b,e0,1,1,'], good, { writers: 1 });
    for (const issue of issues)
      expect(issue).toMatchObject({ column: 'ean', field: 'ean', code: 'RECORDS-309' });
    expect(issues.map((issue) => issue.value)).toEqual(['taken', 'e0']);
  });

  it('a foreign key given as a raw key', async () => {
    const [issue] = await importAround('ruled', header, ['a,x,1,99,'], good);
    expect(issue).toMatchObject({ column: 'brand_id', field: 'brand_id', value: '99', code: 'RECORDS-310' });
  });

  it('an unknown reference', async () => {
    const [issue] = await importAround('ruled', 'sku,brand.name', ['a,Acmee'], (i) => `g${i},Acme`);
    expect(issue).toMatchObject({
      column: 'brand.name',
      value: 'Acmee',
      code: 'RECORDS-302',
      hint: "Did you mean 'Acme'?",
    });
  });

  it('an exclusion constraint', async () => {
    await at.run(`insert into ruled (sku, room, during) values ('old', 1, '[10,20)')`);
    const [issue] = await importAround(
      'ruled',
      'sku,room,during',
      ['a,1,"[15,16)"'],
      (i) => `g${i},2,"[${i},${i + 1})"`,
    );
    expect(issue).toMatchObject({ code: 'RECORDS-311' });
    expect(issue!.message).toMatch(/ruled_room_during_excl/);
  });

  it('a constraint that waits for the end of the transaction', async () => {
    await at.run('insert into deferred_pair values (1, 7)');
    const [issue] = await importAround('deferred_pair', 'id,slot', ['100,7'], (i) => `${i + 10},${i + 10}`);
    expect(issue).toMatchObject({ column: 'slot', value: '7', code: 'RECORDS-309' });
  });

  it('a swap of unique values is possible where the constraint can wait', async () => {
    await at.run('insert into deferred_pair values (1, 7), (2, 8)');
    const report = await at.import('deferred_pair', 'id,slot\n1,8\n2,7\n', { writers: 1 });
    expect(countsOf(report)).toEqual({ read: 2, updated: 2 });
  });

  it('a constraint trigger at the end of the transaction, with a code of its own', async () => {
    const [issue] = await importAround('late', 'id,total', ['100,101'], (i) => `${i},${i}`);
    expect(issue).toMatchObject({ code: 'RECORDS-311' });
    expect(issue!.message).toMatch(/total 101 is too much/);
  });
});

describe('a row that a trigger refuses', () => {
  it('raises, with whatever code, or breaks', async () => {
    const issues = await importAround(
      'guarded',
      'id,name',
      ['101,raise', '102,rights', '103,broken'],
      (i) => `${i},ok`,
    );
    expect(issues.map((issue) => issue.message)).toEqual([
      expect.stringContaining('name may not be raise'),
      expect.stringContaining('not yours'),
      expect.stringContaining('division by zero'),
    ]);
  });

  it('leaves out without an error: a warning counts it, and it is not among the added', async () => {
    const report = await at.import('guarded', 'id,name\n1,ok\n2,skip\n3,ok\n');
    expect(report.counters).toMatchObject({ read: 3, added: 2, failed: 0, warnings: 1 });
    expect(await at.issues(report)).toMatchObject([
      { severity: 'warning', code: 'RECORDS-316', message: expect.stringContaining('1') },
    ]);
  });

  it('leaves out beside others that it refuses', async () => {
    const report = await at.import('guarded', 'id,name\n1,ok\n2,skip\n3,raise\n4,ok\n');
    expect(report.counters).toMatchObject({ read: 4, added: 2, failed: 1, warnings: 1 });
  });

  it('a thousand refusals among ten thousand rows are all found, and nothing else is lost', async () => {
    const rows = [...Array(10_000).keys()].map((i) => `${i},${i % 10 === 3 ? 'raise' : 'ok'}`);
    const report = await at.import('guarded', `id,name\n${rows.join('\n')}\n`, { chunkRows: 2_500 });
    expect(countsOf(report)).toEqual({ read: 10_000, added: 9_000, failed: 1_000 });
    expect(await at.rows('select count(*), count(*) filter (where id % 10 = 3) from guarded')).toEqual([
      ['9000', '0'],
    ]);
  });
});

describe('limits', () => {
  it('stop at the first failed row with on-error stop; what is committed stays', async () => {
    const rows = [...Array(300).keys()].map((i) => (i === 150 ? `${i},raise` : `${i},ok`));
    const report = await at.import('guarded', `id,name\n${rows.join('\n')}\n`, {
      onError: 'stop',
      chunkRows: 50,
      writers: 1,
    });
    expect(report.state).toBe('stopped');
    expect(report.failure).toMatchObject({ code: 'PIPELINE-105' });
    expect(report.counters.failed).toBe(1);
    expect(Number((await at.rows('select count(*) from guarded'))[0]![0])).toBe(report.counters.added);
    expect(report.counters.read).toBeLessThan(300);
  });

  it('max-errors allows so many and no more, by number and by share', async () => {
    const source = `id,name\n${[...Array(100).keys()].map((i) => `${i},${i < 5 ? 'raise' : 'ok'}`).join('\n')}\n`;
    expect((await at.import('guarded', source, { maxErrors: { count: 5 } })).state).toBe(
      'completed_with_errors',
    );
    expect((await at.import('guarded', source, { maxErrors: { count: 4 } })).state).toBe('stopped');
    expect((await at.import('guarded', source, { maxErrors: { percent: 5 } })).state).toBe(
      'completed_with_errors',
    );
    expect((await at.import('guarded', source, { maxErrors: { percent: 4 } })).state).toBe('stopped');
  });

  it('a run stopped over them writes not one chunk more until more are allowed, which its settings then say', async () => {
    const rows = [...Array(300).keys()].map((i) => `${10_000 + i},${i % 50 === 0 ? 'raise' : 'ok'}`);
    const wish = { maxErrors: { count: 2 }, chunkRows: 50, writers: 1 };
    const stopped = await at.import('guarded', `id,name\n${rows.join('\n')}\n`, wish);
    expect(stopped.state).toBe('stopped');
    expect(countsOf(stopped)).toEqual({ read: 150, added: 147, failed: 3 });
    expect(stopped.failure?.hint).toContain(`dovetail runs resume ${stopped.run} --max-errors`);
    const { dryRun: _, probe: _probe, ...watch } = toCall({});
    const unchanged = await at.files.resumeRun(stopped.run!, watch);
    expect([unchanged.state, unchanged.counters]).toEqual(['stopped', stopped.counters]);
    // Five are too few for six; the limit stays with the run.
    const further = await at.files.resumeRun(stopped.run!, { ...watch, errorLimit: { count: 5 } });
    expect([further.state, countsOf(further)]).toEqual(['stopped', { read: 300, added: 294, failed: 6 }]);
    expect(further.failure?.detail).toBe('6 rows failed, 5 are allowed.');
    expect((await at.files.resumeRun(stopped.run!, watch)).failure?.detail).toBe(
      '6 rows failed, 5 are allowed.',
    );
    const done = await at.files.resumeRun(stopped.run!, { ...watch, errorLimit: { share: 0.02 } });
    expect([done.state, done.counters]).toEqual(['completed_with_errors', further.counters]);
  });
});
