// The rows of a stage as rules and hooks work on them: read once, changed in memory, written back where changed.
import { didYouMean } from '../../../../foundation/errors/did-you-mean.js';
import { recordsError } from '../../records-errors.js';
import type { StageColumn, WritePlan } from '../plan-parts.js';
import type { RowFailure, RowReport } from '../row-report.js';
import { firstHookColumn } from './hook-columns.js';

/** A staged row: its ordinal and line in the source, what it says (see `StagedChunk.says`), and its values as text. */
export interface StagedRow {
  readonly row: number;
  readonly line: number;
  say: string | null;
  readonly values: (string | null)[];
}

export class StagedRecords {
  readonly plan: WritePlan;
  readonly rows: readonly StagedRow[];
  /** Indexes of rows that are not written. */
  readonly refused = new Set<number>();
  /** By index of a row: the columns that a hook changed. */
  readonly changed = new Map<number, Set<StageColumn>>();
  readonly #columns: ReadonlyMap<string, StageColumn>;
  readonly #used = new Set<StageColumn>();

  constructor(plan: WritePlan, rows: readonly StagedRow[]) {
    this.plan = plan;
    this.rows = rows;
    this.#columns = new Map(plan.columns.map((column) => [column.path, column]));
  }

  get size(): number {
    return this.rows.length;
  }

  /** Paths that the source sets, and those that a hook has set. */
  listFields(): readonly string[] {
    const given = this.plan.columns.slice(0, firstHookColumn(this.plan));
    return [...given, ...this.#used].map((column) => column.path);
  }

  /** Throws RECORDS-109 if there is no such row. */
  readRow(index: number): StagedRow {
    const row = this.rows[index];
    if (row !== undefined) return row;
    throw recordsError(109, {
      detail: `There is no row ${index}; rows of a batch count from 0 to ${this.size - 1}`,
    });
  }

  findColumn(path: string): StageColumn | undefined {
    return this.#columns.get(path);
  }

  /** Throws RECORDS-109 for a name that is no field at all; a path that the source doesn't have is just not said. */
  valueAt(index: number, path: string): string | null | undefined {
    const row = this.readRow(index);
    const column = this.#columns.get(path);
    if (column === undefined) {
      if (!path.includes('.') && !this.hasField(path)) throw this.#unknownField(path);
      return undefined;
    }
    const said = row.say?.[column.index];
    return said === 'l' || said === 'd' ? undefined : row.values[column.index]!;
  }

  /** Whether the row sets the field to its default. */
  setsDefault(index: number, path: string): boolean {
    const column = this.#columns.get(path);
    return column !== undefined && this.readRow(index).say?.[column.index] === 'd';
  }

  /** What a hook does. Throws RECORDS-109 for what can't be set. */
  change(index: number, path: string, value: string | null): void {
    const row = this.readRow(index);
    if (value !== null && typeof value !== 'string') {
      throw recordsError(109, {
        detail: `${this.plan.entity.name}.${path} was set to a ${typeof value}; values are texts as PostgreSQL writes them, or null`,
      });
    }
    const column = this.#columns.get(path);
    if (column === undefined || column.target.path.length > 1 || column.index < this.plan.identityColumns) {
      if (column === undefined && this.plan.strategy === 'delete' && this.hasField(path)) return;
      throw this.#unsettable(path, column);
    }
    if (column.index >= firstHookColumn(this.plan)) this.#used.add(column);
    const say = row.say;
    if (say !== null && say[column.index] !== 'v')
      row.say = `${say.slice(0, column.index)}v${say.slice(column.index + 1)}`;
    row.values[column.index] = value;
    const changed = this.changed.get(index);
    if (changed) changed.add(column);
    else this.changed.set(index, new Set([column]));
  }

  fail(report: RowReport, index: number, failure: RowFailure): void {
    this.refused.add(index);
    report.fail(this.readRow(index).row, failure);
  }

  hasField(name: string): boolean {
    return this.plan.entity.fields.some((field) => field.name === name);
  }

  #unsettable(path: string, column: StageColumn | undefined) {
    const { entity } = this.plan;
    const field = entity.fields.find((candidate) => candidate.name === path);
    if (field === undefined && column === undefined) return this.#unknownField(path);
    const through = this.plan.sets.find((set) => set.reference && set.field === field);
    const why = column
      ? column.index < this.plan.identityColumns
        ? 'records are matched by it'
        : 'it belongs to the record referred to'
      : through
        ? `this source sets it through ${through.columns.map(({ path: given }) => given).join(', ')}`
        : (field?.readOnlyReason ?? 'it is read-only');
    return recordsError(109, {
      detail: `A hook can't set ${entity.name}.${path}: ${why}`,
      pointer: { entity: entity.name, field: path },
    });
  }

  #unknownField(path: string) {
    const { entity } = this.plan;
    const close = didYouMean(
      path,
      entity.fields.map((field) => field.name),
    );
    return recordsError(109, {
      detail: `${entity.name} has no field ${path}`,
      ...(close === undefined ? {} : { hint: `Did you mean '${close}'?` }),
      pointer: { entity: entity.name, field: path },
    });
  }
}
