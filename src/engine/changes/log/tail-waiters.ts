// Those who wait for the log to move on.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import { comparePositions, type Position } from '../position.js';

export interface Waiters {
  readonly count: number;
  /** True once the log is beyond `position`; false when the signal is aborted, or the time is over, or all is closed. */
  wait(
    position: Position,
    options: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  ): Promise<boolean>;
  /** The log goes to `end`. */
  wake(end: Position): void;
  close(): void;
}

export function createWaiters(clock: Clock): Waiters {
  const waiting = new Set<{ readonly position: Position; settle(isThere: boolean): void }>();
  let isClosed = false;
  return {
    get count() {
      return waiting.size;
    },
    wait(position, { signal, timeoutMs }) {
      if (isClosed || signal?.aborted === true) return Promise.resolve(false);
      return new Promise((resolve) => {
        const over = new AbortController();
        const waiter = {
          position,
          settle(isThere: boolean) {
            waiting.delete(waiter);
            signal?.removeEventListener('abort', give);
            over.abort();
            resolve(isThere);
          },
        };
        const give = (): void => waiter.settle(false);
        waiting.add(waiter);
        signal?.addEventListener('abort', give, { once: true });
        if (timeoutMs !== undefined) void clock.sleep(timeoutMs, over.signal).then(give);
      });
    },
    wake(end) {
      for (const waiter of waiting) if (comparePositions(end, waiter.position) > 0) waiter.settle(true);
    },
    close() {
      isClosed = true;
      for (const waiter of waiting) waiter.settle(false);
    },
  };
}
