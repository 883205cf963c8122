// Messages to a topic of Kafka: a request for each batch, acknowledged by all replicas in sync.
import type { Producer } from 'kafkajs';
import type { Sink, SinkMessage, SinkOutcome, SinkRooms } from '../../sink.js';
import { settleAll, toRetry } from '../../sink-outcome.js';
import { createProducer } from './kafka-client.js';
import type { KafkaSettings } from './kafka-settings.js';

/** What no repetition mends, said of one message. */
const REFUSALS = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD']);

export function createKafkaSink(
  settings: KafkaSettings,
  { allow }: SinkRooms,
  create: (settings: KafkaSettings, allow: readonly string[]) => Producer = createProducer,
): Sink {
  const { topic, password, timeoutSeconds: seconds } = settings;
  let producer: Promise<Producer> | undefined;

  async function connect(): Promise<Producer> {
    const made = create(settings, allow);
    await made.connect();
    return made;
  }

  function open(): Promise<Producer> {
    producer ??= connect().catch((error) => {
      producer = undefined;
      throw error;
    });
    return producer;
  }

  async function close(): Promise<void> {
    const left = producer;
    producer = undefined;
    const last = await left?.catch(() => undefined);
    await last?.disconnect().catch(() => {});
  }

  async function send(messages: readonly SinkMessage[]): Promise<SinkOutcome> {
    await (await open()).send({ topic, acks: -1, timeout: seconds * 1000, messages: messages.map(toRecord) });
    return { kind: 'accepted', status: 'ack' };
  }

  function toFailure(error: unknown): SinkOutcome {
    const { type, message } = findCause(error);
    if (type !== undefined && REFUSALS.has(type))
      return { kind: 'refused', status: type, says: String(message).slice(0, 1_000) };
    const failure = toRetry(error, [password]);
    return type === undefined ? failure : { ...failure, status: type };
  }

  return {
    async deliver(messages, signal) {
      const limits = { signal, seconds };
      let all: Promise<SinkOutcome> | undefined;
      const outcomes = await settleAll(messages, limits, () => (all ??= send(messages)), toFailure);
      if (messages.length > 1 && outcomes[0]!.kind === 'refused')
        // One of them is; which one, only each by itself tells.
        return settleAll(messages, limits, (message) => send([message]), toFailure);
      if (outcomes.some(({ kind }) => kind === 'retry')) void close();
      return outcomes;
    },
    close,
  };
}

const toRecord = ({ id, record, type, mediaType, time, body }: SinkMessage) => ({
  // No key for what is about no single record.
  key: record === '' ? null : record,
  value: body,
  timestamp: String(Date.parse(time)),
  headers: { 'content-type': mediaType, 'message-id': id, type },
});

/** The library wraps what a broker said as often as it tried. */
function findCause(error: unknown): { readonly type?: string; readonly message?: string } {
  let at = error as { type?: string; message?: string; cause?: unknown };
  for (let n = 0; n < 5 && at.type === undefined && at.cause instanceof Error; n++)
    at = at.cause as typeof at;
  return at;
}
