// Clients, keys, users, roles and units as resources: managed by a client, without a secret in any answer, and never beyond the caller.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';

let own: OwnApp;
let admin: OwnCaller;
let clerk: OwnCaller;
let keeper: OwnCaller;

beforeAll(async () => {
  own = await openOwnApp();
  await own.addRole('clerk', ['item view all', 'item update own']);
  await own.addRole('keeper', [
    'item view all',
    ...['clients', 'keys', 'users', 'roles'].flatMap((name) =>
      ['view', 'create', 'update', 'delete'].map((action) => `dovetail.${name} ${action} all`),
    ),
    'dovetail.units view all',
  ]);
  admin = await own.addClient('admin', ['administrator']);
  clerk = await own.addClient('clerk', ['clerk']);
  keeper = await own.addClient('keeper', ['keeper']);
});
afterAll(() => own.close());

const one = (type: string, attributes: object, relationships: object = {}) => ({
  type: `dovetail-${type}`,
  attributes,
  relationships,
});
const to = (type: string, id: string) => ({ data: { type: `dovetail-${type}`, id } });
const idsOf = async (who: OwnCaller, path: string): Promise<readonly string[]> => {
  const answer = await who.get(path);
  expect(answer.status, answer.text).toBe(200);
  return answer.json.data.map((each: { id: string }) => each.id);
};
const make = async (who: OwnCaller, type: string, attributes: object, relationships: object = {}) => {
  const made = await who.post(`/dovetail/${type}`, one(type, attributes, relationships));
  expect(made.status, made.text).toBe(201);
  return made.json.data;
};

describe('who has no right to them', () => {
  it('gets of each what a hidden entity gets', async () => {
    for (const name of ['clients', 'keys', 'users', 'roles', 'units']) {
      const [list, record] = [await clerk.get(`/dovetail/${name}`), await clerk.get(`/dovetail/${name}/1`)];
      expect([list.status, record.status], name).toEqual([404, 404]);
      expect((await clerk.post(`/dovetail/${name}`, one(name, {}))).status, name).toBe(404);
    }
    const { json } = await clerk.get('/dovetail/nothing');
    expect((await clerk.get('/dovetail/users')).json.errors[0].code).toBe(json.errors[0].code);
  });
});

describe('a client', () => {
  it('is made with all it needs, changed, disabled and deleted', async () => {
    const unit = await admin.post('/dovetail/units', { ...one('units', { name: 'Berlin' }), id: 'berlin' });
    expect(unit.status, unit.text).toBe(201);
    const made = await make(
      admin,
      'clients',
      { name: 'shop', roles: ['clerk'] },
      { unit: to('units', 'berlin') },
    );
    expect(made).toMatchObject({
      type: 'dovetail-clients',
      attributes: { name: 'shop', roles: ['clerk'], disabled: false },
      relationships: { unit: to('units', 'berlin') },
    });
    const path = `/dovetail/clients/${made.id}`;
    const change = (attributes: object, relationships = {}) =>
      admin.patch(path, { ...one('clients', attributes, relationships), id: made.id });
    const changed = await change({ description: 'the shop', roles: [] }, { unit: { data: null } });
    expect(changed.json.data).toMatchObject({
      attributes: { name: 'shop', description: 'the shop', roles: [] },
      relationships: { unit: { data: null } },
    });
    expect((await change({ disabled: true })).json.data.attributes).toMatchObject({
      disabled: true,
      name: 'shop',
    });
    expect((await admin.ask('DELETE', path)).status).toBe(204);
    expect((await admin.get(path)).status).toBe(404);
  });

  it('is not made by halves', async () => {
    const before = await idsOf(admin, '/dovetail/clients');
    const bad = [
      await admin.post('/dovetail/clients', one('clients', { name: 'half', roles: ['clerk', 'nobody'] })),
      await admin.post('/dovetail/clients', one('clients', { roles: ['clerk'] })),
      await admin.post('/dovetail/clients', one('clients', { name: 'admin' })),
      await admin.post('/dovetail/clients', one('clients', { name: 'half', password: 'x' })),
      await admin.post('/dovetail/clients', one('clients', { name: 7 })),
      await admin.post(
        '/dovetail/clients',
        one('clients', { name: 'half' }, { unit: to('units', 'atlantis') }),
      ),
    ];
    expect(bad.map(({ status }) => status)).toEqual([422, 422, 409, 422, 422, 404]);
    expect(bad.map(({ json }) => json.errors[0].source?.pointer)).toContain('/data/attributes/name');
    expect(await idsOf(admin, '/dovetail/clients')).toEqual(before);
  });

  it('is the one of the address, even where another is called like its number', async () => {
    const first = await make(admin, 'clients', { name: 'first' });
    const odd = await make(admin, 'clients', { name: first.id });
    await admin.patch(`/dovetail/clients/${first.id}`, {
      ...one('clients', { description: 'it' }),
      id: first.id,
    });
    const { json } = await admin.get(`/dovetail/clients?filter[id][in]=${first.id},${odd.id}&sort=id`);
    expect(
      json.data.map((each: { attributes: { description: string } }) => each.attributes.description),
    ).toEqual(['it', null]);
    await admin.ask('DELETE', `/dovetail/clients/${first.id}`);
    expect((await admin.get(`/dovetail/clients/${odd.id}`)).status).toBe(200);
  });

  it('is found in lists that are filtered, sorted, paged and counted', async () => {
    const all = await idsOf(admin, '/dovetail/clients?sort=name');
    const page = await admin.get('/dovetail/clients?sort=name&page[size]=2&page[total]=true');
    expect(page.json.data.map((each: { id: string }) => each.id)).toEqual(all.slice(0, 2));
    expect(page.json.meta.page.total).toBe(all.length);
    expect(await idsOf(admin, page.json.links.next.replace('/api', ''))).toEqual(all.slice(2, 4));
    expect(await idsOf(admin, '/dovetail/clients?filter[name]=clerk')).toEqual([clerk.caller.id]);
    expect((await admin.get('/dovetail/clients?include=keys,unit')).json.included.length).toBeGreaterThan(2);
  });
});

