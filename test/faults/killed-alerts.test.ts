// kill -9 of workers that tell people of alerts: everybody is told of everything, and what is told twice has the same number.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.js';
import { setUpDatabase } from '../../src/app-setup.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { compileProduct } from './compiled-product.js';
import { eventually, type FaultProcess, startProcess } from './fault-process-control.js';

const SECRET = `whsec_${Buffer.alloc(32, 'dovetail').toString('base64')}`;
const ALERTS = 40;
/** Each alert takes every one of them. */
const ROUTES = 12;

let test: TestDatabase;
let app: App;
let folder: string;
let receiver: Server;
let product: ReturnType<typeof compileProduct>;
/** What arrived: the number of the message, and the alerts in it. */
let arrived: { readonly id: string; readonly items: readonly string[] }[] = [];
/** Called for what arrives; what it does not answer hangs. */
let answers = (_arrived: number): boolean => true;
const started: FaultProcess[] = [];

beforeAll(async () => {
  product = compileProduct();
  test = await createTestDatabase();
  await setUpDatabase(test.database);
  receiver = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('error', () => {});
    request.on('end', () => {
      const { data } = JSON.parse(Buffer.concat(parts).toString('utf8'));
      const items = data.alerts.map((alert: { itemId: string }) => `${data.route} ${alert.itemId}`);
      arrived.push({ id: String(request.headers['webhook-id']), items });
      if (answers(arrived.length)) response.writeHead(204).end();
    });
  });
  await new Promise<void>((listening) => receiver.listen(0, '127.0.0.1', listening));
  const { port } = receiver.address() as AddressInfo;
  folder = mkdtempSync(join(tmpdir(), 'dovetail-fault-alerts-'));
  const to = [`http://127.0.0.1:${port}/alerts`];
  const many = Array.from({ length: ROUTES }, (_, i) => [`route${i}`, { sources: ['test'], to }]);
  writeFileSync(
    join(folder, 'dovetail.config.json'),
    JSON.stringify({
      allowAddresses: [`127.0.0.1:${port}`],
      notify: { webhookSecret: SECRET },
      alerts: { routes: { ...Object.fromEntries(many), now: { sources: ['held'], to } } },
    }),
  );
  app = await createApp({ cwd: folder, env: {}, databaseUrl: test.url });
}, 120_000);
afterAll(async () => {
  for (const process of started) process.child.kill('SIGKILL');
  await Promise.all(started.map((process) => process.ended));
  await app?.close();
  receiver?.closeAllConnections();
  receiver?.close();
  product?.remove();
  await test?.drop();
  rmSync(folder, { recursive: true, force: true });
});

function startWorker(): FaultProcess {
  const config = join(folder, 'dovetail.config.json');
  const words = ['work', '--database', test.url, '--config', config, '--data-folder', join(folder, 'data')];
  const worker = startProcess(product.cli, [...words, '--json']);
  started.push(worker);
  return worker;
}

const raise = (source: string, itemId: string) =>
  app.raise.raise({ source, type: 'failed', severity: 'error', itemId, message: 'It failed.' });
const isRouted = async () =>
  (await test.database.query('select from dovetail.alerts where routed_at is not null')).rowCount! > 1;
const unsent = async () =>
  (
    await test.database.query<{ open: number }>(
      `select (select count(*) from dovetail.alert_notices where sent_at is null)::int
         + (select count(*) from dovetail.alert_steps where done_at is null)::int
         + (select count(*) from dovetail.alerts where routed_at is null)::int as open`,
    )
  ).rows[0]!.open;

describe('kill -9 of a worker that tells of alerts', () => {
  it('tells again what the other side took but the worker could not note, under the same number', async () => {
    answers = () => false;
    await raise('held', 'held');
    const first = startWorker();
    await eventually(() => arrived.length === 1);
    await first.kill();
    answers = () => true;
    startWorker();
    await eventually(() => arrived.length === 2);
    await eventually(async () => (await unsent()) === 0);
    expect(arrived).toEqual([arrived[0], arrived[0]]);
    await started.at(-1)!.kill();
  }, 120_000);

  it('loses none, wherever it hits: before routes are found, before they are told, in the middle of it', async () => {
    arrived = [];
    answers = (count) => count % 3 !== 0;
    for (let i = 0; i < ALERTS; i++) await raise('test', `item ${i}`);
    const first = startWorker();
    await eventually(async () => (await isRouted()) || undefined);
    await first.kill();
    for (const seen of [2, 6, 10]) {
      const worker = startWorker();
      await eventually(() => arrived.length >= seen);
      await worker.kill();
    }
    answers = () => true;
    const last = startWorker();
    await eventually(async () => (await unsent()) === 0);
    await last.kill();
    const items = new Set(arrived.flatMap((one) => one.items));
    for (let route = 0; route < ROUTES; route++)
      for (let i = 0; i < ALERTS; i++) expect(items).toContain(`route${route} item ${i}`);
    // The same number says the same, and nothing is said under two numbers.
    const byId = new Map(arrived.map(({ id, items: said }) => [id, said.join()]));
    for (const { id, items: said } of arrived) expect(said.join()).toBe(byId.get(id));
    const said = [...byId.values()].flatMap((text) => text.split(','));
    expect(said).toHaveLength(new Set(said).size);
  }, 240_000);
});
