// Subscriptions and deliveries as resources: made by whoever may, told by their rights, seen by their owner, without what is secret.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startReceiver, type WebhookReceiver } from '../subscriptions/webhook-receiver.js';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';

let own: OwnApp;
let receiver: WebhookReceiver;
let admin: OwnCaller;
let maker: OwnCaller;
let other: OwnCaller;
beforeAll(async () => {
  receiver = await startReceiver();
  own = await openOwnApp({ allowAddresses: [receiver.address] });
  const rights = ['view', 'create', 'update', 'delete'].map(
    (action) => `dovetail.subscriptions ${action} own`,
  );
  await own.addRole('maker', [
    ...rights,
    'dovetail.deliveries view own',
    'dovetail.deliveries create own',
    'item view all',
  ]);
  await own.addRole('blind', rights);
  admin = await own.addClient('admin', ['administrator']);
  maker = await own.addClient('maker', ['maker']);
  other = await own.addClient('other', ['blind']);
});
afterAll(async () => {
  await own.close();
  await receiver.close();
});

const wish = (attributes: object = {}) => ({
  type: 'dovetail-subscriptions',
  attributes: {
    name: 'items',
    wants: [{ entity: 'item' }],
    sink: 'webhook',
    settings: { url: receiver.url },
    ...attributes,
  },
});

describe('a subscription', () => {
  it('is made with a secret that only this answer has, and is the one of who made it', async () => {
    const made = await maker.post('/dovetail/subscriptions', wish());
    expect(made.status, made.text).toBe(201);
    expect(made.json.data.attributes).toMatchObject({
      name: 'items',
      state: 'active',
      endpoint: receiver.address,
      secret: expect.stringMatching(/^whsec_/),
      remarks: [expect.stringContaining('not watched')],
    });
    const { id } = made.json.data;
    const shown = await maker.get(`/dovetail/subscriptions/${id}`);
    expect(shown.text).not.toMatch(/whsec_|\/hook/);
    expect((await other.get(`/dovetail/subscriptions/${id}`)).status).toBe(404);
    expect((await admin.get(`/dovetail/subscriptions/${id}`)).status).toBe(200);
  });

  it('tells nothing that its owner may not see, so it is not made', async () => {
    const refused = await other.post('/dovetail/subscriptions', wish({ name: 'blind' }));
    expect(refused.status, refused.text).toBeGreaterThanOrEqual(400);
    expect(refused.status).toBeLessThan(500);
  });

  it.each([
    [{ name: 'x', sink: 'webhok' }, 'webhook'],
    [{ name: 'x', wants: [{ entity: 'item', were: 'x' }] }, 'where'],
    [{ name: 'x', wants: [{ entity: 'item', where: 'row["prize"] == "1"' }] }, 'price'],
    [{ name: 'x', settings: { url: 'http://127.0.0.1:1' } }, 'allowAddresses'],
    [{ name: 'x', from: 'yesterday' }, 'moment'],
    [{ name: 'items' }, 'another name'],
  ])('like %j is refused with a hint', async (attributes, hint) => {
    const refused = await maker.post('/dovetail/subscriptions', wish(attributes));
    expect(refused.status, refused.text).toBeGreaterThanOrEqual(400);
    expect(refused.status).toBeLessThan(500);
    expect(refused.text).toContain(hint);
  });

  it('is tried out, paused, resumed, told again and deleted', async () => {
    const [{ id }] = (await maker.get('/dovetail/subscriptions')).json.data;
    const subscription = { data: { type: 'dovetail-subscriptions', id } };
    const tried = await maker.post('/dovetail/deliveries', {
      type: 'dovetail-deliveries',
      relationships: { subscription },
    });
    expect(tried.json.meta, tried.text).toMatchObject({ kind: 'accepted', status: '204' });
    expect(
      (
        await other.post('/dovetail/deliveries', {
          type: 'dovetail-deliveries',
          relationships: { subscription },
        })
      ).status,
    ).toBe(404);
    const change = (attributes: object) =>
      maker.patch(`/dovetail/subscriptions/${id}`, { type: 'dovetail-subscriptions', id, attributes });
    expect((await change({ paused: true })).json.data.attributes.state).toBe('paused');
    expect((await change({ paused: false })).json.data.attributes.state).toBe('active');
    expect((await change({ replayFrom: '0-0-0', retryGivenUp: true })).json.data.attributes.position).toBe(
      '0-0000000000000000-00000000',
    );
    expect((await maker.get('/dovetail/deliveries')).json.data).toEqual([]);
    expect((await maker.ask('DELETE', `/dovetail/subscriptions/${id}`)).status).toBe(204);
    expect((await maker.get('/dovetail/subscriptions')).json.data).toEqual([]);
  });
});