describe('a key', () => {
  it('is told once, works, and is revoked', async () => {
    const { id } = await make(admin, 'clients', { name: 'worker', roles: ['clerk'] });
    const made = await make(admin, 'keys', { label: 'first' }, { client: to('clients', id) });
    const { key } = made.attributes;
    expect(key).toMatch(/^dvt_/);
    const asks = async () =>
      (await fetch(`${own.url}/api/items`, { headers: { authorization: `Bearer ${key}` } })).status;
    expect(await asks()).toBe(200);
    const secret = key.slice(key.lastIndexOf('_') + 1);
    for (const path of [`/keys/${made.id}`, '/keys', `/clients/${id}?include=keys`, '/clients'])
      expect((await admin.get(`/dovetail${path}`)).text, path).not.toContain(secret);
    const replaced = await make(admin, 'keys', {}, { replaces: to('keys', made.id) });
    expect(replaced.attributes).toMatchObject({ label: 'first', state: 'usable' });
    expect((await admin.get(`/dovetail/keys/${made.id}`)).json.data.attributes.state).toBe('revoked');
    const revoked = await admin.patch(`/dovetail/keys/${replaced.id}`, {
      ...one('keys', { state: 'revoked' }),
      id: replaced.id,
    });
    expect(revoked.json.data.attributes.state).toBe('revoked');
    expect(
      await idsOf(admin, `/dovetail/keys?filter[client.id]=${id}&filter[state]=revoked&sort=id`),
    ).toEqual([made.id, replaced.id]);
    await own.app.access.refresh();
    expect(await own.app.access.authenticateKey(replaced.attributes.key)).toBeUndefined();
  });

  it('is not made under a key of idempotency, whose answer is kept', async () => {
    const before = await idsOf(admin, '/dovetail/keys');
    const body = { data: one('keys', {}, { client: to('clients', clerk.caller.id) }) };
    const answer = await admin.ask('POST', '/dovetail/keys', {
      body,
      headers: { 'idempotency-key': 'once' },
    });
    expect([answer.status, answer.json.errors[0].code]).toEqual([400, 'API-603']);
    expect(await idsOf(admin, '/dovetail/keys')).toEqual(before);
  });
});

