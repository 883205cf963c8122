// What the door offers about mappings: plain data in, plain data out.
import type { FormatOptions } from '../../../engine/formats/table-format.js';
import type { ExportGap, SavedMapping } from '../../../engine/mapping/index.js';
import type { Pointer } from '../../../foundation/errors/dovetail-error.js';
import type { MappingWish } from './open-mapping.js';

export interface MappingServices {
  /** The last version of each; with a name every version of it, the newest first. */
  listMappings(name?: string): Promise<readonly SavedMapping[]>;
  /** The saved mapping, `name` or `name@version`. Throws FILES-109 if there is none. */
  readMapping(name: string): Promise<SavedMapping>;
  /** Checks the mapping against the database and saves it as the next version; its pairs of names are remembered. */
  saveMapping(call: SaveMappingCall): Promise<SavedReport>;
  /** Every version of it. Throws FILES-109 if there is none. */
  deleteMapping(name: string): Promise<{ readonly name: string; readonly versions: number }>;
  /** A mapping for the file, from what its columns are called and what people confirmed before. */
  suggestMapping(call: SuggestMappingCall): Promise<MappingSuggestion>;
  /** Every problem of a mapping at once, and what an export with it leaves out. */
  checkMapping(call: CheckMappingCall): Promise<MappingReport>;
}

export interface SaveMappingCall extends MappingWish {
  /** Default: the name of the file without its extension. */
  readonly name: string;
  readonly note?: string;
  readonly createdBy: string;
}

export interface SavedReport {
  readonly name: string;
  readonly version: number;
  readonly entity: string;
  /** False if it is the last version, letter for letter. */
  readonly isNew: boolean;
}

export interface SourceCall {
  /** Path. */
  readonly source: string;
  readonly format?: string;
  readonly formatOptions: FormatOptions;
  readonly signal: AbortSignal;
}

export interface SuggestMappingCall extends SourceCall {
  readonly entity: string;
}

export interface MappingSuggestion {
  readonly entity: string;
  /** YAML with a comment beside each line that is a guess, ready to be changed and saved. */
  readonly text: string;
  readonly matched: number;
  readonly columns: number;
}

export type CheckMappingCall = MappingWish & { readonly source?: SourceCall };

export interface MappingReport {
  readonly name: string;
  readonly entity: string;
  readonly problems: readonly MappingProblem[];
  /** What an export leaves out though the mapping does not say so. */
  readonly importOnly: readonly (ExportGap & { readonly line?: number })[];
  /** With a source: its columns that are neither used nor ignored. */
  readonly unmatched: readonly string[];
  /** Other doubts, in plain words: about the source, and about references that an export may lose. */
  readonly warnings: readonly string[];
}

export interface MappingProblem {
  readonly code: string;
  readonly detail: string;
  readonly hint?: string;
  readonly pointer?: Pointer;
}
