// What rooms that deliver, follow the change stream or call other systems have to tell, said in one place: they hand over the facts and get
// the wish, and the key that settles it.
import type { AlertKey, AlertWish } from './alert.js';

export interface FailedDelivery {
  /** Name of the subscription or integration. */
  readonly name: string;
  /** What kind of sink or system: `webhook`, `nats`. */
  readonly kind: string;
  readonly attempts: number;
  /** Why, without secrets. */
  readonly says: string;
  /** True: it is not tried again by itself. */
  readonly gaveUp: boolean;
  readonly externalId?: string;
}

export const toDeliveryAlert = ({
  name,
  kind,
  attempts,
  says,
  gaveUp,
  externalId,
}: FailedDelivery): AlertWish => ({
  source: 'deliveries',
  type: gaveUp ? 'given_up' : 'failed',
  resource: kind,
  itemId: name,
  externalId,
  severity: gaveUp ? 'error' : 'warning',
  message: `${name} (${kind}) ${gaveUp ? 'was given up' : 'could not be delivered to'} after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}: ${says}`,
  details: { attempts },
});

/** Something was delivered there. */
export const toDeliveryKey = (name: string, kind: string): AlertKey => ({
  source: 'deliveries',
  resource: kind,
  itemId: name,
});

/** `until`: when the other side is tried again. */
export const toBreakerAlert = (name: string, kind: string, until: Date): AlertWish => ({
  source: 'breakers',
  type: 'open',
  resource: kind,
  itemId: name,
  severity: 'error',
  message: `The circuit breaker of ${name} (${kind}) is open: it failed too often, and is asked again at ${until.toISOString()}.`,
  details: { until: until.toISOString() },
});

/** It is closed again. */
export const toBreakerKey = (name: string, kind: string): AlertKey => ({
  source: 'breakers',
  resource: kind,
  itemId: name,
});

/** How far behind the change stream is. */
export const toStreamLagAlert = (seconds: number, bytes: number): AlertWish => ({
  source: 'changes',
  type: 'lag',
  resource: 'stream',
  severity: 'warning',
  message: `The change stream is ${Math.round(seconds)} seconds and ${Math.round(bytes / 1e6)} MB behind.`,
  details: { seconds, bytes },
});

/** How much the server keeps for the slot. `gone`: it was dropped, so that the stream has a gap. */
export const toSlotAlert = (bytes: number, cap: number, gone: boolean): AlertWish => ({
  source: 'changes',
  type: gone ? 'slot_dropped' : 'slot_size',
  resource: 'slot',
  severity: gone ? 'critical' : 'error',
  message: gone
    ? `The replication slot kept more than ${Math.round(cap / 1e6)} MB and was dropped: the stream has a gap, and reads its tables anew.`
    : `The replication slot keeps ${Math.round(bytes / 1e6)} of at most ${Math.round(cap / 1e6)} MB.`,
  details: { bytes, cap },
});

/** The stream keeps up again. */
export const toStreamKey = (type: 'lag' | 'slot_size' | 'slot_dropped'): AlertKey => ({
  source: 'changes',
  type,
});
