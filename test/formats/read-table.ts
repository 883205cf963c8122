// Reads a whole source into plain rows, for tests that compare contents.

import { completeDetection, detectFormat, readFormat } from '../../src/engine/formats/index.js';
import type { FormatOptions, SourceFile } from '../../src/engine/formats/table-format.js';
import { Cell, type CellBatch, cellText } from '../../src/foundation/cells/cell-batch.js';

export const ABSENT = '<absent>';
export const EMPTY = '<empty>';
export const NULL = '<null>';

export interface Problem {
  /** Ordinal of the record, from 1. */
  readonly record: number;
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

export interface Table {
  readonly columns: readonly string[];
  /** Texts; JSON values as `json:` and their text; what is no value as one of the words above. */
  readonly rows: readonly (readonly string[])[];
  readonly lines: readonly number[];
  readonly problems: readonly Problem[];
  /** Rows of each batch. */
  readonly batches: readonly number[];
}

export async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

export async function readTable(
  format: string,
  source: Uint8Array | AsyncIterable<Uint8Array>,
  options: FormatOptions = {},
  batchRows?: number,
): Promise<Table> {
  const bytes = source instanceof Uint8Array ? inChunks(source, 1 << 16) : source;
  const request = { bytes, options, ...(batchRows === undefined ? {} : { batchRows }) };
  return collect(readFormat(format).read(request));
}

/** Detects everything, as an import without any setting does. */
export async function detectAndRead(
  bytes: Buffer,
  name: string,
): Promise<Table & { says: readonly string[] }> {
  const sample = bytes.subarray(0, 256 * 1024);
  const detection = detectFormat(sample, { name, whole: sample.length === bytes.length });
  const table = await readTable(detection.format, bytes, detection.options);
  return { ...table, says: [detection.format, ...detection.says] };
}

export async function collect(batches: AsyncIterable<CellBatch>): Promise<Table> {
  const rows: string[][] = [];
  const lines: number[] = [];
  const problems: Problem[] = [];
  const sizes: number[] = [];
  let columns: readonly string[] = [];
  for await (const batch of batches) {
    if (batch.firstRow !== rows.length + 1)
      throw new Error(`firstRow ${batch.firstRow} after ${rows.length} rows`);
    columns = batch.columns;
    sizes.push(batch.rows);
    for (const { index, code, message } of batch.problems) {
      problems.push({ record: rows.length + index + 1, line: batch.lines[index]!, code, message });
    }
    for (let row = 0; row < batch.rows; row++) {
      lines.push(batch.lines[row]!);
      rows.push(batch.columns.map((_, column) => showCell(batch, row, column)));
    }
  }
  return {
    columns,
    rows: rows.map((row) => [...row, ...Array.from({ length: columns.length - row.length }, () => ABSENT)]),
    lines,
    problems,
    batches: sizes,
  };
}

function showCell(batch: CellBatch, row: number, column: number): string {
  const kind = batch.kind[row * batch.columns.length + column];
  if (kind === Cell.absent) return ABSENT;
  if (kind === Cell.empty) return EMPTY;
  if (kind === Cell.null) return NULL;
  const text = cellText(batch, row, column)!;
  return kind === Cell.json ? `json:${text}` : text;
}

/** The bytes as a file, for formats that read at any place. */
export function toSourceFile(bytes: Buffer): SourceFile {
  return {
    size: bytes.length,
    read: async (position, length) => Buffer.from(bytes.subarray(position, position + length)),
  };
}

/** As `detectAndRead`, for formats with random access too; `given` are settings that are facts. */
export async function inspectAndRead(
  bytes: Buffer,
  name: string,
  given: FormatOptions = {},
): Promise<Table & { says: readonly string[] }> {
  const sample = bytes.subarray(0, 256 * 1024);
  const file = toSourceFile(bytes);
  const first = detectFormat(sample, { name, whole: sample.length === bytes.length, given });
  const detection = await completeDetection(first, file, given);
  const { format, options } = detection;
  const table = await collect(readFormat(format).read({ bytes: inChunks(bytes, 1 << 16), file, options }));
  return { ...table, says: [format, ...detection.says] };
}
