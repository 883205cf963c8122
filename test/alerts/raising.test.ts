// Alerts as work raises them: one row for a problem until it is resolved, and never a failure of the work itself.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { setUpDatabase } from '../../src/app-setup.js';
import { type AlertWish, createAlerts, type Watcher } from '../../src/engine/alerts/index.js';
import { addJob } from '../../src/engine/jobs/enqueue-job.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let at: TestDatabase;
let failures: string[] = [];
let seen: AlertWish[] = [];
const watcher: Watcher = { scope: { source: 'disk', type: 'full' }, look: async () => seen };

beforeAll(async () => {
  at = await createTestDatabase();
  await setUpDatabase(at.database);
});
afterAll(() => at.drop());
afterEach(async () => {
  failures = [];
  seen = [];
  await at.database.query('truncate dovetail.alerts cascade; truncate dovetail_jobs._private_jobs');
});

function open() {
  return createAlerts({
    database: at.database,
    now: () => new Date(),
    enqueue: (client, task, payload, options) => addJob(client, task, payload, options),
    onFailure: (says) => failures.push(says),
    tellTask: 'tell',
    configured: [],
    seal: () => {
      throw new Error('not needed');
    },
    findPeople: async () => [],
    findOwner: async (_db, { id }) => (id === '7' ? { name: 'shop', organization: 'north' } : undefined),
    checkTarget: () => {},
    watchers: [watcher],
    keptDays: 30,
  });
}

const WISH: AlertWish = {
  source: 'imports',
  resource: 'product',
  type: 'failed',
  operation: 'import',
  step: 'source',
  itemId: 'goods.csv',
  externalId: '0042',
  severity: 'error',
  message: 'It failed.',
  details: { run: '1' },
};
const list = () => open().services.list({ resolved: true }, { limit: 100, offset: 0 });

describe('the same problem again', () => {
  it('raises the count and the time of the one there is, with what it says now', async () => {
    const { calls } = open();
    await calls.raise(WISH);
    const [first] = await list();
    await calls.raise({ ...WISH, message: 'It failed again.', details: { run: '2' }, externalId: '0043' });
    const rows = await list();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      id: first!.id,
      count: 2,
      state: 'open',
      message: 'It failed again.',
      details: { run: '2' },
      externalId: '0043',
      itemId: 'goods.csv',
    });
    expect(rows[0]!.updatedAt >= first!.updatedAt).toBe(true);
    expect(rows[0]!.createdAt).toEqual(first!.createdAt);
  });

  it.each([
    ['source', 'exports'],
    ['resource', 'brand'],
    ['type', 'stopped'],
    ['operation', 'export'],
    ['step', 'removal'],
    ['itemId', 'other.csv'],
    ['organization', 'north'],
    ['owner', { kind: 'client', id: '7' }],
  ])('is another one with another %s', async (part, value) => {
    const { calls } = open();
    await calls.raise(WISH);
    await calls.raise({ ...WISH, [part]: value });
    await calls.raise({ ...WISH, [part]: undefined, source: part === 'source' ? 'x' : 'imports', type: 't' });
    expect(await list()).toHaveLength(3);
  });

  it('is counted once for each time, however many raise it at once', async () => {
    const services = [open(), open(), open()];
    const wishes = (i: number) => [WISH, { ...WISH, itemId: 'b' }, { ...WISH, itemId: `c${i % 2}` }];
    await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        // In both orders, so that they would stand in each other's way.
        const some = i % 2 === 0 ? wishes(i) : wishes(i).reverse();
        for (const wish of some) services[i % 3]!.calls.note(wish);
        await services[i % 3]!.flush();
      }),
    );
    for (const one of services) await one.flush();
    const counts = new Map((await list()).map(({ itemId, count }) => [itemId, count]));
    expect(counts).toEqual(
      new Map([
        ['goods.csv', 30],
        ['b', 30],
        ['c0', 15],
        ['c1', 15],
      ]),
    );
    expect(failures).toEqual([]);
  });

  it('is a new alert once it was resolved, and one job looks for the routes of both', async () => {
    const { calls, services } = open();
    await calls.raise(WISH);
    await services.resolve({ source: 'imports' }, { kind: 'user', id: 'ada' });
    await calls.raise(WISH);
    const rows = await list();
    expect(rows.map(({ state, count }) => [state, count]).sort()).toEqual([
      ['open', 1],
      ['resolved', 1],
    ]);
    const jobs = await at.database.query('select from dovetail_jobs.jobs');
    expect(jobs.rowCount).toBe(1);
  });

  it('stays acknowledged, and is counted on', async () => {
    const { calls, services } = open();
    await calls.raise(WISH);
    const { id } = (await list())[0]!;
    await services.acknowledgeOne(id, { kind: 'user', id: 'ada', name: 'Ada' });
    await calls.raise(WISH);
    expect(await list()).toMatchObject([
      { state: 'acknowledged', count: 2, acknowledgedBy: { id: 'ada', name: 'Ada' } },
    ]);
    await services.resolve({ ids: [id] }, { kind: 'user', id: 'ada' });
    await expect(services.acknowledgeOne(id, { kind: 'user', id: 'ada' })).rejects.toMatchObject({
      code: 'ALERTS-107',
    });
  });
});

