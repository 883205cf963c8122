// How batches are asked for, and answered: what is refused before it is read, what is done once, and who waits for how long.
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { notifyError } from '../../src/doors/notify/notify-errors.js';
import { BATCH_DOCUMENT, type BatchApi, openBatchApi } from './batch-fixture.js';

const NDJSON = 'application/x-ndjson';
const MOST = 2 << 20;
let api: BatchApi;
beforeAll(async () => {
  api = await openBatchApi({
    setUp: `create table item (sku text primary key, price numeric, note text);
      create view cheap as select sku from item where price < 5;`,
    settings: { batchBytes: MOST },
    rooms: {
      checkNotify: (to) => {
        if (to.includes('private')) throw notifyError(102, { detail: 'Not there.' });
      },
    },
  });
});
beforeEach(() =>
  api.at.database.query('truncate item; delete from dovetail.runs; delete from dovetail.idempotency_keys'),
);
afterAll(() => api.close());

const lines = (count: number, price = 1): string =>
  Array.from({ length: count }, (_, i) => `{"sku":"S${i}","price":${price}}\n`).join('');
const patch = (body: string | Uint8Array, headers = {}, query = '', type = NDJSON) =>
  api.ask('PATCH', `/api/items${query}`, type, body, headers);
const count = async (table = 'item') => Number((await api.rows(`select count(*) from ${table}`))[0]![0]);
const isOver = async (run: string): Promise<string> => {
  for (;;) {
    const [[state]] = (await api.rows(`select state from dovetail.runs where id = ${run}`)) as [[string]];
    if (state !== 'queued' && state !== 'running') return state;
    await new Promise((done) => setTimeout(done, 20));
  }
};

