// `dovetail alerts` as an operator types it: lists in pages, amounts, filters, and what is done about alerts.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../src/app.js';
import { setUpDatabase } from '../../src/app-setup.js';
import type { AlertWish } from '../../src/engine/alerts/index.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { runOnStage } from './cli-stage.js';

let at: TestDatabase;
beforeAll(async () => {
  at = await createTestDatabase();
  await setUpDatabase(at.database);
});
afterAll(() => at.drop());

const ids = new Map<string, string>();
beforeEach(async () => {
  await at.database.query('truncate dovetail.alerts restart identity cascade');
  const app = await createApp({ cwd: '/', env: {}, databaseUrl: at.url });
  const raise = (wish: Partial<AlertWish>) =>
    app.raise.raise({ source: 'imports', type: 'failed', severity: 'error', message: 'It failed.', ...wish });
  for (let i = 1; i <= 23; i++) await raise({ resource: 'product', itemId: `file ${i}`, user: 'Ada' });
  await raise({ resource: 'product', itemId: 'file 1' });
  await raise({ resource: 'brand', itemId: 'b', type: 'partly_failed', severity: 'warning', user: 'ben' });
  await raise({ source: 'disk', itemId: 'd', severity: 'critical', organization: 'north' });
  await app.alerts.resolve({ source: 'imports', resource: 'brand' }, { kind: 'user', id: 'ada' });
  for (const alert of await app.alerts.list({ resolved: true }, { limit: 100, offset: 0 }))
    ids.set(alert.itemId!, alert.id);
  await app.close();
});

const run = (...words: readonly string[]) =>
  runOnStage(['alerts', ...words, '--database', at.url, '--json'], { cwd: '/' });
const ask = async (...words: readonly string[]) => {
  const ran = await run(...words);
  expect(ran.code, ran.stdout).toBe(0);
  return JSON.parse(ran.stdout);
};
const listed = async (...words: readonly string[]): Promise<readonly string[]> =>
  (await ask('list', '--limit', '100', ...words)).alerts.map((alert: { itemId: string }) => alert.itemId);

describe('alerts list', () => {
  it('shows twenty, the latest first, and says how to go on', async () => {
    const first = await ask('list');
    expect(first).toMatchObject({ page: 1, pages: 2, total: 24 });
    expect(first.alerts).toHaveLength(20);
    expect(first.alerts[0]).toMatchObject({ itemId: 'd', source: 'disk', severity: 'critical', count: 1 });
    const second = await ask('list', '--page', '2');
    expect(second.alerts).toHaveLength(4);
    const plain = await runOnStage(['alerts', '--database', at.url], { cwd: '/' });
    expect(plain.stderr).toContain('24 alerts; the next page: --page 2');
    expect(plain.stdout.trimEnd().split('\n')).toHaveLength(21);
  });

  it('tells only how many of each kind there are', async () => {
    expect((await ask('list', '--summary', '--resolved')).groups).toMatchObject([
      { source: 'imports', resource: 'product', type: 'failed', alerts: 23, count: 24, severity: 'error' },
      { source: 'disk', type: 'failed', alerts: 1, count: 1, severity: 'critical' },
      { source: 'imports', resource: 'brand', type: 'partly_failed', alerts: 1 },
    ]);
    const plain = await runOnStage(['alerts', 'list', '--summary', '--database', at.url], { cwd: '/' });
    expect(plain.stdout).toMatch(/imports\s+product\s+failed\s+23\s+24\s+error/);
  });

  it.each<[readonly string[], readonly string[]]>([
    [['--source', 'disk'], ['d']],
    [['--resource', 'brand', '--resolved'], ['b']],
    [['--state', 'resolved'], ['b']],
    [['--type', 'partly_failed', '--resolved'], ['b']],
    [['--type', 'partly_failed'], []],
    [['--user', 'BEN', '--resolved'], ['b']],
    [['--organization', 'north'], ['d']],
    [['--severity', 'critical'], ['d']],
    [['--since', '2100-01-01'], []],
    [['--source', 'disk', '--severity', 'error'], []],
  ])('with %j shows %j', async (words, expected) => {
    expect(await listed(...words)).toEqual(expected);
  });

  it('refuses what it does not know, and says what was meant', async () => {
    expect((await run('list', '--severity', 'fatal')).code).toBe(2);
    const mistyped = await run('lst');
    expect(mistyped.code).toBe(2);
    expect(mistyped.stdout).toContain('Did you mean list?');
  });
});

describe('an alert', () => {
  it('is shown whole, acknowledged, resolved', async () => {
    const id = ids.get('file 1')!;
    expect(await ask('show', id)).toMatchObject({ id, count: 2, state: 'open', user: 'Ada', notices: [] });
    const two = ids.get('file 2')!;
    expect(await ask('acknowledge', id, two)).toMatchObject({ acknowledged: 2 });
    expect(await ask('show', id)).toMatchObject({ state: 'acknowledged', acknowledgedBy: { kind: 'user' } });
    expect(await ask('resolve', id)).toEqual({ resolved: 1 });
    expect(await ask('show', id)).toMatchObject({ state: 'resolved', resolvedBy: { kind: 'user' } });
    const plain = await runOnStage(['alerts', 'show', id, '--database', at.url], { cwd: '/' });
    expect(plain.stdout).toMatch(/state\s+resolved .* by /);
  });

  it('that is not there is refused before anything is changed', async () => {
    const id = ids.get('file 1')!;
    for (const words of [
      ['show', '999'],
      ['acknowledge', id, '999'],
      ['resolve', id, 'x'],
      ['cleanup', '--id', id, '--id', '999', '--yes'],
    ]) {
      const ran = await run(...words);
      expect([ran.code, JSON.parse(ran.stdout).error.code], words.join(' ')).toEqual([3, 'ALERTS-101']);
    }
    expect(await ask('show', id)).toMatchObject({ state: 'open' });
  });
});

describe('many alerts', () => {
  it('are resolved by filter, after a question', async () => {
    expect((await run('resolve', '--source', 'imports')).code).toBe(8);
    expect((await run('resolve')).code).toBe(2);
    expect(await ask('resolve', '--source', 'imports', '--yes')).toEqual({ resolved: 23 });
    expect(await listed()).toEqual(['d']);
  });

  it('are deleted by filter or number, after a question', async () => {
    const asked = await run('cleanup');
    expect(asked.code).toBe(8);
    expect(asked.stdout).toContain('Delete all 25 alerts?');
    expect(await ask('cleanup', '--resolved', '--yes')).toEqual({ deleted: 1 });
    expect(await ask('cleanup', '--id', ids.get('file 1')!, '--id', ids.get('d')!, '--yes')).toEqual({
      deleted: 2,
    });
    expect(await ask('cleanup', '--user', 'ada', '--type', 'failed', '--yes')).toEqual({ deleted: 22 });
    expect(await ask('cleanup', '--yes')).toEqual({ deleted: 0 });
    expect(await listed('--resolved')).toEqual([]);
  });
});
