// The sweeps over what is kept of a run, the latest first, until nothing is left or nothing more gives way.
import type { UndoStep } from '../../../engine/records/index.js';

/** One step: what is next is undone; `last`: whatever others stand in the way of is a conflict now. */
export type UndoNext = (last: boolean) => Promise<UndoStep>;

/**
 * Sweep after sweep, as long as one undoes what stood in the way of those put off by the one before. `onStep` is told of
 * each step.
 */
export async function sweepKept(next: UndoNext, onStep: (step: UndoStep) => Promise<void>): Promise<void> {
  let last = false;
  // A sweep that was killed half-way may have undone some before: the first is never taken for a vain one.
  for (let done = 1; ; ) {
    const step = await next(last);
    await onStep(step);
    done += step.undone;
    if (step.tried > 0) continue;
    if (step.waiting === 0) return;
    last = done === 0;
    done = 0;
  }
}
