// Kafka: messages of a topic, keyed by their record, acknowledged by all replicas that are in sync.
import { checkBroker, readBrokerAddress, toEndpointName } from '../../broker-address.js';
import type { SinkManifest } from '../../sink.js';
import { subscriptionsError } from '../../subscriptions-errors.js';
import { KAFKA_PORTS, type KafkaSettings, MECHANISMS } from './kafka-settings.js';
import { createKafkaSink } from './kafka-sink.js';

export const KAFKA: SinkManifest<KafkaSettings> = {
  name: 'kafka',
  says: 'Kafka: messages of a topic, keyed by their record, acknowledged by all replicas in sync.',
  settings: {
    urls: {
      kind: 'texts',
      required: true,
      says: 'Where brokers are: kafkas://host:9093, or kafka://host:9092 without encryption; all of one kind.',
    },
    topic: { kind: 'text', required: true, says: 'Name of the topic, which must be there.' },
    user: { kind: 'text', says: 'Who publishes, by SASL.' },
    password: { kind: 'text', secret: true, says: 'The password of the user.' },
    mechanism: {
      kind: 'text',
      values: MECHANISMS,
      default: 'scram-sha-512',
      says: `How the user proves who it is: ${MECHANISMS.join(', ')}.`,
    },
    timeoutSeconds: {
      kind: 'number',
      least: 1,
      most: 60,
      default: 15,
      says: 'Seconds until messages must be acknowledged.',
    },
    batch: { kind: 'number', least: 1, most: 1_000, default: 256, says: 'Most messages of one request.' },
  },
  endpoint: ({ urls }) => toEndpointName(readBrokerAddress(urls[0]!, KAFKA_PORTS)),
  batch: ({ batch }) => batch,
  parallel: () => 2,
  logs: 'failures',
  check({ urls, topic, user, password, mechanism }, { allow }) {
    if (urls.length === 0) throw wrong('urls', 'names no broker');
    const addresses = urls.map((url) => readBrokerAddress(url, KAFKA_PORTS));
    for (const address of addresses) checkBroker(address, allow);
    if (new Set(addresses.map(({ protocol }) => protocol)).size > 1)
      throw wrong('urls', 'are of two kinds: all are kafkas:// or all kafka://');
    if (!/^[\w.-]{1,249}$/.test(topic)) throw wrong('topic', 'is none: letters, digits, _ . and -');
    if ((user === undefined) !== (password === undefined))
      throw wrong(user === undefined ? 'user' : 'password', 'is missing');
    if (user !== undefined && mechanism === 'plain' && addresses[0]!.protocol === 'kafka')
      throw wrong('mechanism', 'plain would show the password to the whole network: use kafkas://');
  },
  open: (settings, rooms) => createKafkaSink(settings, rooms),
};

const wrong = (field: string, says: string) =>
  subscriptionsError(104, { detail: `${field} ${says}.`, pointer: { field } });
