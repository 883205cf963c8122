// Rows of a batch as hooks see and change them. The batch itself stays as it is: another comes out.
import { Cell, type CellBatch, cellText, type RowProblem } from '../../../foundation/cells/cell-batch.js';
import type { Refusal, SourceRows } from '../../catalog/overrides/entity-rules.js';

/** What a batch that a hook has seen has become. */
export interface ChangedRows<B extends CellBatch> {
  readonly batch: B;
  /** How many rows the hook skipped. */
  readonly skipped: number;
}

export class RowChanges<B extends CellBatch> implements SourceRows {
  readonly entity: string;
  readonly #batch: B;
  /** Columns that must stay as they are, with the reason. */
  readonly #fixed: ReadonlyMap<string, string>;
  readonly #texts = new Map<number, string | null>();
  readonly #skipped = new Set<number>();
  readonly #problems: RowProblem[] = [];

  constructor(entity: string, batch: B, fixed: ReadonlyMap<string, string> = new Map()) {
    this.entity = entity;
    this.#batch = batch;
    this.#fixed = fixed;
  }

  get size(): number {
    return this.#batch.rows;
  }

  get columns(): readonly string[] {
    return this.#batch.columns;
  }

  line(row: number): number {
    return this.#batch.lines[this.#check(row)]!;
  }

  value(row: number, column: string): string | null {
    const i = this.#cell(row, column);
    const changed = this.#texts.get(i);
    return changed === undefined ? cellText(this.#batch, row, i % this.columns.length) : changed;
  }

  set(row: number, column: string, value: string | null): void {
    const i = this.#cell(row, column);
    const why = this.#fixed.get(column);
    if (why !== undefined) throw new Error(`${column} can't be set here: ${why}`);
    this.#texts.set(i, value);
  }

  skip(row: number): void {
    this.#skipped.add(this.#check(row));
  }

  refuse(row: number, { message, field, hint }: Refusal): void {
    this.#problems.push({
      index: this.#check(row),
      code: 'MAPPING-405',
      message,
      ...(field === undefined ? {} : { field, ...this.#cellOf(row, field) }),
      hint: hint ?? 'A hook of the mapping refuses the row: mend what it complains of, or change the hook.',
    });
  }

  /** The cell that a hook blames, where the rows have it. */
  #cellOf(row: number, field: string): { readonly column?: string; readonly value?: string } {
    const index = this.columns.indexOf(field);
    if (index < 0) return {};
    const { origin } = this.#batch;
    const column = origin?.nameAt?.(row, index) ?? (origin?.names ?? this.columns)[index];
    const value = this.value(row, field);
    return { ...(column === undefined ? {} : { column }), ...(value === null ? {} : { value }) };
  }

  /** Every row that is one fails. */
  refuseAll(refusal: Refusal): void {
    for (let row = 0; row < this.size; row++) if (this.#batch.passed?.[row] !== 1) this.refuse(row, refusal);
  }

  toChanged(): ChangedRows<B> {
    const batch = this.#batch;
    if (this.#texts.size + this.#skipped.size + this.#problems.length === 0) return { batch, skipped: 0 };
    const passed = batch.passed?.slice() ?? new Uint8Array(batch.rows);
    let skipped = 0;
    for (const row of this.#skipped) {
      if (passed[row] !== 1) skipped++;
      passed[row] = 1;
    }
    const problems = [...batch.problems, ...this.#problems].filter(({ index }) => passed[index] !== 1);
    problems.sort((a, b) => a.index - b.index);
    return {
      skipped,
      batch: { ...batch, ...this.#toCells(), passed, problems, origin: batch.origin ?? ownCells(batch) },
    };
  }

  #toCells(): Pick<CellBatch, 'bytes' | 'start' | 'end' | 'kind'> {
    const { bytes } = this.#batch;
    const [start, end, kind] = [this.#batch.start.slice(), this.#batch.end.slice(), this.#batch.kind.slice()];
    const added: Buffer[] = [bytes];
    let at = bytes.length;
    for (const [i, text] of this.#texts) {
      kind[i] = text === null || text === '' ? Cell.empty : Cell.text;
      if (kind[i] === Cell.empty) continue;
      const put = Buffer.from(text!.replaceAll('\0', ''));
      added.push(put);
      start[i] = at;
      at += put.length;
      end[i] = at;
    }
    return { bytes: added.length === 1 ? bytes : Buffer.concat(added), start, end, kind };
  }

  #check(row: number): number {
    if (Number.isInteger(row) && row >= 0 && row < this.size) return row;
    throw new Error(`There is no row ${row}; the batch has ${this.size}.`);
  }

  #cell(row: number, column: string): number {
    const at = this.columns.indexOf(column);
    if (at < 0)
      throw new Error(`There is no column ${column}; there are ${this.columns.slice(0, 40).join(', ')}.`);
    return this.#check(row) * this.columns.length + at;
  }
}

/** The way back to the cells as they came. */
export function ownCells(batch: CellBatch): NonNullable<CellBatch['origin']> {
  const width = batch.columns.length;
  return {
    names: batch.columns,
    indexes: batch.columns.map((_, i) => i),
    rowOf: (index) => batch.firstRow + index,
    cellsOf: (index) => ({
      cells: batch.columns.map((_, column) => cellText(batch, index, column)),
      kinds: batch.kind.subarray(index * width, (index + 1) * width).join(''),
    }),
  };
}
