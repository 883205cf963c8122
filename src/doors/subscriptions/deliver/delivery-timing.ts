// How long everything takes: one table, so that tests can have it quicker.

export interface DeliveryTiming {
  /** How often is looked for what became due. */
  readonly tickMs: number;
  /** How often subscriptions that nobody delivers are looked for, leases renewed, rights and tables looked at anew. */
  readonly claimMs: number;
  /** After so long without a sign of life another process takes over. */
  readonly leaseMs: number;
  /** How often positions and the log are saved: what a kill repeats. */
  readonly saveMs: number;
  /** Between attempts of one message; the last one again and again. Each is varied by a fifth. */
  readonly retryMs: readonly number[];
  /** From the first attempt of a message until it is given up. */
  readonly giveUpMs: number;
  /** Attempts in a row that failed at an endpoint, until it is left alone for a while. */
  readonly breakAfter: number;
  /** For how long; the last one again and again. */
  readonly breakMs: readonly number[];
  /** A subscription without a single success for so long is disabled. */
  readonly disableMs: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const DELIVERY_TIMING: DeliveryTiming = {
  tickMs: 200,
  claimMs: 2_000,
  leaseMs: 15_000,
  saveMs: 500,
  retryMs: [5_000, 30_000, 2 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR],
  giveUpMs: 3 * DAY,
  breakAfter: 5,
  breakMs: [5_000, 15_000, MINUTE, 5 * MINUTE],
  disableMs: 5 * DAY,
};

/** The wait before the attempt after the `n`th (from 1). `chance`: 0 up to 1. */
export function toRetryDelay({ retryMs }: DeliveryTiming, n: number, chance: number): number {
  const base = retryMs[Math.min(n, retryMs.length) - 1]!;
  return Math.round(base * (0.8 + 0.4 * chance));
}
