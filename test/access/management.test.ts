// Managing roles, users, clients and units: what is kept, what is refused, and who may not be lost.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../../src/engine/catalog/index.js';
import { type AccessFixture, createAccessFixture } from './access-fixture.js';

let fixture: AccessFixture;
let catalog: Catalog;
beforeAll(async () => {
  fixture = await createAccessFixture(
    'create table customer (id int primary key, name text not null, seller text, boss int references customer)',
  );
  catalog = await fixture.catalog({ customer: { owner: 'seller' } });
});
beforeEach(() =>
  fixture.database.query(`delete from dovetail.users; delete from dovetail.clients; delete from dovetail.units;
    delete from dovetail.roles where not built_in`),
);
afterAll(() => fixture?.drop());

describe('roles', () => {
  it('grant and revoke, the last word counts', async () => {
    const { roles } = fixture.access;
    await roles.create({ name: 'sales', description: 'Sells' });
    await roles.grant('sales', { entity: 'customer', actions: ['view', 'update'], level: 'own' }, catalog);
    await roles.grant('sales', { entity: 'customer', actions: ['view'], level: 'all' }, catalog);
    await roles.grant('sales', { entity: '*', actions: ['export'], level: 'none' }, catalog);
    expect(await roles.read('sales')).toMatchObject({
      name: 'sales',
      description: 'Sells',
      builtIn: false,
      permissions: [
        { entity: '*', action: 'export', level: 'none' },
        { entity: 'customer', action: 'update', level: 'own' },
        { entity: 'customer', action: 'view', level: 'all' },
      ],
    });
    expect((await roles.revoke('sales', 'customer', ['update'])).permissions).toHaveLength(2);
    expect((await roles.revoke('sales', 'customer')).permissions).toEqual([
      { entity: '*', action: 'export', level: 'none' },
    ]);
  });

  it('make exceptions of fields', async () => {
    const { roles } = fixture.access;
    await roles.create({ name: 'sales' });
    const set = (view: boolean, edit: boolean) =>
      roles.setField('sales', { entity: 'customer', field: 'name', view, edit }, catalog);
    expect((await set(true, false)).fields).toEqual([
      { entity: 'customer', field: 'name', view: true, edit: false },
    ]);
    expect((await set(false, true)).fields).toEqual([
      { entity: 'customer', field: 'name', view: false, edit: false },
    ]);
    expect((await set(true, true)).fields).toEqual([]);
    await set(true, false);
    expect((await roles.clearField('sales', 'customer', 'name')).fields).toEqual([]);
  });

  it('take no grant on what is not there, and say what may have been meant', async () => {
    const { roles } = fixture.access;
    await roles.create({ name: 'sales' });
    const grant = (entity: string, action = 'view', level = 'all') =>
      roles.grant('sales', { entity, actions: [action as 'view'], level: level as 'all' }, catalog);
    await expect(grant('custmer')).rejects.toMatchObject({
      code: 'CATALOG-101',
      hint: "Did you mean 'customer'?",
    });
    await expect(grant('customer', 'veiw')).rejects.toMatchObject({
      code: 'ACCESS-107',
      hint: "Did you mean 'view'?",
    });
    await expect(grant('customer', 'view', 'everything')).rejects.toMatchObject({ code: 'ACCESS-107' });
    const field = (name: string) =>
      roles.setField('sales', { entity: 'customer', field: name, view: false, edit: false }, catalog);
    await expect(field('nmae')).rejects.toMatchObject({ code: 'CATALOG-103', hint: "Did you mean 'name'?" });
    await expect(field('boss.name')).rejects.toMatchObject({
      code: expect.stringMatching(/^CATALOG-10[34]$/),
    });
    expect((await roles.read('sales')).permissions).toEqual([]);
  });

  it('say what keeps a level from coming to anything', async () => {
    const { roles } = fixture.access;
    await roles.create({ name: 'sales' });
    const note = async (entity: string, level: 'own' | 'unit' | 'all') =>
      (await roles.grant('sales', { entity, actions: ['view'], level }, catalog)).note;
    expect(await note('customer', 'own')).toBeUndefined();
    expect(await note('customer', 'all')).toBeUndefined();
    expect(await note('customer', 'unit')).toContain('to which unit a record');
    expect(await note('*', 'unit')).toContain('Of 1 of 1 entities');
  });

  it('that come with Dovetail stay as they are', async () => {
    const { roles } = fixture.access;
    const refused = { code: 'ACCESS-108' };
    await expect(roles.delete('reader', { force: true })).rejects.toMatchObject(refused);
    await expect(roles.change('reader', { name: 'x' })).rejects.toMatchObject(refused);
    await expect(roles.revoke('administrator', '*')).rejects.toMatchObject(refused);
    await expect(
      roles.grant('reader', { entity: '*', actions: ['delete'], level: 'all' }, catalog),
    ).rejects.toMatchObject(refused);
  });

  it('keep their holders when they are renamed, and leave them when they are removed', async () => {
    const { roles, clients } = fixture.access;
    await roles.create({ name: 'sales' });
    await clients.create({ name: 'shop' });
    await clients.giveRole('shop', 'sales');
    await roles.change('sales', { name: 'vendors' });
    expect((await clients.read('shop')).roles).toEqual(['vendors']);
    expect(await roles.read('vendors')).toMatchObject({ clients: 1, users: 0 });
    await roles.delete('vendors');
    expect((await clients.read('shop')).roles).toEqual([]);
    await expect(clients.giveRole('shop', 'readr')).rejects.toMatchObject({
      code: 'ACCESS-101',
      hint: "Did you mean 'reader'?",
    });
  });

  it.each(['', ' ', '-x', 'a b', 'a\u0000b', 'x'.repeat(201)])('can not be named %j', async (name) => {
    await expect(fixture.access.roles.create({ name })).rejects.toMatchObject({ code: 'ACCESS-107' });
  });
});

