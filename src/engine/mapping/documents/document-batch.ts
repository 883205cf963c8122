// Rows of a batch as documents, and the records they were reshaped to as a batch again.
import { Cell, type CellBatch, cellText, type RowProblem } from '../../../foundation/cells/cell-batch.js';
import { ownCells } from '../transform/row-changes.js';
import type { Reshaped } from './jsonata-worker.js';
import { Reshaper } from './reshaper.js';

/** Of a record that can't be reshaped, in its error. */
const LONGEST_SHOWN = 1_000;

/** A step of the transform that reshapes batch after batch; the records are numbered anew, from 1. */
export function createDocumentStep(
  columns: readonly string[],
  reshaper: Reshaper,
): (batch: CellBatch) => Promise<CellBatch> {
  let next = 1;
  return async (batch) => {
    const broken = new Set(batch.problems.map((problem) => problem.index));
    const documents = Array.from({ length: batch.rows }, (_, row) =>
      broken.has(row) ? '{}' : toDocument(batch, row),
    );
    const shaped = toBatch(batch, documents, await reshaper.reshape(documents), columns, broken, next);
    next += shaped.rows;
    return shaped;
  };
}

/** The record as JSON: of typed sources with records inside records, `a.b` under `a`; blank cells are left out, nulls are null. */
function toDocument(batch: CellBatch, row: number): string {
  const document: Record<string, unknown> = {};
  batch.columns.forEach((column, index) => {
    const kind = batch.kind[row * batch.columns.length + index];
    if (kind === Cell.absent || kind === Cell.empty) return;
    const text = cellText(batch, row, index);
    const value: unknown = kind === Cell.json ? JSON.parse(text!) : text;
    put(document, batch.typed ? column.split('.') : [column], value);
  });
  return JSON.stringify(document);
}

function put(document: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let into = document;
  for (const [i, step] of path.entries()) {
    // Not by assignment: a key may be called __proto__.
    const define = (content: unknown): void => {
      Object.defineProperty(into, step, {
        value: content,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    };
    if (i === path.length - 1) {
      define(value);
      continue;
    }
    const inner = Object.hasOwn(into, step) ? into[step] : undefined;
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) define({});
    into = into[step] as Record<string, unknown>;
  }
}

function toBatch(
  batch: CellBatch,
  documents: readonly string[],
  results: readonly Reshaped[],
  columns: readonly string[],
  broken: ReadonlySet<number>,
  firstRow: number,
): CellBatch {
  const owners: number[] = [];
  const records: (Record<string, unknown> | undefined)[] = [];
  const problems: RowProblem[] = [];
  results.forEach((result, row) => {
    if (broken.has(row) || 'error' in result) {
      const found = batch.problems.filter((problem) => problem.index === row);
      const error = 'error' in result ? result.error : '';
      const own: Omit<RowProblem, 'index'>[] =
        found.length > 0
          ? found
          : [
              {
                code: 'MAPPING-404',
                message: `The record can't be reshaped: ${error}.`,
                hint: 'Mend the record, or let the expression of the mapping expect one like it.',
                value: documents[row]!.slice(0, LONGEST_SHOWN),
              },
            ];
      problems.push(...own.map((problem) => ({ ...problem, index: owners.length })));
      owners.push(row);
      records.push(undefined);
      return;
    }
    for (const text of result.records) {
      owners.push(row);
      records.push(JSON.parse(text) as Record<string, unknown>);
    }
  });
  const cells = owners.length * columns.length;
  const [start, end, kind] = [new Uint32Array(cells), new Uint32Array(cells), new Uint8Array(cells)];
  const texts: Buffer[] = [];
  let at = 0;
  records.forEach((record, i) => {
    columns.forEach((column, c) => {
      const value = record && find(record, column);
      const k = i * columns.length + c;
      kind[k] = kindOf(value);
      if (kind[k] !== Cell.text && kind[k] !== Cell.json) return;
      const text = Buffer.from(
        typeof value === 'string' ? value.replaceAll('\0', '') : JSON.stringify(value),
      );
      texts.push(text);
      start[k] = at;
      at += text.length;
      end[k] = at;
    });
  });
  const origin = batch.origin ?? ownCells(batch);
  return {
    columns,
    rows: owners.length,
    firstRow,
    lines: Uint32Array.from(owners, (row) => batch.lines[row]!),
    bytes: Buffer.concat(texts),
    start,
    end,
    kind,
    typed: true,
    problems,
    sourceBytes: batch.sourceBytes,
    origin: {
      names: columns,
      indexes: columns.map(() => undefined),
      rowOf: (index) => firstRow + index,
      cellsOf: (index) => origin.cellsOf(owners[index]!),
    },
  };
}

function kindOf(value: unknown): number {
  if (value === undefined) return Cell.absent;
  if (value === null) return Cell.null;
  return typeof value === 'string' ? Cell.text : Cell.json;
}

/** The value under the key, or along the path if no key is called so. */
function find(record: Record<string, unknown>, column: string): unknown {
  if (Object.hasOwn(record, column)) return record[column];
  let value: unknown = record;
  for (const step of column.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** What reshapes the records of a mapping; to be closed when the source is read. */
export const createReshaper = (documents: {
  readonly jsonata: string;
  readonly timeout?: number;
}): Reshaper => new Reshaper(documents.jsonata, documents.timeout ?? DEFAULT_LIMIT_MS);

const DEFAULT_LIMIT_MS = 5_000;
