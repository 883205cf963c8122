// Mappings, saved exports and schedules as resources: kept, changed, checked, fired; without what lets one in elsewhere.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';

let own: OwnApp;
let admin: OwnCaller;
let clerk: OwnCaller;

beforeAll(async () => {
  own = await openOwnApp({ storages: { inbox: { kind: 'folder', path: 'inbox-of-storage' } } });
  await own.addRole('clerk', ['item view all']);
  await own.addRole('maker', ['dovetail.mappings view all', 'dovetail.mappings create own']);
  admin = await own.addClient('admin', ['administrator']);
  clerk = await own.addClient('clerk', ['clerk']);
});
afterAll(() => own.close());

const one = (type: string, attributes: object, relationships: object = {}) => ({
  type: `dovetail-${type}`,
  attributes,
  relationships,
});
const idsOf = async (who: OwnCaller, path: string): Promise<readonly string[]> => {
  const answer = await who.get(path);
  expect(answer.status, answer.text).toBe(200);
  return answer.json.data.map((each: { id: string }) => each.id);
};

it('are hidden from who has no right to them', async () => {
  for (const name of ['mappings', 'mapping-versions', 'exports', 'schedules', 'firings'])
    expect((await clerk.get(`/dovetail/${name}`)).status, name).toBe(404);
});

describe('a mapping', () => {
  const BODY =
    'entity: item\nfields:\n  - { column: Number, field: sku }\n  - { column: Price, field: price }\n';

  it('is kept in versions, each as it was written', async () => {
    const made = await admin.post(
      '/dovetail/mappings',
      one('mappings', { name: 'prices', body: BODY, note: 'first' }),
    );
    expect(made.status, made.text).toBe(201);
    expect(made.json.data).toMatchObject({
      id: 'prices',
      attributes: { version: 1, entity: 'item', body: BODY, note: 'first', createdBy: 'admin' },
    });
    const next = await admin.patch('/dovetail/mappings/prices', {
      ...one('mappings', { body: `# new\n${BODY}` }),
      id: 'prices',
    });
    expect(next.json.data.attributes.version).toBe(2);
    expect(await idsOf(admin, '/dovetail/mappings/prices/versions')).toEqual(['prices@2', 'prices@1']);
    expect((await admin.get('/dovetail/mapping-versions/prices@1')).json.data.attributes.body).toBe(BODY);
    expect(await idsOf(admin, '/dovetail/mappings?filter[entity]=item&sort=-name&page[size]=1')).toEqual([
      'prices',
    ]);
  });

  it('is checked without being kept, and after it is', async () => {
    const bad = BODY.replace('field: price', 'field: prize');
    const look = await admin.post(
      '/dovetail/mappings',
      one('mappings', { name: 'bad', body: bad, dryRun: true }),
    );
    expect(look.status, look.text).toBe(200);
    expect(look.json.meta.report.problems[0].hint).toContain('price');
    const refused = await admin.post('/dovetail/mappings', one('mappings', { name: 'bad', body: bad }));
    expect(refused.status).toBe(400);
    expect((await admin.get('/dovetail/mappings/bad')).status).toBe(404);
    const check = await admin.get('/dovetail/mappings/prices/check');
    expect(check.json.meta.report).toMatchObject({ name: 'prices', problems: [] });
  });

  it('names no file of the server, and belongs to nobody', async () => {
    writeFileSync(join(own.folder, 'secret.yaml'), 'entity: item\n');
    const body = join(own.folder, 'secret.yaml');
    expect((await admin.post('/dovetail/mappings', one('mappings', { name: 'file', body }))).status).toBe(
      400,
    );
    const maker = await own.addClient('maker', ['maker']);
    expect(
      (await maker.post('/dovetail/mappings', one('mappings', { name: 'mine', body: BODY }))).status,
    ).toBe(403);
  });

  it('goes with all its versions', async () => {
    expect((await admin.ask('DELETE', '/dovetail/mappings/prices')).status).toBe(204);
    expect(await idsOf(admin, '/dovetail/mapping-versions')).toEqual([]);
  });
});

describe('a saved export', () => {
  it('is kept, changed and deleted, and refused where it could not be made', async () => {
    const made = await admin.post(
      '/dovetail/exports',
      one('exports', { name: 'dear', entity: 'item', where: 'price > 10', fields: ['sku'] }),
    );
    expect(made.status, made.text).toBe(201);
    expect(made.json.data).toMatchObject({
      id: 'dear',
      attributes: { format: 'csv', version: 1, where: 'price > 10' },
    });
    const change = (attributes: object) =>
      admin.patch('/dovetail/exports/dear', { ...one('exports', attributes), id: 'dear' });
    expect((await change({ where: null, limit: 5 })).json.data.attributes).toMatchObject({
      where: null,
      limit: 5,
      version: 2,
      fields: ['sku'],
    });
    expect((await change({ fields: ['skoo'] })).status).toBe(400);
    expect((await change({ header: 'short' })).status).toBe(422);
    expect((await change({ formatOptions: { delimiter: 7 } })).status).toBeLessThan(500);
    expect(
      (await admin.post('/dovetail/exports', one('exports', { name: 'dear', entity: 'item' }))).status,
    ).toBe(409);
    expect((await admin.get('/dovetail/exports/dear')).json.data.attributes.version).toBeLessThan(4);
    expect(await idsOf(admin, '/dovetail/exports?filter[entity]=item&sort=-changedAt&page[size]=1')).toEqual([
      'dear',
    ]);
    expect((await admin.ask('DELETE', '/dovetail/exports/dear')).status).toBe(204);
  });
});

