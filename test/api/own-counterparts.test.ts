// Whatever the command line can do, a client can do by API: every command has its address, which is there, or says why it stays.
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_COUNTERPARTS } from '../../src/cli/api-counterparts.js';
import { COMMANDS } from '../../src/cli/commands/index.js';
import type { Description } from './described-answers.js';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';
import { upload } from './upload-client.js';

let own: OwnApp;
let admin: OwnCaller;
let clerk: OwnCaller;

beforeAll(async () => {
  own = await openOwnApp({
    publicUrl: 'https://data.example.org',
    storages: {
      inbox: { kind: 'folder', path: 'inbox-of-storage' },
      bucket: {
        kind: 's3',
        bucket: 'shop',
        endpoint: 'https://127.0.0.1:9',
        accessKeyId: 'hush-id',
        secretAccessKey: '{env:HUSH}',
      },
    },
  });
  await own.addRole('clerk', [
    'item view all',
    'item create all',
    'item import all',
    'dovetail.storages view none',
  ]);
  await own.addRole('inviter', [
    'dovetail.users view all',
    'dovetail.invitations view all',
    'dovetail.invitations create all',
  ]);
  admin = await own.addClient('admin', ['administrator']);
  clerk = await own.addClient('clerk', ['clerk']);
});
afterAll(() => own.close());

const one = (type: string, attributes: object, relationships: object = {}) => ({
  type: `dovetail-${type}`,
  attributes,
  relationships,
});
const to = (type: string, id: string) => ({ data: { type: `dovetail-${type}`, id } });

describe('every command', () => {
  const program = new Command('dovetail');
  for (const add of COMMANDS) add(program, () => async () => {});
  const leaves = (command: Command, path: string): readonly string[] =>
    command.commands.length === 0
      ? [path]
      : command.commands.flatMap((child) => leaves(child, `${path} ${child.name()}`.trim()));

  it('has its counterpart, or says why there is none', () => {
    expect(Object.keys(API_COUNTERPARTS).sort()).toEqual([...leaves(program, '')].sort());
    for (const [name, counterpart] of Object.entries(API_COUNTERPARTS))
      expect('here' in counterpart ? counterpart.here : counterpart.api[0], name).toBeTruthy();
  });

  it('is led to addresses that an administrator may ask', async () => {
    const { paths } = (await admin.get('/openapi.json')).json as Description;
    for (const [name, counterpart] of Object.entries(API_COUNTERPARTS)) {
      for (const address of 'api' in counterpart ? counterpart.api : []) {
        const [method = '', path = ''] = address.split(' ');
        expect([name, address, paths[path]?.[method.toLowerCase()] !== undefined]).toEqual([
          name,
          address,
          true,
        ]);
      }
    }
  });
});

describe('a storage', () => {
  it('is shown without what lets one in, to who has a right to them', async () => {
    const { json, text } = await admin.get('/dovetail/storages?sort=name');
    expect(json.data.map(({ id, attributes }: Description) => [id, attributes.kind])).toEqual([
      ['bucket', 's3'],
      ['inbox', 'folder'],
    ]);
    expect(json.data[0].attributes.settings).toEqual({
      bucket: 'shop',
      endpoint: 'https://127.0.0.1:9',
      accessKeyId: '****',
      secretAccessKey: '****',
    });
    expect(text).not.toMatch(/hush/i);
    expect((await clerk.get('/dovetail/storages')).status).toBe(404);
    expect(
      (await admin.get('/dovetail/storages?filter[kind]=s3&page[total]=true')).json.meta.page.total,
    ).toBe(1);
  });

  it('says whether it answers, and why not', async () => {
    const { report } = (await admin.get('/dovetail/storages/inbox/check')).json.meta;
    expect(report).toMatchObject({ name: 'inbox', ok: true });
    const away = await admin.get('/dovetail/storages/bucket/check');
    expect(away.json.meta.report).toMatchObject({ ok: false, problem: { code: 'HTTP-102' } });
    expect((await admin.get('/dovetail/storages/none/check')).status).toBe(404);
    expect((await clerk.get('/dovetail/storages/inbox/check')).status).toBe(404);
    expect((await admin.get('/dovetail/storages/inbox/check?deep=1')).status).toBe(400);
  });
});

