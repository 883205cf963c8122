// Leaves an endpoint alone that fails again and again, then tries it with one request. One for all subscriptions of a process that go there.
import type { DeliveryTiming } from './delivery-timing.js';

export interface CircuitBreaker {
  /** Whether a request may be sent now; one that may must be followed by `report`. */
  pass(now: number): boolean;
  isOpen(now: number): boolean;
  /** What came of a request. `pauseMs`: the other side asks not to be asked for so long. */
  report(now: number, outcome: 'accepted' | 'failed' | 'nothing', pauseMs?: number): void;
}

/** `onChange`: told when it opens, and when it closes again. */
export function createCircuitBreaker(
  timing: Pick<DeliveryTiming, 'breakAfter' | 'breakMs'>,
  onChange: (open: boolean) => void = () => {},
): CircuitBreaker {
  let failures = 0;
  let trips = 0;
  let openUntil = 0;
  let probing = false;

  return {
    pass(now) {
      if (now < openUntil || probing) return false;
      if (trips > 0) probing = true;
      return true;
    },
    isOpen: (now) => now < openUntil || probing,
    report(now, outcome, pauseMs = 0) {
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
