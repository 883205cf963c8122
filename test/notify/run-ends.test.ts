// Who asked to be told of a run's end is told: by mail with the failed rows, by signed webhook; and it is never lost.
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.js';
import { findSecretBytes, toSignedHeaders } from '../../src/foundation/http/webhook-signature.js';
import { toCall } from '../import/import-fixture.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { listenForMails, type SmtpListener } from './smtp-listener.js';

const SECRET = `whsec_${Buffer.alloc(32, 'dovetail').toString('base64')}`;

let test: TestDatabase;
let app: App;
let folder: string;
let smtp: SmtpListener;
let hook: Server;
let hookUrl: string;
let status = 204;
let told: { readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];

beforeAll(async () => {
  test = await createTestDatabase();
  await test.database.query('create table item (sku text primary key, price numeric not null)');
  folder = mkdtempSync(join(tmpdir(), 'dovetail-notify-'));
  smtp = await listenForMails();
  hook = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      told.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((listening) => hook.listen(0, '127.0.0.1', listening));
  const { port } = hook.address() as AddressInfo;
  hookUrl = `http://127.0.0.1:${port}/told`;
  const config = {
    allowAddresses: [`127.0.0.1:${port}`],
    notify: {
      smtp: `smtp://127.0.0.1:${smtp.port}?ignoreTLS=true`,
      from: 'dovetail@example.org',
      webhookSecret: SECRET,
    },
  };
  writeFileSync(join(folder, 'dovetail.config.json'), JSON.stringify(config));
  app = await createApp({ cwd: folder, env: {}, databaseUrl: test.url });
  const { setUpDatabase } = await import('../../src/app-setup.js');
  await setUpDatabase(test.database);
});
afterAll(async () => {
  await app?.close();
  hook?.close();
  await smtp?.close();
  await test?.drop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  told = [];
  smtp.mails.length = 0;
  status = 204;
  smtp.refuseWith(undefined);
});

async function importRows(content: string, notify: readonly string[]) {
  const path = join(folder, 'items.csv');
  writeFileSync(path, content);
  return app.files.import({ ...toCall({ notify }), entity: 'item', source: { path } });
}

/** Runs a worker until the queue holds nothing that it would do now. */
async function work(): Promise<void> {
  const stop = new AbortController();
  const workers = await app.jobs.startWorkers({ concurrency: 2, signal: stop.signal });
  for (;;) {
    const { rows } = await test.database.query<{ open: number }>(
      `select count(*)::int as open from dovetail_jobs._private_jobs where locked_at is not null or run_at <= now() and attempts < max_attempts`,
    );
    if (rows[0]!.open === 0) break;
    await new Promise((done) => setTimeout(done, 20));
  }
  stop.abort();
  await workers.stopped;
}

describe('the end of a run', () => {
  it('is told by mail, with counts and the failed rows', async () => {
    const report = await importRows('sku,price\nA,1\nB,dear\nC,3\n', ['mail:ops@example.org']);
    await work();
    expect(smtp.mails).toHaveLength(1);
    const { to, text } = smtp.mails[0]!;
    expect(to).toBe('ops@example.org');
    expect(text).toContain('Subject: import of item completed with errors');
    expect(text).toMatch(/read\s+3/);
    expect(text).toMatch(/added\s+2/);
    expect(text).toContain(`filename=${report.run}-failed.csv`);
    const attached = /filename=\S+\r\n(?:.+\r\n)*\r\n([A-Za-z0-9+/=\r\n]+)/.exec(
      text.slice(text.indexOf('attachment')),
    );
    const rows = attached === null ? text : Buffer.from(attached[1]!, 'base64').toString('utf8');
    expect(rows).toContain('B,dear');
  });

  it('is told by a webhook signed as the standard says', async () => {
    const report = await importRows('sku,price\nA,1\nB,dear\n', [hookUrl]);
    await work();
    expect(told).toHaveLength(1);
    const { headers, body } = told[0]!;
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
    expect(JSON.parse(body)).toMatchObject({
      type: 'run.ended',
      data: {
        run: report.run,
        state: 'completed_with_errors',
        counters: { read: 2, failed: 1 },
        failedRows: { rows: 1 },
      },
    });
  });

  it('is told of an export too', async () => {
    await app.files.export({
      entity: 'item',
      format: 'csv',
      formatOptions: {},
      full: false,
      notify: [hookUrl],
      target: { path: join(folder, 'out.csv') },
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    await work();
    expect(JSON.parse(told[0]!.body)).toMatchObject({ data: { kind: 'export', state: 'completed' } });
  });

  it('waits in the queue, with a growing delay, while the other side is broken, and keeps its number', async () => {
    status = 503;
    smtp.refuseWith('451 later');
    await importRows('sku,price\nA,2\n', [hookUrl, 'mail:ops@example.org']);
    await work();
    const waiting = `select attempts, run_at > now() as later, last_error from dovetail_jobs.jobs order by id`;
    expect((await test.database.query(waiting)).rows).toMatchObject([
      { attempts: 1, later: true, last_error: expect.stringContaining('503') },
      { attempts: 1, later: true, last_error: expect.stringContaining('451') },
    ]);
    [status] = [204];
    smtp.refuseWith(undefined);
    await test.database.query('update dovetail_jobs._private_jobs set run_at = now()');
    await work();
    expect(told.map(({ headers }) => headers['webhook-id'])).toEqual([
      told[0]!.headers['webhook-id'],
      told[0]!.headers['webhook-id'],
    ]);
    expect(smtp.mails).toHaveLength(1);
    expect((await test.database.query('select from dovetail_jobs.jobs')).rowCount).toBe(0);
  });

  it('is tried no more where the other side says for good that it will not', async () => {
    status = 410;
    smtp.refuseWith('550 no such user');
    await importRows('sku,price\nA,3\n', [hookUrl, 'mail:gone@example.org']);
    await work();
    const { rows } = await test.database.query('select attempts, max_attempts from dovetail_jobs.jobs');
    expect(rows).toEqual([
      { attempts: 1, max_attempts: 1 },
      { attempts: 1, max_attempts: 1 },
    ]);
    await test.database.query('delete from dovetail_jobs._private_jobs');
  });

  it.each([
    ['mail:nobody', 'NOTIFY-101'],
    ['pigeon:ops', 'NOTIFY-101'],
    ['https://10.0.0.1/x', 'HTTP-102'],
    ['https://joe:pw@example.org/', 'NOTIFY-101'],
  ])('can not be told at %s: %s', async (to, code) => {
    await expect(importRows('sku,price\nA,1\n', [to])).rejects.toMatchObject({ code });
  });
});

describe('signatures of webhooks', () => {
  it('are those of the standard', () => {
    // From the standard's own reference libraries.
    const secret = findSecretBytes('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')!;
    const headers = toSignedHeaders(secret, {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      at: new Date(1_614_265_330_000),
      body: '{"test": 2432232314}',
    });
    expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
    expect(headers['webhook-timestamp']).toBe('1614265330');
  });

  it.each(['', 'short', 'whsec_!!!', `whsec_${Buffer.alloc(65).toString('base64')}`])(
    'need a secret, which %s is not',
    (text) => {
      expect(findSecretBytes(text)).toBeUndefined();
    },
  );
});