describe('a batch', () => {
  it('as plain JSON:API is refused, with the name of the extension that it needs', async () => {
    const body = JSON.stringify({ data: [{ type: 'items', id: 'A', attributes: { price: 1 } }] });
    const answer = await patch(body, {}, '', 'application/vnd.api+json');
    expect(answer.status).toBe(415);
    expect(answer.json.errors[0]).toMatchObject({ code: 'API-501', source: { header: 'Content-Type' } });
    expect(answer.json.errors[0].meta.hint).toContain('urn:dovetail:jsonapi:batch:1');
    for (const type of ['application/json', 'text/plain', `${BATCH_DOCUMENT};charset=utf-8`])
      expect((await patch(body, {}, '', type)).status, type).toBe(415);
    expect(await count()).toBe(0);
  });

  it('is answered at once where it is small, and with an address where its sender would not wait', async () => {
    const at = await patch(lines(3));
    expect([at.status, at.json.data.type, at.json.data.attributes.state]).toEqual([
      200,
      'dovetail-runs',
      'completed',
    ]);
    const later = await patch(lines(3, 2), { prefer: 'respond-async' });
    expect([later.status, later.headers.get('preference-applied')]).toEqual([202, 'respond-async']);
    const address = later.headers.get('content-location')!;
    expect(address).toBe(`/api/dovetail/runs/${later.json.data.id}`);
    expect(later.headers.get('location')).toBe(address);
    expect(await isOver(later.json.data.id)).toBe('completed');
    const run = await api.ask('GET', address, undefined);
    expect(run.json.data.attributes).toMatchObject({ state: 'completed', read: 3, updated: 3 });
    expect(await api.lines(later.json.data.id, 'results')).toHaveLength(3);
  });

  it('that is large is waited for only where that is asked for', async () => {
    const large = lines(40_000);
    expect((await patch(large)).status).toBe(202);
    await isOver((await api.rows('select max(id) from dovetail.runs'))[0]![0]!);
    const waited = await patch(large, { prefer: 'wait=30' });
    expect([waited.status, waited.headers.get('preference-applied')]).toEqual([200, 'wait=30']);
    expect(waited.json.data.attributes).toMatchObject({ read: 40_000, unchanged: 40_000 });
    expect(waited.json.meta.results).toBeUndefined();
    const results = await api.lines(waited.json.data.id, 'results');
    expect(results.map(({ record }) => record)).toEqual(Array.from({ length: 40_000 }, (_, i) => i + 1));
  });

  it('under an Idempotency-Key is done once, and another body under it is refused', async () => {
    const key = { 'idempotency-key': 'one' };
    const first = await patch(lines(2), key);
    const again = await patch(lines(2), key);
    expect([again.status, again.json.data.id, again.headers.get('idempotency-replayed')]).toEqual([
      200,
      first.json.data.id,
      'true',
    ]);
    expect(again.json.meta.results).toEqual(first.json.meta.results);
    const other = await patch(lines(3), key);
    expect([other.status, other.json.errors[0].code]).toEqual([422, 'API-304']);
    const document = JSON.stringify({ data: [{ type: 'items', id: 'A', attributes: { price: 1 } }] });
    const once = { 'idempotency-key': 'two' };
    const sent = await patch(document, once, '', BATCH_DOCUMENT);
    expect((await patch(document, once, '', BATCH_DOCUMENT)).json.data.id).toBe(sent.json.data.id);
    expect(await count('dovetail.runs')).toBe(2);
    expect(await api.spooled()).toEqual([]);
  });

  it('is done once however many come under one key at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => patch(lines(5), { 'idempotency-key': 'many' })),
    );
    expect(new Set(answers.map(({ status, json }) => `${status} ${json.data.id}`)).size).toBe(1);
    expect(await count('dovetail.runs')).toBe(1);
  });

  it('takes gzip, and what is no gzip is refused', async () => {
    const packed = await patch(gzipSync(lines(10)), { 'content-encoding': 'gzip' });
    expect(packed.json.data.attributes, packed.text).toMatchObject({ added: 10 });
    const broken = await patch(lines(10), { 'content-encoding': 'gzip' });
    expect([broken.status, broken.json.errors[0].code]).toEqual([400, 'API-503']);
    const cut = await patch(gzipSync(lines(1_000)).subarray(0, 500), { 'content-encoding': 'gzip' });
    expect(cut.status).toBe(400);
    expect((await patch('x', { 'content-encoding': 'br' })).status).toBe(415);
    expect(await count('dovetail.runs')).toBe(1);
  });

  it('that is larger than it may be is refused, packed or of unsaid length too', async () => {
    const long = Buffer.alloc(MOST + 1, ' ');
    const said = await patch(long);
    expect([said.status, said.json.errors[0].code]).toEqual([413, 'API-502']);
    expect((await patch(gzipSync(long), { 'content-encoding': 'gzip' })).status).toBe(413);
    const unsaid = new ReadableStream({
      start(controller) {
        for (let i = 0; i < 40; i++) controller.enqueue(new Uint8Array(64 << 10).fill(32));
        controller.close();
      },
    });
    expect((await api.ask('PATCH', '/api/items', NDJSON, unsaid)).status).toBe(413);
    expect(await api.spooled()).toEqual([]);
    expect(await count('dovetail.runs')).toBe(0);
  });

  it('that breaks off in the middle leaves nothing', async () => {
    for (const type of [NDJSON, BATCH_DOCUMENT]) {
      const { hostname, port } = new URL(api.url);
      const socket = connect(Number(port), hostname);
      const body = type === NDJSON ? lines(2_000) : `{"data":[${'{"type":"items","id":"A"},'.repeat(2_000)}`;
      socket.write(
        `PATCH /api/items HTTP/1.1\r\nhost: x\r\nauthorization: Bearer test\r\ncontent-type: ${type}\r\ncontent-length: ${body.length * 2}\r\n\r\n${body}`,
      );
      // It has begun to be read.
      while ((await api.spooled()).length === 0 && type === NDJSON)
        await new Promise((done) => setTimeout(done, 5));
      socket.destroy();
      while ((await api.spooled()).length > 0) await new Promise((done) => setTimeout(done, 5));
    }
    expect(await count('dovetail.runs')).toBe(0);
    expect(await count()).toBe(0);
  });

  it('says what is wrong with its address and headers', async () => {
    const wrong: readonly (readonly [string, object, number, string])[] = [
      ['?batch[strategy]=mirror', {}, 400, 'API-202'],
      ['?batch[colour]=red', {}, 400, 'API-201'],
      ['?strategy=add', {}, 400, 'API-201'],
      ['?batch[maxErrors]=many', {}, 400, 'API-202'],
      ['?batch[notify]=mail:a@example.org', {}, 400, 'API-202'],
      ['?batch[notify]=https://private', {}, 400, 'NOTIFY-102'],
      ['?batch[identity]=colour', {}, 400, 'API-202'],
      ['', { 'idempotency-key': 'a b' }, 400, 'API-109'],
      ['', { authorization: 'Basic x' }, 401, 'API-103'],
    ];
    for (const [query, headers, status, code] of wrong) {
      const answer = await patch(lines(1), headers, query);
      expect([query, answer.status, answer.json.errors[0].code], answer.text).toEqual([query, status, code]);
    }
    expect((await api.ask('PATCH', '/api/nothing', NDJSON, lines(1))).status).toBe(404);
    expect((await api.ask('PATCH', '/api/cheaps', NDJSON, lines(1))).status).toBe(403);
    const column = await patch('{"sku":"A","pryce":1}\n');
    expect([column.status, column.json.errors[0].code, column.json.errors[0].meta.hint]).toEqual([
      422,
      'API-504',
      "Did you mean 'price'?",
    ]);
    expect(await count('dovetail.runs')).toBe(0);
    expect(await api.spooled()).toEqual([]);
  });

  it('does with the records what its sender says', async () => {
    await api.at.database.query(`insert into item values ('S0', 5, 'kept'), ('S9', 5, 'kept')`);
    const update = await patch(lines(2), {}, '?batch[strategy]=update');
    expect(update.json.data.attributes, update.text).toMatchObject({
      state: 'completed_with_errors',
      updated: 1,
      failed: 1,
    });
    const add = await patch(lines(2), {}, '?batch[strategy]=add');
    expect(add.json.data.attributes, add.text).toMatchObject({ added: 1 });
    const remove = await patch('{"sku":"S9"}\n{"sku":"S8"}\n', {}, '?batch[strategy]=delete');
    expect(remove.json.data.attributes, remove.text).toMatchObject({ deleted: 1 });
    expect(remove.json.meta.results[0]).toMatchObject({ status: 'deleted', id: 'S9' });
    const stopped = await patch(
      '{"sku":"T1","price":"x"}\n{"sku":"T2","price":"y"}\n',
      {},
      '?batch[maxErrors]=1&batch[notify]=https://example.org/done',
    );
    expect(stopped.json.data.attributes).toMatchObject({ state: 'stopped', failed: 2 });
    expect(await api.rows('select notify from dovetail.runs where notify is not null')).toHaveLength(1);
  });
});
