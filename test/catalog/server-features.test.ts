// What only some servers have: newer versions' constraints, extensions, collations by ICU. Skips what the server lacks, visibly.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/engine/catalog/catalog.js';
import { createCatalog } from '../../src/engine/catalog/catalog-service.js';
import { findEntity } from '../../src/engine/catalog/entity-finder.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { readField } from './catalog-fixture.js';

let test: TestDatabase;
let version: number;
let extensions: ReadonlySet<string>;

beforeAll(async () => {
  test = await createTestDatabase();
  version = Number((await test.database.query('show server_version_num')).rows[0]?.server_version_num);
  const { rows } = await test.database.query('select name from pg_available_extensions');
  extensions = new Set(rows.map((row) => row.name));
});
afterAll(() => test.drop());

async function read(ddl: string): Promise<Catalog> {
  await test.database.query(ddl);
  return createCatalog({ database: test.database }).read();
}

describe('PostgreSQL 18', () => {
  it('has virtual columns, which are read-only like stored ones', async ({ skip }) => {
    if (version < 180000) skip('needs PostgreSQL 18');
    const catalog = await read(
      'create table virtual (id int primary key, twice int generated always as (id * 2) virtual)',
    );
    expect(readField(catalog, 'virtual', 'twice')).toMatchObject({ generated: 'stored', readOnly: true });
    expect(readField(catalog, 'virtual', 'twice').default).toBeUndefined();
  });

  it('has checks that are not enforced, which refuse nothing', async ({ skip }) => {
    if (version < 180000) skip('needs PostgreSQL 18');
    const catalog = await read(
      'create table lax (id int primary key check (id > 0), a int, constraint off check (a > 0) not enforced)',
    );
    expect(findEntity(catalog, 'lax').checks.map((check) => check.name)).toEqual(['lax_id_check']);
  });

  it('has not-null constraints that old rows were not held against: such a key is not total', async ({
    skip,
  }) => {
    if (version < 180000) skip('needs PostgreSQL 18');
    const catalog = await read(`
      create table late (id int primary key, sku text unique);
      insert into late values (1, null), (2, null);
      alter table late add constraint has_sku not null sku not valid`);
    const late = findEntity(catalog, 'late');
    expect(late.uniqueKeys.find((key) => key.fields[0] === 'sku')?.total).toBe(false);
    expect(late.identity).toEqual(['id']);
  });

  it('has keys without overlaps and foreign keys with period, which are neither keys nor relations', async ({
    skip,
  }) => {
    if (version < 180000 || !extensions.has('btree_gist')) skip('needs PostgreSQL 18 and btree_gist');
    const catalog = await read(`
      create extension btree_gist;
      create table room (id int, open daterange, primary key (id, open without overlaps));
      create table booking (id int primary key, room_id int, stay daterange,
        foreign key (room_id, period stay) references room (id, period open))`);
    expect(findEntity(catalog, 'room')).toMatchObject({ uniqueKeys: [], identity: [] });
    expect(findEntity(catalog, 'booking').relations).toEqual([]);
  });
});

describe('extensions', () => {
  it('have their own tables and views left out', async ({ skip }) => {
    if (!extensions.has('pg_buffercache')) skip('needs pg_buffercache');
    const catalog = await read('create extension pg_buffercache; create table beside (id int primary key)');
    expect(catalog.entities.has('beside')).toBe(true);
    expect(catalog.entities.has('pg_buffercache')).toBe(false);
    expect(catalog.leftOut?.get('pg_buffercache')).toBe('it belongs to an extension');
  });

  it('bring types, with their place in full', async ({ skip }) => {
    if (!extensions.has('citext')) skip('needs citext');
    const catalog = await read(`
      create schema ext; create extension citext schema ext;
      create table person (id int primary key, email ext.citext not null unique, name text default 'x'::ext.citext)`);
    expect(readField(catalog, 'person', 'email').type).toMatchObject({
      sql: 'ext.citext',
      base: 'citext',
      deterministic: false,
      comparable: true,
    });
    expect(findEntity(catalog, 'person').identity).toEqual(['email']);
  });
});

describe('collations', () => {
  it('under which different texts are equal are known', async ({ skip }) => {
    const { rows } = await test.database.query(`select from pg_collation where collprovider = 'i' limit 1`);
    if (rows.length === 0) skip('needs a server with ICU');
    const catalog = await read(`
      create collation same_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
      create table coded (code text collate same_case primary key, note text, list text[] collate same_case)`);
    expect(readField(catalog, 'coded', 'code').type.deterministic).toBe(false);
    expect(readField(catalog, 'coded', 'list').type.deterministic).toBe(false);
    expect(readField(catalog, 'coded', 'note').type.deterministic).toBe(true);
  });
});
