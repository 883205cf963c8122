// The end of a batch: told to the address that its sender named, signed; and brought about early by a request, in the middle of the work.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findSecretBytes } from '../../src/foundation/http/webhook-signature.js';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';

const SECRET = `whsec_${Buffer.alloc(32, 'dovetail').toString('base64')}`;
const NDJSON = { 'content-type': 'application/x-ndjson', prefer: 'respond-async' };

let own: OwnApp;
let admin: OwnCaller;
let hook: Server;
let hookUrl: string;
const told: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];

beforeAll(async () => {
  hook = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      told.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((listening) => hook.listen(0, '127.0.0.1', listening));
  const { port } = hook.address() as AddressInfo;
  hookUrl = `http://127.0.0.1:${port}/done`;
  own = await openOwnApp({ allowAddresses: [`127.0.0.1:${port}`], notify: { webhookSecret: SECRET } });
  admin = await own.addClient('admin', ['administrator']);
});
afterAll(async () => {
  await own?.close();
  hook?.close();
});

const lines = (count: number, name: string): string =>
  Array.from({ length: count }, (_, i) => `{"sku":"${name}${i}","price":${i}}\n`).join('');

it('is told to the address that batch[notify] names, once and signed', async () => {
  const sent = await admin.ask('PATCH', `/items?batch[notify]=${encodeURIComponent(hookUrl)}`, {
    headers: NDJSON,
    body: `${lines(3, 'N')}{"sku":"bad","price":"dear"}\n`,
  });
  expect(sent.status, sent.text).toBe(202);
  expect(told).toEqual([]);
  await own.work();
  expect(told).toHaveLength(1);
  const [{ headers, body }] = told as [(typeof told)[0]];
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const digest = createHmac('sha256', findSecretBytes(SECRET)!).update(content).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${digest}`);
  const run = JSON.parse(sent.text).data.id;
  expect(JSON.stringify(JSON.parse(body))).toContain('completed_with_errors');
  expect(body).toMatch(new RegExp(`"(?:run|id)":"?${run}"?`));
});

it('is brought about by a request in the middle of the work, which then can be gone on with', async () => {
  // The second chunk stands still until it is let on.
  await own.at.database.query(`
    create function wait_for_it() returns trigger language plpgsql as $$
      begin if new.sku = 'C30000' then perform pg_advisory_xact_lock(4711); end if; return new; end $$;
    create trigger wait_for_it before insert on item for each row execute function wait_for_it()`);
  const holder = await own.at.database.pool.connect();
  await holder.query('select pg_advisory_lock(4711)');
  const sent = await admin.ask('PATCH', '/items', { headers: NDJSON, body: lines(100_000, 'C') });
  expect(sent.status, sent.text).toBe(202);
  const run = JSON.parse(sent.text).data.id as string;
  const path = `/dovetail/runs/${run}`;
  const set = (state: string) => admin.patch(path, { type: 'dovetail-runs', id: run, attributes: { state } });
  const stop = new AbortController();
  const workers = await own.app.jobs.startWorkers({ concurrency: 2, signal: stop.signal });
  await expect
    .poll(
      async () =>
        (
          await own.at.database.query(
            `select from pg_locks where locktype = 'advisory' and objid = 4711 and not granted`,
          )
        ).rowCount,
      { timeout: 30_000 },
    )
    .toBe(1);
  const cancelled = await set('cancelled');
  expect(cancelled.status, cancelled.text).toBe(200);
  expect(cancelled.json.data.attributes).toMatchObject({ state: 'running', cancelRequested: true });
  await holder.query('select pg_advisory_unlock(4711)');
  holder.release();
  const stateOf = async () => (await admin.get(path)).json.data.attributes;
  await expect.poll(async () => (await stateOf()).state, { timeout: 30_000 }).toBe('cancelled');
  const { read, added } = await stateOf();
  expect(read).toBeLessThan(100_000);
  const { rows } = await own.at.database.query<{ n: number }>(
    `select count(*)::int as n from item where sku like 'C%'`,
  );
  expect(rows[0]!.n).toBe(added);
  expect((await set('cancelled')).status).toBe(409);
  expect((await set('queued')).status).toBe(200);
  await expect.poll(async () => (await stateOf()).state, { timeout: 60_000 }).toBe('completed');
  expect(await stateOf()).toMatchObject({ read: 100_000, added: 100_000, failed: 0 });
  stop.abort();
  await workers.stopped;
}, 120_000);
