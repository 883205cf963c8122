// Values of every type come back to the last digit: what was updated as what was deleted.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createUndoFixture, type UndoFixture } from './undo-fixture.js';

/** A type, a value that is easily bent, and another one. */
const VALUES: readonly (readonly [type: string, value: string, other: string])[] = [
  ['bigint', '9007199254740993', '1'],
  ['numeric', '12345678901234567890123456789.50', '1'],
  ['numeric', '1.10', '1.1'],
  ['numeric', 'NaN', '0'],
  ['numeric', '-Infinity', '0'],
  ['real', '16777217', '0'],
  ['real', '-0', '0'],
  ['real', '1e-45', '0'],
  ['double precision', '0.30000000000000004', '0.3'],
  ['double precision', '5e-324', '0'],
  ['double precision', 'NaN', '0'],
  ['double precision', 'Infinity', '0'],
  ['money', '-1234567.89', '0'],
  ['text', ' quo"te, {}\\ NULL \n\u{1f469}\u200d\u{1f680} e\u0301 ', 'x'],
  ['text', '', 'x'],
  ['text', 'NULL', 'x'],
  ['char(5)', 'ab', 'x'],
  ['"char"', '\\', 'x'],
  ['name', 'x y', 'z'],
  ['word', 'so, "so"', 'fine'],
  ['sku', 'Z"', 'A'],
  ['boolean', 't', 'f'],
  ['bytea', '\\x00deadbeef0a5c', '\\x'],
  ['date', '0044-03-15 BC', '2024-01-01'],
  ['date', '-infinity', '2024-01-01'],
  ['timestamp', '12345-06-07 00:00:00.000001', 'infinity'],
  ['timestamptz', '1890-01-01 00:00:00+00', '2024-01-01 00:00:00+00'],
  ['timestamptz', 'infinity', '2024-01-01 00:00:00+00'],
  ['time', '24:00:00', '00:00:00'],
  ['timetz', '12:00:00-11:30', '12:00:00+00'],
  ['interval', '1 mon -1 day -00:00:00.000001', '0'],
  ['uuid', 'f3d6f0d5-5b05-3fde-b011-6c2eaffd74e9', '00000000-0000-0000-0000-000000000000'],
  ['json', '{"b": 1.50, "a": [ null ], "b" : "\\u00fc"}', '{}'],
  ['jsonb', '{"b": 12345678901234567890.10, "a": [null]}', '"null"'],
  ['jsonb', 'null', '1'],
  ['xml', '<a b="c">d, e</a>', '<a/>'],
  ['inet', '10.1.2.3/8', '10.1.2.3'],
  ['cidr', '2001:db8::/32', '10.0.0.0/8'],
  ['macaddr8', '08:00:2b:01:02:03:04:05', '08:00:2b:01:02:03:04:06'],
  ['bit(4)', '1010', '0000'],
  ['bit varying', '', '1'],
  ['tsvector', "'it''s' '\\\\' 'b c':3A", ''],
  ['tsquery', "'a' & 'b c':*A | !'d'", ''],
  ['point', '(NaN,Infinity)', '(0,0)'],
  ['path', '[(0,0),(1,1)]', '((0,0),(1,1))'],
  ['polygon', '((0,0),(1,1),(1,0))', '((0,0),(1,1),(1,2))'],
  ['int4range', 'empty', '[1,5)'],
  ['tstzrange', '["2024-01-01 00:00:00+00",infinity]', 'empty'],
  ['int4multirange', '{[1,3),[5,7)}', '{}'],
  ['text[]', '{NULL,"NULL","a,b","q\\"t","b\\\\s","  "}', '{}'],
  ['text[]', '{{a,b},{"c\nd","{}"}}', '{}'],
  ['numeric[]', '[2:3]={1.10,NaN}', '{}'],
  ['bytea[]', '{"\\\\x00","\\\\x"}', '{}'],
  ['sku[]', '{A,"B,c"}', '{}'],
  ['pair', '(1,"a,""b")', '(,)'],
  ['pair[]', '{"(1,\\"a,b\\")",NULL}', '{}'],
  ['regclass', 'pg_class', 'pg_type'],
  ['xid8', '18446744073709551615', '1'],
  ['int2vector', '1 2 3', '1'],
];

let at: UndoFixture;
beforeAll(async () => {
  const columns = VALUES.map(([type], i) => `"c ${i}" ${type}`).join(', ');
  const values = (which: 1 | 2) =>
    VALUES.map(([type, ...pair]) => `'${pair[which - 1]!.replaceAll("'", "''")}'::${type}`).join(', ');
  at = await createUndoFixture(`
    create type word as enum ('fine', 'so, "so"');
    create domain sku as text check (value ~ '^[A-Z]');
    create type pair as (a int, b text);
    create table wide (id int generated always as identity primary key, dropped int, ${columns}, code text unique not null,
      sum numeric generated always as ("c 2" * 2) stored);
    alter table wide drop column dropped;
    insert into wide overriding system value select 7, ${values(1)}, 'bent';
    insert into wide overriding system value select 8, ${VALUES.map(() => 'null').join(', ')}, 'null';
    create table others as select * from wide where false;
    create table loaded (code text primary key);
    create function bend() returns trigger language plpgsql as $$ begin
      if new.code = 'bent' then
        ${VALUES.map(([type, , other], i) => `new."c ${i}" := '${other.replaceAll("'", "''")}'::${type};`).join('\n')}
      end if;
      return new; end $$`);
});
afterAll(() => at?.drop());

describe('values of every type', () => {
  it('come back when their records were deleted', async () => {
    const before = await at.dump();
    const report = await at.import('wide', 'code\nbent\nnull\n', { strategy: 'delete', identity: ['code'] });
    expect(report.counters.deleted).toBe(2);
    expect((await at.undo(report)).state).toBe('completed');
    expect(await at.dump()).toEqual(before);
  });

  it('come back when an update, or a trigger on its way, changed them', async () => {
    const before = await at.dump();
    await at.run('create trigger bend before update on wide for each row execute function bend()');
    const report = await at.import('wide', 'code,c 0\nbent,5\n', { identity: ['code'] });
    expect(report.counters.updated).toBe(1);
    expect(await at.dump()).not.toEqual(before);
    await at.run('drop trigger bend on wide');
    expect((await at.undo(report)).state).toBe('completed');
    expect(await at.dump()).toEqual(before);
  });
});
