// What the door needs of whoever imports many records as a run: bodies and rows go to disk there, and the run is made there.
import type { Readable } from 'node:stream';
import type { Caller } from '../../../engine/access/index.js';
import type { Run, RunIssue } from '../../../engine/pipeline/index.js';
import type { OnDuplicate, Strategy } from '../../../engine/records/index.js';
import type { Client } from '../../../foundation/postgres/database.js';

export interface SpooledFile {
  readonly path: string;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

export interface RowWriter {
  write(rows: Buffer): Promise<void>;
  finish(): Promise<SpooledFile>;
  drop(): Promise<void>;
}

export interface BatchWish {
  readonly caller: Caller;
  readonly title: string;
  readonly onDuplicate?: OnDuplicate;
  readonly maxErrors?: { readonly count: number } | { readonly percent: number };
  readonly notify?: readonly string[];
  readonly signal: AbortSignal;
}

export interface TableBinding {
  readonly fields: readonly { readonly column: string; readonly path: readonly string[] }[];
  readonly strategy: Strategy;
  readonly identity: readonly string[];
  readonly keyDrawn: boolean;
}

export interface TableWish extends BatchWish {
  readonly entity: string;
  readonly body: SpooledFile;
  readonly format: string;
  readonly formatOptions: Readonly<Record<string, string>>;
  readonly bind: ((columns: readonly string[]) => TableBinding) | { readonly mapping: string };
  readonly strategy?: Strategy;
}

export interface DocumentField {
  readonly name: string;
  readonly path: readonly string[];
  /** Of a part of a key: which, of how many. */
  readonly key?: { readonly part: number; readonly parts: number };
  /** Type of the records whose local ids may stand for the key. */
  readonly local?: string;
  /** True for the key of the row's own record. */
  readonly own?: boolean;
}

export interface DocumentLeg {
  readonly entity: string;
  readonly strategy: Strategy;
  readonly identity: readonly string[];
  readonly keyDrawn: boolean;
  /** `late`: what is set on records that were written before. `refused`: records that can't be written, each with why. */
  readonly kind: 'records' | 'late' | 'refused';
  readonly fields: readonly DocumentField[];
  readonly file: SpooledFile;
  readonly rows: number;
}

export interface LocalRecord {
  /** Its place among all records of the body, from 1. */
  readonly line: number;
  readonly type: string;
  readonly lid: string | undefined;
}

export interface DocumentWish extends BatchWish {
  readonly entity: string;
  readonly legs: readonly DocumentLeg[];
  readonly locals: readonly LocalRecord[];
  readonly first: { readonly member: 'data' | 'included'; readonly records: number };
  readonly size: number;
}

export interface PreparedBatch {
  start(client: Client): Promise<string>;
  drop(): Promise<void>;
}

export interface RecordResult {
  readonly place: number;
  readonly entity: string;
  readonly action: 'added' | 'updated' | 'deleted' | 'unchanged';
  readonly key?: string;
  readonly lid?: string;
}

export interface BatchService {
  readonly rooms: BatchRooms;
  /** How many one batch may have. */
  readonly bytes: number;
}

export interface BatchRooms {
  /** A body on disk. What `onBytes` throws ends it; then nothing is left. */
  spool(body: Readable, signal: AbortSignal, onBytes: (size: number) => void): Promise<SpooledFile>;
  openRowWriter(): Promise<RowWriter>;
  forget(file: { readonly path: string }): Promise<void>;
  prepareTable(wish: TableWish): Promise<PreparedBatch>;
  prepareDocument(wish: DocumentWish): Promise<PreparedBatch>;
  /** The run once it is over, or as it is after so many milliseconds. */
  readRun(run: string, waitMs?: number): Promise<Run>;
  /** In the order of the body, as the next one. */
  listResults(run: string): AsyncIterable<RecordResult>;
  listIssues(run: string): AsyncIterable<RunIssue>;
}
