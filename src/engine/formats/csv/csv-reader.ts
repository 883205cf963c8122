// Reading a delimited file: chunks into slabs, slabs through the lexer, full batches out. The batches are the same
// whatever the chunking, so that a resumed run meets the same rows in the same places.
import type { CellBatch, RowProblem } from '../../../foundation/cells/cell-batch.js';
import { checkBytes } from '../batch-checks.js';
import { type DecodedText, decodeText } from '../encoding/decoded-bytes.js';
import { onceRanked } from '../encoding/encoding-ranking.js';
import { batchCapacity, MAX_CELL_BYTES, MAX_ROW_BYTES } from '../row-limits.js';
import { createSlab, fillSlab, isSlabFull, type Slab, turnSlab } from '../slab.js';
import type { ReadRequest } from '../table-format.js';
import { type CsvDialect, toDialect } from './csv-dialect.js';
import { findFirstRow, readHeaderNames, toColumnNames } from './csv-header.js';
import { lexRows } from './csv-lexer.js';
import { CsvMemory } from './csv-memory.js';
import { findRepeatedHeaders, mergeDropped, toHeaderCells } from './csv-repeated-header.js';
import { rowTooLong } from './csv-row-end.js';
import { type CsvProblem, type LexInput, type RowSink, shiftCells } from './csv-rows.js';
import { findLineEnd, lineEndLength } from './csv-signs.js';

export interface CsvLimits {
  /** Most bytes of a cell and of a row. Defaults: 16 MB and 64 MB. */
  readonly maxCellBytes?: number;
  readonly maxRowBytes?: number;
}

interface Reading {
  readonly dialect: CsvDialect;
  readonly text: DecodedText;
  readonly slab: Slab;
  readonly memory: CsvMemory;
  readonly input: LexInput;
  readonly batchRows: number | undefined;
  /** Lines still to be passed over. */
  skip: number;
  columns: readonly string[] | undefined;
  sink: RowSink | undefined;
  records: number;
  /** Cells of the header, if a row like it is to be passed over. */
  header: readonly Buffer[] | undefined;
  readonly likelyEncoding: (text: Buffer) => string | undefined;
}

/** Yields the rows. Throws FORMATS-102 … 105, 108, 109, 110, 114. */
export async function* readCsv(request: ReadRequest, limits: CsvLimits = {}): AsyncGenerator<CellBatch> {
  const dialect = toDialect(request.options);
  const text = await decodeText(request.bytes, dialect.encoding);
  const slab = createSlab();
  const memory = new CsvMemory();
  memory.hold(slab.bytes);
  const reading: Reading = {
    dialect,
    text,
    slab,
    memory,
    input: {
      bytes: slab.bytes,
      position: 0,
      filled: 0,
      final: false,
      line: 1,
      suspectUntil: 0,
      brokenLine: 0,
      maxCellBytes: limits.maxCellBytes ?? MAX_CELL_BYTES,
      maxRowBytes: limits.maxRowBytes ?? MAX_ROW_BYTES,
    },
    batchRows: request.batchRows,
    skip: dialect.skipLines,
    columns: undefined,
    sink: undefined,
    records: 0,
    header: undefined,
    likelyEncoding: onceRanked(),
  };
  try {
    for await (const chunk of text.bytes) {
      let at = 0;
      while (at < chunk.length) {
        at += fillSlab(slab, chunk, at);
        if (!isSlabFull(slab)) continue;
        yield* lexSlab(reading);
        turn(reading);
      }
    }
    reading.input.final = true;
    yield* lexSlab(reading);
  } catch (error) {
    // What was whole before it is not lost.
    if (reading.sink && reading.sink.rows > 0) yield takeBatch(reading, reading.sink);
    throw error;
  }
  if (reading.sink && reading.sink.rows > 0) yield takeBatch(reading, reading.sink);
}

