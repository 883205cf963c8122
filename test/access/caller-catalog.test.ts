// The catalog of a caller, from the tables of access to the rules on records.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Caller, PROGRAM, throughFiles } from '../../src/engine/access/index.js';
import { type Catalog, findEntity, resolvePath } from '../../src/engine/catalog/index.js';
import { type AccessFixture, createAccessFixture } from './access-fixture.js';

let fixture: AccessFixture;
let catalog: Catalog;
beforeAll(async () => {
  fixture = await createAccessFixture(`
    create table customer (id int primary key, name text not null unique, seller text, branch text);
    create table invoice (id int primary key, number text not null unique, customer_id int references customer, total numeric)`);
  catalog = await fixture.catalog({ customer: { owner: 'seller', unit: 'branch' } });
  await fixture.database.query(`
    insert into dovetail.units (id, name, parent_id) values
      ('acme', 'Acme', null), ('north', 'North', 'acme'), ('north-1', 'North 1', 'north'), ('south', 'South', 'acme'),
      ('other', 'Another company', null);
    insert into dovetail.roles (name) values ('seller'), ('branch'), ('region'), ('company');
    insert into dovetail.role_permissions (role, entity, action, level) values
      ('seller', 'customer', 'view', 'own'), ('branch', 'customer', 'view', 'unit'),
      ('region', 'customer', 'view', 'unit_and_below'), ('company', 'customer', 'view', 'organization')`);
});
afterAll(() => fixture?.drop());

const caller = (roles: readonly string[], more: Partial<Caller> = {}): Caller => ({
  kind: 'client',
  id: '1',
  name: 'shop',
  roles,
  ...more,
});

describe('the catalog of a caller', () => {
  it('is the catalog itself for whoever runs the program', async () => {
    expect(await fixture.access.catalogFor(PROGRAM, catalog)).toBe(catalog);
  });

  it('is everything for an administrator, to be read for a reader, nothing without a role', async () => {
    const { access } = fixture;
    const admin = await access.catalogFor(caller(['administrator']), catalog);
    expect(admin.entities.get('invoice')).toMatchObject({ writable: true, access: { delete: 'all' } });
    const reader = await access.catalogFor(caller(['reader']), catalog);
    expect(reader.entities.get('invoice')).toMatchObject({
      writable: false,
      access: { view: 'all', export: 'all', import: 'none', create: 'none', update: 'none', delete: 'none' },
    });
    expect((await access.catalogFor(caller([]), catalog)).entities.size).toBe(0);
    expect((await access.catalogFor(caller(['gone']), catalog)).entities.size).toBe(0);
  });

  it.each([
    ['seller', 'seller', ['ann']],
    ['branch', 'branch', ['north']],
    ['region', 'branch', ['north', 'north-1']],
    ['company', 'branch', ['acme', 'north', 'north-1', 'south']],
  ])('holds the role %s to its records', async (role, field, values) => {
    const ann = caller([role], { subject: 'ann', unit: 'north' });
    const restricted = await fixture.access.catalogFor(ann, catalog);
    expect([...restricted.entities.keys()]).toEqual(['customer']);
    expect(restricted.entities.get('customer')?.access?.view).toEqual({ field, in: values });
    expect(restricted.entities.get('customer')?.relations).toEqual([]);
  });

  it('is the same object until something changes', async () => {
    const { access, clock, database } = fixture;
    const region = caller(['region', 'reader'], { unit: 'north' });
    const first = await access.catalogFor(region, catalog);
    expect(await access.catalogFor(caller(['reader', 'region'], { unit: 'north', id: '2' }), catalog)).toBe(
      first,
    );
    expect(await access.catalogFor(caller(['region'], { unit: 'south' }), catalog)).not.toBe(first);
    await database.query(
      "insert into dovetail.units (id, name, parent_id) values ('north-2', 'North 2', 'north')",
    );
    clock.pass(2000);
    const second = await access.catalogFor(caller(['region'], { unit: 'north' }), catalog);
    expect(second.entities.get('customer')?.access?.view).toEqual({
      field: 'branch',
      in: ['north', 'north-1', 'north-2'],
    });
    expect(await access.catalogFor(region, catalog)).not.toBe(first);
  });

  it('is the same object after a change that leaves its grants as they were', async () => {
    const { access, clock, another } = fixture;
    const reader = caller(['reader']);
    const first = await access.catalogFor(reader, catalog);
    await another().roles.create({ name: 'unrelated' });
    clock.pass(2000);
    expect(await access.catalogFor(reader, catalog)).toBe(first);
  });

  it('has no way to what it does not show', async () => {
    const { access, another } = fixture;
    const { roles } = another();
    await roles.create({ name: 'invoicing' });
    await roles.grant('invoicing', { entity: 'invoice', actions: ['view'], level: 'all' }, catalog);
    await roles.setField(
      'invoicing',
      { entity: 'invoice', field: 'total', view: false, edit: false },
      catalog,
    );
    await access.refresh();
    const restricted = await access.catalogFor(caller(['invoicing']), catalog);
    const invoice = findEntity(restricted, 'invoice');
    expect(resolvePath(restricted, invoice, 'number').field?.name).toBe('number');
    for (const path of ['total', 'customer.name']) {
      expect(resolvePath(catalog, findEntity(catalog, 'invoice'), path).field).toBeDefined();
      expect(() => resolvePath(restricted, invoice, path)).toThrow(/CATALOG-103/);
    }
    expect(() => findEntity(restricted, 'customer')).toThrow(
      expect.objectContaining({ code: 'CATALOG-101', hint: expect.not.stringContaining('customer') }),
    );
  });

  it('follows the catalog', async () => {
    const { access } = fixture;
    const labelled = await fixture.catalog({ customer: { label: 'Buyer' } });
    const reader = caller(['reader']);
    expect((await access.catalogFor(reader, labelled)).entities.get('customer')?.label).toBe('Buyer');
    expect((await access.catalogFor(reader, catalog)).entities.get('customer')?.label).not.toBe('Buyer');
  });
});

