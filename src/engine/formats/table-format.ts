// The contract of a file format: how a table is written down. One folder per format, one line in `index.ts`.
import type { CellBatch } from '../../foundation/cells/cell-batch.js';

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
}

export interface ReadRequest {
  /** The source's bytes, decompressed, in order. May be of any chunking. */
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly options: FormatOptions;
  /** How many rows a batch should have; a reader may yield fewer, never more. Default 2,000. */
  readonly batchRows?: number;
}

export interface WriteRequest {
  readonly columns: readonly string[];
  readonly options: FormatOptions;
}

/**
 * Turns rows into bytes. Rows are arrays of PostgreSQL text output, in column order; null is SQL NULL.
 * `begin` once, `rows` any number of times (also never), `end` once.
 */
export interface TableWriter {
  begin(): Uint8Array | string;
  rows(rows: readonly (readonly (string | null)[])[]): Uint8Array | string;
  end(): Uint8Array | string;
}

export interface TableFormat {
  /** Lower case, the same word in the CLI: `csv`, `json`, `ndjson`. */
  readonly name: string;
  readonly label: string;
  readonly extensions: readonly string[];
  readonly mediaTypes: readonly string[];
  /** The options, each with its meaning, default and allowed values; drawn by help texts and docs. */
  readonly describeOptions: readonly OptionDescription[];
  /**
   * Looks at the beginning of a source (at most 256 kB; `whole` if that is all of it) and at its name.
   * Returns undefined if it can't be this format. Settings in `given` are facts, everything else is guessed.
   */
  detect(
    sample: Uint8Array,
    about: { name?: string; whole: boolean; given: FormatOptions },
  ): Detection | undefined;
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
