// What an operator sees of alerts without asking for them: the doctor, the numbers, and what subscriptions have to tell.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type App, createApp } from '../../src/app.js';
import { toSubscriptionAlerts } from '../../src/app-alerts.js';
import { readGauges } from '../../src/app-observe.js';
import { setUpDatabase } from '../../src/app-setup.js';
import { checkAlerts } from '../../src/cli/doctor/checks/check-alerts.js';
import { enqueueRegular } from '../../src/engine/jobs/regular-jobs.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';

let at: TestDatabase;
let app: App;
let folder: string;
beforeAll(async () => {
  at = await createTestDatabase();
  await setUpDatabase(at.database);
  folder = mkdtempSync(join(tmpdir(), 'dovetail-seen-'));
  app = await createApp({ cwd: folder, env: {}, databaseUrl: at.url });
});
afterAll(async () => {
  await app?.close();
  await at?.drop();
  rmSync(folder, { recursive: true, force: true });
});

const look = async () => (await checkAlerts.look({ app, now: new Date() }))[0]!;
const gauge = async (severity: string, state: string) =>
  (await readGauges(at.database, {}))
    .find(({ name }) => name === 'alerts_open')!
    .values.find(({ labels }) => labels!['severity'] === severity && labels!['state'] === state)!.value;

describe('open alerts', () => {
  it('are told by the doctor and counted by severity, until somebody sees to them', async () => {
    expect(await look()).toMatchObject({ state: 'ok' });
    const wish = { source: 'test', type: 'x', message: 'No.' };
    await app.raise.raise({ ...wish, itemId: 'a', severity: 'error' });
    expect(await look()).toMatchObject({ state: 'look', advice: expect.stringContaining('alerts list') });
    await app.raise.raise({ ...wish, itemId: 'b', severity: 'critical' });
    expect(await look()).toMatchObject({ state: 'bad', says: 'Open: 1 critical alert' });
    expect([await gauge('critical', 'open'), await gauge('info', 'open')]).toEqual([1, 0]);
    await app.alerts.acknowledge({ source: 'test' }, { kind: 'user', id: 'ada' });
    expect(await look()).toMatchObject({ state: 'ok' });
    expect([await gauge('critical', 'open'), await gauge('critical', 'acknowledged')]).toEqual([0, 1]);
  });
});

describe('a subscription', () => {
  it('that fails is told of until it delivers again, what was given up until somebody resolves it', async () => {
    const tell = toSubscriptionAlerts(app.raise);
    const subscription = { id: '1', name: 'erp' };
    await tell({ kind: 'failing', subscription, says: 'It answers 503.' });
    await tell({ kind: 'failing', subscription, says: 'It answers 503.' });
    await tell({ kind: 'given-up', subscription, says: 'It answered 410.', messageId: 'm-1' });
    const open = async () =>
      (await app.alerts.list({ source: 'subscriptions' }, { limit: 9, offset: 0 })).map(
        ({ type, count, externalId }) => [type, count, externalId],
      );
    expect((await open()).sort()).toEqual([
      ['failing', 2, undefined],
      ['given_up', 1, 'm-1'],
    ]);
    await tell({ kind: 'recovered', subscription, says: '' });
    expect(await open()).toEqual([['given_up', 1, 'm-1']]);
  });
});

describe('a regular job', () => {
  it('is queued once for each period, however many processes see it begin, and never twice while it waits', async () => {
    const jobs = [{ task: 'alerts.watch', minutes: 10, queue: 'alerts' }];
    const count = async () =>
      (
        await at.database.query(
          `select from dovetail_jobs.jobs where task_identifier = 'alerts.watch' and queue_name = 'alerts'`,
        )
      ).rowCount;
    const seen = [new Map(), new Map(), new Map()];
    const tick = (moment: string) =>
      Promise.all(seen.map((known) => enqueueRegular(at.database, jobs, new Date(moment), known)));
    await at.database.query('delete from dovetail_jobs._private_jobs');
    await tick('2026-11-28T12:01:00Z');
    await tick('2026-11-28T12:09:59Z');
    expect(await count()).toBe(1);
    await tick('2026-11-28T12:10:00Z');
    expect(await count()).toBe(1);
    await at.database.query('delete from dovetail_jobs._private_jobs');
    await tick('2026-11-28T12:19:00Z');
    expect(await count()).toBe(0);
    await tick('2026-11-28T12:20:00Z');
    expect(await count()).toBe(1);
  });
});