describe('users and clients', () => {
  it('are changed in what is named only', async () => {
    const { clients, units } = fixture.access;
    await units.create({ id: 'north' });
    await clients.create({ name: 'shop', description: 'The shop', unit: 'north', subject: 's' });
    expect(await clients.change('shop', { name: 'store', subject: null })).toMatchObject({
      name: 'store',
      description: 'The shop',
      unit: 'north',
    });
    expect(await clients.read('store')).not.toHaveProperty('subject');
    await expect(clients.change('store', { unit: 'nroth' })).rejects.toMatchObject({
      code: 'ACCESS-104',
      hint: "Did you mean 'north'?",
    });
  });

  it('have a name or an address of their own, whatever the case of an address', async () => {
    const { users, clients } = fixture.access;
    await users.create({ email: 'ann@example.com' });
    await expect(users.create({ email: 'ANN@Example.com' })).rejects.toMatchObject({ code: 'ACCESS-106' });
    await users.create({ email: 'bob@example.com' });
    await expect(users.change('bob@example.com', { email: 'Ann@example.com' })).rejects.toMatchObject({
      code: 'ACCESS-106',
    });
    await clients.create({ name: 'shop' });
    await expect(clients.create({ name: 'shop' })).rejects.toMatchObject({ code: 'ACCESS-106' });
    await expect(users.create({ email: 'ann at example.com' })).rejects.toMatchObject({ code: 'ACCESS-107' });
    await expect(users.read('bbo@example.com')).rejects.toMatchObject({
      code: 'ACCESS-102',
      hint: "Did you mean 'bob@example.com'?",
    });
  });

  it('are listed by text and page by page, each once', async () => {
    const { users } = fixture.access;
    for (const name of ['Bob', 'ann', 'Cem', 'dia', 'Eve'])
      await users.create({ email: `${name}@example.com`, name });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await users.list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      seen.push(...page.items.map((user) => user.name));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(['ann', 'Bob', 'Cem', 'dia', 'Eve']);
    expect((await users.list({ limit: 5 })).next).toBeUndefined();
    expect((await users.list({ text: 'EV' })).items.map((user) => user.name)).toEqual(['Eve']);
    expect((await users.list({ text: '%' })).items).toEqual([]);
    await expect(users.list({ cursor: 'zzz' })).rejects.toMatchObject({ code: 'ACCESS-107' });
    await expect(users.list({ limit: 0 })).rejects.toMatchObject({ code: 'ACCESS-107' });
  });
});

