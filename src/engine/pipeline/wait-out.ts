// Sitting out the weather: what fails because the database is away is tried again for as long as the caller has patience.
import { databaseWeather } from './database-weather.js';
import { pipelineError } from './pipeline-errors.js';

export interface Patience {
  /** Of which run the error speaks. */
  readonly runId: string;
  /** How long an unreachable database is waited for, in milliseconds. */
  readonly ms: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Aborted: no more waiting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Repeats `work` through outages and returns its result. Throws PIPELINE-106 once the patience is used up, and every
 * other error as it came. `work` must bear to be repeated when it is unknown whether it was done.
 */
export async function waitOut<T>(patience: Patience, work: () => Promise<T>): Promise<T> {
  for (let waited = 0; ; ) {
    try {
      return await work();
    } catch (error) {
      if (databaseWeather(error) !== 'outage') throw error;
      if (waited >= patience.ms || patience.signal?.aborted === true)
        throw outOfReach(patience, waited, error);
      const pause = Math.min(1_000, 50 + waited / 4);
      waited += pause;
      await patience.sleep(pause);
    }
  }
}

function outOfReach(patience: Patience, waited: number, cause: unknown) {
  return pipelineError(106, {
    detail: `The database could not be reached for ${Math.round(waited / 1000)} s.`,
    hint: `Nothing committed is lost. Once it is back: \`dovetail runs resume ${patience.runId}\`.`,
    cause,
  });
}
