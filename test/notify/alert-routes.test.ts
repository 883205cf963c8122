// Alerts on their way to people: by routes, at once or collected, not at night, again while nobody sees to it, to others when nobody does.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlertRoute, AlertWish } from '../../src/engine/alerts/index.js';
import { createSettableClock } from '../alerts/settable-clock.js';
import { type OwnApp, openOwnApp } from '../api/own-fixture.js';
import { type MailServer, startMailServer } from './smtp-server.js';

const SECRET = `whsec_${Buffer.alloc(32, 'dovetail').toString('base64')}`;
const BY = { kind: 'user', id: 'ada' };
// A Saturday, at noon.
const clock = createSettableClock('2026-11-28T12:00:00Z');

let own: OwnApp;
let smtp: MailServer;
let hook: Server;
let hookUrl: string;
let status = 200;
let told: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }[] = [];

beforeAll(async () => {
  smtp = await startMailServer();
  hook = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      told.push({
        path: request.url!,
        headers: request.headers,
        body: Buffer.concat(parts).toString('utf8'),
      });
      response.writeHead(status).end('ok');
    });
  });
  await new Promise<void>((listening) => hook.listen(0, '127.0.0.1', listening));
  const { port } = hook.address() as AddressInfo;
  hookUrl = `http://127.0.0.1:${port}`;
  own = await openOwnApp(
    {
      allowAddresses: [`127.0.0.1:${port}`],
      notify: { smtp: smtp.url, from: 'dovetail@example.org', webhookSecret: SECRET },
      alerts: {
        routes: { configured: { sources: ['configured'], to: ['mail:ops@example.org'] } },
      },
    },
    clock,
  );
  for (const [email, roles] of [
    ['ada@example.org', ['administrator']],
    ['ben@example.org', ['administrator']],
    ['eve@example.org', []],
  ] as const)
    await own.app.access.users.save(undefined, { email, roles } as never);
  const eve = await own.app.access.users.list({ text: 'ben' });
  await own.app.access.users.save({ id: eve.items[0]!.id }, { disabled: true } as never);
});
afterAll(async () => {
  await own?.close();
  hook?.close();
  await smtp?.close();
});
beforeEach(() => {
  clock.set('2026-11-28T12:00:00Z');
});
afterEach(async () => {
  told = [];
  smtp.mails.length = 0;
  smtp.refuse(undefined);
  status = 200;
  await own.at.database.query(
    'truncate dovetail.alerts, dovetail.alert_routes cascade; delete from dovetail_jobs._private_jobs',
  );
});

const WISH: AlertWish = {
  source: 'imports',
  resource: 'product',
  type: 'failed',
  itemId: 'goods.csv',
  severity: 'error',
  message: 'It <failed> & more.',
};
const raise = (wish: Partial<AlertWish> = {}) => own.app.raise.raise({ ...WISH, ...wish });
const route = (wish: Partial<AlertRoute>) =>
  own.app.alerts.routes.add({ name: 'r', to: ['mail:ops@example.org'], ...wish }, BY);
const idOf = async (itemId = 'goods.csv') =>
  (await own.app.alerts.list({ resolved: true }, { limit: 100, offset: 0 })).find(
    (alert) => alert.itemId === itemId,
  )!.id;

/** Everything that is due by now. */
async function work(): Promise<void> {
  await own.at.database.transaction((client) => own.app.jobs.enqueue(client, 'alerts.watch', {}));
  await own.work();
}
async function later(minutes: number): Promise<void> {
  clock.pass(minutes);
  await work();
}
const mailsTo = () => smtp.mails.flatMap(({ to }) => to).sort();

