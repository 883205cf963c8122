// The counts of a chunk while it is written, and, where a hook wants to know, what became of each row.
import type { WriteOutcome } from '../../catalog/overrides/entity-rules.js';
import { fullHintBudget, type HintBudget } from './reference-hints.js';

/** What earlier chunks of a writer taught: where rows were refused, writing everything at once is not tried first again. */
export interface WriteHabit {
  refusals: boolean;
  readonly hints: HintBudget;
}

/** Of a writer at the start of its run. */
export const newHabit = (): WriteHabit => ({ refusals: false, hints: fullHintBudget() });

/** What has been written so far. */
export class WriteTotals {
  added = 0;
  updated = 0;
  deleted = 0;
  unchanged = 0;
  postponed = 0;
  readonly habit: WriteHabit;
  /** Keys of what was written at once, as `keyTextSql` makes them; where the plan asks for them. */
  readonly keys: string[] = [];
  /** `[row, action]` of what was written since it was last emptied; of plans that keep results. */
  readonly results: (readonly [row: number, action: string])[] = [];
  /** By row; kept only if it is there. */
  outcomes: Map<number, WriteOutcome> | undefined = undefined;

  constructor(habit: WriteHabit = newHabit()) {
    this.habit = habit;
  }

  /** Takes `[row, action]` pairs; what a row was first stays, because a circle is written twice. */
  keepOutcomes(actions: readonly (readonly [row: number, action: string])[]): void {
    for (const [row, action] of actions) {
      if (action !== '=') this.results.push([row, action]);
      const outcome = OUTCOMES[action];
      if (outcome && !this.outcomes?.has(row)) this.outcomes?.set(row, outcome);
    }
  }
}

const OUTCOMES: Readonly<Record<string, WriteOutcome>> = {
  i: 'added',
  u: 'updated',
  d: 'deleted',
  '=': 'unchanged',
};
