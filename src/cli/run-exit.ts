// The exit code of a command whose result is a run.
import type { ArchiveReport } from '../doors/files/import/import-archive.js';
import type { RunReport } from '../doors/files/import/run-report.js';
import { ExitCode } from './exit-codes.js';

/** Of several runs the worst. */
export function archiveExitCode(report: ArchiveReport): ExitCode {
  const codes = report.runs.map(exitCodeOf);
  const worst = [ExitCode.needsAnswer, ExitCode.cancelled, ExitCode.stopped, ExitCode.failedRows];
  return worst.find((code) => codes.includes(code)) ?? ExitCode.ok;
}

/** The exit code a finished command owes to its caller. */
export function exitCodeOf(report: RunReport): ExitCode {
  switch (report.state) {
    case 'completed':
    case 'queued':
    case 'running':
      return report.counters.failed > 0 ? ExitCode.failedRows : ExitCode.ok;
    case 'completed_with_errors':
      return ExitCode.failedRows;
    case 'cancelled':
      return ExitCode.cancelled;
    case 'stopped':
    case 'failed':
      // A removal that nobody was there to agree to.
      return report.failure?.code === 'FILES-106' ? ExitCode.needsAnswer : ExitCode.stopped;
  }
}
