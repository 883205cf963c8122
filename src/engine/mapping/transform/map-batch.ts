// The transform: a batch of the source's rows becomes a batch whose columns are what the mapping's targets name. What is only
// passed on is not touched; expressions and steps see texts of the columns they need and of no others.
import {
  Cell,
  type CellBatch,
  type CellOrigin,
  type PartedBatch,
  type RowProblem,
} from '../../../foundation/cells/cell-batch.js';
import type { BoundTransform } from './bind-transform.js';
import type { Standing } from './field-program.js';
import { PartMapper } from './map-part.js';
import { MappedBytes } from './mapped-bytes.js';
import { MappedMemory, type OpenCells } from './mapped-memory.js';
import { copyCell, copyColumn, evaluateInto, judge, newStanding } from './open-cells.js';
import { RecordCursor } from './record-cursor.js';
import { fillRow, type RowColumns, toRowColumns } from './row-columns.js';

export interface MappedBatch extends PartedBatch {
  /** Rows that a condition passed over. */
  readonly skipped: number;
}

/**
 * Maps batches, one after the other. `lent`: whoever maps has no other use for the source's batches, and nothing but the mapped batch
 * looks at its memory; both are then given back by its `release`.
 */
export class BatchMapper {
  readonly #bound: BoundTransform;
  readonly #names: readonly string[];
  readonly #row: RowColumns;
  readonly #whenRow: RowColumns;
  readonly #memory = new MappedMemory();
  readonly #lent: boolean;

