// What the door `files` offers to whoever calls it: the commands now, the API and the UI later. Plain data in, plain data out.
import type { Readable, Writable } from 'node:stream';
import type { Caller } from '../../engine/access/index.js';
import type { FormatOptions } from '../../engine/formats/table-format.js';
import type { Run, RunFilter, RunIssue } from '../../engine/pipeline/index.js';
import type { Origin } from '../../engine/records/index.js';
import type { DovetailError } from '../../foundation/errors/dovetail-error.js';
import type { SavedBody, SavedExport } from './export/saved-exports.js';
import type { FilePruneReport } from './file-fields/prune-field-files.js';
import type { ArchiveReport } from './import/import-archive.js';
import type { ImportCall, ImportProgress, ImportWatch } from './import/import-call.js';
import type { InspectCall, SourceReport } from './import/inspect-source.js';
import type { RunReport } from './import/run-report.js';
import type { MappingServices } from './mappings/mapping-calls.js';
import type { PruneReport } from './prune-runs.js';
import type { RequestedRuns } from './requests/requested-runs.js';
import type { StorageServices } from './storages/storage-services.js';
import type { openTemplate, TemplateWanted } from './template/open-template.js';
import type { TemplateResult } from './template/write-template.js';
import type { UndoCall, UndoLook, UndoOutlook } from './undo/undo-settings.js';

export interface FilesServices extends MappingServices, RequestedRuns, StorageServices {
  /**
   * Imports, or only looks (`dryRun`, `probe`). Throws a DovetailError if it refuses before anything is written; every
   * other outcome, a stop half-way too, is a report.
   */
  import(call: ImportCall): Promise<RunReport>;
  /** The tables in a zip file, by their names in it; none if it is no archive. Throws FORMATS-101, 120, 122. */
  listArchive(path: string): Promise<readonly string[]>;
  /**
   * Imports every table of a zip file, each into the entity it is named after, what is referred to first. Throws as `import` does,
   * and FILES-113, before anything is written, if one of them has no entity.
   */
  importArchive(call: ImportCall & { readonly source: { readonly path: string } }): Promise<ArchiveReport>;
  export(call: ExportCall): Promise<ExportReport>;
  /** What a source holds and how its columns would be matched. Writes nothing. */
  inspect(call: InspectCall): Promise<SourceReport>;
  /** Writes several entities, of one moment, into a zip file that `importArchive` takes. Throws as `export` does. */
  exportArchive(call: ArchiveExportCall): Promise<ArchiveExportReport>;
  /** Writes an empty file to be filled and imported. Throws EXPORT-101, 104, MAPPING-… and FORMATS-…. */
  writeTemplate(call: TemplateCall): Promise<TemplateReport>;
  /** The same on its way to somebody far away, held to their rights. */
  openTemplate(wanted: TemplateWanted): ReturnType<typeof openTemplate>;
  /** Saves an export under a name, as a new version if there is one. Throws EXPORT-106, and as `export` would. */
  saveExport(name: string, body: SavedBody, by?: Origin): Promise<SavedExport>;
  /** By name. */
  readSavedExports(): Promise<readonly SavedExport[]>;
  /** Throws EXPORT-107 if there is none. */
  readSavedExport(name: string): Promise<SavedExport>;
  /** As an error, what of it the database no longer has; undefined if it can be made. */
  findDecay(saved: SavedExport): Promise<DovetailError | undefined>;
  /** Throws EXPORT-107 if there is none. */
  deleteSavedExport(name: string): Promise<void>;
  /** Newest first. Of a caller, here and below, only their own: of others there is none (PIPELINE-101). */
  readRuns(filter: RunFilter, caller?: Caller): Promise<readonly Run[]>;
  /** The report of a run as it stands, whether it is over or not. Throws PIPELINE-101 if there is none. */
  readReport(id: string, caller?: Caller): Promise<RunReport>;
  cancelRun(id: string, caller?: Caller): Promise<'requested' | 'cancelled' | 'over'>;
  /** With the rights that whoever started it has by now. Throws FILES-117 if they are gone. */
  resumeRun(id: string, watch: ImportWatch, caller?: Caller): Promise<RunReport>;
  /** For whoever runs the program only, as is all about undoing: what was there before is put back whoever may see it. What undoing a run would take back, by what is kept of it. Throws PIPELINE-101, 109 and FILES-131 if it can't be undone. */
  readUndo(id: string): Promise<UndoOutlook>;
  /** Which records an undo would leave as they are, and why: it is done, and rolled back. Throws as `readUndo` does. */
  dryRunUndo(id: string, look: UndoLook): Promise<RunReport>;
  /** Undoes a run by a run of its own, whose report is returned. Throws as `readUndo` does; asks nobody. */
  undoRun(id: string, call: UndoCall): Promise<RunReport>;
  /**
   * A new run with the settings of an earlier one, for the file (or the records) as they are now. Throws FILES-116 where the source
   * was a pipe or the target a stream, and as `import` and `export` do.
   */
  repeatRun(id: string, watch: ImportWatch, startedBy: Origin, caller?: Caller): Promise<RunReport>;
  /** As `resumeRun`, by a worker. Throws PIPELINE-101 to 103, and FILES-105 for what can't be resumed. */
  queueResume(id: string): Promise<void>;
  /** As `repeatRun`, by a worker; the new run's id. Throws as `repeatRun` does, and FILES-105 for an export whose file lies elsewhere than with the run. */
  queueRepeat(id: string, startedBy: Origin, signal: AbortSignal): Promise<string>;
  /** As `undoRun`, by a worker; the new run's id. Throws as `readUndo` does. */
  queueUndo(id: string, startedBy: Origin): Promise<string>;
  /** Removes, or only counts, what is older than the configuration says. */
  prune(dryRun: boolean, signal: AbortSignal): Promise<PruneReport>;
  /** The name of the storage for run files, after looking into it; undefined: they lie in the data folder. Throws STORAGE-…. */
  probeRunFiles(): Promise<string | undefined>;
  /** Removes, or only counts, kept files that no record names. Throws FILES-149 where records may be hidden, STORAGE-…. */
  pruneFieldFiles(dryRun: boolean, signal: AbortSignal): Promise<FilePruneReport>;
  /** Every issue of a run, in the order of the source. */
  listIssues(id: string, caller?: Caller): AsyncIterable<RunIssue>;
  /** Writes the failed rows in the input's own format, with their errors beside them. Throws FILES-107 if there are none. */
  /** The same as a stream, which must be read or destroyed. Throws FILES-107 if there are none, 105 for what is no import. */
  openFailedRows(id: string): Promise<FailedRowsFile>;
  writeFailedRows(
    id: string,
    file: string,
    caller?: Caller,
  ): Promise<{ readonly rows: number; readonly file: string }>;
}

