// Runs as resources: listed, followed, cancelled, resumed, repeated and undone by a client.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';

let own: OwnApp;
let admin: OwnCaller;
let clerk: OwnCaller;
let other: OwnCaller;
let clean: string;
let dirty: string;
let foreign: string;

beforeAll(async () => {
  own = await openOwnApp();
  await own.addRole('clerk', ['item view all', 'item create all', 'item update all', 'item import all']);
  admin = await own.addClient('admin', ['administrator']);
  clerk = await own.addClient('clerk', ['clerk']);
  other = await own.addClient('other', ['clerk']);
  clean = (await own.import('sku,price\nA,1\nB,2\n', clerk.caller)).run!;
  dirty = (await own.import('sku,price\nC,3\nD,dear\nE,cheap\n', clerk.caller)).run!;
  foreign = (await own.import('sku,price\nF,6\n')).run!;
});
afterAll(() => own.close());

const idsOf = async (who: OwnCaller, path: string): Promise<readonly string[]> => {
  const answer = await who.get(path);
  expect(answer.status, answer.text).toBe(200);
  return answer.json.data.map((one: { id: string }) => one.id);
};
const attributesOf = async (who: OwnCaller, id: string) =>
  (await who.get(`/dovetail/runs/${id}`)).json.data.attributes;

describe('a run', () => {
  it('is a resource with its state and counters', async () => {
    const { json, headers } = await clerk.get(`/dovetail/runs/${dirty}`);
    expect(json.data).toMatchObject({
      type: 'dovetail-runs',
      id: dirty,
      attributes: {
        kind: 'import',
        entity: 'item',
        state: 'completed_with_errors',
        phase: 'done',
        interrupted: false,
        read: 3,
        added: 1,
        failed: 2,
        strategy: 'add_or_update',
        startedBy: { kind: 'client', name: 'clerk' },
      },
      links: { self: `/api/dovetail/runs/${dirty}` },
    });
    expect(json.data.relationships.issues.links.related).toBe(`/api/dovetail/runs/${dirty}/issues`);
    expect(headers.get('etag')).toMatch(/^"\d+\./);
  });

  it('is there for whoever began it and for administrators, and for others as if it were not', async () => {
    expect(await idsOf(clerk, '/dovetail/runs')).toEqual([dirty, clean]);
    expect(await idsOf(other, '/dovetail/runs')).toEqual([]);
    expect(await idsOf(admin, '/dovetail/runs?sort=id')).toEqual([clean, dirty, foreign]);
    for (const path of ['', '/issues', '/failed-rows', '/issues.ndjson', '/relationships/issues'])
      expect((await other.get(`/dovetail/runs/${dirty}${path}`)).status, path).toBe(404);
    const data = { type: 'dovetail-runs', id: dirty, attributes: { state: 'cancelled' } };
    expect((await other.patch(`/dovetail/runs/${dirty}`, data)).status).toBe(404);
  });

  it('is seen by a role that says so, and then no more than seen', async () => {
    await own.addRole('watcher', ['dovetail.runs view all']);
    const watcher = await own.addClient('watcher', ['watcher']);
    expect(await idsOf(watcher, '/dovetail/runs')).toEqual([foreign, dirty, clean]);
    const data = { type: 'dovetail-runs', id: foreign, attributes: { state: 'cancelled' } };
    const refused = await watcher.patch(`/dovetail/runs/${foreign}`, data);
    expect([refused.status, refused.json.errors[0].code]).toEqual([403, 'API-104']);
    // What runs say of rows is another thing than the runs.
    expect(await idsOf(watcher, `/dovetail/runs/${dirty}/issues`)).toEqual([]);
    for (const name of ['failed-rows', 'issues.ndjson'])
      expect((await watcher.get(`/dovetail/runs/${dirty}/${name}`)).status, name).toBe(403);
  });
});

describe('the list of runs', () => {
  it('is filtered, sorted, paged and counted as entities are', async () => {
    expect(await idsOf(admin, '/dovetail/runs?filter[failed][gt]=0')).toEqual([dirty]);
    expect(await idsOf(admin, '/dovetail/runs?filter[state]=completed&sort=-id')).toEqual([foreign, clean]);
    const first = await admin.get(
      '/dovetail/runs?sort=-createdAt&page[size]=2&page[total]=true&fields[dovetail-runs]=state',
    );
    expect(first.json.data.map((one: { id: string }) => one.id)).toEqual([foreign, dirty]);
    expect(first.json.data[0].attributes).toEqual({ state: 'completed' });
    expect(first.json.meta.page.total).toBe(3);
    const next = await admin.get(first.json.links.next.replace('/api', ''));
    expect(next.json.data.map((one: { id: string }) => one.id)).toEqual([clean]);
    expect(await idsOf(admin, '/dovetail/runs?page[number]=2&page[size]=2')).toEqual([clean]);
  });

  it('refuses what it does not know by its parameter', async () => {
    const { status, json } = await admin.get('/dovetail/runs?filter[stat]=queued');
    expect(status).toBe(400);
    expect(json.errors[0]).toMatchObject({
      source: { parameter: 'filter[stat]' },
      meta: { hint: "Did you mean 'state'?" },
    });
    expect((await admin.get('/dovetail/nothing')).status).toBe(404);
    expect((await admin.get('/dovetail')).status).toBe(404);
    expect((await admin.ask('DELETE', '/dovetail/runs')).status).toBe(405);
  });
});

describe('what a run has to say', () => {
  it('comes in pages and can be filtered', async () => {
    const all = await clerk.get(`/dovetail/runs/${dirty}/issues?page[size]=1&page[total]=true`);
    expect(all.json.data[0]).toMatchObject({
      type: 'dovetail-issues',
      attributes: { severity: 'error', line: 3, column: 'price', value: 'dear' },
    });
    expect(all.json.meta.page.total).toBe(2);
    expect(await idsOf(clerk, `/dovetail/runs/${dirty}/issues?filter[value]=cheap`)).toHaveLength(1);
    expect(await idsOf(other, '/dovetail/issues')).toEqual([]);
    const { json } = await clerk.get(`/dovetail/runs/${dirty}?include=issues`);
    expect(json.included).toHaveLength(2);
  });

  it('comes as a file, and so do the rows that failed', async () => {
    const rows = await clerk.ask('GET', `/dovetail/runs/${dirty}/failed-rows`, {
      headers: { accept: 'text/csv' },
    });
    expect(rows.status, rows.text).toBe(200);
    expect(rows.headers.get('content-type')).toBe('text/csv');
    expect(rows.headers.get('content-disposition')).toContain(`${dirty}-failed.csv`);
    expect(rows.text).toMatch(/^sku,price,.*\nD,dear,.*\nE,cheap,/);
    const issues = await clerk.get(`/dovetail/runs/${dirty}/issues.ndjson`);
    expect(issues.headers.get('content-type')).toBe('application/x-ndjson');
    expect(
      issues.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).value),
    ).toEqual(['dear', 'cheap']);
    expect((await clerk.get(`/dovetail/runs/${clean}/failed-rows`)).status).toBe(404);
  });
});

