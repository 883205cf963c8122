// Messages into JetStream: published one after the other without waiting, each acknowledged by the stream that stored it.
import type { Sink, SinkMessage, SinkOutcome, SinkRooms } from '../../sink.js';
import { settleAll, toRetry } from '../../sink-outcome.js';
import { toSubject } from '../../sink-subject.js';
import { createNatsLines, type NatsLine } from './nats-line.js';
import type { NatsSettings } from './nats-settings.js';

/** Of JetStream's own errors, those that say that this message will never be taken: larger than the stream allows. */
const REFUSALS = new Set([10054]);

export function createNatsSink(settings: NatsSettings, rooms: SinkRooms): Sink {
  const { subject, password, token, timeoutSeconds: seconds } = settings;
  const lines = createNatsLines(settings, rooms);
  const fail = (error: unknown) => toRetry(error, [password, token]);

  async function publish(line: NatsLine, message: SinkMessage): Promise<SinkOutcome> {
    const body = Buffer.from(message.body);
    const headers = line.toHeaders(message.mediaType);
    const to = toSubject(subject, message);
    try {
      const { duplicate, stream, seq } = await line.client.publish(to, body, {
        // The stream passes over what it has under the same id, for as long as its duplicate window.
        msgID: message.id,
        headers,
        timeout: seconds * 1000,
      });
      return { kind: 'accepted', status: duplicate ? 'duplicate' : 'ack', says: `${stream} ${seq}` };
    } catch (error) {
      return toFailure(error, to, body.length, line.mostBytes);
    }
  }

  function toFailure(error: unknown, to: string, bytes: number, most: number): SinkOutcome {
    const { name, code, message } = error as { name?: string; code?: unknown; message?: string };
    if (bytes > most || /max.?payload/i.test(message ?? ''))
      return { kind: 'refused', says: `The server takes no message of ${bytes} bytes.` };
    if (typeof code === 'number' && REFUSALS.has(code))
      return { kind: 'refused', status: String(code), says: String(message).slice(0, 1_000) };
    if (name === 'NoRespondersError' || /no responders|jetstream is not enabled/i.test(message ?? ''))
      return { kind: 'retry', status: '503', says: `No stream takes the subject ${to}.`, endpoint: true };
    return fail(error);
  }

  return {
    async deliver(messages, signal) {
      const limits = { signal, seconds };
      return settleAll(messages, limits, async (message) => publish(await lines.get(), message), fail);
    },
    close: () => lines.close(),
  };
}
