// What a run is, to everyone who starts, watches or ends one.
import { type RowCells, toCellTexts } from '../../foundation/cells/row-cells.js';

export type RunKind = 'import' | 'export' | 'sync' | 'load' | 'undo' | 'dry_run';

/**
 * `queued` → `running` → one of the ends. `stopped`: given up on purpose (too many errors, a limit asked to confirm);
 * `failed`: could not go on. Both, and a `running` one whose lease ran out, can be resumed.
 */
export type RunState =
  | 'queued'
  | 'running'
  | 'completed'
  | 'completed_with_errors'
  | 'stopped'
  | 'failed'
  | 'cancelled';

/** Where a run stands: reading its source, resolving what was postponed, removing what a mirror did not meet, or through. */
export type RunPhase = 'source' | 'postponed' | 'removal' | 'done';

/** Counts of records. `read` covers every row of the source; `postponed` is how many still wait, `skipped` how many a mapping's condition passed over. */
export interface Counters {
  readonly read: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly deleted: number;
  readonly postponed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly warnings: number;
}

export const COUNTER_NAMES = [
  'read',
  'added',
  'updated',
  'unchanged',
  'deleted',
  'postponed',
  'failed',
  'skipped',
  'warnings',
] as const satisfies readonly (keyof Counters)[];

export const NO_COUNTS: Counters = {
  read: 0,
  added: 0,
  updated: 0,
  unchanged: 0,
  deleted: 0,
  postponed: 0,
  failed: 0,
  skipped: 0,
  warnings: 0,
};

export function addCounters(a: Counters, b: Partial<Counters>): Counters {
  const sum = { ...a } as Record<keyof Counters, number>;
  for (const name of COUNTER_NAMES) sum[name] += b[name] ?? 0;
  return sum;
}

/** Something a run has to say about one row (or, without a row, about itself). */
export interface RunIssue {
  readonly severity: 'error' | 'warning';
  /** Ordinal of the record in the source, from 1. */
  readonly row?: number;
  /** Physical line the record starts on, from 1. */
  readonly line?: number;
  /** Column of the source, field path of the entity. */
  readonly column?: string;
  readonly field?: string;
  /** The offending value, shortened to 200 characters. */
  readonly value?: string;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** The row's cells as they came; on the first error of a row. */
  readonly cells?: readonly (string | null)[];
  /** Beside `cells`: the kind of each, as one digit (`Cell` of the cell batch). */
  readonly kinds?: string;
}

/** An issue as it is found: with the cells where they lie. */
export interface FoundIssue extends Omit<RunIssue, 'cells' | 'kinds'> {
  /** What to do about it. */
  readonly hint: string;
  /** On the first error of a row. */
  readonly rowCells?: RowCells;
}

export function toRunIssue({ rowCells, ...issue }: FoundIssue): RunIssue {
  return rowCells === undefined ? issue : { ...issue, ...toCellTexts(rowCells) };
}

export interface Run {
  readonly id: string;
  readonly kind: RunKind;
  readonly entity: string;
  readonly title: string;
  readonly state: RunState;
  readonly phase: RunPhase;
  /** True if it is `running` but nobody holds its lease: the process that ran it is gone. */
  readonly interrupted: boolean;
  readonly settings: unknown;
  readonly origin: unknown;
  readonly counters: Counters;
  readonly failure?: { readonly code: string; readonly detail: string; readonly hint?: string };
  readonly cancelRequested: boolean;
  /** Whether what it wrote over is kept for an undo; absent if it was never to be. */
  readonly undo?: 'kept' | 'given_up' | 'expired' | 'undone';
  /** Why it is not kept any more, as a clause. */
  readonly undoWhy?: string;
  /** The run that undid it. */
  readonly undoneBy?: string;
  readonly createdAt: Date;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  /** Name of the schedule it belongs to. */
  readonly schedule?: string;
  /** Who is told of its end. */
  readonly notify?: readonly string[];
}