describe('a route', () => {
  it('takes an alert by mail to a server that wants to know who sends', async () => {
    await route({});
    await raise();
    await work();
    expect(smtp.mails).toHaveLength(1);
    const [{ from, to, text }] = smtp.mails as [MailServer['mails'][number]];
    expect([from, to]).toEqual(['dovetail@example.org', ['ops@example.org']]);
    expect(text.replaceAll('=\r\n', '')).toMatch(
      /Subject: \[error\] imports \/ product \/ failed: It <failed> & more\./,
    );
    expect(text).toContain('item: goods.csv');
    await work();
    expect(smtp.mails).toHaveLength(1);
  });

  it('takes it to users and to all that have a role, none twice, and to nobody who is disabled', async () => {
    await route({
      to: ['role:administrator', 'user:EVE@example.org', 'user:ada@example.org', 'user:gone@example.org'],
    });
    await raise();
    await work();
    expect(mailsTo()).toEqual(['ada@example.org', 'eve@example.org']);
  });

  it('takes it by a webhook that is signed, with all there is to know', async () => {
    await route({ to: [`${hookUrl}/hooked`] });
    await raise();
    await work();
    expect(told).toHaveLength(1);
    const { headers, body } = told[0]!;
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
    expect(headers['webhook-signature']).toBe(
      `v1,${createHmac('sha256', key).update(signed).digest('base64')}`,
    );
    expect(JSON.parse(body)).toMatchObject({
      type: 'alerts',
      data: {
        route: 'r',
        alerts: [{ step: 'raised', source: 'imports', itemId: 'goods.csv', severity: 'error', count: 1 }],
      },
    });
  });

  it('takes it to a chat, as Slack reads it, in which nothing is a link or a mention', async () => {
    await route({ to: [`chat:${hookUrl}/services/T0/B0/secret`] });
    await raise({ message: 'Look <!channel> & <https://evil.example|here>' });
    await work();
    expect(told.map(({ path }) => path)).toEqual(['/services/T0/B0/secret']);
    const { text } = JSON.parse(told[0]!.body);
    expect(text).toContain('Look &lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;');
  });

  it.each<[Partial<AlertRoute>, readonly string[]]>([
    [{ sources: ['imports'] }, ['a', 'b']],
    [{ types: ['failed'] }, ['a', 'c']],
    [{ severity: 'error' }, ['a', 'c']],
    [{ severity: 'critical' }, ['c']],
    [{ organizations: ['north'] }, ['b']],
    [{ sources: ['imports'], types: ['failed'] }, ['a']],
    [{ paused: true }, []],
  ])('with %j takes only those', async (wish, expected) => {
    await route({ ...wish, to: [`${hookUrl}/x`] });
    await raise({ itemId: 'a' });
    await raise({ itemId: 'b', type: 'other', severity: 'info', organization: 'north' });
    await raise({ itemId: 'c', source: 'jobs', severity: 'critical' });
    await work();
    const items = told.flatMap(({ body }) =>
      JSON.parse(body).data.alerts.map((one: AlertWish) => one.itemId),
    );
    expect([...new Set(items)].sort()).toEqual(expected);
  });

  it('of the configuration counts beside those that are kept', async () => {
    await raise({ source: 'configured' });
    await work();
    expect(mailsTo()).toEqual(['ops@example.org']);
    await expect(
      own.app.alerts.routes.add({ name: 'configured', to: ['mail:a@example.org'] }, BY),
    ).rejects.toMatchObject({ code: 'ALERTS-104' });
  });

  it('hears once of a problem that goes on, and again when it has got worse for it', async () => {
    await route({});
    await route({ name: 'worse', severity: 'critical', to: ['mail:boss@example.org'] });
    await raise();
    await work();
    await raise();
    await work();
    expect(mailsTo()).toEqual(['ops@example.org']);
    await raise({ severity: 'critical' });
    await work();
    expect(mailsTo()).toEqual(['boss@example.org', 'ops@example.org']);
  });
});

describe('a digest', () => {
  it('collects for its time, and tells all of it in one message', async () => {
    await route({ digestMinutes: 10 });
    await raise({ itemId: 'a' });
    await work();
    await later(4);
    await raise({ itemId: 'b' });
    await raise({ itemId: 'b' });
    await later(4);
    expect(smtp.mails).toEqual([]);
    await later(3);
    expect(smtp.mails).toHaveLength(1);
    expect(smtp.mails[0]!.text).toContain('Subject: 2 alerts: 2 error');
    await raise({ itemId: 'c' });
    await work();
    await later(9);
    expect(smtp.mails).toHaveLength(1);
    await later(2);
    expect(smtp.mails).toHaveLength(2);
  });

  it('leaves out what was resolved before anybody heard of it', async () => {
    await route({ digestMinutes: 10, tellsResolved: true });
    await raise({ itemId: 'a' });
    await raise({ itemId: 'b' });
    await work();
    await own.app.raise.settle({ source: 'imports', itemId: 'a' });
    await later(11);
    await later(11);
    expect(smtp.mails).toHaveLength(1);
    expect(smtp.mails[0]!.text).not.toContain('item: a\r\n');
  });
});

