// What is offered to commands and to the API: plain data in and out.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Access } from '../../../engine/access/index.js';
import type { CatalogService } from '../../../engine/catalog/index.js';
import type { ChangeLog } from '../../../engine/changes/change-log.js';
import {
  comparePositions,
  type Position,
  parsePosition,
  STREAM_START,
} from '../../../engine/changes/position.js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Database } from '../../../foundation/postgres/database.js';
import type { Seal } from '../../../foundation/secrets/seal.js';
import { openSink, readSettings } from '../deliver/open-lane.js';
import type { SinkOutcome, SinkRooms, SinkSettings } from '../sink.js';
import { readSink, sealedPlace, splitSecrets, toSinkSettings } from '../sink-settings.js';
import { type Delivery, findDelivery, type ListDeliveries, readDeliveries } from '../store/delivery-log.js';
import { forgetParkedAfter, resendParked } from '../store/parked-store.js';
import {
  changeSettings,
  changeState,
  deleteSubscription,
  drawSubscriptionId,
  findSubscription,
  insertSubscription,
  type ListSubscriptions,
  movePosition,
  readSubscriptions,
  type StoredSubscription,
} from '../store/subscription-store.js';
import type { Subscription } from '../subscription.js';
import { subscriptionsError } from '../subscriptions-errors.js';
import { bindViews } from '../view/bind-views.js';
import { findOwnerCatalog } from '../view/owner-catalog.js';
import { toMessages, toPlainMessage } from '../view/to-messages.js';
import { checkWish } from './check-wish.js';
import type { SubscriptionWish } from './subscription-wish.js';

export interface ServiceRooms {
  readonly database: Database;
  readonly log: ChangeLog;
  readonly catalog: CatalogService;
  readonly access: Pick<Access, 'findCaller' | 'catalogFor'>;
  /** Made when first needed: there must be a master key. */
  readonly seal: () => Seal;
  readonly sinkRooms: SinkRooms;
  readonly base: string;
  readonly clock: Clock;
  readonly random?: (size: number) => Buffer;
  /** Told after each change, so that who delivers in this process needn't look. */
  readonly onChange?: () => void;
}

export interface MadeSubscription {
  readonly subscription: Subscription;
  /** What should be known. */
  readonly remarks: readonly string[];
  /** A secret that was made, shown this once. */
  readonly secret?: string;
}

export type SubscriptionsServices = ReturnType<typeof createSubscriptionsServices>;

const HOUR_MS = 3_600_000;
/** For how long an old secret signs beside the new one. */
const ROTATION_HOURS = 24;

