// What the product itself raises: runs that fail, schedules that stay away, jobs given up, keys that run out, hooks that speak up.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.js';
import { setUpDatabase } from '../../src/app-setup.js';
import { createDiskWatcher } from '../../src/engine/alerts/index.js';
import { addJob } from '../../src/engine/jobs/enqueue-job.js';
import { tickSchedules } from '../../src/engine/jobs/schedules/index.js';
import { toCall } from '../import/import-fixture.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { createSettableClock } from './settable-clock.js';

let at: TestDatabase;
let app: App;
let folder: string;
const clock = createSettableClock('2026-11-28T12:00:00Z');

const CONFIG = `
export default {
  folders: ['.'],
  entities: {
    item: {
      beforeMapping(rows, context) {
        context.alert({ message: 'Mapping begins.', severity: 'info', type: 'seen', itemId: 'mapping' });
      },
      beforeWrite(batch, context) {
        for (let row = 0; row < batch.size; row++) {
          const price = Number(batch.value(row, 'price'));
          if (price > 1000)
            context.alert({ message: 'A price of ' + price + '?', type: 'odd_price', itemId: batch.value(row, 'sku'), severity: 'error' });
          else context.settle({ type: 'odd_price', itemId: batch.value(row, 'sku') });
        }
      },
    },
  },
};
`;

beforeAll(async () => {
  at = await createTestDatabase();
  await at.database.query('create table item (sku text primary key, price numeric not null)');
  await setUpDatabase(at.database);
  folder = mkdtempSync(join(tmpdir(), 'dovetail-alerts-'));
  writeFileSync(join(folder, 'dovetail.config.mjs'), CONFIG);
  app = await createApp({
    cwd: folder,
    env: {},
    databaseUrl: at.url,
    clock,
    dataFolder: join(folder, 'data'),
  });
});
afterAll(async () => {
  await app?.close();
  await at?.drop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await at.database.query(
    'truncate dovetail.alerts, dovetail.schedules cascade; truncate item; delete from dovetail_jobs._private_jobs',
  );
});

/** Runs a worker until the queue holds nothing that it would do now. */
async function work(): Promise<void> {
  const stop = new AbortController();
  const workers = await app.jobs.startWorkers({ concurrency: 2, signal: stop.signal });
  for (;;) {
    const { rows } = await at.database.query<{ open: number }>(
      `select count(*)::int as open from dovetail_jobs._private_jobs where locked_at is not null or run_at <= now() and attempts < max_attempts`,
    );
    if (rows[0]!.open === 0) break;
    await new Promise((done) => setTimeout(done, 20));
  }
  stop.abort();
  await workers.stopped;
}

/** The minute's look, as a worker does it. */
async function watch(): Promise<void> {
  await at.database.transaction((client) => app.jobs.enqueue(client, 'alerts.watch', {}));
  await work();
}

const list = (source: string) => app.alerts.list({ source, resolved: true }, { limit: 100, offset: 0 });
const openOf = async (source: string) => (await list(source)).filter(({ state }) => state !== 'resolved');

async function importRows(content: string, wish: object = {}, name = 'items.csv') {
  const path = join(folder, name);
  writeFileSync(path, content);
  return app.files.import({ ...toCall(wish), entity: 'item', source: { path } });
}

describe('an import', () => {
  it('that failed in part raises a warning, and a good one of the same file resolves it', async () => {
    const bad = await importRows('sku,price\nA,1\nB,dear\n');
    expect(await list('imports')).toMatchObject([
      {
        type: 'partly_failed',
        resource: 'item',
        operation: 'import',
        itemId: expect.stringMatching(/items\.csv$/),
        severity: 'warning',
        message: expect.stringMatching(/1 of 2 records failed/),
        details: { run: bad.run, counters: { failed: 1 } },
        user: expect.any(String),
      },
    ]);
    await importRows('sku,price\nA,dear\n');
    expect(await list('imports')).toMatchObject([{ count: 2 }]);
    await importRows('sku,price\nA,2\n', {}, 'others.csv');
    expect(await openOf('imports')).toHaveLength(1);
    await importRows('sku,price\nA,2\n');
    expect(await openOf('imports')).toEqual([]);
  });

  it('that was stopped is an error, which takes the place of what it was before', async () => {
    await importRows('sku,price\nA,1\nB,dear\n');
    await importRows('sku,price\nA,dear\n', { onError: 'stop' });
    expect(await openOf('imports')).toMatchObject([{ type: 'stopped', severity: 'error' }]);
  });

  it('that is only tried raises nothing, and no hook of it does', async () => {
    await importRows('sku,price\nA,dear\nB,2000\n', { dryRun: true });
    await app.close();
    app = await createApp({
      cwd: folder,
      env: {},
      databaseUrl: at.url,
      clock,
      dataFolder: join(folder, 'data'),
    });
    expect([...(await list('imports')), ...(await list('hooks'))]).toEqual([]);
  });
});

