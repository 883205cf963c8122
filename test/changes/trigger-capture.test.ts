// Capture by triggers: what each statement changed is written down exactly, and no statement fails or is slowed to a crawl by it.
import { afterEach, describe, expect, it } from 'vitest';
import { hasLogicalWal } from '../support/logical-wal.js';
import { loseNothing } from './outbox-replay.js';
import { openSetUp, readOutboxRows, type Watched, watchNow } from './watch-fixture.js';

let at: Watched;
afterEach(() => at?.drop());

const open = async (sql: string, capture: 'trigger' | 'wal' = 'trigger') => {
  at = await openSetUp('empty', sql);
  await watchNow(at, 'all', { capture });
  return at.database;
};

describe('triggers of a watched table', () => {
  it('write the text that the write-ahead log would tell, whatever the session’s settings are', async () => {
    const db =
      await open(`create table thing (id int primary key, gone text, flag bool, price numeric, made timestamptz,
      took interval, bytes bytea, code char(5), ratio float8, tags text[])`);
    await db.query('alter table thing drop column gone');
    await db.withClient(async (client) => {
      await client.query(
        `set timezone = 'Asia/Tokyo'; set datestyle = 'German'; set intervalstyle = 'sql_standard'; set bytea_output = 'escape';
         set extra_float_digits = -5; set search_path = ''`,
      );
      await client.query(`insert into public.thing values
        (1, true, 'NaN', '2026-01-02 03:04:05.678901+00', '1 day 2 hours', '\\x00ff', 'ab', 0.1::float8 + 0.2, array['a"b', null, '\\'])`);
      await client.query('reset all');
    });
    expect(await readOutboxRows(db)).toEqual([
      {
        table: 'thing',
        operation: 'i',
        before: null,
        after:
          '(1,t,NaN,"2026-01-02 03:04:05.678901+00",P1DT2H,"\\\\x00ff","ab   ",0.30000000000000004,"{""a\\\\""b"",NULL,""\\\\\\\\""}")',
      },
    ]);
  });

  it('see every kind of statement, rows in their order, and columns that come and go', async () => {
    const db = await open('create table thing (id int primary key, name text)');
    await db.query(`insert into thing values (1, 'a'), (2, 'b')`);
    await db.query(`update thing set name = name || '!' where id < 3`);
    await db.query('alter table thing add column size int default 7');
    await db.query(
      `insert into thing values (2, 'c', 8) on conflict (id) do update set name = excluded.name`,
    );
    await db.query('alter table thing drop column name');
    await db.query('update thing set id = id + 10');
    await db.query(`merge into thing t using (values (11), (13)) v (id) on t.id = v.id
      when matched then delete when not matched then insert values (v.id, 1)`);
    await db.query('truncate thing');
    const seen = (await readOutboxRows(db)).map(({ operation, before, after }) => [operation, before, after]);
    expect(seen).toEqual([
      ['i', null, '(1,a)'],
      ['i', null, '(2,b)'],
      ['u', '(1,a)', '(1,a!)'],
      ['u', '(2,b)', '(2,b!)'],
      ['u', '(2,b!,7)', '(2,c,7)'],
      ['u', '(1,7)', '(11,7)'],
      ['u', '(2,7)', '(12,7)'],
      ['d', '(11,7)', null],
      ['i', null, '(13,1)'],
      ['t', null, null],
    ]);
    const { rows } = await db.query(
      `select s.shape -> 'columns' -> 0 ->> 'name' as first, s.shape -> 'columns' -> 0 -> 'key' as key from dovetail.outbox_shapes s`,
    );
    expect(rows).toEqual(rows.map(() => ({ first: 'id', key: 1 })));
  });

  it('keep who made the change', async () => {
    const db = await open('create table thing (id int primary key)');
    const mark = JSON.stringify({ kind: 'user', id: 'ada' });
    await db.transaction(async (client) => {
      await client.query(`select set_config('dovetail.origin', $1, true)`, [mark]);
      await client.query('insert into thing values (1), (2)');
    });
    await db.query('insert into thing values (3)');
    const { rows } = await db.query(`select after, origin from dovetail.change_outbox order by seq`);
    expect(rows).toEqual([
      { after: '(1)', origin: mark },
      { after: '(2)', origin: null },
      { after: '(3)', origin: null },
    ]);
  });

  it('fire for replicas, for copies of data and for roles that may not look into our schema', async () => {
    const db = await open('create table thing (id int primary key)');
    const role = `${at.name}_clerk`;
    await db.query(`create role "${role}"; grant all on thing to "${role}"`);
    try {
      await db.withClient(async (client) => {
        await client.query(`set role "${role}"`);
        await client.query('insert into thing values (1)');
        await expect(client.query('select from dovetail.change_outbox')).rejects.toMatchObject({
          code: '42501',
        });
        await client.query(`reset role; set session_replication_role = replica`);
        await client.query('insert into thing values (2)');
        await client.query('reset session_replication_role');
      });
      expect((await readOutboxRows(db)).map(({ after }) => after)).toEqual(['(1)', '(2)']);
      await expect(
        db.transaction(async (client) => {
          await client.query(`set local role "${role}"`);
          await client.query('create temp table mine (id int)');
          await client.query(
            `create trigger t after insert on mine for each statement execute function dovetail.capture_statement('outbox')`,
          );
        }),
      ).rejects.toMatchObject({ code: '42501' });
    } finally {
      await db.query(`drop owned by "${role}"; drop role "${role}"`);
    }
  });

  it('tell changes of partitions as their table’s, by whichever name and however deep they are', async () => {
    const db =
      await open(`create table part (id int, region text, primary key (id, region)) partition by list (region);
      create table part_a partition of part for values in ('a');
      create table part_b (region text not null, id int not null, primary key (id, region));
      alter table part attach partition part_b for values in ('b');
      create table part_c partition of part for values in ('c', 'd') partition by list (region);
      create table part_d partition of part_c for values in ('d')`);
    await db.query(`insert into part values (1, 'a'), (2, 'b'), (3, 'd')`);
    await db.query(`update part set region = 'b' where id = 1`);
    await db.query(`update part_b set id = 5 where id = 2`);
    await db.query(`insert into part_d values (6, 'd')`);
    await db.query(`create table part_e partition of part for values in ('e')`);
    await db.query(`insert into part values (7, 'e')`);
    expect((await at.watch.refresh()).steps.map(({ says }) => says)).toEqual(['Triggers that "part" lacks']);
    await db.query(`insert into part_e values (8, 'e')`);
    await db.query('truncate part_d');
    await db.query('truncate part');
    const seen = await readOutboxRows(db);
    expect(new Set(seen.map(({ table }) => table))).toEqual(new Set(['part']));
    expect(seen.map(({ operation, before, after }) => [operation, before, after])).toEqual([
      ['i', null, '(1,a)'],
      ['i', null, '(2,b)'],
      ['i', null, '(3,d)'],
      ['u', '(1,a)', '(1,b)'],
      ['u', '(b,2)', '(b,5)'],
      ['i', null, '(6,d)'],
      ['i', null, '(7,e)'],
      ['i', null, '(8,e)'],
      ['d', '(3,d)', null],
      ['d', '(6,d)', null],
      ['t', null, null],
    ]);
    expect((await at.watch.refresh()).steps).toEqual([]);
  });

  it('tell changes of tables that inherit as those of the table a record lies in', async () => {
    const db = await open(`create table note (id int primary key, says text);
      create table order_note (order_id int, primary key (id)) inherits (note)`);
    await db.query(`insert into note values (1, 'x'); insert into order_note values (2, 'y', 9)`);
    await db.query(`update note set says = says || '!'`);
    await db.query('delete from note where id = 2');
    expect(await readOutboxRows(db)).toEqual([
      { table: 'note', operation: 'i', before: null, after: '(1,x)' },
      { table: 'order_note', operation: 'i', before: null, after: '(2,y,9)' },
      { table: 'note', operation: 'u', before: '(1,x)', after: '(1,x!)' },
      { table: 'order_note', operation: 'u', before: '(2,y,9)', after: '(2,y!,9)' },
      { table: 'order_note', operation: 'd', before: '(2,y!,9)', after: null },
    ]);
  });

  it('keep the order of a record whose change sets off another one', async () => {
    const db = await open(`create table thing (id int primary key, n int);
      create function more() returns trigger language plpgsql as $$ begin
        if tg_op = 'DELETE' then insert into thing values (old.id, 0);
        elsif new.n between 1 and 3 then update thing set n = n + 1 where id = new.id; end if;
        return null; end $$;
      create trigger aaa after insert or update or delete on thing for each row execute function more()`);
    await db.transaction(async (client) => {
      await client.query('insert into thing values (1, 1), (2, 2)');
      await client.query('update thing set n = 3 where id = 1');
      await client.query('delete from thing where id = 2');
      await client.query('update thing set n = 9');
    });
    const { rows } = await db.query('select * from thing order by id');
    expect(await loseNothing(db, 'thing')).toEqual(rows.map(({ id, n }) => `(${id},${n})`));
  });

  it('give up on a change that can’t be written as text, say so, and let the statement through', {
    timeout: 300_000,
  }, async () => {
    // Each level writes quotes twice: in the end it is more than a text may have.
    const nested = [1, 2, 3, 4, 5, 6, 7, 8].map(
      (n) => `create type n${n} as (a ${n === 1 ? 'text' : `n${n - 1}`});`,
    );
    const db = await open(`${nested.join('')} create table thing (id int primary key, deep n8)`);
    await db.query(
      `insert into thing select 1, row(row(row(row(row(row(row(row(repeat('"', 5000000)))))))))::n8`,
    );
    await db.query('insert into thing values (2)');
    const { rows } = await db.query('select id from thing order by id');
    expect(rows).toEqual([{ id: 1 }, { id: 2 }]);
    expect((await readOutboxRows(db)).map(({ operation }) => operation)).toEqual(['x']);
  });

  it('stop writing where nobody reads, before the disk is full, and say that changes are lost', async () => {
    const db = await open('create table thing (id int primary key)');
    await db.query('update dovetail.watching set outbox_bytes = 100000');
    for (let i = 0; i < 20; i++) {
      await db.query('insert into thing select g from generate_series($1::int, $1 + 999) g', [i * 1000]);
    }
    const { rows } = await db.query(
      `select count(*)::int as kept, count(*) filter (where operation = 'x')::int as lost from dovetail.change_outbox`,
    );
    expect(rows[0]!['kept']).toBeLessThan(3_000);
    expect(rows[0]!['lost']).toBe(1);
  });

  it('write no plan of joins that a large statement could not bear', { timeout: 120_000 }, async () => {
    const db = await open('create table thing (id int primary key, n int)');
    await db.transaction(async (client) => {
      await client.query('insert into thing values (0, 0)');
      for (let i = 0; i < 10; i++) await client.query('update thing set n = n + 1 where id = 0');
      await client.query('insert into thing select g, 0 from generate_series(1, 50000) g');
      // A nested loop would compare 2.5 billion pairs.
      await client.query('update thing set n = n + 1');
    });
    const { rows } = await db.query(
      `select count(*)::int as n from dovetail.change_outbox where operation = 'u'`,
    );
    expect(rows).toEqual([{ n: 50_011 }]);
  });
});

