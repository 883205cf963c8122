// Writes of what is Dovetail's own: none is lost to another one (If-Match), and none is done twice (Idempotency-Key), because what the
// services write, what is compared and the answer that is kept are one transaction.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';

let own: OwnApp;
let admin: OwnCaller;

beforeAll(async () => {
  own = await openOwnApp({ storages: { inbox: { kind: 'folder', path: 'inbox-of-storage' } } });
  admin = await own.addClient('admin', ['administrator']);
  await own.import('sku,price\nA,1\nB,20\n');
});
afterAll(() => own.close());

const BODY = 'entity: item\nfields:\n  - { column: Number, field: sku }\n';
const SCHEDULE = {
  kind: 'import',
  cron: '0 4 * * *',
  place: 'storage:inbox/*.csv',
  call: { entity: 'item' },
};

/** What is made of each kind, how it is changed, and how somebody else changes it meanwhile, by no request. */
const KINDS: Readonly<
  Record<
    string,
    {
      readonly make: object;
      readonly id?: string;
      readonly change: object;
      readonly elsewhere: () => Promise<unknown>;
    }
  >
> = {
  clients: {
    make: { name: 'web' },
    change: { description: 'new' },
    elsewhere: () => own.app.access.clients.giveRole('web', 'administrator'),
  },
  users: {
    make: { email: 'ann@example.org' },
    change: { name: 'Ann' },
    elsewhere: () => own.app.access.users.disable('ann@example.org'),
  },
  roles: {
    make: { name: 'seller' },
    change: { description: 'new' },
    elsewhere: () =>
      own.at.database.query(`insert into dovetail.role_permissions values ('seller', 'item', 'view', 'all')`),
  },
  units: {
    id: 'north',
    make: {},
    change: { name: 'North' },
    elsewhere: () => own.app.access.units.change('north', { name: 'N' }),
  },
  mappings: {
    make: { name: 'prices', body: BODY },
    change: { body: `# new\n${BODY}` },
    elsewhere: () =>
      own.app.files.saveMapping({ name: 'prices', mapping: '', text: `# other\n${BODY}`, createdBy: 'x' }),
  },
  exports: {
    make: { name: 'all', entity: 'item' },
    change: { limit: 5 },
    elsewhere: () =>
      own.app.files.saveExport('all', { entity: 'item', format: 'ndjson', formatOptions: {}, full: false }),
  },
  schedules: {
    make: { name: 'far', ...SCHEDULE },
    change: { cron: '0 5 * * *' },
    elsewhere: () => own.app.schedules.pause('far'),
  },
};

const toBody = (name: string, attributes: object, id?: string) => ({
  data: { type: `dovetail-${name}`, attributes, ...(id === undefined ? {} : { id }) },
});