describe('a user', () => {
  it('gets a password that no answer has, and its hash neither', async () => {
    const password = 'correct horse battery staple';
    const made = await admin.post(
      '/dovetail/users',
      one('users', { email: 'eve@example.org', password, roles: ['clerk'] }),
    );
    expect(made.status, made.text).toBe(201);
    expect(made.json.data.attributes).toMatchObject({
      email: 'eve@example.org',
      hasPassword: true,
      roles: ['clerk'],
    });
    const { id } = made.json.data;
    const texts = [
      made.text,
      (await admin.get('/dovetail/users')).text,
      (await admin.get(`/dovetail/users/${id}`)).text,
    ];
    for (const text of texts)
      for (const secret of [password, '$argon2', 'passwordHash', 'password_hash'])
        expect(text).not.toContain(secret);
    expect((await own.app.access.authenticateUser({ email: 'eve@example.org', password })).kind).toBe(
      'caller',
    );
    const change = (attributes: object) =>
      admin.patch(`/dovetail/users/${id}`, { ...one('users', attributes), id });
    expect((await change({ password: 'short' })).status).toBe(422);
    expect((await change({ password: null })).json.data.attributes.hasPassword).toBe(false);
    for (const field of ['password', 'passwordHash', 'password_hash'])
      expect((await admin.get(`/dovetail/users?filter[${field}]=x`)).status, field).toBe(400);
    expect(
      await idsOf(admin, '/dovetail/users?filter[email][contains]=eve&sort=-email&page[size]=1'),
    ).toEqual([id]);
  });
});

describe('a role', () => {
  it('is made with all it allows, and replaced whole', async () => {
    const permissions = [
      { entity: 'item', action: 'view', level: 'all' },
      { entity: 'dovetail.runs', action: 'view', level: 'all' },
    ];
    const fields = [{ entity: 'item', field: 'price', view: false, edit: false }];
    const made = await make(admin, 'roles', { name: 'packer', permissions, fields });
    expect(made.id).toBe('packer');
    expect(made.attributes.permissions).toEqual([permissions[1], permissions[0]]);
    expect(made.attributes.fields).toEqual(fields);
    const change = (attributes: object) =>
      admin.patch('/dovetail/roles/packer', { ...one('roles', attributes), id: 'packer' });
    const bad = [
      await change({ permissions: [permissions[0], { entity: 'nothing', action: 'view', level: 'all' }] }),
      await change({ permissions: [{ entity: 'item', action: 'see', level: 'all' }] }),
      await change({ permissions: [{ entity: 'dovetail.secrets', action: 'view', level: 'all' }] }),
      await change({ permissions: [{ entity: 'item' }] }),
      await admin.patch('/dovetail/roles/administrator', {
        ...one('roles', { description: 'x' }),
        id: 'administrator',
      }),
    ];
    expect(bad.map(({ status }) => status)).toEqual([400, 422, 400, 422, 403]);
    expect((await admin.get('/dovetail/roles/packer')).json.data.attributes.permissions).toHaveLength(2);
    const renamed = await change({ name: 'packers', permissions: [] });
    expect(renamed.json.data).toMatchObject({ id: 'packers', attributes: { permissions: [], fields } });
    expect(await idsOf(admin, '/dovetail/roles?filter[builtIn]=true&sort=-name&page[size]=1')).toEqual([
      'reader',
    ]);
    expect((await admin.ask('DELETE', '/dovetail/roles/packers')).status).toBe(204);
  });
});

describe('a grant', () => {
  it("names what is Dovetail's own on the command line too, and `*` is no name of that", async () => {
    const catalog = await own.app.catalog.read();
    await own.addRole('broad', ['* view all']);
    const broad = await own.addClient('broad', ['broad']);
    expect((await broad.get('/items')).status).toBe(200);
    expect((await broad.get('/dovetail/users')).status).toBe(404);
    const grant = (entity: string) =>
      own.app.access.roles.grant('broad', { entity, actions: ['view'], level: 'all' }, catalog);
    await expect(grant('dovetail.user')).rejects.toMatchObject({
      code: 'CATALOG-101',
      hint: expect.stringContaining('dovetail.users'),
    });
    await grant('dovetail.users');
    await own.app.access.refresh();
    expect((await broad.get('/dovetail/users')).status).toBe(200);
    expect((await broad.get('/dovetail/clients')).status).toBe(404);
  });
});

describe('a unit', () => {
  it('has a place in a tree', async () => {
    const add = (id: string, parent?: string) =>
      admin.post('/dovetail/units', {
        ...one('units', {}, parent ? { parent: to('units', parent) } : {}),
        id,
      });
    expect((await add('acme')).status).toBe(201);
    expect((await add('acme-west', 'acme')).json.data.relationships.parent).toMatchObject(
      to('units', 'acme'),
    );
    expect(await idsOf(admin, '/dovetail/units/acme/units')).toEqual(['acme-west']);
    expect((await add('acme')).status).toBe(409);
    expect((await admin.ask('DELETE', '/dovetail/units/acme')).status).toBe(409);
    const under = { ...one('units', {}, { parent: to('units', 'acme-west') }), id: 'acme' };
    expect((await admin.patch('/dovetail/units/acme', under)).status).toBe(409);
    expect(await idsOf(admin, '/dovetail/units?filter[parent.id]=acme&sort=name&page[size]=5')).toEqual([
      'acme-west',
    ]);
  });
});