describe('quiet hours', () => {
  const quiet = { between: ['22:00-06:00'], timeZone: 'Europe/Berlin' };

  it('hold back until they are over, in their own time zone, also where the clocks change', async () => {
    await route({ quiet });
    // 23:30 in Berlin, 22:30 in UTC.
    clock.set('2026-11-28T22:30:00Z');
    await raise();
    await work();
    await later(6 * 60);
    expect(smtp.mails).toEqual([]);
    await later(31);
    expect(clock.now().toISOString()).toBe('2026-11-29T05:01:00.000Z');
    expect(smtp.mails).toHaveLength(1);
  });

  it('do not hold for what is as severe as they say', async () => {
    await route({ quiet: { ...quiet, unless: 'critical' } });
    clock.set('2026-11-28T22:30:00Z');
    await raise({ itemId: 'a' });
    await raise({ itemId: 'b', severity: 'critical' });
    await work();
    expect(smtp.mails).toHaveLength(1);
    expect(smtp.mails[0]!.text).toContain('item: b');
  });
});

describe('while nobody sees to it', () => {
  it('an alert is told again and again, and no more once it is acknowledged', async () => {
    await route({ repeatMinutes: 60 });
    await raise();
    await work();
    await later(59);
    expect(smtp.mails).toHaveLength(1);
    await later(2);
    await later(61);
    expect(smtp.mails).toHaveLength(3);
    expect(smtp.mails[2]!.text).toContain('still open');
    await own.app.alerts.acknowledge({ ids: [await idOf()] }, BY);
    await later(61);
    await later(61);
    expect(smtp.mails).toHaveLength(3);
  });

  it('others are told in their turn, unless somebody acknowledged it before', async () => {
    await route({
      escalate: [
        { afterMinutes: 30, to: ['user:ada@example.org'] },
        { afterMinutes: 60, to: ['mail:boss@example.org'] },
      ],
    });
    await raise();
    await work();
    await later(31);
    expect(mailsTo()).toEqual(['ada@example.org', 'ops@example.org']);
    expect(smtp.mails[1]!.text).toContain('not acknowledged');
    await own.app.alerts.acknowledge({ ids: [await idOf()] }, BY);
    await later(31);
    expect(smtp.mails).toHaveLength(2);
  });
});

describe('the end of it', () => {
  it('is told to whoever was told of the beginning, if the route says so', async () => {
    await route({ tellsResolved: true, repeatMinutes: 10, to: [`${hookUrl}/x`] });
    await route({ name: 'silent' });
    await raise();
    await work();
    await own.app.raise.settle({ source: 'imports' });
    await later(11);
    await later(11);
    const steps = told.flatMap(({ body }) =>
      JSON.parse(body).data.alerts.map((one: { step: string }) => one.step),
    );
    expect(steps).toEqual(['raised', 'resolved']);
    expect(smtp.mails).toHaveLength(1);
  });
});

