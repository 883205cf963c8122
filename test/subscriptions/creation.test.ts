// What is refused before a subscription is kept, and with which words.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSubscriptionsFixture, type SubscriptionsFixture } from './subscriptions-fixture.js';

let at: SubscriptionsFixture;
beforeAll(async () => {
  at = await createSubscriptionsFixture({
    ddl: `create table item (id bigint primary key, name text, status text); create table paid (id bigint primary key, state text);
      alter table paid replica identity full; create table keyless (a text); create view seen as select * from item;
      create publication dovetail for table item, paid`,
  });
});
afterAll(() => at?.drop());

const create = (changes: object) => at.door.services.create(at.wish(changes));

describe('a subscription', () => {
  it.each([
    [{ name: 'not a name' }, 'SUBSCRIPTIONS-103', undefined],
    [{ wants: [] }, 'SUBSCRIPTIONS-103', undefined],
    [{ wants: [{ entity: 'itme' }] }, 'CATALOG-101', expect.stringContaining('item')],
    [{ wants: [{ entity: 'seen' }] }, 'SUBSCRIPTIONS-103', undefined],
    [{ wants: [{ entity: 'keyless' }] }, 'SUBSCRIPTIONS-103', undefined],
    [{ wants: [{ entity: 'item' }, { entity: 'item' }] }, 'SUBSCRIPTIONS-103', undefined],
    [{ wants: [{ entity: 'item', operations: ['update'] }] }, 'SUBSCRIPTIONS-103', "Did you mean 'updated'?"],
    [{ form: 'thick' }, 'SUBSCRIPTIONS-103', undefined],
    [{ owner: { kind: 'client', id: '99' } }, 'SUBSCRIPTIONS-103', undefined],
    [{ sink: 'webhok' }, 'SUBSCRIPTIONS-104', "Did you mean 'webhook'?"],
    [{ settings: {} }, 'SUBSCRIPTIONS-104', expect.anything()],
    [{ settings: { url: 'https://example.org', batches: 3 } }, 'SUBSCRIPTIONS-104', "Did you mean 'batch'?"],
    [{ settings: { url: 'https://example.org', batch: 1000 } }, 'SUBSCRIPTIONS-104', undefined],
    [
      { settings: { url: 'https://example.org', secrets: ['short'] } },
      'SUBSCRIPTIONS-104',
      expect.anything(),
    ],
    [{ settings: { url: 'https://a:b@example.org' } }, 'SUBSCRIPTIONS-104', expect.anything()],
    [
      { settings: { url: 'https://example.org', headers: ['webhook-id: 1'] } },
      'SUBSCRIPTIONS-104',
      undefined,
    ],
    [
      { settings: { url: 'https://example.org', headers: ['a: b\r\nc: d'] } },
      'SUBSCRIPTIONS-104',
      expect.anything(),
    ],
    [{ settings: { url: 'http://127.0.0.1:1/' } }, 'HTTP-102', expect.anything()],
    [{ settings: { url: 'file:///etc/passwd' } }, 'HTTP-101', expect.anything()],
  ])('like %j is refused', async (changes, code, hint) => {
    await expect(create(changes)).rejects.toMatchObject({ code, ...(hint === undefined ? {} : { hint }) });
    expect(await at.door.services.list({ limit: 10 })).toEqual([]);
  });

  it('whose condition needs values of before says what must be altered for that', async () => {
    const wants = [{ entity: 'item', where: 'row["status"] == "paid"' }];
    await expect(create({ wants })).rejects.toMatchObject({
      code: 'SUBSCRIPTIONS-105',
      hint: expect.stringContaining('dovetail watch item'),
    });
    const byKey = [{ entity: 'item', where: 'row["id"] == "1"' }];
    expect((await create({ name: 'by-key', wants: byKey })).remarks).toEqual([]);
    const known = [{ entity: 'paid', where: 'row["state"] == "paid"' }];
    expect((await create({ name: 'known', wants: known })).remarks).toEqual([]);
  });

  it('has a name of its own, and is found by a name that is nearly its', async () => {
    await create({ name: 'orders' });
    await expect(create({ name: 'orders' })).rejects.toMatchObject({ code: 'SUBSCRIPTIONS-102' });
    await expect(at.door.services.read('ordres')).rejects.toMatchObject({
      code: 'SUBSCRIPTIONS-101',
      hint: "Did you mean 'orders'?",
    });
    await at.door.services.remove('orders');
    await expect(at.door.services.remove('orders')).rejects.toMatchObject({ code: 'SUBSCRIPTIONS-101' });
  });
});
