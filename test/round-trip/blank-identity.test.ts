// A NULL in what identifies a record: sometimes a value like any other, mostly none at all.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorsOf, type OwnRoundTrip, openRoundTrip } from './round-trip-fixture.js';

describe('a blank in what identifies a record', () => {
  let at: OwnRoundTrip;
  beforeAll(async () => {
    at = await openRoundTrip(
      'empty',
      `create table item (id serial primary key, ean text unique, name text not null);
       create table setting (scope text, name text not null, value text, unique nulls not distinct (scope, name));
       create table visit (city text, street text, note text);
       insert into item (ean, name) values (null, 'one'), (null, 'two'), ('4006', 'three');
       insert into setting values (null, 'a', 'all'), ('', 'a', 'none'), ('x', 'a', 'x');
       insert into visit values (null, 'Main', '1'), ('Rome', 'Main', '2'), (null, null, '3');`,
    );
  });
  afterAll(() => at.drop());

  const read = async (table: string, order: string) =>
    (await at.database.query({ text: `select * from ${table} order by ${order}`, rowMode: 'array' } as never))
      .rows;

  it.each(['leave', 'null'] as const)(
    'is no value where a unique key takes any number of NULLs (empty: %s)',
    async (empty) => {
      const wish = { identity: ['ean'], empty };
      const report = await at.importText('item', 'ean,name\n,NEW\n4006,drei\n', wish);
      expect(report.counters).toMatchObject({ failed: 1, added: 0 });
      expect(errorsOf(report)[0]).toMatch(/RECORDS-304/);
      expect(await read('item', 'id')).toEqual([
        [1, null, 'one'],
        [2, null, 'two'],
        [3, '4006', 'drei'],
      ]);
    },
  );

  it('is a value where the unique key says that NULLs are equal', async () => {
    const report = await at.importText('setting', 'scope,name,value\n,a,ALL\n"",a,NONE\n,b,new\n', {
      empty: 'null',
    });
    expect(errorsOf(report)).toEqual([]);
    expect(report.counters).toMatchObject({ updated: 2, added: 1, failed: 0 });
    expect(await read('setting', 'scope, name')).toEqual([
      ['', 'a', 'NONE'],
      ['x', 'a', 'x'],
      [null, 'a', 'ALL'],
      [null, 'b', 'new'],
    ]);
  });

  it('is met twice in one source like any other value: the last row counts', async () => {
    const report = await at.importText('setting', 'scope,name,value\n,c,first\n,c,last\n', { empty: 'null' });
    expect(report.counters).toMatchObject({ added: 1, failed: 0, warnings: 1 });
    expect((await read('setting', 'scope, name')).at(-1)).toEqual([null, 'c', 'last']);
  });

  it('is part of an identity that no key backs, but not all of it', async () => {
    const wish = { identity: ['city', 'street'], empty: 'null' } as const;
    const report = await at.importText('visit', 'city,street,note\n,Main,eins\n,,drei\n', wish);
    expect(report.counters).toMatchObject({ updated: 1, failed: 1 });
    expect(await read('visit', 'note')).toEqual([
      ['Rome', 'Main', '2'],
      [null, null, '3'],
      [null, 'Main', 'eins'],
    ]);
  });
});