describe('hooks', () => {
  const settled = (source: string, count: number) =>
    expect
      .poll(async () => (await openOf(source)).filter(({ type }) => type === 'odd_price'), {
        timeout: 10_000,
      })
      .toHaveLength(count);

  it('raise alerts and settle them by one call, also of a chunk that is not written', async () => {
    await importRows('sku,price\nA,2000\nB,5000\nC,3\n');
    await settled('hooks', 2);
    expect(await list('hooks')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          type: 'odd_price',
          resource: 'item',
          operation: 'beforeWrite',
          itemId: 'A',
          severity: 'error',
          message: 'A price of 2000?',
        }),
      ]),
    );
    await importRows('sku,price\nA,20\n');
    await settled('hooks', 1);
    const left = (await openOf('hooks')).map(({ type, itemId }) => [type, itemId]);
    expect(left.sort()).toEqual([
      ['odd_price', 'B'],
      ['seen', 'mapping'],
    ]);
  });
});

describe('an export', () => {
  it('that failed raises an error', async () => {
    await at.database.query('insert into item select i, i from generate_series(1, 10) i');
    const target = { path: join(folder, 'no', 'such', 'folder', 'x.csv') };
    const call = {
      entity: 'item',
      format: 'csv',
      formatOptions: {},
      full: false,
      signal: new AbortController().signal,
      onProgress: () => {},
    };
    await app.files.export({ ...call, target }).catch(() => {});
    expect(await list('exports')).toMatchObject([{ type: 'failed', severity: 'error', resource: 'item' }]);
  });
});

describe('a load', () => {
  it('that failed raises an error, and the same file applied resolves it', async () => {
    const { mkdirSync } = await import('node:fs');
    mkdirSync(join(folder, 'load'), { recursive: true });
    const load = () => app.initialLoad.load({ dryRun: false, signal: new AbortController().signal });
    writeFileSync(join(folder, 'load', 'one.sql'), 'insert into nowhere values (1);');
    await load();
    expect(await list('loads')).toMatchObject([{ type: 'failed', itemId: 'one.sql', state: 'open' }]);
    writeFileSync(join(folder, 'load', 'one.sql'), "insert into item values ('L', 1);");
    await load();
    expect(await list('loads')).toMatchObject([{ state: 'resolved' }]);
  });
});

