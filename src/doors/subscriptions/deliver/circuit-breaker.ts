// Leaves an endpoint alone that fails again and again, then tries it with one request; and asks it for no more at once than it can take.
// One for all subscriptions of a process that go there.
import type { DeliveryTiming } from './delivery-timing.js';

export interface CircuitBreaker {
  /**
   * Whether a request may be sent now; one that may must be followed by `report`. `again` is called once there is room, where only room was
   * missing.
   */
  pass(now: number, again: () => void): boolean;
  isOpen(now: number): boolean;
  /** What came of a request. `pauseMs`: the other side asks not to be asked for so long. */
  report(now: number, outcome: 'accepted' | 'failed' | 'nothing', pauseMs?: number): void;
}

/** Requests of one process to one endpoint: a thousand connections at once are more than many a server takes. */
const MOST_AT_ONCE = 128;

/** `onChange`: told when it opens, and when it closes again. */
export function createCircuitBreaker(
  timing: Pick<DeliveryTiming, 'breakAfter' | 'breakMs'>,
  onChange: (open: boolean) => void = () => {},
): CircuitBreaker {
  let failures = 0;
  let trips = 0;
  let openUntil = 0;
  let probing = false;
  let under = 0;
  const waiting = new Set<() => void>();

  function free(): void {
    under--;
    const [next] = waiting;
    if (next === undefined) return;
    waiting.delete(next);
    queueMicrotask(next);
  }

  return {
    pass(now, again) {
      if (now < openUntil || probing) return false;
      if (under >= MOST_AT_ONCE) {
        waiting.add(again);
        return false;
      }
      under++;
      if (trips > 0) probing = true;
      return true;
    },
    isOpen: (now) => now < openUntil || probing,
    report(now, outcome, pauseMs = 0) {
      free();
      if (outcome === 'nothing') {
        probing = false;
        return;
      }
      if (outcome === 'accepted') {
        const wasOpen = trips > 0;
        failures = 0;
        trips = 0;
        openUntil = 0;
        probing = false;
        if (wasOpen) onChange(false);
        return;
      }
      failures++;
      const wasProbe = probing;
      probing = false;
      if (pauseMs > 0) openUntil = Math.max(openUntil, now + pauseMs);
      if (now < openUntil && pauseMs === 0) return;
      if (!wasProbe && failures < timing.breakAfter) return;
      const { breakMs } = timing;
      openUntil = Math.max(openUntil, now + breakMs[Math.min(trips, breakMs.length - 1)]!);
      trips++;
      if (trips === 1) onChange(true);
    },
  };
}
