// What the door `initial-load` offers to whoever calls it. Plain data in, plain data out.
import type { Counters, RunIssue } from '../../engine/pipeline/index.js';
import type { FileKind, Keep, LoadStrategy } from './folder/load-file.js';

export interface LoadServices {
  /**
   * Applies what is pending, file by file, each in a transaction of its own; or only looks (`dryRun`). Throws a
   * DovetailError if it refuses before anything is applied; a file that fails later is in the report, and ends it.
   */
  load(call: LoadCall): Promise<LoadReport>;
  /** Every file on disk and every file that was ever applied, in the order they would be. */
  readStatus(place: LoadPlace): Promise<LoadStatus>;
  /** Forgets that the file was applied, so that the next load applies it again. Its records stay. Throws LOAD-109. */
  forget(place: LoadPlace, file: string): Promise<ForgottenFile>;
  /** Takes the file as applied as it lies there, without applying it. Throws LOAD-109. */
  accept(place: LoadPlace, file: string): Promise<{ readonly path: string }>;
}

export interface LoadPlace {
  /** Absolute path of the load folder. Default: the configuration's, else `load` in the project. */
  readonly folder?: string;
  /** A further folder that the load folder may lie in: for code of ours, never for what a user typed. */
  readonly root?: string;
  /** Name of an environment. Default: none; then only files that are for every environment are loaded. */
  readonly environment?: string;
}

export interface RemovalQuestion {
  readonly entity: string;
  readonly removes: number;
  readonly stored: number;
}

export interface LoadCall extends LoadPlace {
  readonly dryRun: boolean;
  /** Aborted: the file being applied is rolled back, and the load ends. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Told of each file when it is through. */
  readonly onFile?: (file: FileReport) => void;
  /** Told when another load is waited for. */
  readonly onWait?: (file: string) => void;
  /** Asked before a mirror removes much. Default: no. */
  readonly confirmRemoval?: (removal: RemovalQuestion) => Promise<boolean>;
}

export interface LoadProgress {
  readonly file: string;
  /** From 1. */
  readonly number: number;
  readonly files: number;
  /** Records or statements done. */
  readonly rows: number;
}

/** `elsewhere`: another load applied it meanwhile. `unjudged`: a dry run can't tell. */
export type FileOutcome = 'applied' | 'would apply' | 'unjudged' | 'failed' | 'elsewhere';

export interface FileReport {
  readonly path: string;
  readonly version?: string;
  readonly kind: FileKind;
  readonly outcome: FileOutcome;
  /** True if an earlier state of the file was applied before. */
  readonly again: boolean;
  readonly seconds: number;
  /** Of a script. */
  readonly statements?: number;
  /** Of a script: records that its statements say they touched. */
  readonly rows?: number;
  /** Of a fixture, by entity, in the order they were written. */
  readonly entities: readonly EntityReport[];
  /** What is wrong, the first hundred; in a dry run also why nothing can be said. */
  readonly problems: readonly FileProblem[];
  /** How many there are. */
  readonly problemCount: number;
}

export interface EntityReport {
  readonly entity: string;
  readonly strategy: string;
  /** Absent in a dry run. */
  readonly run?: string;
  readonly counters: Counters;
}

export interface FileProblem
  extends Pick<RunIssue, 'code' | 'message' | 'hint' | 'line' | 'column' | 'field' | 'value'> {
  readonly severity: 'error' | 'warning' | 'note';
  readonly entity?: string;
  /** Where the problem is not told with its file. */
  readonly file?: string;
}

export interface LoadReport {
  readonly folder: string;
  readonly environment?: string;
  readonly dryRun: boolean;
  /** `failed`: the last file of the list failed and nothing of it was kept. */
  readonly state: 'completed' | 'failed' | 'cancelled';
  /** What was applied (or would be), in that order. */
  readonly files: readonly FileReport[];
  /** Files that were applied before and are as they were. */
  readonly unchanged: number;
  /** Pending files that were not reached. */
  readonly left: readonly string[];
  /** Of the whole folder, found before anything was applied; a load with one is refused. */
  readonly problems: readonly FileProblem[];
  readonly ignored: readonly string[];
  readonly seconds: number;
}

/** `left out`: not for this environment. `missing`: applied once, no longer on disk. */
export type FileState = 'applied' | 'changed' | 'pending' | 'left out' | 'missing';
export const FILE_STATES: readonly FileState[] = ['applied', 'changed', 'pending', 'left out', 'missing'];

export interface FileStatus {
  readonly path: string;
  readonly version?: string;
  /** Absent for a missing file. */
  readonly kind?: FileKind;
  readonly keep?: Keep;
  readonly strategy?: LoadStrategy;
  readonly environments?: readonly string[];
  readonly state: FileState;
  readonly appliedAt?: string;
  /** The environment it was applied for. */
  readonly environment?: string;
  readonly runs: readonly string[];
}

export interface LoadStatus {
  readonly folder: string;
  readonly files: readonly FileStatus[];
  readonly ignored: readonly string[];
}

export interface ForgottenFile {
  readonly path: string;
  readonly appliedAt: string;
}
