// Delivers every subscription that no other process delivers: takes them, keeps them, saves how far they are, lets go of them.
import { randomUUID } from 'node:crypto';
import type { Access } from '../../../engine/access/index.js';
import type { CatalogService } from '../../../engine/catalog/index.js';
import type { ChangeLog } from '../../../engine/changes/change-log.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Database } from '../../../foundation/postgres/database.js';
import type { Seal } from '../../../foundation/secrets/seal.js';
import type { SinkRooms } from '../sink.js';
import { type Attempt, insertAttempts } from '../store/delivery-log.js';
import {
  type Claimed,
  claimSubscriptions,
  disableHeld,
  releaseLease,
  renewLeases,
  saveProgress,
} from '../store/lease-store.js';
import type { SubscriptionProblem } from '../subscription-problem.js';
import { bindViews } from '../view/bind-views.js';
import type { Views } from '../view/entity-view.js';
import { findOwnerCatalog } from '../view/owner-catalog.js';
import { UntoldBefore } from '../view/to-messages.js';
import { type ChangeTail, startChangeTail } from './change-tail.js';
import { type CircuitBreaker, createCircuitBreaker } from './circuit-breaker.js';
import { DELIVERY_TIMING, type DeliveryTiming } from './delivery-timing.js';
import type { Lane } from './lane.js';
import { type LaneReading, readForLane } from './lane-reader.js';
import { openLane, openSink } from './open-lane.js';

export interface EngineRooms {
  readonly database: Database;
  readonly log: ChangeLog;
  readonly catalog: CatalogService;
  readonly access: Pick<Access, 'findCaller' | 'catalogFor'>;
  readonly seal: Seal;
  readonly sinkRooms: SinkRooms;
  /** Where the API lies, as links and `source` name it. */
  readonly base: string;
  readonly clock: Clock;
  readonly chance?: () => number;
  readonly onProblem?: (problem: SubscriptionProblem) => void;
  /** Told of what goes wrong with the database or the log; it goes on by itself. */
  readonly onError?: (error: unknown) => void;
  readonly timing?: Partial<DeliveryTiming>;
}

export interface DeliveryEngine {
  /** Looks now for what nobody delivers; what was changed by a service in this process needn't wait. */
  wake(): void;
  /** Ids of what it delivers. */
  listHeld(): readonly string[];
  /** Waits a moment for what is under way, saves, lets go of everything. */
  close(): Promise<void>;
}

interface HeldLane {
  readonly claimed: Claimed;
  readonly lane: Lane;
  readonly reading: LaneReading;
  over: Promise<void>;
  /** When its place was saved last, in milliseconds. */
  savedAt: number;
}

/** Subscriptions that one statement takes. */
const MOST_CLAIMED = 500;
/** Accepted attempts that are logged between two savings; beyond, only others are. */
const MOST_LOGGED = 1_000;
const GRACE_MS = 5_000;
/** The place of those to whom nothing was told only moves on with the stream. */
const IDLE_SAVE_MS = 10_000;

