// Alerts, their routes and who was told as resources: seen by whoever may, acknowledged and resolved, and no address that lets one in is shown.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OwnApp, type OwnCaller, openOwnApp } from './own-fixture.js';

let own: OwnApp;
let admin: OwnCaller;
let shop: OwnCaller;
let other: OwnCaller;

beforeAll(async () => {
  own = await openOwnApp({
    notify: { smtp: 'smtp://127.0.0.1:1', from: 'dovetail@example.org' },
    alerts: { routes: { configured: { to: ['mail:ops@example.org'], sources: ['none'] } } },
  });
  await own.addRole('shop', [
    'item view all',
    'item create all',
    'item update all',
    'item import all',
    ...['view', 'create', 'update', 'delete'].map((action) => `dovetail.alerts ${action} own`),
    'dovetail.alert-notices view own',
  ]);
  admin = await own.addClient('admin', ['administrator']);
  shop = await own.addClient('shop', ['shop']);
  other = await own.addClient('other', ['shop']);
});
afterAll(() => own.close());

const alert = (attributes: object, id?: string) => ({
  type: 'dovetail-alerts',
  attributes,
  ...(id === undefined ? {} : { id }),
});
const route = (attributes: object, id?: string) => ({
  type: 'dovetail-alert-routes',
  attributes,
  ...(id === undefined ? {} : { id }),
});

describe('an alert of a failed import', () => {
  it('is seen by whoever began it, and by administrators, but by no other', async () => {
    await own.import('sku,price\nA,dear\n', shop.caller);
    const mine = await shop.get('/dovetail/alerts?filter[source]=imports');
    expect(mine.json.data).toMatchObject([
      {
        type: 'dovetail-alerts',
        attributes: {
          source: 'imports',
          alertType: 'partly_failed',
          state: 'open',
          user: 'shop',
          severity: 'warning',
          count: 1,
        },
      },
    ]);
    const { id } = mine.json.data[0];
    expect((await other.get('/dovetail/alerts')).json.data).toEqual([]);
    expect((await other.get(`/dovetail/alerts/${id}`)).status).toBe(404);
    expect((await other.patch(`/dovetail/alerts/${id}`, alert({ state: 'resolved' }, id))).status).toBe(404);
    expect((await admin.get(`/dovetail/alerts/${id}`)).status).toBe(200);
    // A good one of another client's resolves nothing of this one's.
    await own.import('sku,price\nA,1\n', other.caller);
    expect((await shop.get(`/dovetail/alerts/${id}`)).json.data.attributes.state).toBe('open');
    await own.import('sku,price\nA,1\n', shop.caller);
    expect((await shop.get(`/dovetail/alerts/${id}`)).json.data.attributes).toMatchObject({
      state: 'resolved',
      resolvedBy: null,
    });
  });
});

describe('whoever has no right to alerts', () => {
  it('sees those of their own runs and sees to them, and nothing more', async () => {
    await own.addRole('clerk', ['item view all', 'item create all', 'item update all', 'item import all']);
    const clerk = await own.addClient('clerk', ['clerk']);
    await own.import('sku,price\nC,dear\n', clerk.caller);
    const mine = await clerk.get('/dovetail/alerts');
    expect(mine.json.data).toHaveLength(1);
    const { id } = mine.json.data[0];
    const seen = await clerk.patch(`/dovetail/alerts/${id}`, alert({ state: 'acknowledged' }, id));
    expect(seen.json.data.attributes.state).toBe('acknowledged');
    expect((await clerk.ask('DELETE', `/dovetail/alerts/${id}`)).status).toBe(403);
    const raised = await clerk.post('/dovetail/alerts', alert({ message: 'x', alertType: 'x' }));
    expect(raised.status).toBe(403);
  });
});

