// From a change in the log to a webhook: what is told, in which order, and what becomes of what fails.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliveryEngine } from '../../src/doors/subscriptions/deliver/delivery-engine.js';
import { formatPosition } from '../../src/engine/changes/position.js';
import { createChangeMaker } from './change-maker.js';
import {
  createSubscriptionsFixture,
  eventually,
  type SubscriptionsFixture,
} from './subscriptions-fixture.js';

let at: SubscriptionsFixture;
let engines: DeliveryEngine[];
let maker: ReturnType<typeof createChangeMaker>;
beforeEach(async () => {
  at = await createSubscriptionsFixture();
  maker = createChangeMaker();
  engines = [];
});
afterEach(async () => {
  for (const engine of engines) await engine.close();
  expect(at.errors).toEqual([]);
  await at.drop();
});

const start = async (door = at.door) => {
  const engine = await door.startDelivering();
  engines.push(engine);
  return engine;
};
const insert = (id: number, values: Record<string, string | null> = {}) =>
  maker.change('insert', {
    table: 'item',
    after: { id: String(id), name: `n${id}`, price: '1.50', status: 'new', unit: 'a', ...values },
  });
const update = (id: number, name: string) => {
  const before = { id: String(id), name: `n${id}`, price: '1.50', status: 'new', unit: 'a' };
  return maker.change('update', { table: 'item', before, after: { ...before, name } });
};
const count = async (sql: string) => Number((await at.database.query<{ n: string }>(sql)).rows[0]!.n);
const parked = (state: string) =>
  count(`select count(*) as n from dovetail.parked_messages where state = '${state}'`);

