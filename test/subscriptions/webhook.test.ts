// The webhook by itself: what it signs, what answers mean, and where it never goes.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SinkMessage } from '../../src/doors/subscriptions/sink.js';
import { toWebhookOutcome } from '../../src/doors/subscriptions/sinks/webhook/webhook-answer.js';
import { addSecret, listSigning } from '../../src/doors/subscriptions/sinks/webhook/webhook-secrets.js';
import { createWebhookSink } from '../../src/doors/subscriptions/sinks/webhook/webhook-sink.js';
import { findSecretBytes, toSignedHeaders } from '../../src/foundation/http/webhook-signature.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { findSamples } from '../support/samples.js';
import { startReceiver, type WebhookReceiver } from './webhook-receiver.js';

const NOW = new Date('2026-11-28T12:00:00Z');
const never = new AbortController().signal;
const message = (n: number): SinkMessage => ({
  id: `1-${n}`,
  type: 'dovetail.record.updated',
  record: `items/${n}`,
  time: NOW.toISOString(),
  position: '1-1-1',
  mediaType: 'application/cloudevents+json',
  body: `{"n":${n}}`,
});

describe('a signature', () => {
  it.skipIf(findSamples() === undefined)('is that of the specification', () => {
    const file = join(findSamples()!, 'events/standard-webhooks/vectors.json');
    const { sign } = JSON.parse(readFileSync(file, 'utf8'));
    for (const one of sign) {
      const at = new Date(Number(one['webhook-timestamp']) * 1000);
      const said = { id: one['webhook-id'], at, body: one.body };
      expect(toSignedHeaders(findSecretBytes(one.secret)!, said)['webhook-signature']).toBe(
        one['webhook-signature'],
      );
      const both = [Buffer.alloc(32), findSecretBytes(one.secret_without_prefix)!];
      expect(toSignedHeaders(both, said)['webhook-signature'].split(' ')[1]).toBe(one['webhook-signature']);
    }
  });

  it('is made by each secret that is good at the moment', () => {
    const secret = (letter: string) => `whsec_${Buffer.alloc(32, letter).toString('base64')}`;
    const oldUntil = new Date(NOW.getTime() + 1000);
    const both = addSecret([secret('a')], secret('b'), { now: NOW, oldUntil });
    expect(listSigning(both, NOW).map(String)).toEqual(['b'.repeat(32), 'a'.repeat(32)]);
    expect(listSigning(both, oldUntil).map(String)).toEqual(['b'.repeat(32)]);
    expect(
      addSecret(both, secret('c'), { now: oldUntil, oldUntil: new Date(oldUntil.getTime() + 1) }),
    ).toHaveLength(2);
  });
});

describe('an answer', () => {
  it.each([
    [200, {}, { kind: 'accepted', status: '200' }],
    [204, {}, { kind: 'accepted', status: '204' }],
    [302, { location: 'http://127.0.0.1/' }, { kind: 'retry', status: '302', endpoint: true }],
    [400, {}, { kind: 'retry', status: '400' }],
    [410, {}, { kind: 'gone', status: '410' }],
    [413, {}, { kind: 'refused', status: '413' }],
    [429, {}, { kind: 'retry', status: '429', endpoint: true }],
    [429, { 'retry-after': '120' }, { kind: 'retry', status: '429', endpoint: true, afterMs: 120_000 }],
    [
      503,
      { 'retry-after': 'Sat, 28 Nov 2026 12:00:30 GMT' },
      { kind: 'retry', status: '503', endpoint: true, afterMs: 30_000 },
    ],
    [
      503,
      { 'retry-after': 'Sat, 28 Nov 2020 12:00:30 GMT' },
      { kind: 'retry', status: '503', endpoint: true, afterMs: 0 },
    ],
    [503, { 'retry-after': 'soon' }, { kind: 'retry', status: '503', endpoint: true }],
    [
      503,
      { 'retry-after': '99999999' },
      { kind: 'retry', status: '503', endpoint: true, afterMs: 86_400_000 },
    ],
    [500, {}, { kind: 'retry', status: '500' }],
  ])('of %i with %j means %j', (status, headers, expected) => {
    expect(toWebhookOutcome(status, headers, '', NOW)).toEqual(expected);
  });
});

describe('a webhook', () => {
  let receiver: WebhookReceiver;
  const open = (settings: object = {}, allow = [receiver.address]) =>
    createWebhookSink(
      {
        url: receiver.url,
        timeoutSeconds: 15,
        parallel: 1,
        batch: 1,
        secrets: [`whsec_${'a'.repeat(32)}`],
        ...settings,
      },
      { clock: systemClock, allow, folders: [] },
    );
  beforeAll(async () => {
    receiver = await startReceiver();
  });
  afterAll(() => receiver.close());

  it('sends headers of its own along, and several messages as a list under an id made of theirs', async () => {
    const sink = open({ batch: 10, headers: ['Authorization: Bearer x'] });
    for (let i = 0; i < 2; i++) await sink.deliver([message(1), message(2)], never);
    const [first, second] = receiver.received;
    expect(first!.event).toEqual([{ n: 1 }, { n: 2 }]);
    expect(first!.headers).toMatchObject({
      authorization: 'Bearer x',
      'content-type': 'application/cloudevents-batch+json',
      'webhook-id': second!.headers['webhook-id'],
    });
    await sink.close();
  });

  it('goes to no private address, by its number or its name', async () => {
    for (const url of [receiver.url, receiver.url.replace('127.0.0.1', 'localhost')]) {
      const [outcome] = await open({ url }, []).deliver([message(1)], never);
      expect(outcome).toMatchObject({ kind: 'retry', status: 'HTTP-102' });
    }
  });

  it('does not follow to where it is sent on', async () => {
    const before = receiver.received.length;
    receiver.answer(() => ({ status: 307, headers: { location: 'http://169.254.169.254/' } }));
    expect(await open().deliver([message(1)], never)).toEqual([
      { kind: 'retry', status: '307', endpoint: true },
    ]);
    expect(receiver.received.length).toBe(before + 1);
  });

  it('reads no more than the beginning of an answer', async () => {
    receiver.answer(() => ({ status: 500, body: 'x'.repeat(5_000_000) }));
    const [outcome] = await open().deliver([message(1)], never);
    expect(outcome).toMatchObject({ kind: 'retry', says: 'x'.repeat(1_000) });
  });

  it('waits no longer than it may for an answer that drips', async () => {
    const server = createServer((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('.'), 50);
      response.on('close', () => clearInterval(timer));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const sink = open({ url: `http://${address}/`, timeoutSeconds: 0.3 }, [address]);
    expect(await sink.deliver([message(1)], never)).toMatchObject([{ kind: 'retry', status: 'timeout' }]);
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  it('is broken off when its process ends', async () => {
    const stop = new AbortController();
    receiver.answer(() => {
      stop.abort();
      return new Promise(() => {});
    });
    expect(await open().deliver([message(1)], stop.signal)).toEqual([{ kind: 'retry', says: 'Broken off.' }]);
  });
});
