// The sink `rabbitmq` against a real broker.
import { type ChannelModel, connect } from 'amqplib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RABBITMQ } from '../../src/doors/subscriptions/sinks/rabbitmq/rabbitmq-manifest.js';
import type { RabbitmqSettings } from '../../src/doors/subscriptions/sinks/rabbitmq/rabbitmq-settings.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { listSinkCases, type SinkStage, toTestMessage } from '../../src/testing/sink-suite.js';
import { findServer, startWay } from './broker-server.js';

const server = await findServer('DOVETAIL_TEST_RABBITMQ', 5672);
const settings = (changes: Partial<RabbitmqSettings>): RabbitmqSettings => ({
  url: 'amqp://127.0.0.1:5672',
  routingKey: 'dovetail.changes',
  timeoutSeconds: 5,
  batch: 256,
  ...changes,
});

describe.skipIf(server === undefined)('RabbitMQ keeps the contract of a sink', () => {
  let connection: ChannelModel;
  beforeAll(async () => {
    connection = await connect(`amqp://guest:guest@${server!.host}:${server!.port}`);
  });
  afterAll(() => connection?.close());
  let made = 0;
  const toName = () => `dovetail_test_${process.pid}_${Date.now()}_${++made}`;

  async function open(): Promise<SinkStage> {
    const queue = toName();
    const channel = await connection.createChannel();
    await channel.assertQueue(queue, { durable: true });
    const way = await startWay(server!);
    const address = `127.0.0.1:${way.port}`;
    const rooms = { clock: systemClock, allow: [address], folders: [] };
    const own = settings({ url: `amqp://${address}`, queue, user: 'guest', password: 'guest' });
    await RABBITMQ.check(own, rooms);
    const sink = await RABBITMQ.open(own, rooms);
    const taken: string[] = [];
    return {
      sink,
      async readStored() {
        for (let got = await channel.get(queue, { noAck: true }); got !== false; ) {
          expect(got.properties).toMatchObject({
            deliveryMode: 2,
            contentType: 'application/cloudevents+json',
          });
          taken.push(got.content.toString());
          got = await channel.get(queue, { noAck: true });
        }
        return [...taken];
      },
      knowsRepeats: false,
      leave: way.leave,
      fallSilent: way.fallSilent,
      comeBack: way.comeBack,
      batch: 256,
      secrets: ['guest'],
      async close() {
        await way.close();
        await channel.deleteQueue(queue);
        await channel.close();
      },
    };
  }
  it.each(listSinkCases(open))('$name', ({ check }) => check());

  const address = () => `${server!.host}:${server!.port}`;
  const rooms = () => ({ clock: systemClock, allow: [address()], folders: [] });

  it('says of what no queue takes that it is to be tried again, and accepts it once one does', async () => {
    const channel = await connection.createChannel();
    const exchange = toName();
    await channel.assertExchange(exchange, 'topic', { durable: true });
    const sink = await RABBITMQ.open(settings({ url: `amqp://${address()}`, exchange }), rooms());
    const message = toTestMessage('order_items/1', { n: 1 });
    const signal = new AbortController().signal;
    const [away] = await sink.deliver([message], signal);
    expect(away).toMatchObject({ kind: 'retry', status: '312', endpoint: true });
    expect(away!.says).toContain('dovetail.changes.order_items');
    await channel.assertQueue(exchange, { durable: true });
    await channel.bindQueue(exchange, exchange, 'dovetail.changes.*');
    expect((await sink.deliver([message], signal))[0]!.kind).toBe('accepted');
    const got = await channel.get(exchange, { noAck: true });
    expect(got).toMatchObject({ properties: { messageId: message.id } });
    await sink.close();
    await channel.deleteQueue(exchange);
    await channel.deleteExchange(exchange);
    await channel.close();
  });

  it('says why, without the password, where it may not come in or the exchange is not there', async () => {
    const signal = new AbortController().signal;
    const wrong = settings({
      url: `amqp://${address()}`,
      queue: 'q',
      user: 'nobody',
      password: 'hidden-word',
    });
    const refused = await RABBITMQ.open(wrong, rooms());
    const [outcome] = await refused.deliver([toTestMessage('items/1', {})], signal);
    expect(outcome).toMatchObject({ kind: 'retry', endpoint: true });
    expect(JSON.stringify(outcome)).not.toContain('hidden-word');
    await refused.close();
    const missing = await RABBITMQ.open(
      settings({ url: `amqp://${address()}`, exchange: toName() }),
      rooms(),
    );
    const [lost] = await missing.deliver([toTestMessage('items/1', {})], signal);
    expect(lost).toMatchObject({ kind: 'retry', endpoint: true });
    expect(lost!.says).toContain('NOT_FOUND');
    await missing.close();
  });
});

describe('settings of rabbitmq', () => {
  const rooms = { clock: systemClock, allow: [], folders: [] };
  it.each([
    [{ url: 'amqp://user:word@mq.example.org', queue: 'q' }, 'SUBSCRIPTIONS-104'],
    [{ url: 'amqp://127.0.0.1', queue: 'q' }, 'HTTP-102'],
    [{ url: 'amqps://mq.example.org' }, 'SUBSCRIPTIONS-104'],
    [{ url: 'amqps://mq.example.org', queue: 'q', exchange: 'e' }, 'SUBSCRIPTIONS-104'],
  ])('%j are refused', async (changes, code) => {
    await expect((async () => RABBITMQ.check(settings(changes), rooms))()).rejects.toMatchObject({ code });
  });
});
