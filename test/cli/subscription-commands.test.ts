// The words for subscriptions and deliveries, on a real database with a stream: what is said, and how they end.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installJobs } from '../../src/engine/jobs/install-jobs.js';
import { migrate } from '../../src/foundation/postgres/migrations.js';
import { startReceiver, type WebhookReceiver } from '../subscriptions/webhook-receiver.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { runOnStage } from './cli-stage.js';

let test: TestDatabase;
let cwd: string;
let receiver: WebhookReceiver;
beforeAll(async () => {
  test = await createTestDatabase('empty');
  cwd = await mkdtemp(join(tmpdir(), 'dovetail-subscriptions-'));
  receiver = await startReceiver();
  await test.database.query('create table item (id bigint primary key, name text)');
  await writeFile(join(cwd, 'dovetail.config.json'), JSON.stringify({ allowAddresses: [receiver.address] }));
  await migrate(test.database);
  await installJobs(test.database);
});
afterAll(async () => {
  await receiver.close();
  await test.drop();
  await rm(cwd, { recursive: true, force: true });
});

const run = (...words: string[]) =>
  runOnStage([...words, '--database', test.url], { cwd, env: { NO_COLOR: '1', HOOK: receiver.url } });
const ok = async (...words: string[]) => {
  const ran = await run(...words);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  return ran.stdout;
};

describe('dovetail subscriptions', () => {
  it('makes one, shows its secret once and its address never, tries it out, pauses and deletes it', async () => {
    const made = await ok('subscriptions', 'create', 'items', '-e', 'item', '--set', 'url={env:HOOK}');
    expect(made).toMatch(/whsec_/);
    expect(made).toContain('item is not watched yet');
    const shown = await ok('subscriptions', 'show', 'items');
    expect(shown).toContain(`webhook ${receiver.address}`);
    expect(shown).not.toMatch(/whsec_|\/hook/);
    expect(await ok('subscriptions', 'test', 'items')).toMatch(/^Accepted, in \d+ ms, 204/);
    expect(receiver.received[0]!.event.type).toBe('dovetail.subscription.test');
    expect(await ok('subscriptions', 'pause', 'items')).toContain('paused');
    expect(JSON.parse(await ok('subscriptions', '--json'))).toMatchObject({
      subscriptions: [{ name: 'items', state: 'paused', position: expect.stringMatching(/^\d+-/) }],
    });
    expect(await ok('subscriptions', 'rotate-secret', 'items')).toMatch(/whsec_/);
    expect((await run('subscriptions', 'delete', 'items')).code).toBe(8);
    expect(await ok('subscriptions', 'delete', 'items', '--yes')).toContain('Deleted items.');
    expect(await ok('subscriptions')).toContain('No subscriptions.');
  });

  it('says when the receiver does not take it', async () => {
    await ok('subscriptions', 'create', 'items', '-e', 'item', '--set', 'url={env:HOOK}');
    receiver.answer(() => ({ status: 500, body: 'out of order' }));
    const tried = await run('subscriptions', 'test', 'items');
    expect([tried.code, tried.stdout]).toEqual([3, expect.stringMatching(/Not accepted.*500, out of order/)]);
  });

  it('refuses what can not be, with a hint', async () => {
    const mistyped = await run('subscriptions', 'shwo', 'items');
    expect([mistyped.code, mistyped.stderr]).toEqual([2, expect.stringContaining('show')]);
    const unknown = await run('subscriptions', 'show', 'itms');
    expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining("Did you mean 'items'?")]);
    const unset = await run('subscriptions', 'create', 'x', '-e', 'item', '--set', 'url={env:NONE}');
    expect([unset.code, unset.stderr]).toEqual([2, expect.stringContaining('NONE is not set')]);
    const nowhere = await run('subscriptions', 'replay', 'items');
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('--from')]);
  });
});

describe('dovetail deliveries', () => {
  it('lists attempts, shows one, and says when there is none', async () => {
    await test.database.query(
      `insert into dovetail.deliveries (subscription_id, message_id, type, record, position, attempt, outcome, status, says, request, took_ms, at)
       select id, '1-x', 'dovetail.record.created', 'items/1', '1-1-1', 1, 'retry', '500', 'no', '{"id":1}', 5, now() from dovetail.subscriptions`,
    );
    expect(await ok('deliveries', '--outcome', 'retry')).toMatch(
      /items +retry +1 +created items\/1 +500: no/,
    );
    expect(await ok('deliveries', '--outcome', 'gone')).toContain('No deliveries.');
    expect(await ok('deliveries', 'show', '1')).toContain('{"id":1}');
    const none = await run('deliveries', 'show', '99');
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining('SUBSCRIPTIONS-107')]);
  });
});