export async function startDeliveryEngine(rooms: EngineRooms): Promise<DeliveryEngine> {
  const { database, log, clock, seal, sinkRooms } = rooms;
  const timing = { ...DELIVERY_TIMING, ...rooms.timing };
  const now = () => clock.now().getTime();
  const onError = rooms.onError ?? (() => {});
  const holder = randomUUID();
  const held = new Map<string, HeldLane>();
  const breakers = new Map<string, CircuitBreaker>();
  const stop = new AbortController();
  let attempts: Attempt[] = [];
  let accepted = 0;
  const tail: ChangeTail = await startChangeTail(log, (ms, signal) => clock.sleep(ms, signal), onError);

  function breakerOf(endpoint: string): CircuitBreaker {
    const known = breakers.get(endpoint);
    if (known) return known;
    const made = createCircuitBreaker(timing, (open) => {
      if (open) return;
      for (const { claimed, lane } of held.values())
        if (claimed.subscription.endpoint === endpoint) lane.hasten();
    });
    breakers.set(endpoint, made);
    return made;
  }

  async function readViews({ subscription }: Claimed): Promise<Views> {
    const catalog = await findOwnerCatalog(rooms.access, subscription.owner, await rooms.catalog.read());
    if (catalog === undefined) throw new OwnerGone();
    return bindViews(catalog, subscription.wants, subscription.form);
  }

  async function disable({ subscription, fence }: Claimed, says: string): Promise<void> {
    if (!(await disableHeld(database, subscription.id, fence, says))) return;
    rooms.onProblem?.({ kind: 'disabled', subscription, says });
  }

  async function open(claimed: Claimed, heldUntil: number): Promise<void> {
    const { subscription } = claimed;
    const tell = (kind: SubscriptionProblem['kind'], says: string, messageId?: string) =>
      rooms.onProblem?.({
        kind,
        subscription: { id: subscription.id, name: subscription.name },
        says,
        ...(messageId === undefined ? {} : { messageId }),
      });
    try {
      const views = await readViews(claimed);
      const sink = await openSink(claimed, seal, sinkRooms);
      const lane = await openLane({
        claimed,
        database,
        open: sink,
        breaker: breakerOf(subscription.endpoint),
        heldUntil,
        rooms: {
          database,
          timing,
          now,
          chance: rooms.chance ?? Math.random,
          onAttempt(attempt) {
            if (attempt.outcome === 'accepted' && attempt.attempt === 1) {
              if (sink.manifest.logs === 'failures' || ++accepted > MOST_LOGGED) return;
            }
            attempts.push(attempt);
          },
          onGivenUp(message, says) {
            attempts.push({
              subscription: subscription.id,
              message,
              attempt: 0,
              outcome: 'given_up',
              says,
              tookMs: 0,
              at: clock.now(),
            });
            tell('given-up', says, message.id);
          },
          onFailing: (failing, says) => tell(failing ? 'failing' : 'recovered', says),
          onEnd(why, says) {
            void letGo(subscription.id, why === 'gone' ? says : undefined).catch(onError);
          },
        },
      });
      const reading: LaneReading = {
        lane,
        log,
        tail,
        rooms: { database, subscription: subscription.id, base: rooms.base },
        start: subscription.position,
        now: () => clock.now(),
        views,
      };
      const one: HeldLane = { claimed, lane, reading, over: Promise.resolve(), savedAt: 0 };
      held.set(subscription.id, one);
      one.over = read(one);
      lane.pump();
    } catch (error) {
      if (!isFinal(error)) throw error;
      await disable(claimed, sayFinal(error));
    }
  }

  /** Reads until the lane ends; what can't be read now is read a moment later. */
  async function read(one: HeldLane): Promise<void> {
    while (!one.lane.signal.aborted) {
      try {
        await readForLane(one.reading);
      } catch (error) {
        if (isFinal(error)) return void letGo(one.claimed.subscription.id, sayFinal(error)).catch(onError);
        onError(error);
        // From the start again: what is on its way is known by its place.
        return void letGo(one.claimed.subscription.id).catch(onError);
      }
    }
  }

  /** Ends its lane, saves how far it is, and gives it back; or disables it. */
  async function letGo(id: string, reason?: string, graceMs = 0): Promise<void> {
    const one = held.get(id);
    if (one === undefined) return;
    held.delete(id);
    await one.lane.close(graceMs);
    const { fence } = one.claimed;
    await saveProgress(database, [{ id, fence, ...one.lane.takeProgress() }], clock.now());
    if (reason === undefined) await releaseLease(database, id, fence);
    else await disable(one.claimed, reason);
  }

  async function claim(): Promise<void> {
    // What is held in truth is held longer than that.
    const heldUntil = now() + timing.leaseMs;
    const renewed = held.size === 0 ? new Map() : await renewLeases(database, holder, timing.leaseMs);
    for (const [id, { claimed, lane }] of [...held]) {
      const there = renewed.get(id);
      if (
        there !== undefined &&
        there.fence === claimed.fence &&
        there.active &&
        there.version === claimed.version
      )
        lane.renew(heldUntil);
      else await letGo(id);
    }
    for (;;) {
      const claimed = await claimSubscriptions(database, holder, timing.leaseMs, MOST_CLAIMED);
      for (const one of claimed) {
        try {
          await open(one, now() + timing.leaseMs);
        } catch (error) {
          onError(error);
          await releaseLease(database, one.subscription.id, one.fence);
        }
      }
      if (claimed.length < MOST_CLAIMED || stop.signal.aborted) return;
    }
  }

  /** What the owner may see, and what there is, may have changed. */
  async function rebind(): Promise<void> {
    for (const { claimed, reading } of [...held.values()]) {
      try {
        const views = await readViews(claimed);
        if (!isSame(views, reading.views)) reading.views = views;
      } catch (error) {
        if (isFinal(error)) await letGo(claimed.subscription.id, sayFinal(error));
        else throw error;
      }
    }
  }

  async function save(): Promise<void> {
    const changed = [...held.values()].filter(
      ({ lane, savedAt }) => lane.hasNews() || now() - savedAt >= IDLE_SAVE_MS,
    );
    const progress = changed.map((one) => {
      one.savedAt = now();
      const { claimed, lane } = one;
      return { id: claimed.subscription.id, fence: claimed.fence, ...lane.takeProgress() };
    });
    const logged = attempts;
    attempts = [];
    accepted = 0;
    await saveProgress(database, progress, clock.now());
    await insertAttempts(database, logged);
    for (const { id, failingSince } of progress)
      if (failingSince !== null && now() - failingSince.getTime() >= timing.disableMs)
        await letGo(id, `No attempt was successful since ${failingSince.toISOString()}.`);
  }

  let wanted = false;
  let wakeUp = new AbortController();
  async function repeat(ms: number, work: () => Promise<void>): Promise<void> {
    while (!stop.signal.aborted) {
      wanted = false;
      await work().catch(onError);
      if (!wanted) await clock.sleep(ms, AbortSignal.any([stop.signal, wakeUp.signal]));
    }
  }

  const claiming = repeat(timing.claimMs, async () => {
    await claim();
    await rebind();
  });
  const saving = (async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(timing.saveMs, stop.signal);
      await save().catch(onError);
    }
  })();
  const unpace = clock.every(timing.tickMs, () => {
    for (const { lane } of held.values()) lane.pump();
  });

  return {
    wake() {
      wanted = true;
      const woken = wakeUp;
      wakeUp = new AbortController();
      woken.abort();
    },
    listHeld: () => [...held.keys()],
    async close() {
      stop.abort();
      unpace();
      await claiming;
      await saving;
      await tail.close();
      const over = [...held.values()].map((one) => one.over);
      await Promise.all([...held.keys()].map((id) => letGo(id, undefined, GRACE_MS).catch(onError)));
      await Promise.all(over);
      await insertAttempts(database, attempts).catch(onError);
    },
  };
}

class OwnerGone extends Error {}

/** What no repetition mends. */
const isFinal = (error: unknown): boolean =>
  error instanceof OwnerGone ||
  error instanceof UntoldBefore ||
  (error instanceof DovetailError && error.consequence !== 'retry');

function sayFinal(error: unknown): string {
  if (error instanceof OwnerGone) return 'Its owner is gone or disabled.';
  return error instanceof DovetailError ? error.detail : (error as Error).message;
}

const isSame = (a: Views, b: Views): boolean =>
  a.size === b.size && [...a].every(([table, view]) => b.get(table)?.catalog === view.catalog);
