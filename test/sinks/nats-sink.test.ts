// The sink `nats` against a real server with JetStream.
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NATS } from '../../src/doors/subscriptions/sinks/nats/nats-manifest.js';
import type { NatsSettings } from '../../src/doors/subscriptions/sinks/nats/nats-settings.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { listSinkCases, type SinkStage, toTestMessage } from '../../src/testing/sink-suite.js';
import { findServer, startWay } from './broker-server.js';

const server = await findServer('DOVETAIL_TEST_NATS', 4222);
const settings = (changes: Partial<NatsSettings>): NatsSettings => ({
  url: 'nats://127.0.0.1:4222',
  subject: 'dovetail.changes',
  timeoutSeconds: 5,
  batch: 256,
  ...changes,
});

describe.skipIf(server === undefined)('NATS JetStream keeps the contract of a sink', () => {
  let connection: Awaited<ReturnType<typeof connect>>;
  beforeAll(async () => {
    connection = await connect({ servers: `${server!.host}:${server!.port}` });
  });
  afterAll(() => connection?.close());
  let made = 0;

  async function open(): Promise<SinkStage> {
    const name = `dovetail_test_${process.pid}_${Date.now()}_${++made}`;
    const manager = await jetstreamManager(connection);
    await manager.streams.add({ name, subjects: [`${name}.>`], max_msg_size: 100_000 });
    const way = await startWay(server!);
    const address = `127.0.0.1:${way.port}`;
    const rooms = { clock: systemClock, allow: [address], folders: [] };
    const own = settings({
      url: `nats://${address}`,
      subject: name,
      user: 'dovetail',
      password: 'hidden-word',
    });
    await NATS.check(own, rooms);
    const sink = await NATS.open(own, rooms);
    return {
      sink,
      async readStored() {
        const { state } = await manager.streams.info(name);
        const bodies: string[] = [];
        for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq++)
          bodies.push((await manager.streams.getMessage(name, { seq }))!.string());
        return bodies;
      },
      knowsRepeats: true,
      leave: way.leave,
      fallSilent: way.fallSilent,
      comeBack: way.comeBack,
      refusable: toTestMessage('items/9', { text: 'x'.repeat(200_000) }),
      batch: 256,
      secrets: ['hidden-word'],
      async close() {
        await way.close();
        await manager.streams.delete(name);
      },
    };
  }
  it.each(listSinkCases(open))('$name', ({ check }) => check());

  it('names the subject by the type of the record, and the id', async () => {
    const stage = await open();
    const message = toTestMessage('order_items/1', { n: 1 });
    await stage.sink.deliver([message], new AbortController().signal);
    const name = `dovetail_test_${process.pid}_`;
    const manager = await jetstreamManager(connection);
    let found: { subject: string; id: string; type: string } | undefined;
    for await (const { config } of manager.streams.list())
      if (config.name.startsWith(name)) {
        const stored = await manager.streams.getMessage(config.name, { seq: 1 });
        found = {
          subject: stored!.subject.replace(config.name, ''),
          id: stored!.header.get('Nats-Msg-Id'),
          type: stored!.header.get('Content-Type'),
        };
      }
    expect(found).toEqual({ subject: '.order_items', id: message.id, type: message.mediaType });
    expect(jetstream(connection)).toBeDefined();
    await stage.sink.close();
    await stage.close();
  });

  it('says that no stream takes the subject, to be tried again', async () => {
    const rooms = { clock: systemClock, allow: [`${server!.host}:${server!.port}`], folders: [] };
    const sink = await NATS.open(
      settings({ url: `nats://${server!.host}:${server!.port}`, subject: 'nobody.takes' }),
      rooms,
    );
    const [outcome] = await sink.deliver([toTestMessage('items/1', {})], new AbortController().signal);
    expect(outcome).toMatchObject({ kind: 'retry', endpoint: true });
    expect(outcome!.says).toContain('nobody.takes.items');
    await sink.close();
  });
});

describe('settings of nats', () => {
  const rooms = { clock: systemClock, allow: [], folders: [] };
  it.each([
    [{ url: 'http://nats.example.org' }, 'SUBSCRIPTIONS-104'],
    [{ url: 'nats://user:word@nats.example.org' }, 'SUBSCRIPTIONS-104'],
    [{ url: 'nats://10.0.0.1:4222' }, 'HTTP-102'],
    [{ url: 'nats://[::1]:4222' }, 'HTTP-102'],
    [{ url: 'nats://nats.example.org', subject: 'a.>' }, 'SUBSCRIPTIONS-104'],
    [{ url: 'nats://nats.example.org', user: 'ada' }, 'SUBSCRIPTIONS-104'],
  ])('%j are refused', async (changes, code) => {
    await expect((async () => NATS.check(settings(changes), rooms))()).rejects.toMatchObject({ code });
  });

  it('with a private address that a name leads to fail when they are connected to', async () => {
    const sink = await NATS.open(settings({ url: 'nats://localhost:4222' }), rooms);
    const [outcome] = await sink.deliver([toTestMessage('items/1', {})], new AbortController().signal);
    expect(outcome).toMatchObject({ kind: 'retry', status: 'HTTP-102' });
    await sink.close();
  });
});
