// One subscription that this process delivers: what is told, in a line for each record, to the sink; what fails is parked.
import type { Position } from '../../../engine/changes/position.js';
import type { Database } from '../../../foundation/postgres/database.js';
import type { Sink, SinkMessage, SinkOutcome } from '../sink.js';
import type { Attempt } from '../store/delivery-log.js';
import {
  insertParked,
  type NewParked,
  type ParkedAttempt,
  type ParkedRef,
  readParked,
  removeParked,
  updateParked,
} from '../store/parked-store.js';
import type { StreamMessage } from '../view/to-messages.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { type DeliveryTiming, toRetryDelay } from './delivery-timing.js';
import { createProgressLine } from './progress-line.js';
import { createRecordLines, type Line } from './record-lines.js';
import { createWakeUp } from './wake-up.js';

/** Messages of one subscription that may wait in memory. */
const MOST_LIVE = 2_000;
/** Messages of one subscription that may wait in the table; then nothing new is sent until some are through. */
const MOST_PARKED = 10_000;

export interface LaneRooms {
  readonly database: Database;
  readonly timing: DeliveryTiming;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 up to 1. */
  readonly chance: () => number;
  readonly onAttempt: (attempt: Attempt) => void;
  readonly onGivenUp: (message: SinkMessage, says: string) => void;
  readonly onFailing: (failing: boolean, says: string) => void;
  /** It can't go on. `gone`: the receiver wants nothing more. */
  readonly onEnd: (why: 'lost' | 'gone', says: string) => void;
}

export interface LaneWish {
  readonly id: string;
  readonly fence: string;
  readonly position: Position;
  /** Since when no attempt was successful. */
  readonly failingSince?: Date;
  readonly last: boolean;
  readonly sink: Sink;
  readonly batch: number;
  readonly parallel: number;
  readonly breaker: CircuitBreaker;
  readonly parked: readonly ParkedRef[];
  /** Until when the lease is good for certain, in milliseconds. */
  readonly heldUntil: number;
}

export interface Lane {
  readonly id: string;
  readonly fence: string;
  /** Aborted when it has ended, however it did. */
  readonly signal: AbortSignal;
  /** In order. Resolves when there is room for more, not when they are delivered; early when the lane ends. */
  tell(messages: readonly StreamMessage[], next: Position): Promise<void>;
  /** Sends what may be sent. */
  pump(): void;
  /** No message of the subscription concerns what lies up to there. */
  pass(next: Position): void;
  /** The endpoint answers again: what it failed at needn't wait any longer. */
  hasten(): void;
  /** The lease is good until then, in milliseconds. */
  renew(until: number): void;
  /** Something was delivered, or not, since it was saved last. */
  hasNews(): boolean;
  /** What to save; `delivered` counts from the last time. */
  takeProgress(): {
    readonly position: Position;
    readonly delivered: number;
    readonly failingSince: Date | null;
  };
  /** Waits `graceMs` (default 0) for what is under way, then breaks it off; resolves when nothing is any more. */
  close(graceMs?: number): Promise<void>;
}

