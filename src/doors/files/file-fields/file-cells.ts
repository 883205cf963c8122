// The cells of a batch that ask for files, and the batch with what became of them.
import type { FileRule } from '../../../engine/catalog/index.js';
import { ownCells } from '../../../engine/mapping/index.js';
import { kindOf, type StageColumn, type WritePlan } from '../../../engine/records/index.js';
import { Cell, type CellBatch, cellText, type RowProblem } from '../../../foundation/cells/cell-batch.js';
import type { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { maskSecrets } from '../../../foundation/secrets/secret-mask.js';

export interface FileColumn {
  readonly column: StageColumn;
  /** Position in the batch. */
  readonly index: number;
  readonly rule: FileRule;
}

/** The columns of the plan that fill fields of its entity which hold files. A constant is taken as it stands. */
export function toFileColumns({ columns }: WritePlan): readonly FileColumn[] {
  return columns.flatMap((column) => {
    const { source, path } = column.target;
    const rule = path.length === 1 ? column.field.file : undefined;
    return rule && 'column' in source ? [{ column, index: source.column, rule }] : [];
  });
}

/** One cell that asks for a file. */
export interface FileCell {
  readonly row: number;
  readonly of: FileColumn;
  readonly text: string;
  /** A value that is no text, such as a number or a list. */
  readonly odd: boolean;
}

/** Blank cells, and what means NULL, ask for nothing: the field's rule for empty cells is about them. */
export function listFileCells(
  batch: CellBatch,
  columns: readonly FileColumn[],
  done: number,
): readonly FileCell[] {
  const cells: FileCell[] = [];
  const bad = new Set(batch.problems.map(({ index }) => index));
  for (let row = Math.max(0, done - batch.firstRow + 1); row < batch.rows; row++) {
    if (batch.passed?.[row] === 1 || bad.has(row)) continue;
    for (const of of columns) {
      const kind = kindOf(batch, row * batch.columns.length, of.index, of.column);
      if (kind !== Cell.text && kind !== Cell.json) continue;
      const text = cellText(batch, row, of.index) ?? '';
      if (text.trim() !== '') cells.push({ row, of, text, odd: kind === Cell.json });
    }
  }
  return cells;
}

/** What a cell's file became: what the field is to hold, or why the row fails. */
export type FileOutcome = { readonly value: string } | { readonly refusal: DovetailError };

/** The batch with the outcomes, in the order of its cells. The way back to the source's own cells stays. */
export function withOutcomes<B extends CellBatch>(
  batch: B,
  cells: readonly FileCell[],
  outcomeOf: (cell: FileCell) => FileOutcome,
): B {
  if (cells.length === 0) return batch;
  const [start, end, kind] = [batch.start.slice(), batch.end.slice(), batch.kind.slice()];
  const added: Buffer[] = [batch.bytes];
  const problems: RowProblem[] = [];
  let at = batch.bytes.length;
  for (const cell of cells) {
    const outcome = outcomeOf(cell);
    if ('refusal' in outcome) {
      problems.push(toProblem(batch, cell, outcome.refusal));
      continue;
    }
    const i = cell.row * batch.columns.length + cell.of.index;
    const bytes = Buffer.from(outcome.value);
    added.push(bytes);
    start[i] = at;
    at += bytes.length;
    end[i] = at;
    kind[i] = Cell.text;
  }
  return {
    ...batch,
    bytes: Buffer.concat(added),
    start,
    end,
    kind,
    problems: [...batch.problems, ...problems].sort((a, b) => a.index - b.index),
    origin: batch.origin ?? ownCells(batch),
  };
}

function toProblem(batch: CellBatch, { row, of, text }: FileCell, refusal: DovetailError): RowProblem {
  const { origin } = batch;
  const column = origin?.nameAt?.(row, of.index) ?? (origin?.names ?? batch.columns)[of.index];
  return {
    index: row,
    code: refusal.code,
    message: refusal.detail,
    hint: refusal.hint ?? 'Give another file, or leave the cell empty.',
    ...(column === undefined ? {} : { column }),
    field: of.column.path,
    // As much as is shown of it, and what tells a secret from a text.
    value: maskSecrets(text.slice(0, 1_000)),
  };
}