describe('a template', () => {
  it('is a file to be filled, for who may import', async () => {
    const { status, headers, text } = await clerk.get(
      '/dovetail/entities/item/template?format=csv&fields=sku',
    );
    expect(status, text).toBe(200);
    expect(headers.get('content-disposition')).toContain('item-template.csv');
    expect(text.split('\n')[0]).toMatch(/^sku,dovetail_example/);
    await own.addRole('reader', ['item view all']);
    const reader = await own.addClient('reader', ['reader']);
    expect((await reader.get('/dovetail/entities/item/template')).json.errors[0].code).toBe('EXPORT-109');
    expect((await clerk.get('/dovetail/entities/item/template?format=nothing')).status).toBe(400);
    expect((await clerk.get('/dovetail/entities/item/template?mapping=/etc/passwd')).status).toBe(404);
  });
});

describe('a saved export', () => {
  it('is made again as a run, with what the request says besides', async () => {
    await own.import('sku,price\nA,1\nB,20\n');
    const saved = { name: 'dear', entity: 'item', where: 'price > 10', fields: ['sku', 'price'] };
    expect((await admin.post('/dovetail/exports', one('exports', saved))).status).toBe(201);
    const asked = (attributes: object) =>
      admin.post('/dovetail/runs', one('runs', attributes, { export: to('exports', 'dear') }));
    const [plain, narrow] = [await asked({}), await asked({ fields: ['price'], format: 'ndjson' })];
    expect([plain.status, narrow.status], plain.text + narrow.text).toEqual([201, 201]);
    const refused = [await asked({ strategy: 'add' }), await asked({ dryRun: true })];
    expect(refused.map(({ status }) => status)).toEqual([422, 422]);
    await own.work();
    const fileOf = async ({ json }: typeof plain) =>
      (await admin.get(`/dovetail/runs/${json.data.id}/file`)).text;
    expect(await fileOf(plain)).toBe('sku,price\nB,20\n');
    expect(await fileOf(narrow)).toBe('{"price":20}\n');
    const again = await admin.post(
      '/dovetail/runs',
      one('runs', {}, { repeats: to('runs', plain.json.data.id) }),
    );
    expect(again.status, again.text).toBe(201);
    await own.work();
    expect(await fileOf(again)).toBe('sku,price\nB,20\n');
  });
});

describe('a mapping', () => {
  it('is suggested for an upload, and checked with one', async () => {
    const id = await upload(admin, 'Sku,PRICE,note\nA,1,x\n', 'prices.csv');
    const look = await admin.post(
      '/dovetail/inspections',
      one('inspections', { entity: 'item', suggest: true }, { upload: to('uploads', id) }),
    );
    expect(look.status, look.text).toBe(200);
    const { mapping } = look.json.meta.report;
    expect(mapping).toContain('- { field: price, column: PRICE }');
    const check = (body: string, more: object = {}) =>
      admin.post(
        '/dovetail/mappings',
        one('mappings', { name: 'm', body, ...more }, { upload: to('uploads', id) }),
      );
    const body = 'entity: item\nfields:\n  - { column: Sku, field: sku }\n';
    const report = (await check(body, { dryRun: true })).json.meta.report;
    expect(report).toMatchObject({ problems: [], unmatched: ['PRICE', 'note'] });
    expect((await check(body)).status).toBe(422);
    expect((await admin.get('/dovetail/mappings/m')).status).toBe(404);
  });
});

describe('a schedule', () => {
  const wish = {
    name: 'far',
    kind: 'import',
    cron: '0 4 * * *',
    place: 'storage:inbox/*.csv',
    call: { entity: 'item' },
  };

  it('is changed in when and in what, which is then done with the rights of who said so', async () => {
    const made = await admin.post('/dovetail/schedules', one('schedules', wish));
    const { id } = made.json.data;
    const change = (who: OwnCaller, attributes: object) =>
      who.patch(`/dovetail/schedules/${id}`, { ...one('schedules', attributes), id });
    const timed = await change(admin, { cron: '30 5 * * *', between: ['mon-fri 05:00-06:00'], paused: true });
    expect(timed.json.data.attributes).toMatchObject({
      cron: '30 5 * * *',
      paused: true,
      nextAt: null,
      createdBy: { kind: 'client', id: admin.caller.id },
    });
    const other = await own.addClient('other', ['administrator']);
    const moved = await change(other, { place: 'storage:inbox/in/*.csv', done: 'done', settleSeconds: 9 });
    expect(moved.json.data.attributes).toMatchObject({
      place: 'storage:inbox/in/*.csv',
      call: { entity: 'item' },
      createdBy: { kind: 'client', id: other.caller.id },
    });
    const bad = [
      { cron: 'daily' },
      { place: '/etc/passwd' },
      { call: { entity: 'none' } },
      { settleSeconds: 0 },
      { kind: 'export' },
    ];
    for (const attributes of bad)
      expect((await change(admin, attributes)).status).toBeGreaterThanOrEqual(400);
    expect((await admin.get(`/dovetail/schedules/${id}`)).json.data.attributes).toMatchObject({
      cron: '30 5 * * *',
      place: 'storage:inbox/in/*.csv',
    });
  });

  it('that was set up on the command line keeps what it does', async () => {
    const { id } = await own.app.schedules.add({
      name: 'inside',
      cron: '0 3 * * *',
      timeZone: 'UTC',
      windows: [],
      overlap: 'skip',
      createdBy: { kind: 'user', id: 'root' },
      does: {
        kind: 'import',
        settings: {
          from: { kind: 'address', address: 'https://erp.example.org/stock.csv' },
          headers: { authorization: '{env:TOKEN}' },
          call: { entity: 'item', onError: 'skip', formatOptions: {} },
          sameContent: 'new',
          settleSeconds: 1,
        },
      },
    });
    const change = (attributes: object) =>
      admin.patch(`/dovetail/schedules/${id}`, { ...one('schedules', attributes), id });
    expect((await change({ call: { entity: 'item', strategy: 'mirror' } })).json.errors[0].code).toBe(
      'SCHEDULES-107',
    );
    expect((await change({ cron: '0 6 * * *' })).json.data.attributes).toMatchObject({
      cron: '0 6 * * *',
      createdBy: { kind: 'user', id: 'root' },
    });
  });
});