describe('a webhook', () => {
  it('is told of a change as a cloud event around the document of the API, signed, over one connection', async () => {
    const { secret, remarks } = await at.door.services.create(at.wish());
    expect(secret).toMatch(/^whsec_/);
    expect(remarks).toEqual([expect.stringContaining('item is not watched yet')]);
    await start();
    at.log.append(insert(1), insert(2), insert(3));
    await at.receiver.until(() => at.receiver.received.length === 3);
    const first = at.receiver.received.find(({ event }) => event.subject === 'items/1')!;
    expect(first.headers['content-type']).toBe('application/cloudevents+json');
    expect(first.event).toMatchObject({
      specversion: '1.0',
      type: 'dovetail.record.created',
      source: '/api',
      subject: 'items/1',
      partitionkey: 'items/1',
      datacontenttype: 'application/vnd.api+json',
      origin: 'sql',
      entity: 'item',
      data: { data: { type: 'items', id: '1', attributes: { name: 'n1', price: 1.5, status: 'new' } } },
    });
    expect(first.headers['webhook-id']).toBe(first.event.id);
    expect(first.headers['webhook-signature']).toMatch(/^v1,/);
    await eventually(async () => (await at.door.services.read('hook')).delivered === 3);
    const log = await eventually(async () => {
      const found = await at.door.services.listDeliveries({ subscription: 'hook', limit: 10 });
      return found.length === 3 && found;
    });
    expect(log[0]).toMatchObject({ outcome: 'accepted', status: '204', attempt: 1 });
  });

  it('keeps its connection', async () => {
    await at.door.services.create(at.wish({ settings: { url: at.receiver.url, parallel: 1 } }));
    await start();
    for (let i = 1; i <= 20; i++) at.log.append(insert(i));
    await at.receiver.until(() => at.receiver.received.length === 20);
    expect(at.receiver.connections).toBe(1);
  });

  it('gets changes of a record in their order while another record is tried again, under the same ids', async () => {
    let refuse = true;
    at.receiver.answer(({ event }) => ({ status: refuse && event.subject === 'items/1' ? 500 : 204 }));
    await at.door.services.create(at.wish());
    await start();
    at.log.append(insert(1), update(1, 'b'), insert(2), update(1, 'c'), update(2, 'd'));
    const of = (subject: string) => at.receiver.received.filter(({ event }) => event.subject === subject);
    await at.receiver.until(() => of('items/2').length === 2 && of('items/1').length >= 3);
    expect(new Set(of('items/1').map(({ event }) => event.type))).toEqual(
      new Set(['dovetail.record.created']),
    );
    expect(new Set(of('items/1').map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    refuse = false;
    await eventually(async () => (await at.door.services.read('hook')).delivered === 5);
    const told = of('items/1')
      .slice(-3)
      .map(({ event }) => event.data.data.attributes.name);
    expect(told).toEqual(['n1', 'b', 'c']);
    await eventually(async () => (await parked('waiting')) === 0);
  });

  it('of a coalescing subscription gets only the last of what waited behind a failure', async () => {
    let refuse = true;
    at.receiver.answer(() => ({ status: refuse ? 500 : 204 }));
    await at.door.services.create(at.wish({ mode: 'last' }));
    await start();
    at.log.append(insert(1));
    await at.receiver.until(() => at.receiver.received.length >= 2);
    at.log.append(update(1, 'b'), update(1, 'c'), update(1, 'd'));
    await eventually(async () => (await parked('waiting')) <= 2 && at.log.reads > 2);
    await eventually(async () => {
      const { rows } = await at.database.query<{ body: string }>(
        'select body from dovetail.parked_messages order by id desc limit 1',
      );
      return rows[0]?.body.includes('"d"');
    });
    refuse = false;
    const before = at.receiver.received.length;
    await eventually(async () => (await parked('waiting')) === 0);
    const names = at.receiver.received.slice(before - 1).map(({ event }) => event.data.data.attributes.name);
    expect(names.at(-1)).toBe('d');
    expect(names).not.toContain('b');
  });

  it('that refuses for good has the message set aside, visibly, and can be sent it again by hand', async () => {
    at.receiver.answer(() => ({ status: 422, body: 'what is that?' }));
    await at.door.services.create(at.wish());
    await start();
    at.log.append(insert(1), update(1, 'b'));
    await eventually(async () => (await parked('given_up')) === 2);
    expect(at.problems).toEqual([
      expect.objectContaining({ kind: 'given-up', says: '422: what is that?' }),
      expect.objectContaining({ kind: 'given-up' }),
    ]);
    expect(await at.door.services.read('hook')).toMatchObject({ givenUp: 2, waiting: 0 });
    at.receiver.answer(() => ({ status: 200 }));
    expect(await at.door.services.resendGivenUp('hook')).toBe(2);
    await eventually(async () => (await at.door.services.read('hook')).delivered === 2);
    expect(await at.door.services.read('hook')).toMatchObject({ givenUp: 0 });
  });

  it('is given up after the time for it, and the record goes on', async () => {
    const door = at.another({ giveUpMs: 30 });
    at.receiver.answer(({ event }) => ({ status: event.type.endsWith('created') ? 500 : 204 }));
    await door.services.create(at.wish());
    await start(door);
    at.log.append(insert(1), update(1, 'b'));
    await eventually(async () => (await parked('given_up')) === 1 && (await parked('waiting')) === 0);
    expect(at.problems).toContainEqual(expect.objectContaining({ kind: 'given-up' }));
    await eventually(async () => (await door.services.read('hook')).delivered === 1);
  });

  it('that is gone (410) ends its subscription, with the reason', async () => {
    at.receiver.answer(() => ({ status: 410 }));
    await at.door.services.create(at.wish());
    await start();
    at.log.append(insert(1));
    const ended = await eventually(async () => {
      const found = await at.door.services.read('hook');
      return found.state === 'disabled' && found;
    });
    expect(ended.reason).toContain('wants nothing more');
    expect(at.problems).toEqual([expect.objectContaining({ kind: 'disabled' })]);
    at.receiver.answer(() => ({ status: 204 }));
    await at.door.services.resume('hook');
    await eventually(async () => (await at.door.services.read('hook')).delivered === 1);
  });

  it('is left alone when it asks for a pause, by all that go there', async () => {
    at.receiver.answer(() => ({ status: 429, headers: { 'retry-after': '1000' } }));
    await at.door.services.create(at.wish());
    await at.door.services.create(at.wish({ name: 'second' }));
    await start();
    at.log.append(insert(1));
    await eventually(async () => at.receiver.received.length > 0 && (await parked('waiting')) > 0);
    const asked = at.receiver.received.length;
    at.log.append(insert(2), insert(3));
    await at.door.services.listDeliveries({ limit: 1 });
    expect(at.receiver.received.length).toBe(asked);
    expect(asked).toBeLessThanOrEqual(2);
    expect(at.problems).toContainEqual(expect.objectContaining({ kind: 'failing' }));
  });
});

describe('a subscription', () => {
  it('goes on where it was when its process has ended, and tells nothing twice', async () => {
    await at.door.services.create(at.wish());
    const engine = await start();
    at.log.append(insert(1), insert(2));
    await at.receiver.until(() => at.receiver.received.length === 2);
    await engine.close();
    engines = [];
    at.log.append(insert(3));
    const { position } = await at.door.services.read('hook');
    expect(formatPosition(position)).toBe('1-0000000000001002-00000001');
    await start(at.another());
    await at.receiver.until(() => at.receiver.received.length === 3);
    expect(at.receiver.received.map(({ event }) => event.subject).sort()).toEqual([
      'items/1',
      'items/2',
      'items/3',
    ]);
  });

  it('is delivered by one process at a time', async () => {
    await at.door.services.create(at.wish());
    const first = await start();
    await eventually(() => first.listHeld().length === 1);
    const second = await start(at.another());
    at.log.append(insert(1), insert(2));
    await at.receiver.until(() => at.receiver.received.length === 2);
    expect(second.listHeld()).toEqual([]);
    await first.close();
    await eventually(() => second.listHeld().length === 1);
    at.log.append(insert(3));
    await at.receiver.until(() => at.receiver.received.length === 3);
  });

  it('that is paused tells nothing, and everything once it is resumed', async () => {
    await at.door.services.create(at.wish());
    const engine = await start();
    await eventually(() => engine.listHeld().length === 1);
    await at.door.services.pause('hook');
    await eventually(() => engine.listHeld().length === 0);
    at.log.append(insert(1));
    expect(at.receiver.received).toEqual([]);
    await at.door.services.resume('hook');
    await at.receiver.until(() => at.receiver.received.length === 1);
  });

  it('is told of a gap and of what is read anew, in their order, alone', async () => {
    await at.door.services.create(at.wish());
    await start();
    at.log.append(
      insert(1),
      maker.gap('The slot was lost.'),
      maker.mark('snapshot-begin', 'item'),
      maker.change('snapshot', {
        table: 'item',
        after: { id: '1', name: 'x', price: null, status: null, unit: null },
      }),
      maker.mark('snapshot-end', 'item'),
      insert(2),
    );
    await at.receiver.until(() => at.receiver.received.length === 6);
    expect(at.receiver.received.map(({ event }) => event.type)).toEqual([
      'dovetail.record.created',
      'dovetail.stream.gap',
      'dovetail.stream.snapshot-begin',
      'dovetail.record.snapshot',
      'dovetail.stream.snapshot-end',
      'dovetail.record.created',
    ]);
    expect(at.receiver.received[1]!.event.data).toEqual({ reason: 'The slot was lost.' });
  });

  it('whose place is no longer kept is told of the gap', async () => {
    await at.door.services.create(at.wish());
    const [lost, kept] = [insert(1), insert(2)];
    at.log.append(lost, kept);
    at.log.forget(lost.position);
    await start();
    await at.receiver.until(() => at.receiver.received.length === 2);
    expect(at.receiver.received.map(({ event }) => event.type)).toEqual([
      'dovetail.stream.gap',
      'dovetail.record.created',
    ]);
  });

  it('can be told again from a position, under the same ids', async () => {
    await at.door.services.create(at.wish());
    await start();
    const [one, two, three] = [insert(1), insert(2), insert(3)];
    at.log.append(one, two, three);
    await eventually(async () => (await at.door.services.read('hook')).delivered === 3);
    await at.door.services.replay('hook', one.position);
    await at.receiver.until(() => at.receiver.received.length === 5);
    const ids = at.receiver.received.map(({ event }) => event.id);
    expect(new Set(ids).size).toBe(3);
    expect(
      at.receiver.received
        .slice(3)
        .map(({ event }) => event.subject)
        .sort(),
    ).toEqual(['items/2', 'items/3']);
  });

  it('can be tried out, and a delivery be sent once more', async () => {
    await at.door.services.create(at.wish());
    await start();
    const never = new AbortController().signal;
    expect(await at.door.services.test('hook', never)).toMatchObject({ kind: 'accepted', status: '204' });
    expect(at.receiver.received[0]!.event.type).toBe('dovetail.subscription.test');
    at.log.append(insert(1));
    const [delivery] = await eventually(async () => {
      const found = await at.door.services.listDeliveries({ limit: 5 });
      return found.length > 0 && found;
    });
    expect(await at.door.services.resend(delivery!.id, never)).toMatchObject({
      how: 'sent',
      kind: 'accepted',
    });
    expect(at.receiver.received.at(-1)!.body).toBe(at.receiver.received.at(-2)!.body);
  });

  it('signs with the old secret and the new one while it is rotated', async () => {
    await at.door.services.create(at.wish());
    await at.door.services.rotateSecret('hook', 1);
    await at.door.services.test('hook', new AbortController().signal);
    expect(String(at.receiver.received[0]!.headers['webhook-signature']).split(' ')).toHaveLength(2);
    const { rows } = await at.database.query(
      `select settings::text || reason as x, settings from dovetail.subscriptions`,
    );
    expect(JSON.stringify(rows)).not.toContain('whsec');
    expect(JSON.stringify(rows)).not.toContain(at.receiver.url);
  });
});