describe('a success', () => {
  it('settles what it names, and nothing else', async () => {
    const { calls } = open();
    const owner = { kind: 'client', id: '7' } as const;
    await calls.raise(WISH);
    await calls.raise({ ...WISH, type: 'stopped' });
    await calls.raise({ ...WISH, itemId: 'other.csv' });
    await calls.raise({ ...WISH, owner });
    await calls.settle({ source: 'imports', itemId: 'goods.csv', owner: null });
    const open_ = (await list()).filter(({ state }) => state === 'open');
    expect(open_.map(({ itemId, user, organization }) => [itemId, user, organization])).toEqual([
      ['goods.csv', 'shop', 'north'],
      ['other.csv', undefined, undefined],
    ]);
    await calls.settle({ source: 'imports', owner });
    const left = (await list()).filter(({ state }) => state === 'open');
    expect(left.map(({ itemId }) => itemId)).toEqual(['other.csv']);
    expect((await list()).find(({ state }) => state === 'resolved')!.resolvedBy).toBeUndefined();
  });
});

describe('what is watched', () => {
  const task = () => open().tasks['alerts.watch']({}, { signal: new AbortController().signal });

  it('is not counted while it goes on, is said anew when it changes, and is settled when it is over', async () => {
    seen = [{ source: 'disk', type: 'full', severity: 'warning', message: 'Little room.' }];
    await task();
    const [before] = await list();
    await task();
    expect(await list()).toEqual([before]);
    seen = [{ source: 'disk', type: 'full', severity: 'critical', message: 'No room.', count: 3 }];
    await task();
    expect(await list()).toMatchObject([
      { id: before!.id, severity: 'critical', message: 'No room.', count: 3 },
    ]);
    await open().calls.raise({ ...WISH, source: 'disk', type: 'other' });
    seen = [];
    await task();
    expect((await list()).map(({ type, state }) => [type, state])).toEqual([
      ['full', 'resolved'],
      ['other', 'open'],
    ]);
  });
});

