// The columns of a Parquet schema: records inside records become dotted columns, lists and maps stay JSON.
import { Cell } from '../../../foundation/cells/cell-batch.js';
import type { OpenRows } from '../made-rows.js';
import { MAX_COLUMNS } from '../row-limits.js';
import { isListLike, isMapLike, isRepeated, type Schema, type SchemaNode } from './footer/schema-tree.js';
import type { LeafCursor } from './leaf-cursor.js';
import { toJsonText } from './nested-json.js';
import { broken, tooMuch } from './parquet-problems.js';
import type { ReadBudget } from './read-budget.js';

export interface ParquetColumn {
  readonly name: string;
  /** Puts the next row's cell in place `column`, and moves on. */
  readonly put: (rows: OpenRows, column: number) => void;
}

/** Throws FORMATS-135 for what has no place in a table. */
export function toColumns(
  schema: Schema,
  cursors: readonly LeafCursor[],
  options: { readonly whole: readonly string[]; readonly budget: ReadBudget },
): readonly ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  const whole = new Set(options.whole);
  const tops = new Set(schema.root.children.map(({ element }) => element.name));
  const add = (node: SchemaNode, name: string): void => {
    const isGroup = node.children.length > 0 && !isListLike(node) && !isMapLike(node) && !isRepeated(node);
    if (node.element.logical?.type === 'VARIANT') {
      throw tooMuch(`has the column ${name} of the type VARIANT`, 'Export the data as CSV or JSON.');
    }
    // A dotted name that is there already would be two columns of one name.
    const clashes = node.children.some(({ element }) => tops.has(`${name}.${element.name}`));
    if (isGroup && !whole.has(name) && !clashes) {
      for (const child of node.children) add(child, `${name}.${child.element.name}`);
      return;
    }
    const flat = node.leaf !== undefined && node.rep === 0;
    const put = flat ? flatColumn(cursors[node.leaf]!) : nestedColumn(node, cursors, options.budget);
    if (columns.push({ name, put }) > MAX_COLUMNS) {
      throw tooMuch(`has more than ${MAX_COLUMNS} columns`, 'Export a part of them.');
    }
  };
  for (const child of schema.root.children) add(child, child.element.name);
  return columns;
}

function flatColumn(cursor: LeafCursor): ParquetColumn['put'] {
  const { def } = cursor.leaf;
  return (rows, column) => {
    if (!cursor.more) throw tooFew();
    if (cursor.def === def) {
      const cell = cursor.cell();
      rows.put(column, cell.kind, cell.text);
    } else rows.put(column, Cell.null, '');
    cursor.step();
  };
}

function nestedColumn(
  node: SchemaNode,
  cursors: readonly LeafCursor[],
  budget: ReadBudget,
): ParquetColumn['put'] {
  const json = toJsonText(node, cursors, budget);
  return (rows, column) => {
    for (const { more, rep } of json.leaves) {
      if (!more) throw tooFew();
      if (rep !== 0) throw broken('its lists don’t fit its rows');
    }
    budget.beginCell();
    const text = json.findText();
    if (text === undefined) rows.put(column, Cell.null, '');
    else rows.put(column, Cell.json, text);
  };
}

const tooFew = () => broken('a column has fewer values than rows');
