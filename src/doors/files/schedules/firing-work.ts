// What the firing of an import works with, and says, wherever its files come from.
import type { Firing, Schedule } from '../../../engine/jobs/schedules/index.js';
import type { Origin } from '../../../engine/records/index.js';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Database } from '../../../foundation/postgres/database.js';
import type { ImportCall } from '../import/import-call.js';
import type { RunStarter } from '../import/run-part.js';
import type { RunReport } from '../import/run-report.js';
import type { ImportSchedule } from './schedule-settings.js';

export type StartImport = RunStarter<Omit<ImportCall, 'confirmRemoval'>>;

export interface FiringWork {
  readonly database: Database;
  readonly clock: Clock;
  readonly imports: StartImport;
  readonly schedule: Schedule;
  readonly firing: Firing;
  readonly signal: AbortSignal;
}

/** What the schedule says as the call of an import that nobody watches. */
export function toCall(
  { call }: ImportSchedule,
  { createdBy }: Schedule,
  source: ImportCall['source'],
  signal: AbortSignal,
): Omit<ImportCall, 'confirmRemoval'> {
  return {
    ...call,
    source,
    signal,
    startedBy: createdBy as Origin,
    dryRun: false,
    probe: false,
    background: false,
    onProgress: () => {},
  };
}

export function sayRun(path: string, report: RunReport): string {
  const { failed } = report.counters;
  const rows = failed === 0 ? '' : `, ${failed} ${failed === 1 ? 'row' : 'rows'} failed`;
  const why = report.failure === undefined ? '' : `, ${report.failure.code}`;
  return `${path} as run ${report.run} (${report.state.replaceAll('_', ' ')}${rows}${why})`;
}