describe('work that raises an alert', () => {
  it('has it with its transaction, or not at all', async () => {
    const { calls } = open();
    await at.database.transaction((client) => calls.raise(WISH, client));
    await at.database
      .transaction(async (client) => {
        await calls.raise({ ...WISH, itemId: 'taken back' }, client);
        throw new Error('no');
      })
      .catch(() => {});
    expect((await list()).map(({ itemId }) => itemId)).toEqual(['goods.csv']);
    expect((await at.database.query('select from dovetail_jobs.jobs')).rowCount).toBe(1);
  });

  it('does not fail where the alert can not be written', async () => {
    await at.database.query('create table kept (what text)');
    await at.database.query('alter table dovetail.alerts rename to away');
    const { calls, flush } = open();
    try {
      await calls.raise(WISH);
      await calls.settle({ source: 'imports' });
      calls.note(WISH);
      await flush();
      await at.database.transaction(async (client) => {
        await client.query("insert into kept values ('before')");
        await calls.raise(WISH, client);
        await calls.settle({ source: 'imports' }, client);
        await client.query("insert into kept values ('after')");
      });
    } finally {
      await at.database.query('alter table dovetail.away rename to alerts');
    }
    expect((await at.database.query('select what from kept')).rows).toEqual([
      { what: 'before' },
      { what: 'after' },
    ]);
    expect(failures.length).toBeGreaterThanOrEqual(5);
    // What was noted is not lost: it is written when it can be.
    await flush();
    expect(await list()).toMatchObject([{ count: 1 }]);
  });

  it('may say anything: what PostgreSQL can not keep, what is secret, what is too long', async () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const { calls, flush } = open();
    await calls.raise({
      ...WISH,
      message: `a\0b \ud800 https://joe:hush@x.example/ ${'x'.repeat(5_000)}`,
      details: { url: 'postgres://u:hush@h/d', apiKey: 'hush', list: ['token=hush'], big: 10n },
    });
    calls.note({ ...WISH, itemId: 'circle', details: circle });
    calls.note({ ...WISH, itemId: 'large', details: { x: 'x'.repeat(20_000) } });
    calls.note({ itemId: 'garbage', message: 7, severity: 'fatal', count: -1, details: 'no' } as never);
    await flush();
    const byItem = new Map((await list()).map((alert) => [alert.itemId, alert]));
    const first = byItem.get('goods.csv')!;
    expect(first.message).toHaveLength(2_000);
    expect(first.message).toContain('a\uFFFDb \uFFFD https://joe:****@x.example/');
    expect(first.details).toEqual({
      url: 'postgres://u:****@h/d',
      apiKey: '****',
      list: ['token=****'],
      big: '10',
    });
    expect(byItem.get('circle')!.details).toHaveProperty('leftOut');
    expect(byItem.get('large')!.details).toHaveProperty('leftOut');
    expect(byItem.get('garbage')).toMatchObject({
      source: 'unknown',
      type: 'alert',
      message: '7',
      severity: 'warning',
      count: 1,
      details: {},
    });
    expect(failures).toEqual([]);
  });

  it('is bounded in what it notes: of too many different ones the rest is counted', async () => {
    const { calls, flush } = open();
    for (let i = 0; i < 1_200; i++) calls.note({ ...WISH, itemId: `item ${i}` });
    await flush();
    const { services } = open();
    expect(await services.count({ source: 'imports' })).toBe(1_000);
    expect(await services.list({ source: 'alerts' }, { limit: 5, offset: 0 })).toMatchObject([
      { type: 'too_many', count: 200 },
    ]);
  });
});

describe('the week’s round', () => {
  it('removes what was resolved more than thirty days ago, and nothing that is open', async () => {
    const { calls, tasks, services } = open();
    for (const itemId of ['old', 'young', 'open']) await calls.raise({ ...WISH, itemId });
    await services.resolve(
      { ids: (await list()).filter(({ itemId }) => itemId !== 'open').map(({ id }) => id) },
      {
        kind: 'user',
        id: 'ada',
      },
    );
    await at.database.query(`update dovetail.alerts set resolved_at = now() - interval '31 days' where item_id = 'old';
      update dovetail.alerts set resolved_at = now() - interval '29 days' where item_id = 'young';
      update dovetail.alerts set created_at = '2020-01-01', updated_at = '2020-01-01' where item_id = 'open'`);
    await tasks['alerts.prune']({}, { signal: new AbortController().signal });
    expect((await list()).map(({ itemId }) => itemId).sort()).toEqual(['open', 'young']);
  });
});
