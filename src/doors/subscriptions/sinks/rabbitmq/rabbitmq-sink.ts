// Messages to RabbitMQ: one channel, published one after the other without waiting, each confirmed when its queues have it on disk.
import type { Sink, SinkMessage, SinkOutcome, SinkRooms } from '../../sink.js';
import { settleAll, toRetry } from '../../sink-outcome.js';
import { toSubject } from '../../sink-subject.js';
import { createRabbitmqLines, type RabbitmqLine } from './rabbitmq-line.js';
import type { RabbitmqSettings } from './rabbitmq-settings.js';

/** "message size … is larger than configured max size …": the whole channel is closed for it. */
const TOO_LARGE = /message size \d+ is larger than (?:the )?(?:configured )?max(?:imum)? size (\d+)/i;

export function createRabbitmqSink(settings: RabbitmqSettings, rooms: SinkRooms): Sink {
  const { queue, exchange = '', routingKey, password, timeoutSeconds: seconds } = settings;
  const lines = createRabbitmqLines(settings, rooms);
  const fail = (error: unknown) => toRetry(error, [password]);

  async function publish(line: RabbitmqLine, message: SinkMessage): Promise<SinkOutcome> {
    const content = Buffer.from(message.body);
    const key = queue ?? toSubject(routingKey, message);
    try {
      await new Promise<void>((resolve, reject) => {
        const options = {
          messageId: message.id,
          type: message.type,
          contentType: message.mediaType,
          timestamp: Math.floor(Date.parse(message.time) / 1000),
          appId: 'dovetail',
          persistent: true,
          mandatory: true,
        };
        line.channel.publish(exchange, key, content, options, (error) => (error ? reject(error) : resolve()));
      });
    } catch (error) {
      const cause = line.failure() ?? error;
      const most = Number(TOO_LARGE.exec((cause as Error).message)?.[1]);
      if (content.length > most)
        return {
          kind: 'refused',
          status: '406',
          says: `The broker takes no message of ${content.length} bytes.`,
        };
      return fail(cause);
    }
    // "the broker … will send basic.return before basic.ack" for what is mandatory and goes nowhere.
    if (!line.returned.delete(message.id)) return { kind: 'accepted', status: 'ack' };
    const says =
      queue === undefined ? `No queue takes the routing key ${key}.` : `There is no queue ${queue}.`;
    return { kind: 'retry', status: '312', says, endpoint: true };
  }

  return {
    async deliver(messages, signal) {
      const outcomes = await settleAll(
        messages,
        { signal, seconds },
        async (message) => publish(await lines.get(), message),
        fail,
      );
      // What comes late must not be taken for an answer to the next attempt.
      if (outcomes.some(({ kind, status }) => kind === 'retry' && status === 'timeout')) void lines.drop();
      return outcomes;
    },
    close: () => lines.drop(),
  };
}
