// Patterns of rules meet values from anyone's files, and some patterns take years on some values. So they run where they
// can be stopped: in a script of its own, whose time is limited.
import vm from 'node:vm';

/** What became of the values, by index. */
export interface PatternOutcome {
  /** Values that don't match. */
  readonly broken: readonly number[];
  /** Values on which the pattern was given up. */
  readonly givenUp: readonly number[];
}

interface Job {
  readonly pattern: RegExp;
  readonly values: readonly (string | undefined)[];
  readonly broken: number[];
  at: number;
}

const LOOP = new vm.Script(`(() => {
  const { pattern, values, broken } = job;
  for (; job.at < values.length; job.at++) {
    const value = values[job.at];
    if (value !== undefined && !pattern.test(value)) broken.push(job.at);
  }
})()`);

const MOST_GIVEN_UP = 10;

/**
 * Holds values against a pattern (undefined ones are passed over). A value on which the pattern makes no headway for
 * `limitMs` is given up; after ten such values the rest is too, because then it is the pattern that is bad.
 */
export function matchPattern(
  pattern: RegExp,
  values: readonly (string | undefined)[],
  limitMs = 250,
): PatternOutcome {
  const job: Job = { pattern, values, broken: [], at: 0 };
  const context = vm.createContext({ job });
  const givenUp: number[] = [];
  while (job.at < values.length) {
    const from = job.at;
    try {
      LOOP.runInContext(context, { timeout: limitMs });
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      // Only a value that had the whole time to itself is to blame; otherwise there were just many.
      if (job.at > from) continue;
      givenUp.push(job.at++);
      if (givenUp.length < MOST_GIVEN_UP) continue;
      for (; job.at < values.length; job.at++) if (values[job.at] !== undefined) givenUp.push(job.at);
    }
  }
  return { broken: job.broken, givenUp };
}