describe('If-Match', () => {
  it.each(Object.keys(KINDS))('lets no change or deletion of %s go over what was not seen', async (name) => {
    const { make, id: chosen, change, elsewhere } = KINDS[name]!;
    const made = await admin.ask('POST', `/dovetail/${name}`, { body: toBody(name, make, chosen) });
    expect(made.status, made.text).toBe(201);
    const { id } = made.json.data;
    const path = `/dovetail/${name}/${id}`;
    const tagOf = async () => (await admin.get(path)).headers.get('etag')!;
    const write = (method: string, tag: string) =>
      admin.ask(method, path, {
        headers: { 'if-match': tag },
        ...(method === 'PATCH' ? { body: toBody(name, change, id) } : {}),
      });
    const seen = made.headers.get('etag')!;
    expect(seen).toMatch(/^"\d+\./);
    await elsewhere();
    for (const method of ['PATCH', 'DELETE']) {
      const refused = await write(method, seen);
      expect([method, refused.status, refused.json.errors[0].code]).toEqual([method, 412, 'API-403']);
    }
    const before = await tagOf();
    const done = await write('PATCH', before);
    expect(done.status, done.text).toBe(200);
    expect(done.json.data.attributes).toMatchObject(change);
    expect(done.headers.get('etag')).toBe(await tagOf());
    expect((await write('PATCH', before)).status).toBe(412);
    expect((await write('DELETE', `"0", ${await tagOf()}`)).status).toBe(204);
    expect((await write('DELETE', '"1.x"')).status).toBe(404);
  });

  it('lets one of two at the same time through', async () => {
    const { json } = await admin.ask('POST', '/dovetail/exports', {
      body: toBody('exports', { name: 'race', entity: 'item' }),
    });
    const tag = (await admin.get('/dovetail/exports/race')).headers.get('etag')!;
    const answers = await Promise.all(
      [1, 2, 3, 4].map((limit) =>
        admin.ask('PATCH', '/dovetail/exports/race', {
          headers: { 'if-match': tag },
          body: toBody('exports', { limit }, json.data.id),
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    expect((await admin.get('/dovetail/exports/race')).json.data.attributes.version).toBe(2);
  });

  it('is asked of a run, whose ids may be anything', async () => {
    for (const id of ['x', '0', '99999999999999999999', '%00'])
      expect(
        (
          await admin.ask('PATCH', `/dovetail/runs/${id}`, {
            headers: { 'if-match': '"1.x"' },
            body: toBody('runs', { state: 'cancelled' }, decodeURIComponent(id)),
          })
        ).status,
      ).toBe(404);
  });
});

describe('an Idempotency-Key', () => {
  const count = async (table: string) =>
    (await own.at.database.query<{ n: number }>(`select count(*)::int as n from dovetail.${table}`)).rows[0]!
      .n;

  it('gives the same answer again, and nothing is done twice', async () => {
    const body = {
      data: { type: 'dovetail-runs', attributes: { kind: 'export', entity: 'item', format: 'csv' } },
    };
    const ask = (key: string, more = body) =>
      admin.ask('POST', '/dovetail/runs', { headers: { 'idempotency-key': key }, body: more });
    const before = await count('runs');
    const [first, again] = [await ask('k1'), await ask('k1')];
    expect([first.status, again.status], first.text).toEqual([201, 201]);
    expect(again.text).toBe(first.text);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const both = await Promise.all([ask('k2'), ask('k2')]);
    expect(new Set(both.map(({ json }) => json.data.id)).size).toBe(1);
    expect(await count('runs')).toBe(before + 2);
    const other = { data: { ...body.data, attributes: { ...body.data.attributes, format: 'ndjson' } } };
    expect((await ask('k1', other)).json.errors[0].code).toBe('API-304');
  });

  it('keeps neither the write nor the answer where the transaction that has both is lost', async () => {
    // The last statement of the transaction fails, as it would if the server died before it.
    await own.at.database.query(`
      create function dovetail.lose() returns trigger language plpgsql as $$ begin raise exception 'lost'; end $$;
      create constraint trigger lose after update on dovetail.idempotency_keys deferrable initially deferred
        for each row when (new.key like 'lost%') execute function dovetail.lose()`);
    const wishes: readonly (readonly [string, object, string])[] = [
      ['clients', { name: 'ghost' }, 'clients'],
      ['mappings', { name: 'ghost', body: BODY }, 'mappings'],
      ['exports', { name: 'ghost', entity: 'item' }, 'saved_exports'],
      ['schedules', { name: 'ghost', ...SCHEDULE }, 'schedules'],
      ['runs', { kind: 'export', entity: 'item', format: 'csv' }, 'runs'],
    ];
    for (const [name, attributes, table] of wishes) {
      const before = await count(table);
      const jobs = 'select count(*)::int as n from dovetail_jobs._private_jobs';
      const queued = (await own.at.database.query(jobs)).rows;
      const ask = (key: string) =>
        admin.ask('POST', `/dovetail/${name}`, {
          headers: { 'idempotency-key': key },
          body: toBody(name, attributes),
        });
      expect((await ask(`lost ${name}`.replace(' ', '-'))).status).toBe(500);
      expect([name, await count(table)]).toEqual([name, before]);
      expect((await own.at.database.query(jobs)).rows).toEqual(queued);
      expect((await ask(`kept-${name}`)).status).toBe(201);
      expect([name, await count(table)]).toEqual([name, before + 1]);
    }
  });
});
