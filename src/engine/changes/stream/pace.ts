// How much the stream takes for itself: while an import of ours is writing, a share, so that the import goes on as if nobody watched.
import type { Clock } from '../../../foundation/lifecycle/clock.js';

export interface Pace {
  /** Bytes that may wait before a piece is written: small ones while it yields, so that its share is even. */
  mostWaiting(usual: number): number;
  /** Waits as long as the share asks for, after a full piece of work. */
  rest(work: { readonly bytes: number; readonly ms: number }): Promise<void>;
}

export interface PaceSettings {
  readonly clock: Clock;
  /** Whether somebody is to be given way to. Asked often: it must answer from memory. */
  readonly isBusy: () => boolean;
  /** Of the time, from 0 to 1. Default 0.15. */
  readonly share?: number;
}

const YIELDING_BYTES = 256 * 1024;

export function createPace({ clock, isBusy, share = 0.15 }: PaceSettings): Pace {
  return {
    mostWaiting: (usual) => (isBusy() ? Math.min(YIELDING_BYTES, usual) : usual),
    async rest({ ms }) {
      if (isBusy()) await clock.sleep(ms * (1 / share - 1));
    },
  };
}
