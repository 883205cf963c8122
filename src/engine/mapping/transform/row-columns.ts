// The texts of the columns that expressions name, and of no others.
import { findColumn } from '../bind-mapping.js';
import type { ExpressionRow } from './cel-expression.js';
import type { RecordCursor } from './record-cursor.js';

export interface RowColumns {
  readonly names: readonly string[];
  readonly indexes: readonly number[];
}

export function toRowColumns(names: readonly string[], columns: readonly string[]): RowColumns {
  const distinct = [...new Set(names)].filter((name) => findColumn(columns, name) !== undefined);
  return { names: distinct, indexes: distinct.map((name) => findColumn(columns, name)!) };
}

export function fillRow(row: ExpressionRow, cursor: RecordCursor, { names, indexes }: RowColumns): void {
  for (let i = 0; i < names.length; i++) row[names[i]!] = cursor.text(indexes[i]!);
}