describe('alerts', () => {
  it('are raised by programs, acknowledged, resolved and deleted', async () => {
    const body = alert({
      message: 'The press is out of paper.',
      alertType: 'empty',
      severity: 'critical',
      itemId: 'press 1',
      externalId: '0815',
      details: { token: 'hush', sheets: 0 },
    });
    const made = await shop.post('/dovetail/alerts', body);
    expect(made.status, made.text).toBe(201);
    const { id, attributes } = made.json.data;
    expect(attributes).toMatchObject({
      source: 'api',
      user: 'shop',
      count: 1,
      externalId: '0815',
      details: { token: '****', sheets: 0 },
    });
    const again = await shop.post('/dovetail/alerts', body);
    expect(again.json.data).toMatchObject({ id, attributes: { count: 2 } });
    expect((await other.post('/dovetail/alerts', body)).json.data.id).not.toBe(id);
    const path = `/dovetail/alerts/${id}`;
    const seen = await shop.patch(path, alert({ state: 'acknowledged' }, id));
    expect(seen.json.data.attributes).toMatchObject({
      state: 'acknowledged',
      acknowledgedBy: { kind: 'client', name: 'shop' },
    });
    const over = await shop.patch(path, alert({ state: 'resolved' }, id));
    expect(over.json.data.attributes).toMatchObject({ state: 'resolved', resolvedBy: { name: 'shop' } });
    expect((await shop.patch(path, alert({ state: 'acknowledged' }, id))).status).toBe(409);
    expect((await shop.patch(path, alert({ state: 'open' }, id))).status).toBe(422);
    expect((await shop.patch(path, alert({ message: 'x' }, id))).status).toBe(422);
    expect((await shop.ask('DELETE', path)).status).toBe(204);
    expect((await shop.get(path)).status).toBe(404);
  });

  it('are filtered, sorted, paged and counted', async () => {
    for (let i = 0; i < 5; i++)
      await admin.post(
        '/dovetail/alerts',
        alert({ message: 'x', alertType: 'paged', itemId: `${i}`, severity: i % 2 === 0 ? 'info' : 'error' }),
      );
    const page = await admin.get(
      '/dovetail/alerts?filter[alertType]=paged&filter[severity]=info&sort=-itemId&page[size]=2&page[total]=true',
    );
    expect(page.status, page.text).toBe(200);
    expect(page.json.data.map((one: { attributes: { itemId: string } }) => one.attributes.itemId)).toEqual([
      '4',
      '2',
    ]);
    expect(page.json.meta.page.total).toBe(3);
  });
});

describe('routes', () => {
  const SECRET = 'T0AAAA-B0BBBB-hush';

  it('are made, changed and deleted by administrators; addresses go in whole and come out without their secrets', async () => {
    const to = [
      `chat:https://hooks.slack.com/services/${SECRET}`,
      'role:administrator',
      'mail:ops@example.org',
    ];
    const made = await admin.post(
      '/dovetail/alert-routes',
      route({
        name: 'ops',
        severity: 'error',
        to,
        digestMinutes: 5,
        quiet: { between: ['22:00-06:00'], timeZone: 'Europe/Berlin', unless: 'critical' },
        escalate: [{ afterMinutes: 60, to: [`chat:https://hooks.slack.com/services/${SECRET}2`] }],
      }),
    );
    expect(made.status, made.text).toBe(201);
    expect(made.json.data).toMatchObject({
      id: 'ops',
      attributes: {
        name: 'ops',
        to: [expect.stringMatching(/^chat:https:\/\/hooks\.slack\.com\/… \([0-9a-f]{8}\)$/), to[1], to[2]],
        digestMinutes: 5,
        paused: false,
        createdBy: { kind: 'client', name: 'admin' },
      },
    });
    expect(made.text).not.toContain('hush');
    const changed = await admin.patch(
      '/dovetail/alert-routes/ops',
      route({ paused: true, digestMinutes: null, severity: 'critical' }, 'ops'),
    );
    expect(changed.json.data.attributes).toMatchObject({
      paused: true,
      digestMinutes: null,
      severity: 'critical',
      to: made.json.data.attributes.to,
    });
    const dump = await own.at.database.query<{ row: string; sealed: Buffer }>(
      'select r::text as row, sealed from dovetail.alert_routes r',
    );
    const [stored] = dump.rows;
    expect(`${stored!.row} ${stored!.sealed.toString('latin1')}`).not.toContain('hush');
    expect((await admin.ask('DELETE', '/dovetail/alert-routes/ops')).status).toBe(204);
    expect((await admin.get('/dovetail/alert-routes/ops')).status).toBe(404);
  });

  it.each([
    [{ to: [`chat:http://127.0.0.1:1/${SECRET}`] }, 400, 'HTTP-102'],
    [{ to: [`pigeon:${SECRET}`] }, 422, 'ALERTS-103'],
    [{ to: ['https://example.org/x'] }, 400, 'NOTIFY-102'],
    [{ to: ['mail:ops@example.org'], quiet: { between: '22:00', timeZone: 'UTC' } }, 422, 'API-302'],
    [{ to: ['mail:ops@example.org'], quiet: { from: 1 } }, 422, 'API-302'],
    [{ to: ['mail:ops@example.org'], escalate: [{ to: ['role:a'] }] }, 422, 'API-302'],
    [{ to: ['mail:ops@example.org'], repeatMinutes: 0.5 }, 422, 'ALERTS-103'],
    [{ to: ['mail:ops@example.org'], name: 'configured' }, 409, 'ALERTS-104'],
    [{}, 422, 'API-302'],
  ])('that are wrong (%j) are refused with %d %s', async (attributes, status, code) => {
    const answer = await admin.post('/dovetail/alert-routes', route({ name: 'wrong', ...attributes }));
    expect([answer.status, answer.json.errors[0].code], answer.text).toEqual([status, code]);
    expect(answer.text).not.toContain('hush');
  });

  it('are nothing for who has no right to them', async () => {
    expect((await shop.get('/dovetail/alert-routes')).status).toBe(404);
    expect((await shop.post('/dovetail/alert-routes', route({ name: 'x', to: ['role:a'] }))).status).toBe(
      404,
    );
  });
});