describe('the last administrator', () => {
  beforeEach(async () => {
    const { users, clients } = fixture.access;
    await users.create({ email: 'ann@example.com' });
    await users.giveRole('ann@example.com', 'administrator');
    await clients.create({ name: 'shop' });
  });

  it.each<[string, (options?: { force: boolean }) => Promise<unknown>]>([
    ['disabled', (options) => fixture.access.users.disable('ann@example.com', options)],
    ['removed', (options) => fixture.access.users.delete('ann@example.com', options)],
    [
      'deprived of the role',
      (options) => fixture.access.users.takeRole('ann@example.com', 'administrator', options),
    ],
  ])('is not %s, unless by force or after another one', async (_what, lose) => {
    const { clients } = fixture.access;
    await expect(lose()).rejects.toMatchObject({ code: 'ACCESS-109' });
    expect(await fixture.access.users.read('ann@example.com')).toMatchObject({ roles: ['administrator'] });
    await clients.giveRole('shop', 'administrator');
    await clients.disable('shop');
    await expect(lose()).rejects.toMatchObject({ code: 'ACCESS-109' });
    await clients.enable('shop');
    await lose();
    await expect(clients.disable('shop')).rejects.toMatchObject({ code: 'ACCESS-109' });
    await clients.disable('shop', { force: true });
  });

  it('is not lost when two are removed at the same moment', async () => {
    const { users } = fixture.access;
    await users.create({ email: 'bob@example.com' });
    await users.giveRole('bob@example.com', 'administrator');
    const results = await Promise.allSettled(
      ['ann@example.com', 'bob@example.com'].map((email) => fixture.another().users.delete(email)),
    );
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('binds nobody where there never was one', async () => {
    const { users } = fixture.access;
    await users.delete('ann@example.com', { force: true });
    await users.create({ email: 'bob@example.com' });
    await users.disable('bob@example.com');
    await users.delete('bob@example.com');
  });
});

describe('units', () => {
  it('are a tree in which nothing lies under itself', async () => {
    const { units } = fixture.access;
    await units.create({ id: 'acme', name: 'Acme' });
    await units.create({ id: 'north', parent: 'acme' });
    await units.create({ id: 'north-1', parent: 'north' });
    for (const parent of ['acme', 'north-1']) {
      await expect(units.change('acme', { parent })).rejects.toMatchObject({ code: 'ACCESS-111' });
    }
    await expect(units.create({ id: 'x', parent: 'nowhere' })).rejects.toMatchObject({ code: 'ACCESS-104' });
    expect(await units.change('north-1', { parent: 'acme' })).toMatchObject({
      parent: 'acme',
      name: 'north-1',
    });
    expect(await units.change('north-1', { name: 'First', parent: null })).toEqual({
      id: 'north-1',
      name: 'First',
      units: 0,
      users: 0,
      clients: 0,
    });
    await expect(units.create({ id: 'acme' })).rejects.toMatchObject({ code: 'ACCESS-106' });
  });

  it('are not removed while somebody is in them', async () => {
    const { units, users } = fixture.access;
    await units.create({ id: 'acme' });
    await units.create({ id: 'north', parent: 'acme' });
    await users.create({ email: 'ann@example.com', unit: 'north' });
    await expect(units.delete('acme')).rejects.toMatchObject({ code: 'ACCESS-110' });
    await expect(units.delete('north')).rejects.toMatchObject({ code: 'ACCESS-110' });
    await users.change('ann@example.com', { unit: null });
    await units.delete('north');
    await units.delete('acme');
    expect((await units.list()).items).toEqual([]);
  });
});
