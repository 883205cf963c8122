// Everything an import needs to know, as plain data saved with its run: a resume, on whatever machine, reads nothing else.
import type { FormatOptions } from '../../../engine/formats/table-format.js';
import type { Mapping } from '../../../engine/mapping/index.js';
import type { EmptyCell, OnDuplicate, Strategy } from '../../../engine/records/index.js';
import type { ValueSpelling } from '../../../foundation/cells/value-spelling.js';

export interface SourceSettings {
  /** Absolute path of the file, or of the copy that was made of standard input, on the machine that made it. */
  readonly path: string;
  /** As the user called it. */
  readonly name: string;
  /** True if the file is our own copy. */
  readonly spooled: boolean;
  /** SHA-256 of the bytes as they lie there, in hexadecimal. */
  readonly sha256: string;
  readonly size: number;
  /** Where our own copy lies for other machines, which then fetch it to a path of theirs. */
  readonly stored?: { readonly storage: string; readonly path: string };
  /** The zip file that the table lay in; kept only where the import takes files out of it. */
  readonly archive?: ArchiveSettings;
  /** Every column of the source. */
  readonly columns: readonly string[];
}

export interface ArchiveSettings {
  /** Absolute path. */
  readonly path: string;
  /** Name of the table in it. */
  readonly member: string;
  /** True if the zip file is our own copy. */
  readonly spooled: boolean;
  /** Bytes. */
  readonly size: number;
  /** As of the source. */
  readonly stored?: { readonly storage: string; readonly path: string };
}

export interface ImportSettings {
  /** The run whose settings these are, once more. */
  readonly repeats?: string;
  /** The upload that it was made of. */
  readonly upload?: string;
  readonly source: SourceSettings;
  readonly format: string;
  readonly formatOptions: FormatOptions;
  readonly entity: string;
  readonly mapping: Mapping;
  /** What it is called and, of a saved one, the version; absent if columns were matched by name. */
  readonly mappingName?: string;
  readonly mappingVersion?: number;
  readonly strategy: Strategy;
  readonly identity: readonly string[];
  readonly empty: EmptyCell;
  readonly onDuplicate: OnDuplicate;
  /** How values are spelled, as the call says. */
  readonly spelling?: ValueSpelling;
  /** The same as detected, by column. */
  readonly detectedSpellings?: Readonly<Record<string, ValueSpelling>>;
  readonly create: readonly string[];
  readonly errorLimit: ErrorLimit | null;
  readonly removalLimit: RemovalLimit;
  /** True once somebody agreed to a removal above the limit. */
  readonly removalConfirmed: boolean;
  readonly writers: number;
  /** Deals rows to writers; must stay the same while the run lives. */
  readonly seed: number;
  readonly chunkRows: number;
  /** Where the failed rows go; null: into the data folder. */
  readonly failedRows: string | null;
  /** Folder or zip file that the paths in cells of file fields lead into; absolute. Absent: what the source lies in. */
  readonly filesFrom?: string;
  /** Up to how many written records are kept for an undo; 0: none. Absent in runs of before there was an undo. */
  readonly undoRows?: number;
  /** There if it came as a batch, whose sender is told what became of each record. */
  readonly batch?: BatchSettings;
}

export interface BatchSettings {
  /** With which rights: those of whoever writes record by record, or narrowed to what they may import. */
  readonly through?: 'import';
  /** True: new records get a key that is drawn before they are written. */
  readonly keyDrawn?: boolean;
  /** Of a document, whose records are of several kinds: what is imported one after the other, in place of the source. */
  readonly legs?: readonly BatchLeg[];
  /** Of a document: which of its two lists of records comes first in it, and how many that one has. */
  readonly first?: { readonly member: 'data' | 'included'; readonly records: number };
}

/** Records of a document that are of one entity and are found in one way. */
export interface BatchLeg {
  readonly entity: string;
  readonly strategy: Strategy;
  readonly identity: readonly string[];
  readonly keyDrawn: boolean;
  readonly source: SourceSettings;
  /** In the order of the source's columns. */
  readonly fields: readonly LegField[];
  /** Rows of the legs before. */
  readonly rowsBefore: number;
  /** `late`: what is set on records that were written before. `refused`: records that can't be written, each with why. */
  readonly kind: 'records' | 'late' | 'refused';
}

export interface LegField {
  readonly path: readonly string[];
  /** Of a field that is a part of a key: which, of how many. */
  readonly key?: { readonly part: number; readonly parts: number };
  /** The type of the records whose key it is, which rows may name by a local id; `own`: it is that of the row's own record. */
  readonly local?: string;
  readonly own?: boolean;
}

/** How many rows may fail, or what share of those read, 0 to 1. */
export type ErrorLimit = { readonly count: number } | { readonly share: number };

/** The limit as a caller says it. */
export type MaxErrors = { readonly count: number } | { readonly percent: number };

export function toErrorLimit(said: MaxErrors): ErrorLimit {
  return 'percent' in said ? { share: said.percent / 100 } : said;
}

/** A removal above either of the two is not done without asking. */
export interface RemovalLimit {
  readonly records: number;
  /** Of the stored records, 0 to 1. */
  readonly share: number;
}

export const DEFAULT_REMOVAL_LIMIT: RemovalLimit = { records: 50, share: 0.1 };

/** Up to so many written records what they were is kept, for so many days: about 40 MB for records of average size. */
export const DEFAULT_UNDO = { rows: 100_000, days: 30 } as const;

/** Two writers keep two cores busy; more only wait for each other there. */
export const DEFAULT_WRITERS = 2;

/** Large enough that the cost per chunk (about 10 ms) disappears, small enough that a kill costs little. */
export const DEFAULT_CHUNK_ROWS = 20_000;