export function createSubscriptionsServices(rooms: ServiceRooms) {
  const { database, log, clock, sinkRooms } = rooms;
  const random = rooms.random ?? randomBytes;
  const changed = () => rooms.onChange?.();

  /** Throws SUBSCRIPTIONS-101. */
  async function readStored(name: string): Promise<StoredSubscription> {
    const found = await findSubscription(database, name);
    if (found) return found;
    const names = (await readSubscriptions(database, { limit: 1_000 })).map((one) => one.subscription.name);
    const near = didYouMean(name, names);
    throw subscriptionsError(101, {
      detail: `There is no subscription '${name.slice(0, 80)}'.`,
      hint: near === undefined ? '`dovetail subscriptions list` shows them.' : `Did you mean '${near}'?`,
    });
  }

  const read = async (name: string): Promise<Subscription> => (await readStored(name)).subscription;

  async function readOwnerCatalog(owner: Subscription['owner']) {
    const found = await findOwnerCatalog(rooms.access, owner, await rooms.catalog.read());
    if (found) return found;
    throw subscriptionsError(103, {
      detail: `Its owner, ${owner.kind} ${owner.id}, is not there, or disabled.`,
    });
  }

  /** Throws SUBSCRIPTIONS-102 to 105, 108, and what the sink says of its settings. */
  async function create(wish: SubscriptionWish): Promise<MadeSubscription> {
    const remarks = await checkWish(database, wish, await readOwnerCatalog(wish.owner));
    const manifest = readSink(wish.sink);
    const given = toSinkSettings(manifest, wish.settings);
    await manifest.check(given, sinkRooms);
    const { settings, shown } = manifest.makeSecrets?.(given, random) ?? { settings: given };
    const { open, secret } = splitSecrets(manifest, settings);
    const id = await drawSubscriptionId(database);
    const from = wish.from ?? 'now';
    const made = await insertSubscription(database, {
      id,
      name: wish.name,
      owner: wish.owner,
      wants: wish.wants,
      form: wish.form ?? 'document',
      mode: wish.mode ?? 'every',
      sink: wish.sink,
      settings: open,
      secrets: rooms.seal().close(JSON.stringify(secret), sealedPlace(id)),
      endpoint: manifest.endpoint(settings),
      createdBy: wish.createdBy,
      createdAt: clock.now(),
      position: await toPosition(from),
      ...(from === 'snapshot' ? { snapshot: 'wanted' } : {}),
    });
    if (!made)
      throw subscriptionsError(102, {
        detail: `There is a subscription '${wish.name}' already.`,
        hint: 'Choose another name.',
      });
    changed();
    return {
      subscription: await read(wish.name),
      remarks,
      ...(shown === undefined ? {} : { secret: shown }),
    };
  }

  async function toPosition(from: 'now' | 'snapshot' | Position | Date): Promise<Position> {
    if (from === 'now' || from === 'snapshot') return log.readHead();
    const position = from instanceof Date ? await log.findTime(from) : from;
    const tail = await log.readTail();
    if (comparePositions(position, tail) >= 0 || comparePositions(position, STREAM_START) === 0)
      return position;
    throw subscriptionsError(108, {
      detail: 'Some of what came after this position is no longer kept.',
      hint: 'Begin with a snapshot, or later.',
    });
  }

  async function setState(name: string, state: 'active' | 'paused'): Promise<Subscription> {
    const { id } = await read(name);
    await changeState(database, id, state);
    changed();
    return read(name);
  }

  return {
    create,
    read,
    list: async (wish: ListSubscriptions): Promise<readonly Subscription[]> =>
      (await readSubscriptions(database, wish)).map(({ subscription }) => subscription),
    pause: (name: string) => setState(name, 'paused'),
    resume: (name: string) => setState(name, 'active'),
    async remove(name: string): Promise<void> {
      const { id } = await read(name);
      await deleteSubscription(database, id);
      changed();
    },

    /** One message of its own kind, at once, past everything that waits. Not tried again. */
    async test(name: string, signal: AbortSignal): Promise<SinkOutcome & { readonly tookMs: number }> {
      const stored = await readStored(name);
      const { sink } = await openSink(stored, rooms.seal(), sinkRooms);
      const began = clock.now();
      const message = toPlainMessage(
        { subscription: stored.subscription.id, base: rooms.base },
        {
          type: 'subscription.test',
          id: `test-${randomUUID()}`,
          position: stored.subscription.position,
          time: began.toISOString(),
          data: JSON.stringify({ subscription: name }),
        },
      );
      try {
        const [outcome] = await sink.deliver([message], signal);
        return { ...outcome!, tookMs: clock.now().getTime() - began.getTime() };
      } finally {
        await sink.close();
      }
    },

    /** Tells again what came after a position or a moment, under the ids it had. Throws SUBSCRIPTIONS-108. */
    async replay(name: string, from: Position | Date): Promise<Subscription> {
      const { id } = await read(name);
      const position = await toPosition(from);
      await movePosition(database, id, position);
      await forgetParkedAfter(database, id, position);
      changed();
      return read(name);
    },

    /** The new secret, shown this once; the old one is good for so many hours more. Throws SUBSCRIPTIONS-110. */
    async rotateSecret(
      name: string,
      keepHours = ROTATION_HOURS,
    ): Promise<{ readonly secret: string; readonly oldUntil: Date }> {
      const stored = await readStored(name);
      const { subscription } = stored;
      const manifest = readSink(subscription.sink);
      const now = clock.now();
      const oldUntil = new Date(now.getTime() + keepHours * HOUR_MS);
      const before: SinkSettings = readSettings(stored, rooms.seal());
      const made = manifest.rotateSecret?.(before, { random, now, oldUntil });
      if (made?.shown === undefined)
        throw subscriptionsError(110, {
          detail: `The sink ${manifest.name} has no secret of its own making.`,
        });
      const { open, secret } = splitSecrets(manifest, made.settings);
      const sealed = rooms.seal().close(JSON.stringify(secret), sealedPlace(subscription.id));
      await changeSettings(database, subscription.id, open, sealed);
      changed();
      return { secret: made.shown, oldUntil };
    },

    listDeliveries: (wish: ListDeliveries): Promise<readonly Delivery[]> => readDeliveries(database, wish),

    /** Throws SUBSCRIPTIONS-107. */
    async readDelivery(id: string): Promise<Delivery> {
      const found = await findDelivery(database, id);
      if (found) return found;
      throw noDelivery(id);
    },

    /**
     * What waits or was given up is tried again at once, in its order; what was delivered is sent once more, by itself and now. Throws
     * SUBSCRIPTIONS-107, and 108 where its change is no longer kept.
     */
    async resend(
      id: string,
      signal: AbortSignal,
    ): Promise<{ readonly how: 'queued' } | (SinkOutcome & { readonly how: 'sent' })> {
      const delivery = await findDelivery(database, id);
      if (delivery === undefined) throw noDelivery(id);
      const stored = await readStored(delivery.subscription);
      const { subscription } = stored;
      if ((await resendParked(database, subscription.id, [delivery.messageId])) > 0) {
        changed();
        return { how: 'queued' };
      }
      const message = await readAgain(subscription, delivery);
      const { sink } = await openSink(stored, rooms.seal(), sinkRooms);
      try {
        const [outcome] = await sink.deliver([message], signal);
        return { how: 'sent', ...outcome! };
      } finally {
        await sink.close();
      }
    },

    /** Everything of a subscription that was given up is tried again; how much that is. */
    async resendGivenUp(name: string): Promise<number> {
      const { id } = await read(name);
      const count = await resendParked(database, id);
      changed();
      return count;
    },
  } as const;

  /** The message as it was, made again of its change. */
  async function readAgain(subscription: Subscription, delivery: Delivery) {
    const at = parsePosition(delivery.position)!;
    const catalog = await readOwnerCatalog(subscription.owner);
    const views = bindViews(catalog, subscription.wants, subscription.form);
    const before = { ...at, ordinal: at.ordinal - 1 };
    const page = await log.readAfter(before, { limit: 1 });
    const entries = page.kind === 'page' ? page.entries : [];
    const messages = await toMessages(
      { database, subscription: subscription.id, base: rooms.base },
      views,
      entries,
    );
    const found = messages.find((message) => message.id === delivery.messageId);
    if (found) return found;
    throw subscriptionsError(108, {
      detail: `The change that ${delivery.messageId} told of is no longer kept, or no longer in sight.`,
    });
  }
}

const noDelivery = (id: string) =>
  subscriptionsError(107, {
    detail: `There is no delivery '${id.slice(0, 60)}' in the log.`,
    hint: '`dovetail deliveries list` shows those there are.',
  });
