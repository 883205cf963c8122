// What the door `files` offers to whoever calls it: the commands now, the API and the UI later. Plain data in, plain data out.
import type { Writable } from 'node:stream';
import type { FormatOptions } from '../../engine/formats/table-format.js';
import type { Run, RunFilter, RunIssue } from '../../engine/pipeline/index.js';
import type { Origin } from '../../engine/records/index.js';
import type { ArchiveReport } from './import/import-archive.js';
import type { ImportCall, ImportProgress, ImportWatch } from './import/import-call.js';
import type { RunReport } from './import/run-report.js';
import type { PruneReport } from './prune-runs.js';

export interface FilesServices {
  /**
   * Imports, or only looks (`dryRun`, `probe`). Throws a DovetailError if it refuses before anything is written; every
   * other outcome, a stop half-way too, is a report.
   */
  import(call: ImportCall): Promise<RunReport>;
  /** The tables in a zip file, by their names in it; none if it is no archive. Throws FORMATS-101, 120, 122. */
  listArchive(path: string): Promise<readonly string[]>;
  /**
   * Imports every table of a zip file, each into the entity it is named after, what is referred to first. Throws as `import` does,
   * and FILES-110, before anything is written, if one of them has no entity.
   */
  importArchive(call: ImportCall & { readonly source: { readonly path: string } }): Promise<ArchiveReport>;
  export(call: ExportCall): Promise<ExportReport>;
  /** Newest first. */
  readRuns(filter: RunFilter): Promise<readonly Run[]>;
  /** The report of a run as it stands, whether it is over or not. Throws PIPELINE-101 if there is none. */
  readReport(id: string): Promise<RunReport>;
  cancelRun(id: string): Promise<'requested' | 'cancelled' | 'over'>;
  resumeRun(id: string, watch: ImportWatch): Promise<RunReport>;
  /**
   * A new run with the settings of an earlier one, for the file (or the records) as they are now. Throws FILES-112 where the source
   * was a pipe or the target a stream, and as `import` and `export` do.
   */
  repeatRun(id: string, watch: ImportWatch, startedBy: Origin): Promise<RunReport>;
  /** Removes, or only counts, what is older than the configuration says. */
  prune(dryRun: boolean, signal: AbortSignal): Promise<PruneReport>;
  /** Every issue of a run, in the order of the source. */
  listIssues(id: string): AsyncIterable<RunIssue>;
  /** Writes the failed rows in the input's own format, with their errors beside them. Throws FILES-107 if there are none. */
  writeFailedRows(id: string, file: string): Promise<{ readonly rows: number; readonly file: string }>;
}

export interface ExportCall {
  /** Who wants it, kept with the run. Default: a user nobody knows. */
  readonly startedBy?: Origin;
  readonly entity: string;
  /** Text such as `price >= 10 and brand.name = "Acme"`. */
  readonly where?: string;
  /** Field paths, in this order. */
  readonly fields?: readonly string[];
  /** Path of a mapping file. */
  readonly mapping?: string;
  readonly format: string;
  readonly formatOptions: FormatOptions;
  readonly full: boolean;
  /** Who is told of its end: `mail:…` and `https://…`. */
  readonly notify?: readonly string[];
  readonly target: { readonly path: string } | { readonly stream: Writable };
  /** Of a file that goes on to another place: what it is called there, and how it gets there. Part of the run. */
  readonly deliver?: { readonly as: string; readonly put: () => Promise<void> };
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
}

export interface ExportReport {
  /** Absent where the database could not take note of it: Dovetail is not set up in it, or may not write. */
  readonly run?: string;
  readonly entity: string;
  readonly rows: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly columns: readonly string[];
  /** Absent for a stream. */
  readonly file?: string;
}