describe.skipIf(!(await hasLogicalWal()))('triggers beside the write-ahead log', () => {
  it('tell changes by logical messages, which cost no table', async () => {
    const db = await open(
      'create table thing (id int, name text); create table keyed (id int primary key)',
      'wal',
    );
    const { tables } = (await at.watch.find())!;
    expect(tables.map(({ table, how }) => [table, how])).toEqual([
      ['keyed', 'publication'],
      ['thing', 'trigger'],
    ]);
    const slot = `t_${at.name.slice(-20)}`;
    await db.query(`select pg_create_logical_replication_slot($1, 'test_decoding')`, [slot]);
    try {
      await db.query(`insert into thing values (1, 'a'), (1, 'a')`);
      await db.query(`update thing set name = 'b'`);
      await db.query('delete from thing');
      const { rows } = await db.query<{ data: string }>(
        `select data from pg_logical_slot_get_changes($1, null, null) where data like 'message%'`,
        [slot],
      );
      const contents = rows.map(
        ({ data }) => /prefix: dovetail\.change, sz: \d+ content:(.*)$/.exec(data)?.[1],
      );
      expect(contents.map((content) => JSON.parse(content!).toSpliced(1, 1))).toEqual([
        ['i', null, '(1,a)'],
        ['i', null, '(1,a)'],
        ['u', '(1,a)', '(1,b)'],
        ['u', '(1,a)', '(1,b)'],
        ['d', '(1,b)', null],
        ['d', '(1,b)', null],
      ]);
    } finally {
      await db.query('select pg_drop_replication_slot($1)', [slot]);
    }
    expect(await readOutboxRows(db)).toEqual([]);
  });
});
