// Issues of rows that never reached the server, in words, with the row's cells for the file of failed rows.
import { type CellBatch, cellText, type RowProblem } from '../../../foundation/cells/cell-batch.js';
import type { FoundIssue } from '../../pipeline/run.js';
import { ROW } from '../records-errors.js';
import { requiredHint } from './constraint-hints.js';
import { faultText } from './encode/fault-text.js';
import type { StageColumn, WritePlan } from './plan-parts.js';
import { columnName, type DuplicatePair } from './staged-chunk.js';

const LONGEST_VALUE = 200;

export function shorten(value: string): string {
  return value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE - 1)}…` : value;
}

function place(batch: CellBatch, index: number, column: StageColumn) {
  const source = column.target.source;
  return {
    severity: 'error' as const,
    row: batch.firstRow + index,
    line: batch.lines[index]!,
    ...('column' in source ? nameOf(batch, index, source.column) : {}),
    field: column.path,
    rowCells: { batch, index },
  };
}

function nameOf(batch: CellBatch, index: number, column: number): { readonly column?: string } {
  const name = columnName(batch, index, column);
  return name === undefined ? {} : { column: name };
}

/** What the reader, or the mapping, found wrong with a row. */
export function problemIssue(plan: WritePlan, batch: CellBatch, problem: RowProblem): FoundIssue {
  const field = problem.field ?? fieldOf(plan, batch, problem);
  return {
    severity: problem.dropped === true ? 'warning' : 'error',
    row: batch.firstRow + problem.index,
    line: problem.line ?? batch.lines[problem.index]!,
    code: problem.code,
    message: problem.message,
    hint: problem.hint,
    ...(problem.column === undefined ? {} : { column: problem.column }),
    ...(field === undefined ? {} : { field }),
    ...(problem.value === undefined ? {} : { value: shorten(problem.value) }),
    ...(problem.dropped === true ? {} : { rowCells: { batch, index: problem.index } }),
  };
}

/** The field that the column to blame is for. */
function fieldOf(plan: WritePlan, batch: CellBatch, { index, column }: RowProblem): string | undefined {
  if (column === undefined) return undefined;
  return plan.columns.find(
    ({ target: { source } }) => 'column' in source && columnName(batch, index, source.column) === column,
  )?.path;
}

/** A cell that is no value of its field's type. */
export function encodeIssue(
  plan: WritePlan,
  batch: CellBatch,
  index: number,
  column: StageColumn,
  fault: number,
): FoundIssue {
  const source = column.target.source;
  const value =
    ('column' in source ? cellText(batch, index, source.column) : source.constant) ??
    column.target.fallback ??
    '';
  const text = faultText(fault, column.field.type, value, column.target.spelling);
  return {
    ...place(batch, index, column),
    value: shorten(value),
    code: text.code,
    message: `${plan.entity.name}.${column.path}: '${shorten(value)}' ${text.message}.`,
    hint: text.hint,
  };
}

export function requiredIssue(
  plan: WritePlan,
  batch: CellBatch,
  index: number,
  column: StageColumn,
): FoundIssue {
  return {
    ...place(batch, index, column),
    code: ROW.required,
    message: `${plan.entity.name}.${column.path} is empty, but needs a value.`,
    hint: requiredHint(column.field),
    value: '',
  };
}

export function duplicateError(
  plan: WritePlan,
  batch: CellBatch,
  index: number,
  pair: DuplicatePair,
): FoundIssue {
  const values = plan.columns
    .slice(0, plan.identityColumns)
    .map(({ target: { source } }) =>
      'column' in source ? cellText(batch, index, source.column) : source.constant,
    );
  return {
    ...place(batch, index, plan.columns[0]!),
    value: shorten(values.join(', ')),
    ...duplicateText(plan, pair),
  };
}

/** The error of a later row with an identity that came before, found by the server. */
export function duplicateFailure(plan: WritePlan, pair: DuplicatePair) {
  return { ...duplicateText(plan, pair), column: plan.columns[0] };
}

/** The warning under which the earlier (or, with `first`, the later) of two rows is left out. */
export function duplicateWarning(plan: WritePlan, pair: DuplicatePair): FoundIssue {
  return {
    severity: 'warning',
    row: pair.later,
    line: pair.laterLine,
    field: plan.identity.map((field) => field.name).join(', '),
    ...duplicateText(plan, pair),
  };
}

function duplicateText(
  plan: WritePlan,
  pair: DuplicatePair,
): { code: string; message: string; hint: string } {
  const which = {
    last: 'the last one counts',
    first: 'the first one counts',
    fail: 'only the first was taken',
  };
  return {
    code: ROW.duplicate,
    message: `Lines ${pair.earlierLine} and ${pair.laterLine} have the same ${plan.identity.map((field) => field.name).join(', ')}; ${which[plan.onDuplicate]}.`,
    hint: 'Choose with --on-duplicate last, first or fail.',
  };
}
