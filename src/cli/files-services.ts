// What the commands import, export and runs ask of the door `files`: plain data in, plain data out.
import type { Readable, Writable } from 'node:stream';
import type { FormatOptions } from '../engine/formats/table-format.js';
import type { Run, RunIssue } from '../engine/pipeline/run.js';
import type { RunFilter } from '../engine/pipeline/run-store.js';
import type { EmptyCell, OnDuplicate, Strategy } from '../engine/records/write-request.js';
import type { ProgressUpdate } from './terminal/rate-meter.js';
import type { ImportPlan, RunReport } from './views/run-report.js';

export interface FilesServices {
  /**
   * Imports, or only looks (`dryRun`, `probe`). Throws a DovetailError if it refuses before anything is written; every
   * other outcome, a stop half-way too, is a report.
   */
  import(call: ImportCall): Promise<RunReport>;
  export(call: ExportCall): Promise<ExportReport>;
  /** Newest first. */
  readRuns(filter: RunFilter): Promise<readonly Run[]>;
  /** The report of a run as it stands, whether it is over or not. Throws PIPELINE-101 if there is none. */
  readReport(id: string): Promise<RunReport>;
  cancelRun(id: string): Promise<'requested' | 'cancelled' | 'over'>;
  resumeRun(id: string, watch: Watch): Promise<RunReport>;
  /** Every issue of a run, in the order of the source. */
  listIssues(id: string): AsyncIterable<RunIssue>;
  /** Writes the failed rows in the input's own format, with their errors beside them. Returns how many. */
  writeFailedRows(id: string, file: string): Promise<{ readonly rows: number; readonly file: string }>;
}

/** How the caller follows a work that takes time, and ends it. */
export interface Watch {
  /** Aborted: stop at the end of the chunk. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ProgressUpdate) => void;
  /** Told once, before the first row is written. */
  readonly onPlan?: (plan: ImportPlan) => void;
  /** Asked when a mirror run would remove more than its limit. May throw CLI-102 where nobody can answer. */
  readonly confirmRemoval: (removal: RemovalQuestion) => Promise<boolean>;
}

export interface RemovalQuestion {
  readonly entity: string;
  readonly removes: number;
  readonly stored: number;
}

export interface ImportCall extends Watch {
  readonly source: { readonly path: string } | { readonly stream: Readable; readonly name: string };
  /** Absent: taken from the mapping. */
  readonly entity?: string;
  /** Path of a mapping file. */
  readonly mapping?: string;
  readonly strategy?: Strategy;
  readonly identity?: readonly string[];
  readonly empty?: EmptyCell;
  readonly onDuplicate?: OnDuplicate;
  /** Names of relations whose missing records are created. */
  readonly create?: readonly string[];
  readonly dryRun: boolean;
  readonly probe: boolean;
  readonly onError: 'skip' | 'stop';
  readonly maxErrors?: { readonly count: number } | { readonly percent: number };
  readonly writers?: number;
  readonly format?: string;
  readonly formatOptions: FormatOptions;
  /** Only create the run and hand it to the workers; the report then has the state `queued`. */
  readonly background: boolean;
  /** Where the failed rows go. Absent: the data folder, for as long as the run is kept. */
  readonly failedRows?: string;
}

export interface ExportCall {
  readonly entity: string;
  readonly where?: string;
  /** Field paths, in this order. */
  readonly fields?: readonly string[];
  readonly mapping?: string;
  readonly format: string;
  readonly formatOptions: FormatOptions;
  readonly full: boolean;
  readonly target: { readonly path: string } | { readonly stream: Writable };
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ProgressUpdate) => void;
}

export interface ExportReport {
  readonly entity: string;
  readonly rows: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly columns: readonly string[];
  /** Absent for standard output. */
  readonly file?: string;
}
