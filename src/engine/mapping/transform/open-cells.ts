// Cells of a batch under construction: passed on as offsets, or evaluated and appended.
import { Cell, type CellBatch, type RowProblem } from '../../../foundation/cells/cell-batch.js';
import type { CelExpression } from './cel-expression.js';
import { CellFault, type CellValue } from './cell-value.js';
import { fillPattern } from './column-pattern.js';
import type { FieldProgram, Standing } from './field-program.js';
import type { MappedBytes } from './mapped-bytes.js';
import type { OpenCells } from './mapped-memory.js';
import type { RecordCursor } from './record-cursor.js';

export function newStanding(cursor: RecordCursor): Standing {
  // Not a literal with a prototype: a column may be called like a method.
  const row = Object.create(null) as Record<string, string>;
  return { cursor, row, item: '', name: '', value: '', position: 0, met: '', metIndex: 0 };
}

/** Evaluates a field and writes its cell; a fault goes to `onFault`. */
export function evaluateInto(
  program: FieldProgram,
  at: Standing,
  out: OpenCells,
  i: number,
  bytes: MappedBytes,
  onFault: (fault: Omit<RowProblem, 'index'>) => void,
): void {
  let value: CellValue;
  try {
    value = program.evaluate!(at);
  } catch (error) {
    if (!(error instanceof CellFault)) throw error;
    onFault(toFault(program, at, error));
    return;
  }
  if (value === null) {
    out.kind[i] = Cell.empty;
    return;
  }
  if (typeof value === 'string') {
    bytes.put(value);
    out.kind[i] = Cell.text;
  } else {
    bytes.put(value.json);
    out.kind[i] = Cell.json;
  }
  out.start[i] = bytes.start;
  out.end[i] = bytes.end;
}

function toFault(
  { mapped, column: only, columnsMet }: FieldProgram,
  at: Standing,
  fault: CellFault,
): Omit<RowProblem, 'index'> {
  const column = columnsMet ? columnsMet[at.metIndex] : only;
  const text = column === undefined ? at.item : at.cursor.text(column);
  const quoted = mapped.column !== undefined || mapped.from !== undefined;
  const shown = text.length > 200 ? `${text.slice(0, 199)}…` : text;
  return {
    code: 'MAPPING-401',
    message: `${mapped.field}: ${quoted ? `'${shown}' ` : ''}${fault.message}.`,
    hint:
      fault.hint ??
      'Mend the cell, or let the steps of the mapping expect one like it (its `default`, its `map`).',
    ...(mapped.column === undefined
      ? {}
      : { column: columnsMet ? fillPattern(mapped.column, at.met) : mapped.column }),
    field: mapped.field,
    ...(quoted ? { value: text } : {}),
  };
}

/** Whether the condition holds, or why that can't be said. */
export function judge(when: CelExpression, at: Standing): boolean | Omit<RowProblem, 'index'> {
  try {
    const value = when.run(at.row, '');
    return value !== null && (typeof value === 'string' || value.json !== 'false');
  } catch (error) {
    if (!(error instanceof CellFault)) throw error;
    const [column] = when.columns;
    return {
      code: 'MAPPING-402',
      message: `The condition can't be judged: ${error.message}.`,
      hint: error.hint ?? 'Let `when` ask first whether the cell is filled and of the type that it compares.',
      ...(column === undefined ? {} : { column, value: at.row[column] ?? '' }),
    };
  }
}

/** Passes a whole column on as column `f` of `fields`; `shift` as in `MappedBytes`. */
export function copyColumn(
  source: CellBatch,
  column: number,
  out: OpenCells,
  f: number,
  fields: number,
  shift: number,
): void {
  const width = source.columns.length;
  if (column >= width) return;
  for (let from = column, to = f; from < source.rows * width; from += width, to += fields)
    copyCell(source, from, out, to, shift);
}

/** Passes a cell on; `from` below 0: the source has none. */
export function copyCell(source: CellBatch, from: number, out: OpenCells, to: number, shift: number): void {
  const kind = from < 0 ? Cell.absent : source.kind[from]!;
  const filled = kind >= Cell.text;
  out.kind[to] = kind;
  out.start[to] = filled ? source.start[from]! - shift : 0;
  out.end[to] = filled ? source.end[from]! - shift : 0;
}
