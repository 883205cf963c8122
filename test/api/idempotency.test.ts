// Requests that are sent again under the same Idempotency-Key.
import { createHash, createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PRUNE_ANSWERS_TASK, pruneAnswers } from '../../src/doors/api/idempotency/prune-answers.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { FINGERPRINT_KEY, openTestApi, type TestApi } from './api-fixture.js';

let api: TestApi;
beforeAll(async () => {
  api = await openTestApi({
    setUp:
      'create table note (id int generated always as identity primary key, text text not null check (text <> $$bad$$))',
    access: {
      authenticateKey: async (key) => ({ kind: 'client', id: key, name: key, roles: [] }),
      catalogFor: async (_caller, catalog) => catalog,
    },
  });
});
beforeEach(() =>
  api.at.database.query('truncate note restart identity; delete from dovetail.idempotency_keys'),
);
afterAll(() => api.close());

const send = (key: string, text: string, headers = {}) =>
  api.ask('POST', '/api/notes', {
    body: { data: { type: 'notes', attributes: { text } } },
    headers: { 'idempotency-key': key, ...headers },
  });
const count = async () =>
  Number((await api.at.database.query<{ n: string }>('select count(*) as n from note')).rows[0]!.n);

describe('a request with an Idempotency-Key', () => {
  it('is done once, and answered alike each time', async () => {
    const first = await send('k1', 'one');
    expect(first.status, first.text).toBe(201);
    const again = await send('k1', 'one');
    expect([again.status, again.text, again.headers.get('location'), again.headers.get('etag')]).toEqual([
      201,
      first.text,
      '/api/notes/1',
      first.headers.get('etag'),
    ]);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(await count()).toBe(1);
  });

  it('is done once however many come at the same moment', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => send('k2', 'same')));
    expect(new Set(answers.map((one) => `${one.status} ${one.text}`)).size).toBe(1);
    expect(answers[0]!.status).toBe(201);
    expect(await count()).toBe(1);
  });

  it('is refused with 422 where the key was that of another one', async () => {
    await send('k3', 'one');
    const other = await send('k3', 'two');
    expect(other.status).toBe(422);
    expect(other.json.errors[0]).toMatchObject({ code: 'API-304', source: { header: 'Idempotency-Key' } });
    expect(await count()).toBe(1);
  });

  it('can be mended and sent again where it failed', async () => {
    expect((await send('k4', 'bad')).status).toBe(422);
    expect((await send('k4', 'good')).status).toBe(201);
  });

  it('has nothing to do with the same key of somebody else', async () => {
    await send('k5', 'one');
    expect((await send('k5', 'two', { authorization: 'Bearer other' })).status).toBe(201);
    expect(await count()).toBe(2);
  });

  it('updates and deletes once', async () => {
    await send('k6', 'one');
    const remove = () => api.ask('DELETE', '/api/notes/1', { headers: { 'idempotency-key': 'k7' } });
    expect([(await remove()).status, (await remove()).status]).toEqual([204, 204]);
    expect((await api.ask('DELETE', '/api/notes/1')).status).toBe(404);
  });

  it('must have a key that can be one', async () => {
    for (const key of ['', 'a b', 'x'.repeat(256)]) expect((await send(key, 'one')).status).toBe(400);
  });

  it('leaves no fingerprint that a body could be guessed from, and the same after a restart', async () => {
    const body = JSON.stringify({ data: { type: 'notes', attributes: { text: 'secret' } } });
    await api.ask('POST', '/api/notes', { body, headers: { 'idempotency-key': 'k9' } });
    const { rows } = await api.at.database.query<{ fingerprint: Buffer }>(
      "select fingerprint from dovetail.idempotency_keys where key = 'k9'",
    );
    const said = `POST /api/notes\n${body}`;
    expect(rows[0]!.fingerprint).not.toEqual(createHash('sha256').update(said).digest());
    expect(rows[0]!.fingerprint).toEqual(createHmac('sha256', FINGERPRINT_KEY).update(said).digest());
  });

  it('is forgotten after a day', async () => {
    expect(PRUNE_ANSWERS_TASK).toBe('api.prune-answers');
    await send('k8', 'one');
    const in25Hours = { now: () => new Date(Date.now() + 25 * 3_600_000) };
    expect(await pruneAnswers(api.at.database, systemClock, 1)).toBe(0);
    expect(await pruneAnswers(api.at.database, { ...systemClock, ...in25Hours }, 1)).toBe(1);
    expect((await send('k8', 'one')).headers.get('idempotency-replayed')).toBeNull();
  });
});
