// An import as part of something larger: a schedule that took the file and must know that it took it.
import type { Queryable } from '../../../foundation/postgres/database.js';
import type { RunReport } from './run-report.js';
import type { KnownFile } from './source-file.js';

export interface RunPart {
  /** The firing of a schedule the run belongs to. */
  readonly firing: string;
  /**
   * Called in the transaction that makes the run, with its number and what its source is known by. Throwing undoes the run: FILES-115
   * for a file that was taken before.
   */
  beside(client: Queryable, run: string, source: KnownFile): Promise<void>;
}

/** How a part of the door `files` imports: with the run, or only the rest of it. */
export interface RunStarter<Call> {
  start(call: Call, part: RunPart): Promise<RunReport>;
  /** Goes on with the run until it is over; returns at once if it is. Throws if the worker stops. */
  finish(run: string, signal: AbortSignal): Promise<RunReport>;
}
