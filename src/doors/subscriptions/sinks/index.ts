// The sinks: a new one is one folder and one line.
import type { SinkManifest } from '../sink.js';
import { FILE } from './file/file-manifest.js';
import { KAFKA } from './kafka/kafka-manifest.js';
import { NATS } from './nats/nats-manifest.js';
import { RABBITMQ } from './rabbitmq/rabbitmq-manifest.js';
import { WEBHOOK } from './webhook/webhook-manifest.js';

// Each is only ever given its own settings, which the types can't follow through a list.
export const SINKS: readonly SinkManifest[] = [
  WEBHOOK,
  FILE,
  NATS,
  RABBITMQ,
  KAFKA,
] as readonly unknown[] as readonly SinkManifest[];
