// The contract of a sink: one kind of place that changes go to. Implementations lie in `sinks/`, one folder and one line each.
import type { Clock } from '../../foundation/lifecycle/clock.js';

/**
 * What a receiver is told, once: an attempt that is repeated, even by another process after a crash, carries the same id and the
 * same body, byte for byte where the record's type did not change in between. A receiver that remembers ids can tell a repetition.
 */
export interface SinkMessage {
  /** At most 200 characters out of `A-Z a-z 0-9 . _ -`; unique among all messages of all subscriptions of a database. */
  readonly id: string;
  /** What happened, as CloudEvents call it `type`: `dovetail.record.updated`. */
  readonly type: string;
  /**
   * Which record it is about, as `products/17`; of what is about no single one, as a gap, the empty text. Brokers that keep order by
   * a key take this one.
   */
  readonly record: string;
  /** When it was committed: ISO 8601, UTC. */
  readonly time: string;
  /** Where in the change stream, as `formatPosition` writes it. */
  readonly position: string;
  /** Of the body: `application/cloudevents+json`, unless a mapping makes something else of it. */
  readonly mediaType: string;
  readonly body: string;
}

/**
 * What became of one message in one attempt.
 * - `accepted`: the other side has it for certain (it is acknowledged, confirmed, on disk; not merely sent). It is never sent again.
 * - `retry`: not accepted, or nobody knows. It is sent again; later messages of its record wait until it is accepted or given up.
 *   `afterMs`: not before so many milliseconds, where the other side asked for a pause (`Retry-After`).
 * - `refused`: the other side understood and will never take this one; it is set aside, visibly, and may be sent again by hand.
 * - `gone`: the receiver wants nothing more, ever: the subscription is disabled, and the message is not accepted.
 */
export type SinkOutcome =
  | (SinkAnswer & { readonly kind: 'accepted' })
  | (SinkAnswer & { readonly kind: 'retry'; readonly afterMs?: number })
  | (SinkAnswer & { readonly kind: 'refused' })
  | (SinkAnswer & { readonly kind: 'gone' });

/** For people, in the delivery log. Holds no secret. */
export interface SinkAnswer {
  /** As `200`, `ack`, `ECONNREFUSED`. */
  readonly status?: string;
  /** The beginning of what the other side said, or why it could not be asked; cut to 1,000 characters. */
  readonly says?: string;
  /** The whole endpoint is down or asks for a pause, not only this message: the circuit breaker of the endpoint counts it. */
  readonly endpoint?: true;
}

export interface Sink {
  /**
   * Hands messages over; resolves with one outcome for each, in the order of `messages`. Called with 1 to `batch` messages, and again
   * before earlier calls have ended, up to `parallel` calls at once. No two messages of one record are ever in one call or in two calls
   * at once (so order per record holds whatever order a call is carried out in), and messages about no single record come alone, when
   * all before them are through. A rejection counts as `retry` of all its messages, with the error's words.
   * Must end within its own time-out; when `signal` is aborted it ends at once: what isn't known to be accepted then is `retry`.
   * Bounded: no message is kept when the call is over.
   */
  deliver(messages: readonly SinkMessage[], signal: AbortSignal): Promise<readonly SinkOutcome[]>;
  /** No call is under way, and none follows. Never throws. */
  close(): Promise<void>;
}

/** What a sink is opened with besides its settings. */
export interface SinkRooms {
  readonly clock: Clock;
  /** `host:port` of private addresses that may be connected to; every other private address is refused (`foundation/http`). */
  readonly allow: readonly string[];
  /** Absolute folders that files may lie in; anything outside of them is refused, links resolved. */
  readonly folders: readonly string[];
}

/** A setting as somebody writes it. Data, so that forms, help, checks and masks are all made of it. */
export interface SinkSetting {
  readonly kind: 'text' | 'texts' | 'number' | 'flag';
  /** In plain words, with the unit. */
  readonly says: string;
  readonly required?: true;
  /** Kept sealed, and never shown again: neither in lists nor logs nor errors. Of kind text or texts. */
  readonly secret?: true;
  /** Of a text: one of these. */
  readonly values?: readonly string[];
  /** Of a number. */
  readonly least?: number;
  readonly most?: number;
  /** What it is where it is not given; absent: nothing. */
  readonly default?: string | number | boolean | readonly string[];
}

/** Settings by name; what has a default is there. */
export type SinkSettings = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

export interface SinkManifest<S extends SinkSettings = SinkSettings> {
  /** In commands and tables: `webhook`. */
  readonly name: string;
  /** One line for people. */
  readonly says: string;
  readonly settings: { readonly [K in keyof S & string]-?: SinkSetting };
  /** Where it delivers, without any secret, as people know it and the circuit breaker counts by: `hooks.example.org:443`. */
  endpoint(settings: S): string;
  /** Most messages of one call; 1 where each goes by itself. */
  batch(settings: S): number;
  /** Most calls at once for one subscription. */
  parallel(settings: S): number;
  /** Which deliveries the log shows: all of them, or only those that were not accepted at first. */
  readonly logs: 'all' | 'failures';
  /**
   * Finds whatever is wrong with settings of the right kinds before anything is connected to, such as an address that may not be
   * asked. Throws SUBSCRIPTIONS-104, HTTP-101, 102.
   */
  check(settings: S, rooms: SinkRooms): void | Promise<void>;
  /**
   * Fills secrets in that the sink makes by itself and were not given, as a webhook's signing secret; `shown` is shown once, to whoever
   * makes the subscription. Absent: nothing is made.
   */
  makeSecrets?(settings: S, random: (size: number) => Buffer): NewSecrets<S>;
  /** Another secret beside those there are, which stay good until `oldUntil`. Absent: there is nothing to rotate. */
  rotateSecret?(
    settings: S,
    made: { readonly random: (size: number) => Buffer; readonly now: Date; readonly oldUntil: Date },
  ): NewSecrets<S>;
  /** Connects at the first delivery, not before; what only this sink needs is loaded here. */
  open(settings: S, rooms: SinkRooms): Sink | Promise<Sink>;
}

export interface NewSecrets<S extends SinkSettings> {
  readonly settings: S;
  /** Undefined where nothing was made. */
  readonly shown?: string;
}
