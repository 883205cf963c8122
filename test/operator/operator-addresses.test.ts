// /health, /ready and /metrics of a server as `serve` opens it, asked by real requests.
import { request } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setUpDatabase } from '../../src/app-setup.js';
import { createAccess } from '../../src/engine/access/index.js';
import { addJob } from '../../src/engine/jobs/enqueue-job.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { type ServedApp, serveWith } from './served-app.js';

let at: TestDatabase;
let server: ServedApp;
let key: string;
let otherKey: string;
const stop = new AbortController();
const METRICS = { token: 'a-token-for-prometheus' };

beforeAll(async () => {
  at = await createTestDatabase();
  await at.database.query(`create table note (id int primary key, text text); insert into note values (1);
    create view slow_note as select id, pg_sleep(60)::text as slept from note`);
  await setUpDatabase(at.database);
  const access = createAccess({ database: at.database });
  await access.clients.create({ name: 'reader' });
  await access.clients.giveRole('reader', 'reader');
  ({ key } = await access.keys.create('reader'));
  await access.clients.create({ name: 'other' });
  await access.clients.giveRole('other', 'reader');
  otherKey = (await access.keys.create('other')).key;
  const api = { rateLimit: { requests: 4, seconds: 3_600 } };
  server = await serveWith(at.url, { api, metrics: METRICS }, stop.signal);
});
afterAll(async () => {
  await server?.close();
  await at?.drop();
});

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, { headers });