describe('a target that can not be reached', () => {
  it('is tried again under the same number, and nothing is lost', async () => {
    await route({ to: [`${hookUrl}/x`, 'mail:ops@example.org'] });
    status = 503;
    smtp.refuse({ code: 451, says: 'later' });
    await raise();
    await work();
    expect(smtp.mails).toEqual([]);
    status = 200;
    smtp.refuse(undefined);
    await own.at.database.query('update dovetail_jobs._private_jobs set run_at = now()');
    await work();
    expect(smtp.mails).toHaveLength(1);
    const numbers = told.map(({ headers }) => headers['webhook-id']);
    expect(numbers).toEqual([numbers[0], numbers[0]]);
    expect((await own.app.alerts.read(await idOf())).notices).toMatchObject([
      { target: expect.stringContaining('127.0.0.1'), sentAt: expect.any(Date) },
      { target: 'mail:ops@example.org', sentAt: expect.any(Date) },
    ]);
  });

  it('becomes an alert itself, told by other routes, without end only where it has one', async () => {
    await route({ name: 'one', to: [`${hookUrl}/gone`], repeatMinutes: 1_000 });
    await route({ name: 'two', to: [`chat:${hookUrl}/gone/too`] });
    await route({ name: 'three', sources: ['notify'], to: ['mail:ops@example.org'] });
    status = 410;
    await raise();
    for (let i = 0; i < 4; i++) await later(1);
    const failed = await own.app.alerts.list({ source: 'notify' }, { limit: 100, offset: 0 });
    expect(failed.map(({ type, resource, severity }) => [type, resource, severity]).sort()).toEqual([
      ['failed', 'one', 'error'],
      ['failed', 'two', 'error'],
    ]);
    // The alert, and of the failure of each the other one: no more.
    expect(told.map(({ path }) => path).sort()).toEqual(['/gone', '/gone', '/gone/too', '/gone/too']);
    expect(smtp.mails.length).toBeGreaterThan(0);
    expect((await own.app.alerts.read(await idOf())).notices.every(({ failedAt }) => failedAt)).toBe(true);
    const before = told.length;
    for (let i = 0; i < 3; i++) await later(10);
    expect(told).toHaveLength(before);
    const all = JSON.stringify(failed) + smtp.mails.map(({ text }) => text).join();
    expect(all).not.toContain('/gone');
  });

  it('is well again when it takes one', async () => {
    await route({ to: [`${hookUrl}/x`] });
    status = 404;
    await raise({ itemId: 'a' });
    await work();
    status = 200;
    await raise({ itemId: 'b' });
    await work();
    const found = await own.app.alerts.list({ source: 'notify', resolved: true }, { limit: 9, offset: 0 });
    expect(found.map(({ state }) => state)).toEqual(['resolved']);
  });

  it('is nobody at all where a role has none', async () => {
    await own.addRole('nobody', []);
    await route({ to: ['role:nobody'] });
    await raise();
    await work();
    const found = await own.app.alerts.list({ source: 'notify' }, { limit: 9, offset: 0 });
    expect(found).toMatchObject([{ type: 'nobody', itemId: 'r' }]);
  });
});

describe('a route that is wrong', () => {
  it.each<[Partial<AlertRoute>, string]>([
    [{ to: [] }, 'ALERTS-103'],
    [{ to: ['pigeon:ops'] }, 'ALERTS-103'],
    [{ to: ['https://10.0.0.1/x'] }, 'HTTP-102'],
    [{ to: ['chat:http://localhost.:1/'], digestMinutes: 0 }, 'ALERTS-103'],
    [{ to: ['chat:http://169.254.169.254/latest'] }, 'HTTP-102'],
    [{ to: ['https://joe:pw@example.org/'] }, 'NOTIFY-101'],
    [{ name: 'no name' }, 'ALERTS-103'],
    [{ severity: 'fatal' as never }, 'ALERTS-103'],
    [{ quiet: { between: ['late'], timeZone: 'UTC' } }, 'ALERTS-103'],
    [{ quiet: { between: ['22:00-06:00'], timeZone: 'Mars' } }, 'ALERTS-103'],
    [{ quiet: { between: ['00:00-24:00'], timeZone: 'UTC' } }, 'ALERTS-103'],
    [{ escalate: [{ afterMinutes: 0, to: ['role:a'] }] }, 'ALERTS-103'],
    [{ escalate: [{ afterMinutes: 5, to: ['x'] }] }, 'ALERTS-103'],
  ])('%j is refused with %s', async (wish, code) => {
    await expect(route(wish)).rejects.toMatchObject({ code });
  });

  it('has no chat for the ends of runs, whose addresses are kept readable', async () => {
    await expect(
      own.import('sku,price\nA,1\n', undefined, { notify: [`chat:${hookUrl}/secret`] }),
    ).rejects.toMatchObject({ code: 'NOTIFY-101' });
  });
});
