// The records of one entity of a document, as rows with columns; and in which order they can be written, because a record
// must be there before another can refer to it.
import type { Catalog, Entity } from '../../../engine/catalog/index.js';
import { type BoundValue, RecordBinder } from '../fixtures/bind-record.js';
import type { FixtureRecord } from '../fixtures/document.js';
import { loadError } from '../load-errors.js';

export interface EntityRow {
  readonly record: FixtureRecord;
  /** By column, dotted. */
  readonly values: ReadonlyMap<string, BoundValue>;
}

export interface EntityRows {
  readonly entity: Entity;
  /** As written in the document: what references name. */
  readonly name: string;
  /** Dotted path and path, in order of appearance. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly rows: readonly EntityRow[];
}

export function bindRows(
  catalog: Catalog,
  entity: Entity,
  name: string,
  records: readonly FixtureRecord[],
  file: string,
): EntityRows {
  const binder = new RecordBinder(catalog, entity, file);
  const columns = new Map<string, readonly string[]>();
  const rows = records.map((record) => {
    const values = new Map<string, BoundValue>();
    for (const value of binder.bind(record)) {
      const column = value.path.join('.');
      if (values.has(column)) throw setTwice(entity, column, record, file);
      columns.set(column, value.path);
      values.set(column, value);
    }
    return { record, values };
  });
  return { entity, name, columns, rows };
}

function setTwice(entity: Entity, column: string, record: FixtureRecord, file: string): Error {
  const { line } = record;
  return loadError(202, {
    detail: `Line ${line}: the record sets ${entity.name}.${column} twice.`,
    hint: 'A relation and the column of its key are the same field: keep one of them.',
    pointer: { file, line, entity: entity.name, field: column },
  });
}

export const symbolName = (entity: string, symbol: string): string => `${entity}.${symbol}`;

/** Symbols of the document whose records are not written yet: a row that refers to one has to wait. */
export class OpenSymbols {
  readonly #open: Set<string>;

  constructor(all: Iterable<EntityRows>) {
    const names = [...all].flatMap(({ name, rows }) =>
      rows.flatMap(({ record }) => (record.symbol === undefined ? [] : [symbolName(name, record.symbol)])),
    );
    this.#open = new Set(names);
  }

  close(name: string, rows: readonly EntityRow[]): void {
    for (const { record } of rows)
      if (record.symbol !== undefined) this.#open.delete(symbolName(name, record.symbol));
  }

  /** The columns of the row that refer to what is not written. */
  columnsOf(row: EntityRow): readonly string[] {
    const open: string[] = [];
    for (const [column, value] of row.values) {
      if (value.kind !== 'reference') continue;
      if (this.#open.has(symbolName(value.reference.entity, value.reference.symbol))) open.push(column);
    }
    return open;
  }
}

/** A row to be written now; `later`: columns that are set once the records they refer to are there. */
export interface ReadyRow {
  readonly row: EntityRow;
  readonly later: readonly string[];
}

/**
 * The rows that can be written now. Where every row waits for another, the first whose references may be null for a while
 * goes ahead without them. Throws LOAD-208 if none can.
 */
export function takeReady(
  rows: EntityRows,
  waiting: readonly EntityRow[],
  open: OpenSymbols,
  file: string,
): readonly ReadyRow[] {
  const ready = waiting.filter((row) => open.columnsOf(row).length === 0);
  if (ready.length > 0) return ready.map((row) => ({ row, later: [] }));
  for (const row of waiting) {
    const later = open.columnsOf(row);
    if (later.every((column) => mayWait(rows.entity, rows.columns.get(column)!))) return [{ row, later }];
  }
  const { record, values } = waiting[0]!;
  const column = open.columnsOf(waiting[0]!)[0]!;
  const value = values.get(column)!;
  const target =
    value.kind === 'reference' ? `@${symbolName(value.reference.entity, value.reference.symbol)}` : '';
  throw loadError(208, {
    detail: `Line ${record.line}: ${rows.entity.name}.${column} needs ${target}, which needs this record in turn, or lies further down; and it can't be left empty for a while.`,
    hint: 'Break the circle: leave one of the references out, or make its column nullable.',
    pointer: { file, line: record.line, entity: rows.entity.name, field: column },
  });
}

function mayWait(entity: Entity, path: readonly string[]): boolean {
  const field = entity.fields.find(({ name }) => name === path[0]);
  return path.length === 1 && field?.nullable === true && !entity.identity.includes(field.name);
}
