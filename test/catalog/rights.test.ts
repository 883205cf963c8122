// What the role of the connection may do decides what is seen and what is writable.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/engine/catalog/catalog.js';
import { createCatalog } from '../../src/engine/catalog/catalog-service.js';
import { describeStrategies } from '../../src/engine/catalog/entity-description.js';
import { findEntity } from '../../src/engine/catalog/entity-finder.js';
import { type Database, openDatabase } from '../../src/foundation/postgres/database.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

const role = `dovetail_test_role_${randomBytes(4).toString('hex')}`;

describe('a role with few rights', () => {
  let test: TestDatabase;
  let asRole: Database;
  let catalog: Catalog;
  beforeAll(async () => {
    test = await createTestDatabase();
    await test.database.query(`
      create role ${role};
      create table readable (id int primary key, name text);
      create table addable (id int primary key, name text);
      create table in_part (id int primary key, secret text, name text not null, note text);
      create table secret (id int primary key);
      create schema closed; create table closed.hidden (id int primary key);
      create table refers (id int primary key, secret_id int references secret);
      grant select on readable, refers to ${role};
      grant select, insert on addable to ${role};
      grant select (id, name, note), insert (id, name), update (name) on in_part to ${role};
      grant select on closed.hidden to ${role};`);
    asRole = openDatabase({ connectionString: test.url, options: `-c role=${role}` }, { max: 2 });
    catalog = await createCatalog({ database: asRole }).read();
  });
  afterAll(async () => {
    await asRole.close();
    await test.database.query(`drop owned by ${role}; drop role ${role}`);
    await test.drop();
  });

  it('has what it may only read read-only, with the reason', () => {
    expect(findEntity(catalog, 'readable')).toMatchObject({
      writable: false,
      readOnlyReason: 'the database role may neither insert nor update',
    });
  });

  it('says which strategies the rights allow', () => {
    const strategies = describeStrategies(findEntity(catalog, 'addable'));
    expect(strategies.find((one) => one.name === 'add')).toEqual({ name: 'add', possible: true });
    expect(strategies.find((one) => one.name === 'add_or_update')).toEqual({
      name: 'add_or_update',
      possible: false,
      why: 'the database role may not update',
    });
  });

  it('sees only the columns it may read, and knows which of them it may write', () => {
    const fields = findEntity(catalog, 'in_part').fields;
    expect(fields.map((field) => [field.name, field.readOnly])).toEqual([
      ['id', false],
      ['name', false],
      ['note', true],
    ]);
    expect(fields[2]?.readOnlyReason).toBe('the database role may not write it');
  });

  it('leaves out what it may not read, relations to it too, and says why when asked', () => {
    expect(catalog.entities.has('hidden')).toBe(false);
    expect(findEntity(catalog, 'refers').relations).toEqual([]);
    expect(() => findEntity(catalog, 'secret')).toThrow(
      expect.objectContaining({
        code: 'CATALOG-101',
        hint: 'It exists, but the database role may not read it.',
      }),
    );
  });

  it('notices a right that is granted', async () => {
    const service = createCatalog({ database: asRole });
    expect(findEntity(await service.read(), 'readable').writable).toBe(false);
    await test.database.query(`grant insert, update on readable to ${role}`);
    expect(findEntity(await service.read(), 'readable').writable).toBe(true);
  });
});