describe('a schedule', () => {
  const add = (name: string, from: object, more: object = {}) =>
    own.app.schedules.add({
      name,
      cron: '0 3 * * *',
      timeZone: 'UTC',
      windows: [],
      overlap: 'skip',
      createdBy: { kind: 'user', id: 'root' },
      does: {
        kind: 'import',
        settings: {
          from,
          call: { entity: 'item', onError: 'skip', formatOptions: {}, notify: [] },
          sameContent: 'new',
          settleSeconds: 1,
          ...more,
        } as never,
      },
    });

  it('is paused, gone on with, fired now and removed', async () => {
    mkdirSync(join(own.folder, 'inbox'));
    const { id } = await add('inbox', { kind: 'folder', path: join(own.folder, 'inbox', '*.csv') });
    const path = `/dovetail/schedules/${id}`;
    const pause = (paused: boolean) => admin.patch(path, { ...one('schedules', { paused }), id });
    expect((await pause(true)).json.data.attributes).toMatchObject({ paused: true, nextAt: null });
    expect((await pause(false)).json.data.attributes).toMatchObject({
      paused: false,
      kind: 'import',
      entity: 'item',
    });
    const fired = await admin.post(
      '/dovetail/firings',
      one('firings', {}, { schedule: { data: { type: 'dovetail-schedules', id } } }),
    );
    expect(fired.status, fired.text).toBe(201);
    await own.work();
    const { json } = await admin.get(
      `${path}/firings?include=schedule&sort=-moment&page[size]=1&filter[state]=nothing`,
    );
    expect(json.data[0]).toMatchObject({
      id: fired.json.data.id,
      attributes: { state: 'nothing', askedBy: { kind: 'client' } },
    });
    expect(await idsOf(admin, '/dovetail/schedules?filter[kind]=import&sort=name&page[size]=5')).toEqual([
      id,
    ]);
    const fire = one('firings', {}, { schedule: { data: { type: 'dovetail-schedules', id } } });
    const weak = await (await own.addToken('admin', ['read', 'write', 'export', 'admin'])).post(
      '/dovetail/firings',
      fire,
    );
    expect([weak.status, weak.json.errors[0].code]).toEqual([403, 'API-117']);
    const strong = await (await own.addToken('admin', ['read', 'write', 'import', 'admin'])).post(
      '/dovetail/firings',
      fire,
    );
    expect(strong.status, strong.text).toBe(201);
    await own.work();
    expect((await admin.ask('DELETE', path)).status).toBe(204);
    expect((await admin.get(path)).status).toBe(404);
  });

  it('is made by a client, for storages and addresses only, and is then done with its rights', async () => {
    const wish = {
      name: 'far',
      kind: 'import',
      cron: '0 4 * * *',
      place: 'storage:inbox/*.csv',
      call: { entity: 'item' },
    };
    const post = (more: object) => admin.post('/dovetail/schedules', one('schedules', { ...wish, ...more }));
    const bad = [
      await post({ place: '*.csv' }),
      await post({ place: '/etc/passwd' }),
      await post({ place: 'storage:nowhere/*.csv' }),
      await post({ kind: 'export', place: 'storage:inbox/../../dovetail.config.json' }),
      await post({ call: { entity: 'item', filesFrom: '/etc' } }),
      await post({ call: { entity: 'item', strategy: 'upsert' } }),
      await post({ call: { entity: 'nothing' } }),
      await post({ headers: { authorization: '{env:DATABASE_URL}' } }),
      await post({ cron: 'daily' }),
      await post({ between: ['noon'] }),
    ];
    expect(bad.map(({ status }) => status)).toEqual([422, 422, 400, 400, 422, 422, 400, 422, 422, 422]);
    expect(await idsOf(admin, '/dovetail/schedules?filter[name]=far')).toEqual([]);
    const made = await post({ between: ['mon-fri 08:00-18:00'], cron: '0 9 * * *' });
    expect(made.status, made.text).toBe(201);
    expect(made.json.data.attributes).toMatchObject({
      name: 'far',
      place: 'storage:inbox/*.csv',
      timeZone: 'UTC',
      createdBy: { kind: 'client', id: admin.caller.id },
    });
    expect((await post({})).status).toBe(409);
  });

  it('shows nothing of an address but its host, and no header', async () => {
    const address = 'https://user:hush-1@erp.example.org/stock.csv?token=hush-2';
    await own.at.database.query(
      `insert into dovetail.schedules (name, kind, task, settings, cron, time_zone, created_by) values ('erp', 'import', 't', $1, '0 3 * * *', 'UTC', '{}')`,
      [
        JSON.stringify({
          from: { kind: 'address', address },
          headers: { authorization: 'Bearer hush-3' },
          call: { entity: 'item', notify: ['https://hooks.example.org/hush-4'] },
        }),
      ],
    );
    const { text, json } = await admin.get('/dovetail/schedules?filter[name]=erp');
    expect(json.data[0].attributes.place).toBe('https://erp.example.org/…');
    expect(text).not.toContain('hush');
  });
});