export interface FailedRowsFile {
  readonly rows: number;
  /** `17-failed.csv` */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Readable;
}

export interface ExportCall {
  /** With whose rights, then kept with the run. Default: those of the program itself. */
  readonly caller?: Caller;
  /** Who wants it, kept with the run, where the program does it for them. Default: a user nobody knows. */
  readonly startedBy?: Origin;
  readonly entity: string;
  /** Text such as `price >= 10 and brand.name = "Acme"`. */
  readonly where?: string;
  /** Field paths, in this order. */
  readonly fields?: readonly string[];
  /** Paths, a minus before those whose largest comes first. Default: in the order of the key. */
  readonly order?: readonly string[];
  /** Default: all records. */
  readonly limit?: number;
  /** What stands above the columns: names, or labels where an import still knows what they mean. Default: names. */
  readonly header?: 'names' | 'labels';
  /** Path of a mapping file. */
  readonly mapping?: string;
  /** As in an import: the saved mapping of that name where there is no such file. */
  readonly mappingName?: string;
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

/** Which entities: those named, or all tables that can be imported again. The rest as for one. */
export type ArchiveExportCall = Pick<
  ExportCall,
  'caller' | 'startedBy' | 'format' | 'formatOptions' | 'header' | 'target' | 'signal' | 'onProgress'
> & {
  readonly entities: readonly string[] | 'all';
  /** True: the files that the records name go along, and the cells name them there. Default: the cells hold what the fields hold. */
  readonly withFiles?: boolean;
};

export interface ArchiveExportReport {
  /** One for each entity, what is referred to first. */
  readonly entities: readonly { readonly entity: string; readonly rows: number; readonly member: string }[];
  /** Of `all`, those that could not be imported again, and why. */
  readonly left: readonly { readonly entity: string; readonly reason: string }[];
  /** Files of fields, where they were asked for: how many lie in the archive, and how many the storages no longer have. */
  readonly files?: { readonly count: number; readonly missing: number };
  readonly rows: number;
  /** Of the file. */
  readonly bytes: number;
  readonly seconds: number;
  /** Absent for a stream. */
  readonly file?: string;
}

export type TemplateCall = Pick<
  ExportCall,
  | 'caller'
  | 'entity'
  | 'fields'
  | 'mapping'
  | 'mappingName'
  | 'format'
  | 'formatOptions'
  | 'target'
  | 'signal'
>;

export interface TemplateReport extends TemplateResult {
  readonly entity: string;
  /** Absent for a stream. */
  readonly file?: string;
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
