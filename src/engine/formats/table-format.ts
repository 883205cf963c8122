// The contract of a file format: how a table is written down. One folder per format, one line in `index.ts`.
import type { CellBatch, CellKind } from '../../foundation/cells/cell-batch.js';
import type { EncodingGuess } from './encoding/text-encoding.js';

/** Settings of a format as the user or the detection gives them: plain data, saved with a run so that a resume reads the same. */
export type FormatOptions = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** What the format makes of the beginning of a source. */
export interface Detection {
  readonly format: string;
  /** 0 to 1. The registry takes the highest. */
  readonly confidence: number;
  /** Complete: reading with exactly these options gives the same result at any later time. */
  readonly options: FormatOptions;
  /** In plain words, for the user: "delimiter ';', quote '\"', UTF-8 with BOM, header in line 1". */
  readonly says: readonly string[];
  /** For formats of text: how sure the encoding is, and what it may be otherwise. */
  readonly encoding?: EncodingGuess;
  /** For formats that may have one: whether names stand above the rows, at or below which line, and how sure that is. */
  readonly header?: { readonly present: boolean; readonly line: number; readonly confidence: number };
}

/** A source that lies as a file: what formats need whose index stands at their end. */
export interface SourceFile {
  /** Bytes. */
  readonly size: number;
  /** The bytes from `position` on; fewer than `length` only at the end of the file. Calls may overlap. */
  read(position: number, length: number): Promise<Buffer>;
}

export interface ReadRequest {
  /** The source's bytes, decompressed, in order. May be of any chunking. A format with random access leaves them alone. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The same bytes as a file. There for formats with random access; for others it may be missing. */
  readonly file?: SourceFile;
  readonly options: FormatOptions;
  /** How many rows a batch should have; a reader may yield fewer, never more. Default 2,000. */
  readonly batchRows?: number;
}

/**
 * What a column's texts are, for formats that have types of their own. Everything else (enums, UUIDs, intervals, arrays in
 * PostgreSQL's form …) is `text`. Texts are PostgreSQL's output: `2026-12-31`, `2026-12-31 23:59:59.5+00`, `true`, `\\xff`.
 */
export type ValueType =
  | 'text'
  | 'int2'
  | 'int4'
  | 'int8'
  | 'numeric'
  | 'float4'
  | 'float8'
  | 'boolean'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'json'
  | 'bytes';

export interface WriteRequest {
  readonly columns: readonly string[];
  /** By column. Default: all text. */
  readonly types?: readonly ValueType[];
  /** By column, of numerics whose type limits them: all digits, and those after the point. */
  readonly sizes?: readonly ({ readonly precision: number; readonly scale: number } | undefined)[];
  readonly options: FormatOptions;
  /** Only for a file that somebody is to fill, and only for formats with `guides`. */
  readonly guide?: WriteGuide;
}

/** What helps whoever fills a file by hand. */
export interface WriteGuide {
  /** By column. */
  readonly columns: readonly ColumnGuide[];
  /** Tables beside the one to be filled: explanations, examples. An import never takes them for it. */
  readonly further: readonly FurtherTable[];
}

export interface ColumnGuide {
  /** True if a new record must bring it. */
  readonly required: boolean;
  /** What it is and what it takes, told where somebody is about to type. Some hundred characters at most. */
  readonly says: string;
  /** Values to choose from. `closed`: no other is taken; else others may be, after a warning. */
  readonly values?: { readonly list: readonly string[]; readonly closed: boolean };
  /** Most characters of a text. */
  readonly length?: number;
  /** Bounds of a whole number. */
  readonly range?: { readonly least: string; readonly most: string };
}

export interface FurtherTable {
  readonly name: string;
  readonly columns: readonly string[];
  /** By column. Default: all text. */
  readonly types?: readonly ValueType[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export type WrittenBytes = Uint8Array | string;

/**
 * Turns rows into bytes. Rows are arrays of PostgreSQL text output, in column order; null is SQL NULL.
 * `begin` once, `rows` any number of times (also never), `end` once, each after the one before has answered.
 */
export interface TableWriter {
  begin(): WrittenBytes | Promise<WrittenBytes>;
  /**
   * `kinds`, only for the file of failed rows: what the cells were in the source, so that a format with structure can
   * leave out what was absent and write JSON as what it was read from.
   */
  rows(
    rows: readonly (readonly (string | null)[])[],
    kinds?: readonly (readonly CellKind[])[],
  ): WrittenBytes | Promise<WrittenBytes>;
  end(): WrittenBytes | Promise<WrittenBytes>;
}

export interface TableFormat {
  /** Lower case, the same word in the CLI: `csv`, `json`, `ndjson`. */
  readonly name: string;
  readonly label: string;
  readonly extensions: readonly string[];
  readonly mediaTypes: readonly string[];
  /** True if the format reads by `ReadRequest.file`, not by `bytes`. Such a source can't be packed. Default false. */
  readonly randomAccess?: boolean;
  /** Set if the format is only read: the format that is written in its place. `createWriter` throws FORMATS-322 then. */
  readonly writtenAs?: string;
  /** True if it has lists and records inside records, so that an export may write JSON where others get texts. Default false. */
  readonly nested?: boolean;
  /** True if later batches may bring columns that the first one lacks. Default false: the first batch has them all. */
  readonly columnsGrow?: boolean;
  /** True if the writer makes use of `WriteRequest.guide`, its further tables included. Default false. */
  readonly guides?: boolean;
  /** For the docs: what the format can't carry, and what was decided where a file leaves it open. Whole sentences. */
  readonly notes?: readonly string[];
  /** The options, each with its meaning, default and allowed values; drawn by help texts and docs. */
  readonly describeOptions: readonly OptionDescription[];
  /**
   * Looks at the beginning of a source (at most 256 kB; `whole` if that is all of it) and at its name.
   * Returns undefined if it can't be this format; `asked`: somebody said that it is, so that what only may be it is it. Settings in
   * `given` are facts, everything else is guessed.
   */
  detect(
    sample: Uint8Array,
    about: { name?: string; whole: boolean; given: FormatOptions; asked?: boolean },
  ): Detection | undefined;
  /**
   * Completes what `detect` found with what stands elsewhere in the file: sheets, header, schema. Throws as `read` does. Only
   * for formats with random access; called once, before `read`.
   */
  inspect?(file: SourceFile, detection: Detection, about: { given: FormatOptions }): Promise<Detection>;
  /**
   * Yields the source's records in order. Throws a `FORMATS-…` error with file line if the source can't be read at all
   * (before the first batch wherever that can be known), and for a read error in the middle. What is wrong
   * with single rows goes into `CellBatch.problems`. An empty source yields nothing.
   */
  read(request: ReadRequest): AsyncIterable<CellBatch>;
  createWriter(request: WriteRequest): TableWriter;
}

export interface OptionDescription {
  readonly name: string;
  readonly meaning: string;
  readonly values?: readonly string[];
  readonly default: string;
}