/** The value of a line of the page; undefined without that line. */
async function readMetric(line: string): Promise<number | undefined> {
  const page = await (await get('/metrics')).text();
  const found = page.split('\n').find((one) => one.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}

describe('/health', () => {
  it('says to anybody that the process lives', async () => {
    const answer = await get('/health');
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ok' }]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await fetch(`${server.url}/health`, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('/metrics', () => {
  it('counts requests by kind of address, never by the address', async () => {
    const auth = { authorization: `Bearer ${key}` };
    for (const path of ['/api/notes', '/api/notes/1', '/api/notes/2', '/api/secret-name'])
      await (await get(path, auth)).text();
    expect((await get('/api/notes', auth)).status).toBe(429);
    const page = await (await get('/metrics')).text();
    const count = (labels: string) => `dovetail_http_request_duration_seconds_count{${labels}} 1`;
    expect(page).toContain(count('route="/api record",method="GET",status="200"'));
    expect(page).toContain(count('route="/api record",method="GET",status="404"'));
    expect(page).toContain(count('route="/api collection",method="GET",status="429"'));
    expect(page).toContain('dovetail_rate_limit_refusals_total 1\n');
    expect(page).not.toMatch(/secret-name|notes|Bearer/);
    expect(page).not.toContain(key);
  });

  it('counts clients that went away', async () => {
    const gone = new AbortController();
    const headers = { authorization: `Bearer ${otherKey}` };
    const asked = fetch(`${server.url}/api/slow_notes`, { headers, signal: gone.signal }).catch(() => 'gone');
    const countSleeping = async () =>
      (
        await at.database.query(
          "select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'",
        )
      ).rowCount;
    await expect.poll(countSleeping).toBe(1);
    gone.abort();
    expect(await asked).toBe('gone');
    await expect.poll(countSleeping).toBe(0);
    expect(await readMetric('dovetail_http_clients_gone_total')).toBe(1);
  });

  it('makes no label of a method or address that a stranger makes up', async () => {
    await new Promise<void>((resolve, reject) => {
      const sent = request(`${server.url}/made-up-address`, { method: 'PROPFIND' }, (answer) => {
        answer.resume().on('end', resolve);
      });
      sent.on('error', reject).end();
    });
    const page = await (await get('/metrics')).text();
    expect(page).toContain('route="none",method="other",status="404"');
    expect(page).not.toMatch(/made-up|PROPFIND/);
  });

  it('tells of runs, jobs, workers and connections', async () => {
    await addJob(at.database, 'files.import', { run: '0' });
    await at.database.query(
      `insert into dovetail.runs (kind, entity, title, settings, origin, state, ended_at)
       values ('import', 'note', 'a', '{}', '{}', 'queued', null), ('import', 'note', 'b', '{}', '{}', 'failed', now())`,
    );
    await expect.poll(() => readMetric('dovetail_jobs_waiting')).toBe(1);
    expect(await readMetric('dovetail_runs{state="queued"}')).toBe(1);
    expect(await readMetric('dovetail_runs{state="running"}')).toBe(0);
    expect(await readMetric('dovetail_runs_ended_last_day{state="failed"}')).toBe(1);
    expect(await readMetric('dovetail_workers')).toBe(0);
    expect(await readMetric('dovetail_pool_limit{pool="requests"}')).toBe(20);
    expect(await readMetric('dovetail_database_up')).toBe(1);
  });

  it('is for this machine, or whoever has the token', async () => {
    const forwarded = { 'x-forwarded-for': '203.0.113.7' };
    expect((await get('/metrics')).status).toBe(200);
    expect((await get('/metrics', forwarded)).status).toBe(403);
    expect((await get('/metrics', { ...forwarded, authorization: 'Bearer wrong' })).status).toBe(403);
    const allowed = await get('/metrics', { ...forwarded, authorization: `Bearer ${METRICS.token}` });
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('content-type')).toMatch(/^text\/plain/);
  });
});

describe('requests by chance', () => {
  it('are answered below 500, and make no new lines of metrics', async () => {
    const methods = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PURGE');
    const paths = fc.constantFrom(
      '/health',
      '/ready',
      '/metrics',
      '/metrics/',
      '/health/x',
      '/',
      '//',
      '/%2e%2e/metrics',
    );
    const value = fc.string({ unit: fc.constantFrom(...'a1,;="[]:./ '), maxLength: 30 });
    const countRoutes = async () =>
      new Set((await (await get('/metrics')).text()).match(/route="[^"]*"/g)).size;
    const before = await countRoutes();
    await fc.assert(
      fc.asyncProperty(methods, paths, value, value, async (method, path, query, header) => {
        const headers = { 'x-forwarded-for': header.trim(), forwarded: header.trim(), accept: header.trim() };
        const answer = await fetch(`${server.url}${path}?${encodeURIComponent(query)}`, { method, headers });
        await answer.arrayBuffer();
        expect(answer.status).toBeLessThan(500);
      }),
      { numRuns: 150, seed: 20_264 },
    );
    expect(await countRoutes()).toBeLessThanOrEqual(before + 3);
  });
});

describe('/ready', () => {
  it('says so while the database is there with the tables of this version, and 503 while it is not', async () => {
    const ready = await get('/ready');
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { status: 'ready', checks: { database: 'ok', schema: 'ok' } },
    ]);
    await at.database.query(`insert into dovetail.migrations values (999999, '999999-later', 'x')`);
    await expect.poll(async () => (await get('/ready')).status).toBe(503);
    expect(await (await get('/ready')).json()).toEqual({
      status: 'not ready',
      checks: { database: 'ok', schema: 'newer than this version' },
    });
    await at.database.query('delete from dovetail.migrations where number = 999999');
    await expect.poll(async () => (await get('/ready')).status).toBe(200);
  });

  it('says 503 within its deadline where the database does not answer', async () => {
    const blocker = await at.database.pool.connect();
    await blocker.query('begin; lock table dovetail.migrations in access exclusive mode');
    await expect.poll(async () => (await get('/ready')).status, { timeout: 10_000 }).toBe(503);
    await blocker.query('rollback');
    blocker.release();
    await expect.poll(async () => (await get('/ready')).status, { timeout: 10_000 }).toBe(200);
  });

  it('says 503 from the moment on that the end is asked for, while requests are still answered', async () => {
    stop.abort();
    const ready = await get('/ready');
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'draining' }]);
    expect((await get('/health')).status).toBe(200);
  });
});
