// The sinks: a new one is one folder and one line.
import type { SinkManifest } from '../sink.js';
import { WEBHOOK } from './webhook/webhook-manifest.js';

// Each is only ever given its own settings, which the types can't follow through a list.
export const SINKS: readonly SinkManifest[] = [WEBHOOK as unknown as SinkManifest];
