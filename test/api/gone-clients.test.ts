// Clients that go away, answers that are too large, and more requests than there is room for: the database is not kept busy for nobody.
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readBounded } from '../../src/foundation/postgres/bounded-read.js';
import { openTestApi, type TestApi } from './api-fixture.js';

const LOCK = 4_712;
const SLOW = `
  create function wait_here() returns int language plpgsql as $$
    begin perform pg_advisory_xact_lock_shared(${LOCK}); return 7; end $$;
  create table gate (id int primary key);
  insert into gate values (1);
  create view gated as select id, wait_here() as waited from gate;
  create table letter (id int generated always as identity primary key, text text);
  create function wait_first() returns trigger language plpgsql as $$ begin perform wait_here(); return new; end $$;
  create trigger slow before insert on letter for each row execute function wait_first();`;

let api: TestApi;
let release: () => Promise<void> = async () => {};
afterEach(() => release());
beforeAll(async () => {
  api = await openTestApi({ setUp: SLOW, connections: { max: 2, waitMs: 1_500, applicationName: 'asked' } });
});
afterAll(() => api?.close());

/** Keeps all that wait, until the returned function is called. */
async function hold(): Promise<() => Promise<void>> {
  const client = await api.at.database.pool.connect();
  await client.query(`select pg_advisory_lock(${LOCK})`);
  return async () => {
    release = async () => {};
    await client.query(`select pg_advisory_unlock(${LOCK})`);
    client.release();
  };
}

async function countWaiting(): Promise<number> {
  const { rows } = await api.at.database.query<{ count: number }>(
    `select count(*)::int from pg_stat_activity where datname = current_database()
     and application_name = 'asked' and wait_event_type = 'Lock'`,
  );
  return rows[0]!.count;
}

const askAndGo = (path: string) => {
  const gone = new AbortController();
  const asked = fetch(`${api.url}${path}`, {
    headers: { authorization: 'Bearer test' },
    signal: gone.signal,
  }).catch(() => 'gone');
  return { gone, asked };
};

describe('a client that goes away', () => {
  it('takes its statement with it', async () => {
    release = await hold();
    const { gone, asked } = askAndGo('/api/gateds');
    await expect.poll(countWaiting).toBe(1);
    gone.abort();
    expect(await asked).toBe('gone');
    await expect.poll(countWaiting).toBe(0);
    await release();
    expect((await api.get('/api/gateds')).status).toBe(200);
  });

  it('harms no later request, whenever it goes', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 60; i++) {
      const { gone, asked } = askAndGo('/api/gateds');
      const others = [api.get('/api/gates'), api.get('/api/gateds')];
      for (let turns = 0; turns < i % 12; turns++) await new Promise((done) => setImmediate(done));
      gone.abort();
      await asked;
      statuses.push(...(await Promise.all(others)).map(({ status }) => status));
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
  });

  it('leaves alone what it wrote: that is done as if it had stayed', async () => {
    release = await hold();
    const body = JSON.stringify({ data: { type: 'letters', attributes: { text: 'x' } } });
    const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
    socket.write(
      `POST /api/letters HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer test\r\nContent-Type: application/vnd.api+json\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(countWaiting).toBe(1);
    socket.destroy();
    await release();
    await expect.poll(async () => (await api.at.database.query('select from letter')).rowCount).toBe(1);
  });
});

describe('an answer that is too large', () => {
  it('is ended while its rows still come', async () => {
    const huge = "select repeat(i::text || 'x', 200000) as text from generate_series(1, 1000000) i";
    const read = readBounded(api.at.database, { text: huge }, { mostBytes: 10 << 20 });
    await expect(read).rejects.toMatchObject({ code: 'POSTGRES-401' });
    const { rows } = await api.at.database.query<{ n: number }>('select 1 as n');
    expect(rows).toEqual([{ n: 1 }]);
  });
});

describe('too many requests at once', () => {
  it('are 503 with Retry-After, soon, and the others are answered', async () => {
    release = await hold();
    const first = ['/api/gateds', '/api/gateds'].map((path) => api.get(path));
    await expect.poll(countWaiting).toBe(2);
    const late = await api.get('/api/gates');
    expect([late.status, late.headers.get('retry-after'), late.json.errors[0].code]).toEqual([
      503,
      '5',
      'API-111',
    ]);
    const crowd = await Promise.all(Array.from({ length: 230 }, () => api.get('/api/gates')));
    expect(crowd.map(({ status }) => status).every((status) => status === 503)).toBe(true);
    await release();
    for (const answer of await Promise.all(first)) expect(answer.status).toBe(200);
    expect((await api.get('/api/gates')).status).toBe(200);
  });
});
