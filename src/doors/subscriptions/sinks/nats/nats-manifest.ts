// NATS JetStream: each message published into a stream that takes its subject, and acknowledged by it.
import { checkBroker, readBrokerAddress, toEndpointName } from '../../broker-address.js';
import type { SinkManifest } from '../../sink.js';
import { subscriptionsError } from '../../subscriptions-errors.js';
import { NATS_PORTS } from './nats-ports.js';
import type { NatsSettings } from './nats-settings.js';
import { createNatsSink } from './nats-sink.js';

export const NATS: SinkManifest<NatsSettings> = {
  name: 'nats',
  says: 'NATS JetStream: published into the stream that takes the subject, and acknowledged by it.',
  settings: {
    url: {
      kind: 'text',
      required: true,
      says: 'Where the server is: nats://host:4222, or tls://host:4222 where it must be encrypted.',
    },
    subject: {
      kind: 'text',
      default: 'dovetail.changes',
      says: 'What subjects begin with; the type of the record follows: dovetail.changes.products.',
    },
    user: { kind: 'text', says: 'Who publishes.' },
    password: { kind: 'text', secret: true, says: 'The password of the user.' },
    token: { kind: 'text', secret: true, says: 'In place of user and password.' },
    timeoutSeconds: {
      kind: 'number',
      least: 1,
      most: 60,
      default: 10,
      says: 'Seconds until messages must be acknowledged.',
    },
    batch: {
      kind: 'number',
      least: 1,
      most: 1_000,
      default: 256,
      says: 'Messages that wait for their acknowledgement at once.',
    },
  },
  endpoint: ({ url }) => toEndpointName(readBrokerAddress(url, NATS_PORTS)),
  batch: ({ batch }) => batch,
  parallel: () => 2,
  logs: 'failures',
  check({ url, subject, user, password, token }, { allow }) {
    checkBroker(readBrokerAddress(url, NATS_PORTS), allow);
    if (!/^[\w-]+(\.[\w-]+)*$/.test(subject) || subject.length > 200)
      throw wrong('subject', 'is no subject: words of letters, digits, _ and - with dots between them');
    if ((user === undefined) !== (password === undefined))
      throw wrong(user === undefined ? 'user' : 'password', 'is missing');
    if (token !== undefined && user !== undefined) throw wrong('token', 'takes the place of a user');
  },
  open: (settings, rooms) => createNatsSink(settings, rooms),
};

const wrong = (field: string, says: string) =>
  subscriptionsError(104, { detail: `${field} ${says}.`, pointer: { field } });