describe('access', () => {
  it('gives a client its settings of OAuth, its secret once, and another one', async () => {
    const client = await own.addClient('app', []);
    const post = (attributes: object) =>
      admin.post(
        '/dovetail/oauth-clients',
        one('oauth-clients', attributes, { client: to('clients', client.caller.id) }),
      );
    const made = await post({ scopes: ['read', 'write'] });
    expect(made.status, made.text).toBe(201);
    const { id, attributes } = made.json.data;
    expect(id).toBe(client.caller.id);
    expect(attributes).toMatchObject({
      scopes: ['read', 'write'],
      grants: ['client_credentials'],
      public: false,
    });
    const token = (secret: string) =>
      fetch(`${own.url}/oauth/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      }).then(({ status }) => status);
    expect(await token(attributes.secret)).toBe(200);
    expect((await post({})).status).toBe(409);
    const rotated = (await post({ rotateSecret: true })).json.data.attributes.secret;
    expect([await token(attributes.secret), await token(rotated)]).toEqual([401, 200]);
    const path = `/dovetail/oauth-clients/${id}`;
    expect((await admin.get(path)).text).not.toContain('secret');
    const narrowed = await admin.patch(path, { ...one('oauth-clients', { scopes: ['read'] }), id });
    expect(narrowed.json.data.attributes.scopes).toEqual(['read']);
    expect((await admin.patch(path, { ...one('oauth-clients', { scopes: ['root'] }), id })).status).toBe(400);
    expect((await admin.ask('DELETE', path)).status).toBe(204);
    expect(await token(rotated)).toBe(401);
  });

  it('invites a user by a link that no other answer has, and nobody who may do more', async () => {
    const user = async (email: string, roles: readonly string[]) =>
      (await admin.post('/dovetail/users', one('users', { email, roles }))).json.data.id as string;
    const [plain, mighty] = [
      await user('ann@example.org', []),
      await user('bob@example.org', ['administrator']),
    ];
    const inviter = await own.addClient('inviter', ['inviter']);
    const invite = (who: OwnCaller, id: string) =>
      who.post('/dovetail/invitations', one('invitations', {}, { user: to('users', id) }));
    const made = await invite(inviter, plain);
    expect(made.status, made.text).toBe(200);
    expect(made.json.meta.link).toMatch(/^https:\/\/data\.example\.org\/invitation\/[\w-]+$/);
    expect((await invite(inviter, mighty)).json.errors[0].code).toBe('ACCESS-112');
    expect((await invite(admin, mighty)).status).toBe(200);
    expect((await clerk.get('/dovetail/invitations')).status).toBe(404);
  });

  it('shows which files were loaded', async () => {
    await own.at.database.query(
      `insert into dovetail.loaded_files (folder, path, checksum) values ('load', '1.0/a.sql', 'abc')`,
    );
    const { json } = await admin.get('/dovetail/loaded-files?filter[folder]=load');
    expect(json.data[0]).toMatchObject({ id: 'load/1.0/a.sql', attributes: { path: '1.0/a.sql' } });
    expect((await admin.get(`/dovetail/loaded-files/${encodeURIComponent('load/1.0/a.sql')}`)).status).toBe(
      200,
    );
  });
});