  constructor(bound: BoundTransform, lent: boolean) {
    this.#bound = bound;
    this.#lent = lent && bound.parts.length === 0;
    this.#names = bound.programs.map((program) => program.mapped.field);
    this.#row = toRowColumns(
      bound.programs.flatMap((program) => program.names),
      bound.columns,
    );
    this.#whenRow = toRowColumns(bound.when?.columns ?? [], bound.columns);
  }

  /** `ends`: where records of several rows end, as `RowJoiner` tells. */
  map(source: CellBatch, ends?: Uint32Array): MappedBatch {
    const { programs, parts } = this.#bound;
    const bytes = new MappedBytes(source, this.#memory);
    const out = this.#memory.cells(source.rows * programs.length);
    const problems = new ProblemList(source.problems);
    const cursor = new RecordCursor(source);
    const at = newStanding(cursor);
    const passed = new Uint8Array(source.rows);
    const skipped = this.#skip(source, ends, at, passed, problems);
    programs.forEach((program, f) => {
      if (typeof program.copies === 'number' && !ends)
        copyColumn(source, program.copies, out, f, programs.length, bytes.shift);
    });
    const computed = programs
      .map((program, f) => ({ program, f }))
      .filter(({ program }) => ends || program.evaluate);
    const mappers = parts.map((part) => new PartMapper(part, this.#bound, source, bytes));
    if (computed.length > 0 || mappers.length > 0) {
      for (let row = 0; row < source.rows; row++) {
        if (passed[row] === 1 || problems.has(row)) {
          for (const mapper of mappers) mapper.skip();
          continue;
        }
        cursor.move(row, ends ? ends[row]! : row + 1);
        fillRow(at.row, cursor, this.#row);
        for (const { program, f } of computed) {
          const i = row * programs.length + f;
          if (!program.evaluate) copyCell(source, cursor.cell(program.copies as number), out, i, bytes.shift);
          else evaluateInto(program, at, out, i, bytes, (fault) => problems.add(row, fault));
        }
        for (const mapper of mappers) {
          mapper.map(at, out, row * programs.length, (fault) => problems.add(row, fault));
          cursor.move(row, ends ? ends[row]! : row + 1);
        }
      }
    }
    const mapped: CellBatch = {
      columns: this.#names,
      rows: source.rows,
      firstRow: source.firstRow,
      lines: source.lines,
      bytes: bytes.buffer,
      ...out,
      typed: source.typed,
      problems: problems.sorted(),
      sourceBytes: source.sourceBytes,
      passed,
      origin: this.#origin(source, bytes, ends),
      ...(this.#lent && { release: () => this.#release(source, bytes.buffer, out) }),
    };
    return { ...mapped, skipped, parts: mappers.map((mapper) => mapper.toRows(mapped)) };
  }

  #release(source: CellBatch, bytes: Buffer, cells: OpenCells): void {
    this.#memory.giveBack(bytes, cells);
    source.release?.();
  }

  #skip(
    source: CellBatch,
    ends: Uint32Array | undefined,
    at: Standing,
    passed: Uint8Array,
    problems: ProblemList,
  ): number {
    const { when } = this.#bound;
    let skipped = 0;
    for (let row = 0; row < source.rows; row++) {
      if (source.passed?.[row] === 1 || (ends && ends[row] === 0)) {
        passed[row] = 1;
      } else if (when && !problems.has(row)) {
        at.cursor.move(row, ends ? ends[row]! : row + 1);
        fillRow(at.row, at.cursor, this.#whenRow);
        const fault = judge(when, at);
        if (fault === true) continue;
        if (fault === false) {
          passed[row] = 1;
          skipped++;
        } else problems.add(row, fault);
      }
    }
    return skipped;
  }

  #origin(
    source: CellBatch,
    { buffer: bytes, shift }: MappedBytes,
    ends: Uint32Array | undefined,
  ): CellOrigin {
    const { programs, columns } = this.#bound;
    const indexes = programs.map((program) => program.column);
    // The mapped bytes begin with the source's: one copy is enough to keep where its own may go.
    const kept: CellBatch = source.origin || this.#lent ? source : { ...source, bytes };
    const moved = kept === source ? 0 : shift;
    return {
      names: indexes.map((index) => (index === undefined ? undefined : columns[index])),
      indexes,
      rowOf: (index) => source.firstRow + index,
      cellsOf: (index) => sourceCells(kept, moved, index, ends ? ends[index]! : index + 1, columns.length),
    };
  }
}

function sourceCells(source: CellBatch, shift: number, from: number, to: number, columns: number) {
  if (source.origin) return originalCells(source.origin, from, to, columns);
  const width = source.columns.length;
  const cells: (string | null)[] = [];
  let kinds = '';
  for (let row = from; row < to; row++) {
    for (let column = 0; column < (to - from > 1 ? columns : width); column++) {
      const i = row * width + column;
      const kind = column < width ? source.kind[i]! : Cell.absent;
      kinds += kind;
      cells.push(
        kind === Cell.text || kind === Cell.json
          ? source.bytes.toString('utf8', source.start[i]! - shift, source.end[i]! - shift)
          : null,
      );
    }
  }
  return { cells, kinds };
}

/** What is wrong with rows: first what the reader found. */
class ProblemList {
  readonly #problems: RowProblem[];
  readonly #rows: Set<number>;

  constructor(found: readonly RowProblem[]) {
    this.#problems = [...found];
    this.#rows = new Set(found.map((problem) => problem.index));
  }

  has(row: number): boolean {
    return this.#rows.size > 0 && this.#rows.has(row);
  }

  add(index: number, problem: Omit<RowProblem, 'index'>): void {
    this.#problems.push({ index, ...problem });
    this.#rows.add(index);
  }

  sorted(): readonly RowProblem[] {
    return this.#problems.sort((a, b) => a.index - b.index);
  }
}

function originalCells(origin: CellOrigin, from: number, to: number, columns: number) {
  const rows = Array.from({ length: to - from }, (_, i) => origin.cellsOf(from + i));
  if (rows.length === 1) return rows[0]!;
  return {
    cells: rows.flatMap(({ cells }) => [
      ...cells,
      ...Array.from({ length: columns - cells.length }, () => null),
    ]),
    kinds: rows.map(({ kinds }) => kinds.padEnd(columns, String(Cell.absent))).join(''),
  };
}