describe('whoever may manage them', () => {
  const beyond = { status: 403, code: 'ACCESS-112' };
  const said = ({ status, json }: { status: number; json: { errors?: { code: string }[] } }) => ({
    status,
    code: json?.errors?.[0]?.code,
  });

  it('gives nobody more than they have', async () => {
    const made = await make(keeper, 'clients', { name: 'helper', roles: ['keeper'] });
    const change = (attributes: object) =>
      keeper.patch(`/dovetail/clients/${made.id}`, { ...one('clients', attributes), id: made.id });
    expect(said(await change({ roles: ['administrator'] }))).toEqual(beyond);
    expect(said(await change({ roles: ['reader'] }))).toEqual(beyond);
    expect(said(await change({ roles: ['clerk'] }))).toEqual(beyond);
    expect(
      said(
        await keeper.post('/dovetail/clients', one('clients', { name: 'mighty', roles: ['administrator'] })),
      ),
    ).toEqual(beyond);
    expect((await keeper.get(`/dovetail/clients/${made.id}`)).json.data.attributes.roles).toEqual(['keeper']);
    expect(await idsOf(keeper, '/dovetail/clients?filter[name]=mighty')).toEqual([]);
  });

  it('gets at no client or user that may do more', async () => {
    const { id } = admin.caller;
    expect(said(await keeper.post('/dovetail/keys', one('keys', {}, { client: to('clients', id) })))).toEqual(
      beyond,
    );
    expect(
      said(await keeper.patch(`/dovetail/clients/${id}`, { ...one('clients', { disabled: true }), id })),
    ).toEqual(beyond);
    expect(said(await keeper.ask('DELETE', `/dovetail/clients/${id}`))).toEqual(beyond);
    const boss = await make(admin, 'users', { email: 'boss@example.org', roles: ['administrator'] });
    const takeover = { ...one('users', { password: 'a password of my own' }), id: boss.id };
    expect(said(await keeper.patch(`/dovetail/users/${boss.id}`, takeover))).toEqual(beyond);
  });

  it('makes no role of theirs, or of others, allow more', async () => {
    const widen = (name: string, line: object) =>
      keeper.patch(`/dovetail/roles/${name}`, { ...one('roles', { permissions: [line] }), id: name });
    const everything = { entity: '*', action: 'delete', level: 'all' };
    expect(said(await widen('keeper', everything))).toEqual(beyond);
    expect(said(await widen('clerk', everything))).toEqual(beyond);
    const made = await keeper.post(
      '/dovetail/roles',
      one('roles', { name: 'king', permissions: [everything] }),
    );
    expect(said(made)).toEqual(beyond);
    expect((await keeper.get('/dovetail/roles/king')).status).toBe(404);
    expect(
      (await keeper.get('/dovetail/roles/keeper')).json.data.attributes.permissions.length,
    ).toBeGreaterThan(10);
  });

  it('of a unit makes clients of that unit only', async () => {
    await own.app.access.units.create({ id: 'north' });
    await own.app.access.units.create({ id: 'south' });
    await own.addRole('foreman', [
      'dovetail.units view all',
      ...['view', 'create', 'update'].map((one) => `dovetail.clients ${one} unit`),
    ]);
    const foreman = await own.addClient('foreman', ['foreman'], 'north');
    const add = (name: string, unit?: string) =>
      foreman.post('/dovetail/clients', one('clients', { name }, unit ? { unit: to('units', unit) } : {}));
    expect((await add('north-1', 'north')).status).toBe(201);
    expect((await add('south-1', 'south')).status).toBe(403);
    expect((await add('nowhere-1')).status).toBe(403);
    expect(await idsOf(foreman, '/dovetail/clients?sort=name')).toHaveLength(2);
    const id = (await idsOf(foreman, '/dovetail/clients?filter[name]=north-1'))[0]!;
    const moved = { ...one('clients', {}, { unit: to('units', 'south') }), id };
    expect((await foreman.patch(`/dovetail/clients/${id}`, moved)).status).toBe(403);
  });
});
