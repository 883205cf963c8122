import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalog } from '../../src/engine/catalog/catalog-service.js';
import { readFingerprint } from '../../src/engine/catalog/introspect/fingerprint-query.js';
import { openDatabase } from '../../src/foundation/postgres/database.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

describe('a schema that changes', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
    await test.database.query(`
      create table product (id serial primary key, sku text not null unique, price numeric(10,2));
      create type status as enum ('new'); create domain short as text;
      create table tagged (id int primary key, status status, note short);
      create function nothing() returns trigger language plpgsql as 'begin return new; end';`);
  });
  afterAll(() => test.drop());

  it('gives the same object as long as nothing changes', async () => {
    const catalog = createCatalog({ database: test.database });
    const first = await catalog.read();
    await test.database.query(
      `insert into product (sku) select 'p' || i from generate_series(1, 100) i; analyze product`,
    );
    expect(await catalog.read()).toBe(first);
  });

  it.each([
    ['a new table', 'create table brand (id int primary key)'],
    ['a new column', 'alter table product add column brand_id int'],
    [
      'a new foreign key',
      'alter table product add constraint to_brand foreign key (brand_id) references brand',
    ],
    ['a renamed column', 'alter table product rename column price to net_price'],
    ['another type', 'alter table product alter column net_price type numeric(12,4)'],
    ['a default', 'alter table product alter column net_price set default 1'],
    ['another default', 'alter table product alter column net_price set default 2'],
    ['not null', 'alter table tagged alter column status set not null'],
    ['a unique index', 'create unique index tagged_note on tagged (note)'],
    ['a check', 'alter table product add constraint positive check (net_price > 0)'],
    ['a comment', `comment on column product.sku is 'Article number'`],
    ['an enum value', `alter type status add value 'old'`],
    ['a check of a domain', `alter domain short add constraint few check (length(value) < 9)`],
    ['a trigger', 'create trigger t before insert on product for each row execute function nothing()'],
    ['a trigger switched off', 'alter table product disable trigger t'],
    ['a view', 'create view cheap as select * from product where net_price < 1'],
    ['a dropped column', 'alter table tagged drop column note'],
    ['a renamed table', 'alter table tagged rename to labelled'],
    ['another schema', 'create schema crm; alter table labelled set schema crm'],
    [
      'a partition',
      'create table log (at int) partition by range (at); create table log_1 partition of log default',
    ],
    ['a detached partition', 'alter table log detach partition log_1'],
    ['a rule', 'create rule r as on delete to product do instead nothing'],
    ['a dropped table', 'drop table log'],
  ])('notices %s', async (_what, ddl) => {
    const catalog = createCatalog({ database: test.database });
    const before = await catalog.read();
    await test.database.query(ddl);
    const after = await catalog.read();
    expect(after).not.toBe(before);
    expect(after.fingerprint).not.toBe(before.fingerprint);
    expect(await catalog.read()).toBe(after);
  });

  it('keeps the object when only what nobody sees has changed', async () => {
    const catalog = createCatalog({ database: test.database });
    const before = await catalog.read();
    const seen = await readFingerprint(test.database, {});
    await test.database.query('truncate product cascade');
    expect(await readFingerprint(test.database, {})).not.toBe(seen);
    expect(await catalog.read()).toBe(before);
  });

  it('overlooks the tables of its own schemas and temporary ones', async () => {
    const before = await readFingerprint(test.database, {});
    await test.database.query(
      'create schema dovetail; create unlogged table dovetail.staging (a text); create temp table mine (id int)',
    );
    expect(await readFingerprint(test.database, {})).toBe(before);
  });

  it('has a change in it that was committed before the call, however many calls are under way', async () => {
    const catalog = createCatalog({ database: test.database });
    for (let round = 0; round < 10; round++) {
      const others = [catalog.read(), catalog.read()];
      await test.database.query(`create table round_${round} (id int primary key)`);
      const many = await Promise.all([catalog.read(), catalog.read(), catalog.read()]);
      for (const one of many) expect(one.entities.has(`round_${round}`)).toBe(true);
      await Promise.all(others);
    }
  });

  it('reads a schema that changes at the same moment', async () => {
    const other = openDatabase(test.url, { max: 1 });
    let done = false;
    const changing = (async () => {
      for (let i = 0; !done; i++) {
        await other.query(
          `create table busy_${i} (id int primary key, s text default 'x' check (s <> ''), m public.status)`,
        );
        await other.query(`drop table busy_${i}`);
      }
    })();
    try {
      for (let i = 0; i < 20; i++) {
        const catalog = await createCatalog({ database: test.database }).read();
        expect(catalog.entities.has('product')).toBe(true);
      }
    } finally {
      done = true;
      await changing;
      await other.close();
    }
  });

  it('says again at each read what an override names that is gone, and recovers when it is back', async () => {
    await test.database.query('create table passing (id int primary key)');
    const catalog = createCatalog({ database: test.database, overrides: { passing: { label: 'Here' } } });
    expect((await catalog.read()).entities.get('passing')?.label).toBe('Here');
    await test.database.query('drop table passing');
    await expect(catalog.read()).rejects.toMatchObject({ code: 'CATALOG-202' });
    await expect(catalog.read()).rejects.toMatchObject({ code: 'CATALOG-202' });
    await test.database.query('create table passing (id int primary key)');
    expect((await catalog.read()).entities.has('passing')).toBe(true);
  });

  it('shows only the schemas asked for', async () => {
    const only = await createCatalog({ database: test.database, schemas: { include: ['crm'] } }).read();
    expect([...only.entities.keys()]).toEqual(['labelled']);
    const without = await createCatalog({ database: test.database, schemas: { exclude: ['crm'] } }).read();
    expect(without.entities.has('labelled')).toBe(false);
    expect(without.entities.has('product')).toBe(true);
  });
});
