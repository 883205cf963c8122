// How a run went, as plain data: what `--json` prints and what the views draw. Dry runs have the same shape.
import type { Counters, RunIssue, RunState } from '../../engine/pipeline/run.js';
import { ExitCode } from '../exit-codes.js';

/** What an import is going to do, told before it starts. */
export interface ImportPlan {
  /** Absent for a dry run. */
  readonly run?: string;
  readonly source: string;
  /** What was detected, in plain words: `CSV`, `delimiter ';'`, `UTF-8 with BOM`. */
  readonly says: readonly string[];
  readonly entity: string;
  readonly strategy: string;
  readonly identity: readonly string[];
  readonly columns: readonly PlannedColumn[];
  readonly warnings: readonly string[];
}

export interface PlannedColumn {
  readonly column: string;
  /** Absent: the column is left out. */
  readonly field?: string;
  /** Why it goes there, or why it is left out. */
  readonly reason?: string;
}

export interface RunReport {
  /** Absent for a dry run. */
  readonly run?: string;
  readonly kind: 'import' | 'export' | 'sync';
  readonly entity: string;
  /** The name of the source, or what the run was called. */
  readonly title: string;
  readonly state: RunState;
  /** True if the process that ran it is gone and the run waits to be resumed. */
  readonly interrupted: boolean;
  readonly dryRun: boolean;
  readonly strategy?: string;
  readonly identity?: readonly string[];
  readonly counters: Counters;
  readonly seconds?: number;
  readonly startedAt?: string;
  readonly endedAt?: string;
  /** Errors by code, the most frequent first, each with its first examples. */
  readonly errors: readonly IssueGroup[];
  readonly warnings: readonly IssueGroup[];
  /** Dry run: the first differences. */
  readonly differences?: readonly RecordDifference[];
  /** Dry run: checks that only writing would do, in plain words. */
  readonly notChecked?: readonly string[];
  /** Dry run of a mirror: how many records would be removed. */
  readonly wouldRemove?: number;
  readonly failedRows?: { readonly rows: number; readonly file: string };
  /** Why it stopped. */
  readonly failure?: { readonly code: string; readonly detail: string; readonly hint?: string };
  /** True if `runs resume` can go on with it. */
  readonly resumable: boolean;
}

export interface IssueGroup {
  readonly code: string;
  readonly title: string;
  readonly count: number;
  readonly hint?: string;
  readonly first: readonly RunIssue[];
}

export interface RecordDifference {
  readonly action: 'add' | 'update' | 'delete';
  readonly line?: number;
  /** What names the record: `sku = A-100`. */
  readonly identity: readonly { readonly field: string; readonly value: string | null }[];
  readonly cells: readonly {
    readonly field: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
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
      return ExitCode.stopped;
  }
}
