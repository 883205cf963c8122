// One connection to a NATS server, made when it is needed and made anew when it was lost.
import { lazyLibrary } from '../../../../foundation/lifecycle/lazy-library.js';
import { hostOf, readBrokerAddress, resolveBroker } from '../../broker-address.js';
import type { SinkRooms } from '../../sink.js';
import { NATS_PORTS } from './nats-ports.js';
import type { NatsSettings } from './nats-settings.js';

type Transport = typeof import('@nats-io/transport-node');
type JetStream = typeof import('@nats-io/jetstream');
const transport = lazyLibrary<Transport>('@nats-io/transport-node');
const jetstream = lazyLibrary<JetStream>('@nats-io/jetstream');

export interface NatsLine {
  readonly client: import('@nats-io/jetstream').JetStreamClient;
  /** Bytes of the largest message that the server takes. */
  readonly mostBytes: number;
  /** Header of a message, with its media type. */
  toHeaders(mediaType: string): import('@nats-io/transport-node').MsgHdrs;
  close(): Promise<void>;
}

export interface NatsLines {
  get(): Promise<NatsLine>;
  close(): Promise<void>;
}

export function createNatsLines(settings: NatsSettings, { allow }: SinkRooms): NatsLines {
  let line: Promise<NatsLine> | undefined;

  async function connect(): Promise<NatsLine> {
    const { url, user, password, token, timeoutSeconds } = settings;
    const at = readBrokerAddress(url, NATS_PORTS);
    const found = await resolveBroker(at, allow);
    const isSecure = at.protocol === 'tls';
    const connection = await transport().connect({
      // The address that was checked is the one that is connected to; others that the server tells of are none.
      servers: `${found.includes(':') ? `[${found}]` : found}:${at.port}`,
      resolve: false,
      ignoreClusterUpdates: true,
      // A lost connection is made anew through the guard, at the next delivery.
      reconnect: false,
      timeout: timeoutSeconds * 1000,
      name: 'dovetail',
      ...(isSecure ? { tls: { handshakeFirst: false, servername: hostOf(at) } as object } : {}),
      ...(user === undefined ? {} : { user, pass: password! }),
      ...(token === undefined ? {} : { token }),
    });
    void connection.closed().then(() => {
      line = undefined;
    });
    return {
      client: jetstream().jetstream(connection, { timeout: timeoutSeconds * 1000 }),
      mostBytes: connection.info?.max_payload ?? Number.POSITIVE_INFINITY,
      toHeaders(mediaType) {
        const headers = transport().headers();
        headers.set('Content-Type', mediaType);
        return headers;
      },
      close: () => connection.close(),
    };
  }

  return {
    get() {
      line ??= connect().catch((error) => {
        line = undefined;
        throw error;
      });
      return line;
    },
    async close() {
      const open = await line?.catch(() => undefined);
      await open?.close().catch(() => {});
    },
  };
}
