// From a subscription that was claimed to a lane that delivers it.
import type { Database } from '../../../foundation/postgres/database.js';
import type { Seal } from '../../../foundation/secrets/seal.js';
import type { Sink, SinkManifest, SinkRooms, SinkSettings } from '../sink.js';
import { readSink, sealedPlace } from '../sink-settings.js';
import type { Claimed } from '../store/lease-store.js';
import { listParked } from '../store/parked-store.js';
import type { StoredSubscription } from '../store/subscription-store.js';
import { subscriptionsError } from '../subscriptions-errors.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { createLane, type Lane, type LaneRooms } from './lane.js';

export interface OpenSink {
  readonly manifest: SinkManifest;
  readonly settings: SinkSettings;
  readonly sink: Sink;
}

/** Throws SUBSCRIPTIONS-104 for a sink that is there no more, 109 for secrets that can't be read. */
export async function openSink(
  { subscription, secrets }: Pick<StoredSubscription, 'subscription' | 'secrets'>,
  seal: Seal,
  rooms: SinkRooms,
): Promise<OpenSink> {
  const manifest = readSink(subscription.sink);
  const settings = readSettings({ subscription, secrets }, seal);
  return { manifest, settings, sink: await manifest.open(settings, rooms) };
}

/** Its secrets among them. Throws SUBSCRIPTIONS-109. */
export function readSettings(
  { subscription, secrets }: Pick<StoredSubscription, 'subscription' | 'secrets'>,
  seal: Seal,
): SinkSettings {
  const text = seal.find(secrets, sealedPlace(subscription.id));
  if (text !== undefined) return { ...subscription.settings, ...(JSON.parse(text) as SinkSettings) };
  throw subscriptionsError(109, {
    detail: `The secrets of the subscription ${subscription.name} were sealed under another key.`,
    hint: 'Start with the master key that they were made under, or make the subscription anew.',
  });
}

export interface LaneOpening {
  readonly claimed: Claimed;
  readonly database: Database;
  readonly open: OpenSink;
  readonly breaker: CircuitBreaker;
  readonly heldUntil: number;
  readonly rooms: LaneRooms;
}

export async function openLane({
  claimed,
  database,
  open,
  breaker,
  heldUntil,
  rooms,
}: LaneOpening): Promise<Lane> {
  const { subscription, fence } = claimed;
  return createLane(rooms, {
    id: subscription.id,
    fence,
    position: subscription.position,
    ...(subscription.failingSince === undefined ? {} : { failingSince: subscription.failingSince }),
    last: subscription.mode === 'last',
    sink: open.sink,
    batch: open.manifest.batch(open.settings),
    parallel: open.manifest.parallel(open.settings),
    breaker,
    parked: await listParked(database, subscription.id),
    heldUntil,
  });
}
