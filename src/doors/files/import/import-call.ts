// What a caller says when it imports, and what it is told on the way. The same for the command line and every door to come.
import type { Caller } from '../../../engine/access/index.js';
import type { FormatOptions } from '../../../engine/formats/table-format.js';
import type { EmptyCell, OnDuplicate, Origin, Strategy } from '../../../engine/records/index.js';
import type { ValueSpelling } from '../../../foundation/cells/value-spelling.js';
import type { ErrorLimit, MaxErrors, RemovalLimit } from './import-settings.js';
import type { ImportSource } from './source-file.js';

export interface ImportProgress {
  readonly phase: string;
  readonly rows: number;
  readonly bytes?: number;
  readonly totalBytes?: number;
  readonly failed?: number;
  /** Files of fields that were taken so far. */
  readonly files?: number;
}

/** What an import is going to do, told before the first row. */
export interface ImportPlan {
  /** Absent for a dry run. */
  readonly run?: string;
  readonly source: string;
  /** What was detected, in plain words. */
  readonly says: readonly string[];
  readonly entity: string;
  readonly strategy: Strategy;
  readonly identity: readonly string[];
  readonly columns: readonly { readonly column: string; readonly field?: string; readonly reason?: string }[];
  readonly warnings: readonly string[];
}

export interface RemovalQuestion {
  readonly entity: string;
  readonly removes: number;
  readonly stored: number;
}

/** How a caller follows a run, and ends it. */
export interface ImportWatch {
  /** Aborted: stop at the end of the chunk. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ImportProgress) => void;
  readonly onPlan?: (plan: ImportPlan) => void;
  /** Asked when a mirror would remove more than its limit. */
  readonly confirmRemoval: (removal: RemovalQuestion) => Promise<boolean>;
  /** Of a resume: from now on so many rows may fail, instead of what the run's settings say. */
  readonly errorLimit?: ErrorLimit;
  /** Of a run that begins right after its source was hashed (see `verifySource`). */
  readonly sourceStamp?: string;
}

export interface ImportCall extends ImportWatch {
  /** With whose rights, then kept with the run. Default: those of the program itself. */
  readonly caller?: Caller;
  /** Who wants it, kept with the run, where the program does it for them. Default: a user nobody knows. */
  readonly startedBy?: Origin;
  readonly source: ImportSource;
  /** Of a zip file: the file in it, with or without its folders. Needed where it holds several tables. */
  readonly member?: string;
  /** Absent: the mapping names it. */
  readonly entity?: string;
  /** Path of a mapping file; empty where there is none to look for. */
  readonly mapping?: string;
  /** The mapping itself. */
  readonly text?: string;
  /** The upload that the source is. */
  readonly upload?: string;
  /** What the user called it: where there is no such file, the saved mapping of that name (`prices`, `prices@2`). */
  readonly mappingName?: string;
  readonly strategy?: Strategy;
  readonly identity?: readonly string[];
  readonly empty?: EmptyCell;
  readonly onDuplicate?: OnDuplicate;
  readonly create?: readonly string[];
  readonly dryRun: boolean;
  readonly probe: boolean;
  readonly onError: 'skip' | 'stop';
  readonly maxErrors?: MaxErrors;
  readonly removalLimit?: RemovalLimit;
  readonly writers?: number;
  /** Rows per chunk. */
  readonly chunkRows?: number;
  readonly format?: string;
  readonly formatOptions: FormatOptions;
  /** True: these are all that there is to know of the format; nothing is detected. */
  readonly stated?: boolean;
  /** How the source spells numbers, dates, booleans and NULL. What it leaves open is detected. */
  readonly spelling?: ValueSpelling;
  readonly background: boolean;
  /** Up to how many written records are kept for an undo; 0: none. Default: as configured, else 100,000. */
  readonly undoRows?: number;
  readonly failedRows?: string;
  /**
   * Folder or zip file that the paths in cells of file fields lead into; absolute. Default: what the source lies in, or what the field
   * says. Whoever calls for somebody far away lets nobody choose it.
   */
  readonly filesFrom?: string;
  /** Who is told of its end: `mail:…` and `https://…`. */
  readonly notify?: readonly string[];
  /** Of a dry run: a file for every error and warning, one JSON object a line. A run keeps its own in the database. */
  readonly issuesTo?: string;
}