describe('a run that waits', () => {
  it('is cancelled and gone on with', async () => {
    const { run } = await own.import('sku,price\nG,7\nH,8\n', clerk.caller, { background: true });
    expect(await attributesOf(clerk, run!)).toMatchObject({ state: 'queued' });
    const to = (state: string) =>
      clerk.patch(`/dovetail/runs/${run}`, { type: 'dovetail-runs', id: run, attributes: { state } });
    const cancelled = await to('cancelled');
    expect(cancelled.status, cancelled.text).toBe(200);
    expect(cancelled.json.data.attributes.state).toBe('cancelled');
    await own.work();
    expect(await attributesOf(clerk, run!)).toMatchObject({ state: 'cancelled', added: 0 });
    const resumed = await to('queued');
    expect(resumed.status, resumed.text).toBe(200);
    expect(resumed.json.data.attributes.state).toBe('queued');
    await own.work();
    expect(await attributesOf(clerk, run!)).toMatchObject({ state: 'completed', added: 2 });
    const over = [await to('cancelled'), await to('queued'), await to('running')];
    expect(over.map(({ status, json }) => [status, json.errors[0].code])).toEqual([
      [409, 'API-601'],
      [409, 'PIPELINE-103'],
      [422, 'API-302'],
    ]);
  });
});

