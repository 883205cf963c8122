// What a chunk has to say about its rows, collected while it is written.
import type { RowCells } from '../../../foundation/cells/row-cells.js';
import type { FoundIssue } from '../../pipeline/run.js';
import type { StageColumn, WritePlan } from './plan-parts.js';
import { fullHintBudget, type HintBudget } from './reference-hints.js';
import { duplicateWarning, shorten } from './row-issues.js';
import type { DuplicatePair } from './staged-chunk.js';

/** Where the rows of a chunk came from: for messages and for the file of failed rows. */
export interface RowSource {
  lineOf(row: number): number | undefined;
  cellsOf(row: number): RowCells | undefined;
  /** The text of one cell as the write path got it. */
  textOf(row: number, column: number): string | undefined;
  columnName(column: StageColumn, row: number): string | undefined;
}

export interface RowFailure {
  readonly code: string;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  readonly column?: StageColumn | undefined;
  readonly field?: string | undefined;
  readonly value?: string | undefined;
}

export class RowReport {
  readonly issues: FoundIssue[] = [];
  /** Pairs whose earlier row was in a chunk before, and may have been postponed. */
  readonly replaced: DuplicatePair[] = [];
  /** Rows whose identity is lost with them. */
  unreadable = 0;
  /** Shared by the chunks of a writer. */
  readonly hintBudget: HintBudget;
  readonly #failed = new Set<number>();
  readonly #source: RowSource;

  constructor(source: RowSource, hintBudget = fullHintBudget()) {
    this.hintBudget = hintBudget;
    this.#source = source;
  }

  get failedRows(): Iterable<number> {
    return this.#failed;
  }

  get failed(): number {
    return this.#failed.size;
  }

  get warnings(): number {
    return this.issues.length - this.issues.filter((issue) => issue.severity === 'error').length;
  }

  isFailed(row: number): boolean {
    return this.#failed.has(row);
  }

  /** Records an error of a row; the row counts as failed once, however many errors it has. */
  fail(row: number, failure: RowFailure): void {
    const { column } = failure;
    const rowCells = this.#failed.has(row) ? undefined : this.#source.cellsOf(row);
    const line = this.#source.lineOf(row);
    const name = column && this.#source.columnName(column, row);
    const field = failure.field ?? column?.path;
    const value = failure.value ?? (column && (this.valueOf(row, column) ?? ''));
    this.#failed.add(row);
    this.issues.push({
      severity: 'error',
      row,
      ...(line === undefined ? {} : { line }),
      ...(name === undefined ? {} : { column: name }),
      ...(field === undefined ? {} : { field }),
      ...(value === undefined ? {} : { value: shorten(value) }),
      code: failure.code,
      message: failure.message,
      hint: failure.hint,
      ...(rowCells === undefined ? {} : { rowCells }),
    });
  }

  warn(issue: Omit<FoundIssue, 'severity'>): void {
    this.issues.push({ severity: 'warning', ...issue });
  }

  warnDuplicate(plan: WritePlan, pair: DuplicatePair): void {
    const columns = plan.columns.slice(0, plan.identityColumns);
    const names = columns.flatMap((column) => this.#source.columnName(column, pair.later) ?? []);
    const values = columns.map((column) => this.valueOf(pair.later, column) ?? '');
    this.issues.push({
      ...duplicateWarning(plan, pair),
      ...(names.length > 0 ? { column: names.join(', ') } : {}),
      value: shorten(values.join(', ')),
    });
  }

  /** The text of the cell a column takes its value from. */
  valueOf(row: number, column: StageColumn): string | undefined {
    const source = column.target.source;
    if (!('column' in source)) return source.constant ?? undefined;
    return this.#source.textOf(row, source.column) ?? column.target.fallback;
  }

  lineOf(row: number): number | undefined {
    return this.#source.lineOf(row);
  }

  cellsOf(row: number): RowCells | undefined {
    return this.#source.cellsOf(row);
  }
}
