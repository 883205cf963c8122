// Symbols in a table file: cells like `@customer.acme` in columns that hold a relation, replaced by the keys they stand for. All other
// cells are passed on as they are.
import { type Catalog, type Entity, resolvePath, type ToOneRelation } from '../../../engine/catalog/index.js';
import { Cell, type CellBatch, cellText } from '../../../foundation/cells/cell-batch.js';
import { toCellTexts } from '../../../foundation/cells/row-cells.js';
import type { Client } from '../../../foundation/postgres/database.js';
import { type BoundValue, RecordBinder } from '../fixtures/bind-record.js';
import { toTextValue } from '../fixtures/reference-text.js';
import type { RecordKeys } from '../symbols/record-keys.js';

/** A column as it is written; a relation of several fields becomes as many. */
export interface TableColumn {
  readonly header: string;
  /** Position in the file. */
  readonly source: number;
  readonly path: readonly string[];
  /** `key`: a cell may be a symbol, or the key itself; `relation`: nothing but a symbol; `value`: never one. */
  readonly holds: 'value' | 'key' | 'relation';
}

/** The columns of a header that leads to one record or to a field. Throws CATALOG-1xx for anything else. */
export function toTableColumns(
  catalog: Catalog,
  entity: Entity,
  header: string,
  source: number,
): readonly TableColumn[] {
  const { path, steps, entity: last, field } = resolvePath(catalog, entity, header);
  if (field !== undefined) {
    const isKey = last.relations.some((one) => one.kind === 'one' && one.fields.includes(field.name));
    return [{ header, source, path, holds: isKey ? 'key' : 'value' }];
  }
  const relation = steps.at(-1)!.relation as ToOneRelation;
  const before = path.slice(0, -1);
  return relation.fields.map((name) => ({ header, source, path: [...before, name], holds: 'relation' }));
}

interface SymbolRooms {
  readonly client: Client;
  readonly catalog: Catalog;
  readonly keys: RecordKeys;
  /** Path of the file, for what is wrong with it. */
  readonly file: string;
}

export class SymbolColumns {
  readonly headers: readonly string[];
  readonly #rooms: SymbolRooms;
  readonly #columns: readonly TableColumn[];
  readonly #binder: RecordBinder;
  readonly #reshapes: boolean;

  constructor(rooms: SymbolRooms, entity: Entity, columns: readonly TableColumn[], width: number) {
    this.#rooms = rooms;
    this.#columns = columns;
    this.headers = columns.map(({ header }) => header);
    this.#binder = new RecordBinder(rooms.catalog, entity, rooms.file);
    this.#reshapes = columns.length !== width;
  }

  /** The batch with keys in place of its symbols. Throws LOAD-203, 204, 206 and 207 with line and column. */
  async resolve(batch: CellBatch): Promise<CellBatch> {
    const bound = this.#bindCells(batch);
    if (bound.size === 0 && !this.#reshapes) return batch;
    const { client, catalog, keys, file } = this.#rooms;
    const references = [...bound.values()].flatMap((value) =>
      value.kind === 'reference' ? [{ ...value, file }] : [],
    );
    await keys.resolve(client, catalog, references);
    return this.#replace(batch, bound);
  }

  /** By position in the batch that is made: what the cell says, where it is not passed on. */
  #bindCells(batch: CellBatch): ReadonlyMap<number, BoundValue> {
    const bound = new Map<number, BoundValue>();
    const width = this.#columns.length;
    for (const [c, column] of this.#columns.entries()) {
      if (column.holds === 'value') continue;
      for (let row = 0; row < batch.rows; row++) {
        const at = row * batch.columns.length + column.source;
        const kind = batch.kind[at]!;
        if (kind !== Cell.text && kind !== Cell.json) continue;
        if (column.holds === 'key' && (kind === Cell.json || batch.bytes[batch.start[at]!] !== AT_SIGN))
          continue;
        const value = this.#bindCell(batch, row, column, kind);
        if (value !== undefined) bound.set(row * width + c, value);
      }
    }
    return bound;
  }

  #bindCell(
    batch: CellBatch,
    row: number,
    { header, source, path }: TableColumn,
    kind: typeof Cell.text | typeof Cell.json,
  ): BoundValue | undefined {
    const text = cellText(batch, row, source) ?? '';
    const place = { line: batch.lines[row]!, column: header };
    const value =
      kind === Cell.json
        ? ({ kind: 'cell', cell: kind, text, ...place } as const)
        : toTextValue(text, place, this.#rooms.file);
    const field = path.join('.');
    const values = this.#binder.bind({ ...place, values: new Map([[header, value]]) });
    return values.find((one) => one.path.join('.') === field);
  }

  #replace(batch: CellBatch, bound: ReadonlyMap<number, BoundValue>): CellBatch {
    const columns = this.#columns;
    const cells = batch.rows * columns.length;
    const [start, end] = [new Uint32Array(cells), new Uint32Array(cells)];
    const kind = new Uint8Array(cells);
    const more: Buffer[] = [];
    let length = batch.bytes.length;
    for (let i = 0; i < cells; i++) {
      const column = columns[i % columns.length]!;
      const from = Math.floor(i / columns.length) * batch.columns.length + column.source;
      const value = bound.get(i);
      const text = value === undefined ? undefined : this.#textOf(value);
      kind[i] = text === undefined ? batch.kind[from]! : text === null ? Cell.null : Cell.text;
      if (typeof text !== 'string') {
        start[i] = batch.start[from]!;
        end[i] = batch.end[from]!;
        continue;
      }
      const bytes = Buffer.from(text);
      more.push(bytes);
      start[i] = length;
      length += bytes.length;
      end[i] = length;
    }
    return {
      ...batch,
      columns: this.headers,
      bytes: Buffer.concat([batch.bytes, ...more]),
      start,
      end,
      kind,
      origin: {
        names: this.headers,
        indexes: columns.map(({ source }) => source),
        rowOf: (index) => batch.firstRow + index,
        cellsOf: (index) => toCellTexts({ batch, index }),
      },
    };
  }

  #textOf(value: BoundValue): string | null {
    return value.kind === 'cell' ? value.text : this.#rooms.keys.valueOf(value.reference, value.targetField);
  }
}

const AT_SIGN = 0x40;