describe('a new run', () => {
  const make = (who: OwnCaller, relationship: string, id: string, attributes = {}) =>
    who.post('/dovetail/runs', {
      type: 'dovetail-runs',
      attributes,
      relationships: { [relationship]: { data: { type: 'dovetail-runs', id } } },
    });

  it('repeats one', async () => {
    const made = await make(clerk, 'repeats', clean);
    expect(made.status, made.text).toBe(201);
    const { id } = made.json.data;
    expect(made.headers.get('location')).toBe(`/api/dovetail/runs/${id}`);
    await own.work();
    expect(await attributesOf(clerk, id)).toMatchObject({ state: 'completed', startedBy: { name: 'clerk' } });
    const repeats = await clerk.get(`/dovetail/runs/${id}/repeats`);
    expect(repeats.json.data.id).toBe(clean);
    const refused = await make(other, 'repeats', clean);
    expect(refused.status).toBe(404);
  });

  it('keeps the scopes of the token that began it, and none is begun or gone on with by a token without import', async () => {
    const token = await own.addToken('clerk', ['read', 'write', 'import']);
    const { id } = (await make(token, 'repeats', clean)).json.data;
    await own.work();
    expect(await attributesOf(token, id)).toMatchObject({ state: 'completed' });

    const late = (await make(token, 'repeats', clean)).json.data.id;
    const { rows } = await own.at.database.query(
      `update dovetail.runs set origin = origin || '{"scopes": ["import", "read"]}' where id = $1
       returning (select origin -> 'scopes' from dovetail.runs where id = $1) as scopes`,
      [late],
    );
    expect(rows[0]!['scopes']).toEqual(['import', 'read', 'write']);
    await own.work();
    expect(await attributesOf(token, late)).toMatchObject({ state: 'failed', added: 0, updated: 0 });

    const weak = await own.addToken('clerk', ['read', 'write']);
    const data = { type: 'dovetail-runs', id: late, attributes: { state: 'queued' } };
    const refused = [
      await make(weak, 'repeats', clean),
      await make(weak, 'undoes', clean),
      await weak.patch(`/dovetail/runs/${late}`, data),
    ];
    expect(refused.map(({ status, json }) => [status, json.errors[0].code])).toEqual(
      refused.map(() => [403, 'API-117']),
    );
  });

  it('undoes one, after it was looked at', async () => {
    const { run } = await own.import('sku,price\nX,1\n', clerk.caller);
    const look = await make(admin, 'undoes', run!, { dryRun: true });
    expect(look.status, look.text).toBe(200);
    expect(look.json.meta.report).toMatchObject({ dryRun: true, undoes: run, counters: { deleted: 1 } });
    expect((await make(clerk, 'undoes', run!)).status).toBe(403);
    // A token undoes with import, write and admin together only: without admin the roles for runs don't count.
    for (const scopes of [
      ['read', 'write', 'admin'],
      ['read', 'import', 'admin'],
      ['read', 'write', 'import'],
    ] as const) {
      const token = await own.addToken('admin', scopes);
      expect((await make(token, 'undoes', run!)).status, scopes.join(' ')).toBe(
        scopes.includes('admin' as never) ? 403 : 404,
      );
    }
    const made = await make(admin, 'undoes', run!);
    expect(made.status, made.text).toBe(201);
    await own.work();
    expect(await attributesOf(admin, made.json.data.id)).toMatchObject({ kind: 'undo', state: 'completed' });
    const { json } = await admin.get(`/dovetail/runs/${run}?include=undoneBy`);
    expect(json.included[0].id).toBe(made.json.data.id);
    expect((await make(admin, 'undoes', run!)).status).toBe(409);
  });

  it('is refused where nothing says of what, and then nothing is made', async () => {
    const before = await idsOf(admin, '/dovetail/runs?page[size]=100');
    const bad = [
      await clerk.post('/dovetail/runs', { type: 'dovetail-runs' }),
      await clerk.post('/dovetail/runs', { type: 'runs' }),
      await clerk.post('/dovetail/runs', { type: 'dovetail-runs', id: '7' }),
      await clerk.post('/dovetail/runs', { type: 'dovetail-runs', attributes: { dryRun: 'yes' } }),
      await clerk.post('/dovetail/runs', { type: 'dovetail-runs', attributes: { state: 'queued' } }),
      await make(clerk, 'repeats', 'none'),
      await make(clerk, 'follows', clean),
    ];
    expect(bad.map(({ status }) => status)).toEqual([422, 409, 403, 422, 422, 404, 422]);
    expect(await idsOf(admin, '/dovetail/runs?page[size]=100')).toEqual(before);
  });
});