describe('a schedule', () => {
  const add = (name: string, path: string) =>
    app.schedules.add({
      name,
      cron: '0 * * * *',
      timeZone: 'UTC',
      windows: [],
      overlap: 'skip',
      createdBy: { kind: 'user', id: 'ada' },
      does: {
        kind: 'import',
        settings: {
          from: { kind: 'folder', path: join(folder, path) },
          call: { entity: 'item', onError: 'skip', formatOptions: {} },
          sameContent: 'new',
          settleSeconds: 1,
        },
      },
    });

  it('whose run fails is one alert, whatever the file is called, until one goes well', async () => {
    await add('prices', 'prices-*.csv');
    const old = new Date('2026-01-01');
    const put = async (name: string, content: string) => {
      const { utimesSync } = await import('node:fs');
      writeFileSync(join(folder, name), content);
      utimesSync(join(folder, name), old, old);
      await app.schedules.run('prices', { kind: 'user', id: 'ada' });
      await work();
      clock.pass(1);
    };
    await put('prices-1.csv', 'sku,price\nA,dear\n');
    await put('prices-2.csv', 'sku,price\nA,dearer\n');
    expect(await openOf('schedules')).toMatchObject([{ type: 'partly_failed', itemId: 'prices', count: 2 }]);
    await put('prices-3.csv', 'sku,price\nA,1\n');
    expect(await openOf('schedules')).toEqual([]);
  });

  it('that can not begin is told of, and one that can again is over', async () => {
    await add('bad', 'none-*.csv');
    await at.database.query(
      `update dovetail.schedules set settings = jsonb_set(settings, '{from,path}', '"/nowhere/at/all/*.csv"') where name = 'bad'`,
    );
    await app.schedules.run('bad', { kind: 'user', id: 'ada' });
    await work();
    expect(await openOf('schedules')).toMatchObject([{ type: 'no_run', itemId: 'bad', severity: 'error' }]);
    await at.database.query(
      `update dovetail.schedules set settings = jsonb_set(settings, '{from,path}', to_jsonb($1::text)) where name = 'bad'`,
      [join(folder, 'none-*.csv')],
    );
    clock.pass(1);
    await app.schedules.run('bad', { kind: 'user', id: 'ada' });
    await work();
    expect(await openOf('schedules')).toEqual([]);
  });

  it('that stays away is told of until a moment is kept again', async () => {
    await add('hourly', 'hourly-*.csv');
    clock.pass(3 * 60);
    await watch();
    expect(await openOf('schedules')).toMatchObject([
      { type: 'late', itemId: 'hourly', severity: 'warning', details: { why: 'overdue' } },
    ]);
    await tickSchedules(at.database, clock.now());
    await watch();
    expect(await openOf('schedules')).toMatchObject([{ itemId: 'hourly', details: { why: 'missed' } }]);
    clock.set(new Date(Math.ceil(clock.now().getTime() / 3_600_000) * 3_600_000 + 1_000));
    await tickSchedules(at.database, clock.now());
    await watch();
    expect(await openOf('schedules')).toEqual([]);
  });
});

describe('jobs that are given up', () => {
  it('are one alert for each task, over when nobody has them any more', async () => {
    await at.database.transaction(async (client) => {
      await addJob(client, 'alerts.prune', {}, { maxAttempts: 1 });
      await addJob(client, 'alerts.prune', {}, { maxAttempts: 1 });
    });
    await at.database.query(
      `update dovetail_jobs._private_jobs set attempts = 1, last_error = E'It broke.\\nSomewhere.'`,
    );
    await watch();
    expect(await openOf('jobs')).toMatchObject([
      {
        type: 'given_up',
        resource: 'alerts.prune',
        count: 2,
        message: '2 jobs of alerts.prune failed for good, the latest with: It broke.',
      },
    ]);
    await at.database.query('delete from dovetail_jobs._private_jobs');
    await watch();
    expect(await openOf('jobs')).toEqual([]);
  });
});

describe('keys of clients', () => {
  it('are told of before they run out, until they are replaced', async () => {
    await app.access.clients.create({ name: 'erp' });
    const expiresAt = new Date(clock.now().getTime() + 10 * 86_400_000);
    const { id } = await app.access.keys.create('erp', { expiresAt });
    await watch();
    expect(await openOf('credentials')).toMatchObject([
      { type: 'expiring', resource: 'client key', itemId: id, severity: 'warning' },
    ]);
    clock.pass(11 * 24 * 60);
    await watch();
    expect(await openOf('credentials')).toMatchObject([{ type: 'expired', severity: 'error' }]);
    await app.access.keys.create('erp');
    await watch();
    expect(await openOf('credentials')).toEqual([]);
  });
});

describe('a run that was left in the middle', () => {
  it('is told of until somebody goes on with it', async () => {
    await at.database.query(
      `insert into dovetail.runs (kind, entity, title, settings, origin, state, lease_until)
       values ('import', 'item', 'left.csv', '{}', '{}', 'running', now() - interval '1 hour')`,
    );
    await watch();
    expect(await openOf('runs')).toMatchObject([{ type: 'interrupted', severity: 'warning' }]);
    await at.database.query("update dovetail.runs set state = 'cancelled' where title = 'left.csv'");
    await watch();
    expect(await openOf('runs')).toEqual([]);
  });
});

describe('the disk', () => {
  it.each([
    [1e12, []],
    [1.5e9, ['warning']],
    [1e8, ['critical']],
  ])('with %d bytes free says %s', async (free, severities) => {
    const watcher = createDiskWatcher({ folder: '/data', host: 'here', readFree: async () => free });
    expect((await watcher.look()).map(({ severity }) => severity)).toEqual(severities);
  });
});
