// A thousand subscriptions, one of them to a receiver that never answers and one to nobody: the others get what is theirs meanwhile.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DeliveryEngine } from '../../src/doors/subscriptions/deliver/delivery-engine.js';
import { createChangeMaker } from './change-maker.js';
import {
  createSubscriptionsFixture,
  eventually,
  type SubscriptionsFixture,
} from './subscriptions-fixture.js';
import { startReceiver, type WebhookReceiver } from './webhook-receiver.js';

const MANY = 1_000;
let at: SubscriptionsFixture;
let slow: WebhookReceiver;
let dead: WebhookReceiver;
let engine: DeliveryEngine;
beforeAll(async () => {
  slow = await startReceiver();
  dead = await startReceiver();
  at = await createSubscriptionsFixture({
    allow: [slow.address, dead.address],
    timing: { breakAfter: 3, breakMs: [50], leaseMs: 60_000 },
  });
  await dead.close();
});
afterAll(async () => {
  await engine?.close();
  await slow.close();
  await at.drop();
});

it('a slow and a dead receiver are felt by nobody else, and one reader serves all', async () => {
  const never = new Promise<{ status: number }>(() => {});
  slow.answer(() => never);
  await at.door.services.create(at.wish({ name: 'slow', settings: { url: slow.url } }));
  await at.door.services.create(at.wish({ name: 'dead', settings: { url: `http://${dead.address}/` } }));
  // As the service makes them, but in one statement.
  await at.door.services.create(at.wish({ name: 'template' }));
  await at.database.query(
    `insert into dovetail.subscriptions (name, owner_kind, owner_id, wants, form, mode, sink, settings, secrets, endpoint, state, created_by,
       created_at, epoch, lsn, ordinal)
     select 'n' || i, owner_kind, owner_id, jsonb_build_array(jsonb_build_object('entity', 'item', 'where', format('row["id"] == "%s"', i))),
       form, mode, 'webhook', settings, '\\x00', endpoint, 'paused', created_by, created_at, epoch, lsn, ordinal
     from dovetail.subscriptions, generate_series(1, $1) i where name = 'template'`,
    [MANY],
  );
  await at.sealCopies('template');
  await at.door.services.remove('template');
  engine = await at.door.startDelivering();
  await eventually(() => engine.listHeld().length === MANY + 2);

  const maker = createChangeMaker();
  const reads = at.log.reads;
  for (let i = 1; i <= MANY; i++)
    at.log.append(
      maker.change('insert', {
        table: 'item',
        after: { id: String(i), name: 'n', price: '1', status: 's', unit: 'u' },
      }),
    );
  await at.receiver.until(() => at.receiver.received.length === MANY);
  const subjects = new Set(at.receiver.received.map(({ event }) => event.subject));
  expect(subjects.size).toBe(MANY);
  // A thousand that read for themselves would have read a thousand times.
  expect(at.log.reads - reads).toBeLessThan(MANY / 2);
  const others = await at.database.query(
    `select p.says from dovetail.parked_messages p join dovetail.subscriptions s on s.id = p.subscription_id where s.name like 'n%'`,
  );
  expect(others.rows.slice(0, 3)).toEqual([]);
  expect(slow.received.length).toBeLessThanOrEqual(8);
  expect(at.problems.filter(({ subscription }) => subscription.name !== 'dead')).toEqual([]);
}, 120_000);
