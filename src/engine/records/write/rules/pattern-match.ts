// Patterns of rules meet values from anyone's files, and some patterns take years on some values. So they run where they
// can be stopped: in a script of its own, whose time is limited.
import { setImmediate } from 'node:timers/promises';
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
 * `limitMs` is given up; after ten such values the rest is too, because then it is the pattern that is bad. Lets others work
 * in between.
 */
export async function matchPattern(
  pattern: RegExp,
  values: readonly (string | undefined)[],
  limitMs = 250,
): Promise<PatternOutcome> {
  const job: Job = { pattern, values, broken: [], at: 0 };
  const context = vm.createContext({ job });
  const givenUp: number[] = [];
  let spent = 0;
  while (job.at < values.length) {
    const from = job.at;
    const begun = process.cpuUsage();
    if (runOnce(context, limitMs)) break;
    // Only a value that had the time to itself is to blame; otherwise there were just many, or the machine was busy elsewhere.
    spent = job.at > from ? 0 : spent + process.cpuUsage(begun).user / 1_000;
    if (spent > limitMs / 2) {
      givenUp.push(job.at++);
      spent = 0;
      if (givenUp.length === MOST_GIVEN_UP) {
        for (; job.at < values.length; job.at++) if (values[job.at] !== undefined) givenUp.push(job.at);
      }
    }
    await setImmediate();
  }
  return { broken: job.broken, givenUp };
}

/** False if time was up. */
function runOnce(context: vm.Context, limitMs: number): boolean {
  try {
    LOOP.runInContext(context, { timeout: limitMs });
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    return false;
  }
}
