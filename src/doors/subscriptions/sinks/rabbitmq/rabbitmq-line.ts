// One connection to a broker with one channel that confirms, made when it is needed and made anew when it was lost.
import type { Socket } from 'node:net';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { lazyLibrary } from '../../../../foundation/lifecycle/lazy-library.js';
import { checkBroker, hostOf, lookupOf, readBrokerAddress } from '../../broker-address.js';
import type { SinkRooms } from '../../sink.js';
import { AMQP_PORTS, type RabbitmqSettings } from './rabbitmq-settings.js';

const amqplib = lazyLibrary<typeof import('amqplib')>('amqplib');
/** Seconds; a dead connection is noticed after two of them. */
const HEARTBEAT = 15;
const GOODBYE_MS = 1_000;

export interface RabbitmqLine {
  readonly channel: ConfirmChannel;
  /** Ids of messages that came back, since nothing takes them; told before they are confirmed. */
  readonly returned: Set<string>;
  /** Why the channel was closed by the broker. */
  readonly failure: () => Error | undefined;
}

export interface RabbitmqLines {
  get(): Promise<RabbitmqLine>;
  /** What is under way is given up, and the next delivery connects anew. */
  drop(): Promise<void>;
}

/** A broker that says nothing is not waited for. */
async function end(model: ChannelModel): Promise<void> {
  const { stream } = model.connection as unknown as { readonly stream: Socket };
  const timer = setTimeout(() => stream.destroy(), GOODBYE_MS);
  const gone = new Promise((resolve) => stream.once('close', resolve));
  await Promise.race([model.close().catch(() => {}), gone]);
  clearTimeout(timer);
  stream.destroy();
}

export function createRabbitmqLines(settings: RabbitmqSettings, { allow }: SinkRooms): RabbitmqLines {
  let line: Promise<RabbitmqLine & { readonly connection: ChannelModel }> | undefined;

  async function connect() {
    const { url, user = 'guest', password = 'guest', timeoutSeconds } = settings;
    const at = readBrokerAddress(url, AMQP_PORTS);
    checkBroker(at, allow);
    const host = hostOf(at);
    const options = {
      lookup: lookupOf(at, allow),
      timeout: timeoutSeconds * 1000,
      noDelay: true,
      clientProperties: { connection_name: 'dovetail' },
    };
    const connection = await amqplib().connect(
      {
        protocol: at.protocol,
        hostname: host,
        port: Number(at.port),
        username: user,
        password,
        heartbeat: HEARTBEAT,
        vhost: at.path === '' ? '/' : at.path,
      },
      options,
    );
    let failure: Error | undefined;
    const forget = () => {
      line = undefined;
    };
    connection.on('error', (error) => {
      failure = error;
    });
    connection.on('close', forget);
    const channel = await connection.createConfirmChannel();
    const returned = new Set<string>();
    channel.on('return', ({ properties }) => returned.add(String(properties.messageId)));
    channel.on('error', (error) => {
      failure = error;
    });
    channel.on('close', () => {
      forget();
      connection.close().catch(() => {});
    });
    return { channel, returned, connection, failure: () => failure };
  }

  return {
    get() {
      line ??= connect().catch((error) => {
        line = undefined;
        throw error;
      });
      return line;
    },
    async drop() {
      const open = await line?.catch(() => undefined);
      line = undefined;
      if (open !== undefined) await end(open.connection);
    },
  };
}
