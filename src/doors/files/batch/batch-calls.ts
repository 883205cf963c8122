// What a door says that takes many records at once from somebody far away, and what it is told.
import type { Readable } from 'node:stream';
import type { Caller } from '../../../engine/access/index.js';
import type { FormatOptions } from '../../../engine/formats/table-format.js';
import type { Run, RunIssue } from '../../../engine/pipeline/index.js';
import type { OnDuplicate, Strategy } from '../../../engine/records/index.js';
import type { Client } from '../../../foundation/postgres/database.js';
import type { MaxErrors } from '../import/import-settings.js';
import type { Spooled } from '../import/spool-bytes.js';
import type { LocalRecord } from './locals-store.js';
import type { RecordResult } from './results-store.js';
import type { RowWriter } from './row-writer.js';

/** What holds for every batch. */
export interface BatchCall {
  readonly caller: Caller;
  /** What the run is called. */
  readonly title: string;
  readonly onDuplicate?: OnDuplicate;
  readonly maxErrors?: MaxErrors;
  /** Who is told of its end. */
  readonly notify?: readonly string[];
  readonly signal: AbortSignal;
}

/** How a column of a table is understood: by the path of a field. */
export interface TableBinding {
  readonly fields: readonly { readonly column: string; readonly path: readonly string[] }[];
  readonly strategy: Strategy;
  readonly identity: readonly string[];
  /** True: new records get a key drawn for them. */
  readonly keyDrawn: boolean;
}

export interface TableCall extends BatchCall {
  readonly entity: string;
  readonly body: Spooled;
  readonly format: string;
  readonly formatOptions: FormatOptions;
  /** By which of them the records are understood: made for the columns, or saved under a name. */
  readonly bind: ((columns: readonly string[]) => TableBinding) | { readonly mapping: string };
  readonly strategy?: Strategy;
}

export interface DocumentLeg {
  readonly entity: string;
  readonly strategy: Strategy;
  readonly identity: readonly string[];
  readonly keyDrawn: boolean;
  /** `late`: what is set on records that were written before. `refused`: records that can't be written, each with why. */
  readonly kind: 'records' | 'late' | 'refused';
  readonly fields: readonly {
    /** What messages call it. */
    readonly name: string;
    readonly path: readonly string[];
    readonly key?: { readonly part: number; readonly parts: number };
    readonly local?: string;
    readonly own?: boolean;
  }[];
  readonly file: Spooled;
  readonly rows: number;
}

export interface DocumentCall extends BatchCall {
  readonly entity: string;
  /** In the order in which they are imported. */
  readonly legs: readonly DocumentLeg[];
  readonly locals: readonly LocalRecord[];
  readonly first: { readonly member: 'data' | 'included'; readonly records: number };
  /** Bytes of the body. */
  readonly size: number;
}

/** Accepted, and not begun: what is on disk waits for a run. */
export interface PreparedBatch {
  /** Makes the run and its job in the caller's transaction; returns its number. */
  start(client: Client): Promise<string>;
  /** Nothing is left of it on disk: it was not begun after all. */
  drop(): Promise<void>;
}

export interface BatchServices {
  /** A body on disk. Throws what `onBytes` throws; then nothing is left. */
  spool(body: Readable, signal: AbortSignal, onBytes: (size: number) => void): Promise<Spooled>;
  openRowWriter(): Promise<RowWriter>;
  forget(file: { readonly path: string }): Promise<void>;
  /** Throws FILES-…, FORMATS-…, MAPPING-…, RECORDS-1xx for what can't be a batch; the body is gone then. */
  prepareTable(call: TableCall): Promise<PreparedBatch>;
  prepareDocument(call: DocumentCall): Promise<PreparedBatch>;
  /** The run once it is over, or as it is after so many milliseconds. Throws PIPELINE-101. */
  readRun(run: string, waitMs?: number): Promise<Run>;
  /** What became of the records, in the order of the body; whoever asks for somebody has looked whether they may know. */
  listResults(run: string): AsyncIterable<RecordResult>;
  /** In the same order. */
  listIssues(run: string): AsyncIterable<RunIssue>;
}
