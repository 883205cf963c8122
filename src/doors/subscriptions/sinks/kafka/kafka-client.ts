// A producer whose every connection goes through the guard, also those to brokers that other brokers name.
import { connect as connectPlain, isIPv6 } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import type { ISocketFactory, Producer } from 'kafkajs';
import { checkEndpoint, guardedLookup } from '../../../../foundation/http/address-guard.js';
import { lazyLibrary } from '../../../../foundation/lifecycle/lazy-library.js';
import { hostOf, readBrokerAddress } from '../../broker-address.js';
import { KAFKA_PORTS, type KafkaSettings } from './kafka-settings.js';

const kafkajs = lazyLibrary<typeof import('kafkajs')>('kafkajs');

export function createProducer(settings: KafkaSettings, allow: readonly string[]): Producer {
  const { Kafka, Partitioners, logLevel } = kafkajs();
  const addresses = settings.urls.map((url) => readBrokerAddress(url, KAFKA_PORTS));
  const timeout = settings.timeoutSeconds * 1000;
  const { user, password = '', mechanism } = settings;
  const kafka = new Kafka({
    clientId: 'dovetail',
    brokers: addresses.map((at) => `${hostOf(at)}:${at.port}`),
    ssl: addresses[0]!.protocol === 'kafkas',
    connectionTimeout: timeout,
    requestTimeout: timeout,
    authenticationTimeout: timeout,
    enforceRequestTimeout: true,
    // Trying again is not its business: whoever calls does, in the order that records need.
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
    socketFactory: toSocketFactory(allow),
    ...(user === undefined
      ? {}
      : { sasl: { mechanism, username: user, password } as import('kafkajs').SASLOptions }),
  });
  return kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
}

export function toSocketFactory(allow: readonly string[]): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    const at = { hostname: isIPv6(host) ? `[${host}]` : host.toLowerCase(), port: String(port) };
    checkEndpoint(at, allow);
    const options = { host, port, lookup: guardedLookup(at, allow) };
    const secure = { ...options, ...(ssl ?? {}), ...(isIPv6(host) ? {} : { servername: host }) };
    const socket = ssl ? connectSecure(secure, onConnect) : connectPlain(options, onConnect);
    return socket.setKeepAlive(true, 60_000);
  };
}