/** Everything that can be read from the slab as it is; a batch that isn't full stays in `reading.sink`. */
function* lexSlab(reading: Reading): Generator<CellBatch> {
  const { input, slab } = reading;
  input.bytes = slab.bytes;
  input.filled = slab.filled;
  if (!skipLines(reading)) return;
  reading.columns ??= findColumns(reading);
  if (reading.columns === undefined) return;
  for (;;) {
    reading.sink ??= reading.memory.sink(
      reading.columns.length,
      batchCapacity(reading.batchRows, reading.columns.length),
    );
    if (!lexRows(reading.dialect, input, reading.sink)) return;
    yield takeBatch(reading, reading.sink);
    reading.sink = undefined;
  }
}

/** Moves what is unfinished (the rows of the open batch and the row being read) to another slab. */
function turn(reading: Reading): void {
  const { slab, input, sink, memory } = reading;
  const full = slab.bytes;
  const from = sink && sink.rows > 0 ? sink.from : input.position;
  if (input.filled - input.position > input.maxRowBytes) throw rowTooLong(input);
  turnSlab(slab, from, (size) => memory.slab(size));
  memory.leave(full);
  input.position -= from;
  if (sink && sink.rows > 0) {
    shiftCells(sink, from);
    sink.from = 0;
  }
}

function named({ cell, ...problem }: CsvProblem, columns: readonly string[]): RowProblem {
  const column = cell === undefined ? undefined : columns[cell];
  return column === undefined ? problem : { ...problem, column };
}

function takeBatch(reading: Reading, sink: RowSink): CellBatch {
  const { input, slab, text, memory } = reading;
  const { bytes } = slab;
  const columns = reading.columns!;
  const { rows } = sink;
  const full = rows === sink.capacity;
  const cells = rows * columns.length;
  const transcodedFrom = text.untouched ? undefined : text.encoding;
  const problems = checkBytes(
    { rows, columns: columns.length, start: sink.start, end: sink.end, kind: sink.kind },
    slab.bytes,
    sink.from,
    input.position,
    columns,
    transcodedFrom,
    sink.problems.map((problem) => named(problem, columns)),
    reading.likelyEncoding,
  );
  const repeated = reading.header && findRepeatedHeaders(reading.header, sink, slab.bytes);
  const firstRow = reading.records + 1;
  reading.records += rows;
  memory.hold(bytes);
  return {
    columns,
    rows,
    firstRow,
    lines: full ? sink.lines : sink.lines.slice(0, rows),
    bytes,
    start: full ? sink.start : sink.start.slice(0, cells),
    end: full ? sink.end : sink.end.slice(0, cells),
    kind: full ? sink.kind : sink.kind.slice(0, cells),
    typed: false,
    problems: repeated === undefined ? problems : mergeDropped(problems, repeated),
    // Of transcoded text only the share can be said: what was taken in, less what still lies here.
    sourceBytes: text.untouched
      ? slab.base + input.position
      : Math.max(0, text.sourceBytes() - (input.filled - input.position)),
    release() {
      memory.leave(bytes);
      memory.giveBack(sink);
    },
  };
}

/** True once the lines to be passed over are behind. */
function skipLines(reading: Reading): boolean {
  const { input } = reading;
  while (reading.skip > 0) {
    const at = findLineEnd(input.bytes, input.position, input.filled);
    if (at < 0 || (input.bytes[at] === 13 && at + 1 >= input.filled && !input.final)) return false;
    input.position = at + lineEndLength(input.bytes, at, input.filled);
    input.line++;
    reading.skip--;
  }
  return true;
}

function findColumns(reading: Reading): readonly string[] | undefined {
  const { dialect, input } = reading;
  if (!dialect.header && dialect.columns) return toColumnNames(dialect.columns);
  const row = findFirstRow(dialect, input);
  if (row === undefined) return undefined;
  if (!dialect.header) return toColumnNames(row.cells.map(() => ''));
  if (dialect.repeatedHeader === 'drop') reading.header = toHeaderCells(row.cells);
  input.position = row.position;
  input.line = row.nextLine;
  return dialect.columns ? toColumnNames(dialect.columns) : readHeaderNames(row);
}