export function createLane(rooms: LaneRooms, wish: LaneWish): Lane {
  const { database, timing, now } = rooms;
  const { sink, breaker, batch, parallel } = wish;
  const held = { subscription: wish.id, fence: wish.fence };
  const lines = createRecordLines();
  const progress = createProgressLine(wish.position);
  const known = new Set<string>();
  const abort = new AbortController();
  const changed = createWakeUp();
  let heldUntil = wish.heldUntil;
  let flights = 0;
  let writes: Promise<void> = Promise.resolve();
  let delivered = 0;
  let failingSince = wish.failingSince?.getTime();
  let savedFailing = failingSince;
  let parkedSome = false;
  let nextDue = 0;
  let closing = false;

  for (const ref of wish.parked) {
    known.add(ref.messageId);
    if (!ref.givenUp)
      lines.addParked(ref.record, {
        id: ref.id,
        messageId: ref.messageId,
        attempts: ref.attempts,
        parkedAt: ref.parkedAt.getTime(),
        nextAt: ref.nextAt?.getTime() ?? 0,
      });
  }

  const stopped = (): boolean => abort.signal.aborted;

  /** What is written is written in order; as long as the database is away it is tried again, until the lane ends. */
  function write(work: () => Promise<boolean>): Promise<void> {
    const done = writes.then(async () => {
      for (;;) {
        if (stopped()) return;
        try {
          if (!(await work())) end('lost', 'Another process delivers it.');
          return;
        } catch (error) {
          if (!isOutage(error)) throw error;
          await new Promise<void>((go) => setTimeout(go, timing.tickMs));
        }
      }
    });
    writes = done.catch(broken);
    return done;
  }

  function end(why: 'lost' | 'gone', says: string): void {
    if (stopped()) return;
    abort.abort();
    changed.wake();
    rooms.onEnd(why, says);
  }

  const broken = (error: unknown): void => end('lost', String((error as Error).message));

  function pump(): void {
    while (
      !closing &&
      !stopped() &&
      flights < parallel &&
      now() < heldUntil &&
      (lines.live > 0 || lines.parked > 0)
    ) {
      if (breaker.isOpen(now())) return;
      const due = now() >= nextDue ? lines.takeDue(now(), batch) : [];
      const ready = due.length > 0 || lines.parked >= MOST_PARKED ? [] : lines.takeReady(batch);
      if (due.length === 0) nextDue = findNextDue();
      if (due.length + ready.length === 0 || !breaker.pass(now())) {
        for (const line of [...due, ...ready]) land(line);
        return;
      }
      flights++;
      void (due.length > 0 ? flyParked(due) : flyLive(ready)).catch(broken).finally(() => {
        flights--;
        changed.wake();
        pump();
      });
    }
  }

  function findNextDue(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const line of lines.listParked()) if (!line.flying) next = Math.min(next, line.parked[0]!.nextAt);
    return next;
  }

  function land(line: Line): void {
    line.flying = false;
    lines.settle(line);
  }

  async function send(
    messages: readonly SinkMessage[],
    attempts: readonly number[],
  ): Promise<readonly SinkOutcome[] | undefined> {
    const began = now();
    const outcomes = await sink.deliver(messages, abort.signal).catch((error: unknown) => {
      const says = String((error as Error).message ?? error).slice(0, 1_000);
      return messages.map((): SinkOutcome => ({ kind: 'retry', says, endpoint: true }));
    });
    // Nobody knows what became of it; whoever goes on tells it again.
    if (stopped()) {
      breaker.report(now(), 'nothing');
      return undefined;
    }
    const tookMs = now() - began;
    messages.forEach((message, i) => {
      const { kind, status, says } = outcomes[i]!;
      rooms.onAttempt({
        subscription: wish.id,
        message,
        attempt: attempts[i]!,
        outcome: kind,
        ...(status === undefined ? {} : { status }),
        ...(says === undefined ? {} : { says }),
        tookMs,
        at: new Date(began),
      });
    });
    note(outcomes);
    const gone = outcomes.find(({ kind }) => kind === 'gone');
    if (gone) end('gone', `The receiver wants nothing more (${gone.status ?? gone.says ?? 'gone'}).`);
    return stopped() ? undefined : outcomes;
  }

  function note(outcomes: readonly SinkOutcome[]): void {
    const accepted = outcomes.filter(({ kind }) => kind === 'accepted').length;
    delivered += accepted;
    const failed = outcomes.find(({ kind }) => kind === 'retry');
    if (accepted > 0 || outcomes.some(({ kind }) => kind === 'refused')) {
      if (failingSince !== undefined) rooms.onFailing(false, '');
      failingSince = undefined;
      breaker.report(now(), 'accepted');
    } else if (failed) {
      failingSince ??= now();
      const pauseMs = failed.kind === 'retry' && failed.endpoint ? failed.afterMs : undefined;
      breaker.report(now(), 'failed', pauseMs);
      if (breaker.isOpen(now())) rooms.onFailing(true, failed.says ?? failed.status ?? '');
    } else {
      breaker.report(now(), 'nothing');
    }
  }

  async function flyLive(taken: readonly Line[]): Promise<void> {
    const outcomes = await send(
      taken.map((line) => line.live[0]!.message),
      taken.map(() => 1),
    );
    if (outcomes === undefined) return;
    const failed: { line: Line; outcome: SinkOutcome }[] = [];
    taken.forEach((line, i) => {
      const outcome = outcomes[i]!;
      if (outcome.kind !== 'accepted') {
        failed.push({ line, outcome });
        return;
      }
      progress.settle(line.live.shift()!.ticket);
      land(line);
    });
    if (failed.length > 0) await park(failed);
  }

  /** The message that failed, and behind it all that waits in its line. */
  async function park(
    failed: readonly { readonly line: Line; readonly outcome?: SinkOutcome }[],
  ): Promise<void> {
    const parts = failed.map(({ line, outcome }) => {
      line.parking = true;
      return toParking(line, outcome);
    });
    let ids: ReadonlyMap<string, string> | undefined;
    await write(async () => {
      const rows = parts.flatMap((part) => part.rows);
      ids = await insertParked(database, held, rows, new Date(now()));
      const replaced = parts.flatMap((part) => part.replaced.map(({ id }) => id));
      return ids !== undefined && (replaced.length === 0 || removeParked(database, held, replaced));
    });
    if (ids === undefined || stopped()) return;
    parkedSome = true;
    for (const { line, taken, rows, replaced, parkedAt, outcome } of parts) {
      line.live.splice(0, taken.length);
      for (const { ticket, message } of taken) {
        progress.settle(ticket);
        known.add(message.id);
      }
      line.parked = line.parked.filter((one) => !replaced.includes(one));
      for (const { message, attempts, nextAt, state } of rows) {
        if (state === 'given_up') continue;
        const id = ids.get(message.id)!;
        line.parked.push({ id, messageId: message.id, attempts, parkedAt, nextAt: nextAt?.getTime() ?? 0 });
      }
      line.parking = false;
      // What follows a parked message may be under way itself by now.
      if (outcome !== undefined) line.flying = false;
      lines.settle(line);
    }
    nextDue = 0;
    parkFollowers();
    changed.wake();
  }

  /** Which messages of the line become rows, and which rows they replace where only the last of a record counts. */
  function toParking(line: Line, outcome: SinkOutcome | undefined) {
    const refused = outcome?.kind === 'refused';
    const taken = refused ? line.live.slice(0, 1) : [...line.live];
    if (refused) rooms.onGivenUp(taken[0]!.message, sayOutcome(outcome));
    const replaced = wish.last ? line.parked.slice(line.flying ? 1 : 0) : [];
    const before = replaced[0];
    const first = {
      attempts: outcome === undefined ? (before?.attempts ?? 0) : 1,
      nextAt:
        outcome === undefined
          ? toDate(before?.nextAt)
          : refused
            ? null
            : new Date(now() + delayOf(outcome, 1)),
      says: outcome === undefined ? null : sayOutcome(outcome),
    };
    const rows = (wish.last ? taken.slice(-1) : taken).map(
      ({ message }, i): NewParked => ({
        message,
        ...(i === 0 ? first : { attempts: 0, nextAt: null, says: null }),
        state: refused ? 'given_up' : 'waiting',
      }),
    );
    return { line, taken, rows, replaced, parkedAt: before?.parkedAt ?? now(), outcome };
  }

  function parkFollowers(): void {
    const followed = lines.listFollowed();
    if (followed.length > 0) void park(followed.map((line) => ({ line }))).then(pump, broken);
  }

  async function flyParked(taken: readonly Line[]): Promise<void> {
    let bodies: ReadonlyMap<string, SinkMessage> | undefined;
    await write(async () => {
      bodies = await readParked(
        database,
        taken.map((line) => line.parked[0]!.id),
      );
      return true;
    });
    if (bodies === undefined) return;
    // One that somebody took away by hand needs no attempt.
    const there = taken.filter((line) => bodies!.has(line.parked[0]!.id));
    for (const line of taken) if (!there.includes(line)) line.parked.shift();
    const outcomes =
      there.length === 0
        ? []
        : await send(
            there.map((line) => bodies!.get(line.parked[0]!.id)!),
            there.map((line) => line.parked[0]!.attempts + 1),
          );
    if (there.length === 0) breaker.report(now(), 'nothing');
    if (outcomes === undefined) return;
    const accepted: string[] = [];
    const again: ParkedAttempt[] = [];
    there.forEach((line, i) => {
      const first = line.parked[0]!;
      const outcome = outcomes[i]!;
      if (outcome.kind === 'accepted') accepted.push(first.id);
      else again.push(tryAgain(line, outcome, bodies!.get(first.id)!));
      if (outcome.kind === 'accepted' || first.nextAt === Number.POSITIVE_INFINITY) line.parked.shift();
    });
    await write(async () => {
      if (accepted.length > 0 && !(await removeParked(database, held, accepted))) return false;
      return again.length === 0 || (await updateParked(database, held, again));
    });
    if (stopped()) return;
    for (const line of taken) land(line);
    nextDue = 0;
    parkFollowers();
    changed.wake();
  }

  function tryAgain(line: Line, outcome: SinkOutcome, message: SinkMessage): ParkedAttempt {
    const first = line.parked[0]!;
    first.attempts++;
    const says = sayOutcome(outcome);
    const over = outcome.kind === 'refused' || now() - first.parkedAt >= timing.giveUpMs;
    first.nextAt = over ? Number.POSITIVE_INFINITY : now() + delayOf(outcome, first.attempts);
    if (over) rooms.onGivenUp(message, says);
    const nextAt = over ? null : new Date(first.nextAt);
    return { id: first.id, attempts: first.attempts, nextAt, says, state: over ? 'given_up' : 'waiting' };
  }

  const delayOf = (outcome: SinkOutcome, attempts: number): number =>
    Math.max(
      toRetryDelay(timing, attempts, rooms.chance()),
      outcome.kind === 'retry' ? (outcome.afterMs ?? 0) : 0,
    );

  async function tell(messages: readonly StreamMessage[], next: Position): Promise<void> {
    for (const [i, message] of messages.entries()) {
      const isLastOfEntry = messages[i + 1]?.at !== message.at;
      const position = isLastOfEntry ? message.at : undefined;
      if (known.has(message.id)) {
        const ticket = progress.open(position);
        progress.settle(ticket);
        continue;
      }
      const alone = message.record === '';
      if (alone) await changed.until(() => stopped() || lines.isEmpty());
      else await changed.until(() => stopped() || lines.live < MOST_LIVE);
      if (stopped()) return;
      const replaced = lines.add({ message, ticket: progress.open(position) }, wish.last);
      if (replaced) progress.settle(replaced.ticket);
      pump();
      if (alone) await changed.until(() => stopped() || lines.isEmpty());
    }
    progress.pass(next);
    parkFollowers();
  }

  return {
    id: wish.id,
    fence: wish.fence,
    signal: abort.signal,
    tell,
    pump,
    pass: (next: Position) => progress.pass(next),
    hasten() {
      for (const line of lines.listParked()) if (!line.flying) line.parked[0]!.nextAt = 0;
      nextDue = 0;
      pump();
    },
    renew(until: number) {
      heldUntil = until;
    },
    hasNews: () => delivered > 0 || parkedSome || failingSince !== savedFailing,
    takeProgress() {
      const count = delivered;
      delivered = 0;
      parkedSome = false;
      savedFailing = failingSince;
      return {
        position: progress.safe(),
        delivered: count,
        failingSince: failingSince === undefined ? null : new Date(failingSince),
      };
    },
    async close(graceMs = 0) {
      closing = true;
      const timer = setTimeout(() => abort.abort(), graceMs);
      if (graceMs > 0) await changed.until(() => flights === 0 || stopped());
      clearTimeout(timer);
      abort.abort();
      changed.wake();
      await changed.until(() => flights === 0);
      await writes;
      await sink.close();
    },
  };
}

const toDate = (at: number | undefined): Date | null =>
  at === undefined || at === 0 || !Number.isFinite(at) ? null : new Date(at);

const sayOutcome = ({ status, says }: SinkOutcome): string =>
  [status, says]
    .filter((part) => part !== undefined && part !== '')
    .join(': ')
    .slice(0, 1_000);

/** The server is away, or said no to a transaction that may be tried again. */
function isOutage(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code ?? '');
  return code === '' || /^(08|40|53|57|E[A-Z]+$)/.test(code);
}