describe('a catalog for files', () => {
  it('is the same object for the same catalog, and says by which action it is narrowed', async () => {
    const { access } = fixture;
    expect(throughFiles(catalog, 'import')).toBe(catalog);
    const region = await access.catalogFor(caller(['region'], { unit: 'north' }), catalog);
    const [imports, exports] = [throughFiles(region, 'import'), throughFiles(region, 'export')];
    expect(throughFiles(region, 'import')).toBe(imports);
    expect(imports.entities.get('customer')?.access).toEqual({
      ...region.entities.get('customer')!.access,
      through: 'import',
    });
    expect(new Set([region, imports, exports].map(({ fingerprint }) => fingerprint)).size).toBe(3);
    expect(region.entities.get('customer')?.access?.through).toBeUndefined();
  });
});

it('a caller is found again by what was kept of them, as they are by then', async () => {
  const { users, clients } = fixture.another();
  const { id } = await users.create({ email: 'ann@example.com', name: 'Ann', subject: 'ann', unit: 'north' });
  await users.giveRole(id, 'seller');
  const client = await clients.create({ name: 'kept' });
  const { access } = fixture;
  expect(await access.findCaller({ kind: 'user', id })).toEqual({
    kind: 'user',
    id,
    name: 'Ann',
    roles: ['seller'],
    subject: 'ann',
    unit: 'north',
  });
  expect(await access.findCaller({ kind: 'client', id: client.id })).toMatchObject({
    name: 'kept',
    roles: [],
  });
  await users.disable(id);
  expect(await access.findCaller({ kind: 'user', id })).toBeUndefined();
  for (const unknown of ['0', '999', 'ann', "1' or true"])
    expect(await access.findCaller({ kind: 'client', id: unknown })).toBeUndefined();
});

describe('the version of access', () => {
  it.each([
    "insert into dovetail.roles (name) values ('new')",
    "insert into dovetail.role_permissions values ('new', '*', 'view', 'all')",
    "insert into dovetail.role_fields values ('new', 'customer', 'name', true, false)",
    "update dovetail.units set name = 'N' where id = 'north'",
    "insert into dovetail.users (email, name) values ('a@example.com', 'A')",
    "insert into dovetail.user_roles select id, 'new' from dovetail.users",
    "insert into dovetail.clients (name) values ('c')",
    "insert into dovetail.client_roles select id, 'new' from dovetail.clients",
    "insert into dovetail.api_keys (client_id, secret_sha256, created_at) select id, sha256('x'), now() from dovetail.clients",
    'update dovetail.api_keys set revoked_at = now()',
    "update dovetail.users set disabled_at = now() where email = 'a@example.com'",
    'truncate dovetail.api_keys',
    'delete from dovetail.client_roles',
  ])('is raised by %s', async (statement) => {
    const { database } = fixture;
    const read = async () =>
      (await database.query<{ version: string }>('select version::text from dovetail.access_version')).rows[0]
        ?.version;
    const before = await read();
    await database.query(statement);
    expect(await read()).not.toBe(before);
  });
});
