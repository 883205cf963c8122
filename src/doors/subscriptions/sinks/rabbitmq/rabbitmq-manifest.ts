// RabbitMQ: persistent messages to a queue or an exchange, each confirmed by the broker.
import { checkBroker, readBrokerAddress, toEndpointName } from '../../broker-address.js';
import type { SinkManifest } from '../../sink.js';
import { subscriptionsError } from '../../subscriptions-errors.js';
import { AMQP_PORTS, type RabbitmqSettings } from './rabbitmq-settings.js';
import { createRabbitmqSink } from './rabbitmq-sink.js';

export const RABBITMQ: SinkManifest<RabbitmqSettings> = {
  name: 'rabbitmq',
  says: 'RabbitMQ, by AMQP 0-9-1: persistent messages to a queue or an exchange, confirmed by the broker.',
  settings: {
    url: {
      kind: 'text',
      required: true,
      says: 'Where the broker is: amqps://host:5671/vhost, or amqp://host:5672 without encryption.',
    },
    queue: { kind: 'text', says: 'Name of the queue that takes everything; it must be there, and durable.' },
    exchange: {
      kind: 'text',
      says: 'In place of a queue: name of the exchange, which must be there, with durable queues bound to it.',
    },
    routingKey: {
      kind: 'text',
      default: 'dovetail.changes',
      says: 'With an exchange: what routing keys begin with; the type of the record follows: dovetail.changes.products.',
    },
    user: {
      kind: 'text',
      says: 'Who publishes. Default: guest, which brokers let in from their own machine only.',
    },
    password: { kind: 'text', secret: true, says: 'The password of the user.' },
    timeoutSeconds: {
      kind: 'number',
      least: 1,
      most: 60,
      default: 10,
      says: 'Seconds until messages must be confirmed.',
    },
    batch: {
      kind: 'number',
      least: 1,
      most: 1_000,
      default: 256,
      says: 'Messages that wait for their confirmation at once.',
    },
  },
  endpoint: ({ url }) => toEndpointName(readBrokerAddress(url, AMQP_PORTS)),
  batch: ({ batch }) => batch,
  parallel: () => 2,
  logs: 'failures',
  check({ url, queue, exchange, routingKey, user, password }, { allow }) {
    checkBroker(readBrokerAddress(url, AMQP_PORTS), allow);
    if ((queue === undefined) === (exchange === undefined))
      throw wrong('queue', 'or exchange must be named, and not both');
    for (const [field, name] of Object.entries({ queue, exchange, routingKey }))
      if (name !== undefined && Buffer.byteLength(name) > 127) throw wrong(field, 'is longer than 127 bytes');
    if ((user === undefined) !== (password === undefined))
      throw wrong(user === undefined ? 'user' : 'password', 'is missing');
  },
  open: (settings, rooms) => createRabbitmqSink(settings, rooms),
};

const wrong = (field: string, says: string) =>
  subscriptionsError(104, { detail: `${field} ${says}.`, pointer: { field } });
