// The sink `kafka`, of what can be tried without a broker: settings, the guard, what is sent, and what its errors mean.
import type { Producer, ProducerRecord } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { createProducer, toSocketFactory } from '../../src/doors/subscriptions/sinks/kafka/kafka-client.js';
import { KAFKA } from '../../src/doors/subscriptions/sinks/kafka/kafka-manifest.js';
import type { KafkaSettings } from '../../src/doors/subscriptions/sinks/kafka/kafka-settings.js';
import { createKafkaSink } from '../../src/doors/subscriptions/sinks/kafka/kafka-sink.js';
import { systemClock } from '../../src/foundation/lifecycle/clock.js';
import { toTestMessage } from '../../src/testing/sink-suite.js';

const settings = (changes: Partial<KafkaSettings> = {}): KafkaSettings => ({
  urls: ['kafkas://kafka.example.org'],
  topic: 'changes',
  mechanism: 'scram-sha-512',
  timeoutSeconds: 2,
  batch: 256,
  ...changes,
});
const rooms = { clock: systemClock, allow: ['127.0.0.1:1'], folders: [] };
const signal = new AbortController().signal;

/** A producer that notes what it is given, and answers as it is told. */
function standIn(answer: (sent: ProducerRecord) => void = () => {}) {
  const sent: ProducerRecord[] = [];
  let ended = 0;
  const producer = {
    connect: async () => {},
    disconnect: async () => void ended++,
    send: async (record: ProducerRecord) => {
      sent.push(record);
      answer(record);
      return [];
    },
  } as unknown as Producer;
  return {
    sink: createKafkaSink(settings({ password: 'hidden-word' }), rooms, () => producer),
    sent,
    ended: () => ended,
  };
}

describe('settings of kafka', () => {
  it.each([
    [{ urls: ['http://kafka.example.org'] }, 'SUBSCRIPTIONS-104'],
    [{ urls: ['kafka://a.example.org', 'kafkas://b.example.org'] }, 'SUBSCRIPTIONS-104'],
    [{ urls: ['kafkas://10.1.2.3'] }, 'HTTP-102'],
    [{ topic: 'a b' }, 'SUBSCRIPTIONS-104'],
    [{ urls: ['kafka://a.example.org'], user: 'u', password: 'p', mechanism: 'plain' }, 'SUBSCRIPTIONS-104'],
  ])('%j are refused', async (changes, code) => {
    await expect((async () => KAFKA.check(settings(changes), rooms))()).rejects.toMatchObject({ code });
  });
});

describe('connections to kafka', () => {
  it('go to no private address, whichever broker names it', () => {
    const connect = toSocketFactory([]);
    const to = (host: string) => () => connect({ host, port: 9092, ssl: undefined as never, onConnect() {} });
    expect(to('192.168.0.1')).toThrow(/not public/);
    expect(to('::1')).toThrow(/not public/);
  });

  it('that fail say so, to be tried again, without the password', async () => {
    const own = settings({ urls: ['kafka://127.0.0.1:1'], user: 'ada', password: 'hidden-word' });
    const sink = createKafkaSink(own, rooms, createProducer);
    const [outcome] = await sink.deliver([toTestMessage('items/1', {})], signal);
    expect(outcome).toMatchObject({ kind: 'retry', endpoint: true });
    expect(JSON.stringify(outcome)).not.toContain('hidden-word');
    await sink.close();
  });
});

describe('messages to kafka', () => {
  it('have their record as key and their id as header, and wait for all replicas', async () => {
    const { sink, sent } = standIn();
    const messages = [toTestMessage('items/1', { n: 1 }), toTestMessage('', { gap: true })];
    expect((await sink.deliver(messages, signal)).map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
    expect(sent).toMatchObject([
      {
        topic: 'changes',
        acks: -1,
        messages: [
          { key: 'items/1', value: '{"n":1}', headers: { 'message-id': messages[0]!.id } },
          { key: null, value: '{"gap":true}' },
        ],
      },
    ]);
  });

  it('that are too large are refused alone, the others of their batch taken', async () => {
    const { sink } = standIn(({ messages }) => {
      if (messages.some(({ value }) => String(value).length > 100))
        throw Object.assign(new Error('gave up'), {
          cause: Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' }),
        });
    });
    const messages = [toTestMessage('items/1', {}), toTestMessage('items/2', { text: 'x'.repeat(200) })];
    const outcomes = await sink.deliver(messages, signal);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'refused']);
  });

  it('are tried again over a new connection after any other failure', async () => {
    const { sink, ended } = standIn(() => {
      throw Object.assign(new Error('hidden-word is not the leader'), { type: 'NOT_LEADER_FOR_PARTITION' });
    });
    const [outcome] = await sink.deliver([toTestMessage('items/1', {})], signal);
    expect(outcome).toEqual({
      kind: 'retry',
      status: 'NOT_LEADER_FOR_PARTITION',
      says: '*** is not the leader',
      endpoint: true,
    });
    await expect.poll(ended).toBe(1);
  });
});
