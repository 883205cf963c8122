// One field of a mapping, compiled against the columns of a source: where its text comes from and what is done to it.
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { findColumn } from '../bind-mapping.js';
import type { MappedField } from '../mapping.js';
import { CelProblem, compileCel, type ExpressionRow } from './cel-expression.js';
import type { CellValue } from './cell-value.js';
import { type ColumnPattern, findPattern, placeholderOf } from './column-pattern.js';
import type { RecordCursor } from './record-cursor.js';
import { compileSteps } from './step-program.js';

/** Where the mapping stands in the source. One object, moved from record to record and item to item. */
export interface Standing {
  readonly cursor: RecordCursor;
  /** Texts of the columns that expressions name. */
  readonly row: ExpressionRow;
  /** Of a list: the item, its name and its value if it is a packed one. */
  item: string;
  name: string;
  value: string;
  /** Its number among its siblings, from 1. */
  position: number;
  /** What the placeholder of the column patterns met, and its place among all it can meet. */
  met: string;
  metIndex: number;
}

export interface FieldProgram {
  readonly mapped: MappedField;
  /** The cell is passed on as it is: the column, or by `metIndex` the columns of a pattern. */
  readonly copies?: number | readonly (number | undefined)[];
  /** Absent for a copy. Throws a `CellFault`. */
  readonly evaluate?: (at: Standing) => CellValue;
  /** Columns whose texts must be in `Standing.row`. */
  readonly names: readonly string[];
  /** The column that messages name; undefined if none gave the value. */
  readonly column: number | undefined;
  /** The same where the column is a pattern: by `metIndex`. */
  readonly columnsMet?: readonly (number | undefined)[];
}

/** What a field can't be compiled for: `missing` columns of the source, else a mistake in the mapping. */
export class FieldProblem extends Error {
  readonly kind: 'missing' | 'expression' | 'source';
  readonly key: string;
  readonly hint: string | undefined;
  constructor(kind: FieldProblem['kind'], key: string, message: string, hint?: string) {
    super(message);
    this.kind = kind;
    this.key = key;
    this.hint = hint;
  }
}

export interface FieldContext {
  readonly columns: readonly string[];
  /** The pattern of the part's columns; absent outside of parts and where they have none. */
  readonly pattern?: ColumnPattern;
  /** True for the fields of a part: `from` is possible. */
  readonly part: boolean;
}

/** Compiles a field that is no constant. Throws a `FieldProblem`. */
export function compileField(mapped: MappedField, context: FieldContext): FieldProgram {
  const steps = compileOrThrow('steps', () => compileSteps(mapped.steps ?? []));
  for (const name of steps.columns) findOrThrow(context, name, 'steps');
  const source = compileSource(mapped, context);
  const hasSteps = (mapped.steps ?? []).length > 0;
  const names = [...(source.names ?? []), ...steps.columns];
  const met = typeof source.copies === 'object' ? { columnsMet: source.copies } : {};
  const about = { mapped, names, column: source.column, ...met };
  if (source.copies !== undefined && !hasSteps) return { ...about, copies: source.copies };
  const { text, whole } = source;
  if (whole) {
    if (!hasSteps || source.done) return { ...about, evaluate: whole };
    return {
      ...about,
      evaluate: (at) => {
        const value = whole(at);
        const now = value === null ? '' : typeof value === 'string' ? value : value.json;
        return now === '' ? null : steps.run(now, at.row);
      },
    };
  }
  return {
    ...about,
    evaluate: (at) => {
      const now = text!(at);
      if (now === '') return null;
      return hasSteps ? steps.run(now, at.row) : now;
    },
  };
}

interface Source {
  readonly copies?: FieldProgram['copies'];
  readonly text?: (at: Standing) => string;
  readonly whole?: (at: Standing) => CellValue;
  readonly names?: readonly string[];
  readonly column: number | undefined;
  /** True if the steps are in it. */
  readonly done?: boolean;
}

function compileSource(mapped: MappedField, context: FieldContext): Source {
  if (mapped.cel !== undefined) {
    const expression = compileOrThrow('cel', () => compileCel(mapped.cel!, { value: false }));
    const found = expression.columns.map((name) => findOrThrow(context, name, 'cel'));
    return { whole: (at) => expression.run(at.row, ''), names: expression.columns, column: found[0] };
  }
  if (mapped.columns !== undefined) {
    const columns = mapped.columns.map((name) => findOrThrow(context, name, 'columns'));
    const join = mapped.join ?? ' ';
    const text = (at: Standing) =>
      columns
        .map((column) => at.cursor.text(column))
        .filter((part) => part !== '')
        .join(join);
    return { text, column: columns[0] };
  }
  if (mapped.from !== undefined) return fromItem(mapped.from, context);
  const name = mapped.column!;
  if (context.pattern && placeholderOf(name) !== undefined) {
    const columns = context.pattern.columnsOf(name);
    const text = (at: Standing) => {
      const column = columns[at.metIndex];
      return column === undefined ? '' : at.cursor.text(column);
    };
    return { copies: columns, text, column: columns.find((column) => column !== undefined) };
  }
  if (!context.part && placeholderOf(name) !== undefined && !context.columns.includes(name))
    return objectSource(mapped, context);
  const column = findOrThrow(context, name, 'column');
  return { copies: column, text: (at) => at.cursor.text(column), column };
}

/** `name:{language}` outside of a part: one JSON object of all the columns it meets. */
function objectSource(mapped: MappedField, { columns }: FieldContext): Source {
  const name = mapped.column!;
  const pattern = findPattern(columns, [name])!;
  const found = pattern.columnsOf(name).flatMap((column, i) => {
    const met = pattern.met[i]!;
    const wanted = mapped.names === undefined || mapped.names.includes(met);
    return column === undefined || !wanted ? [] : [{ met, column }];
  });
  if (found.length === 0)
    throw new FieldProblem('missing', 'column', `The source has no column like ${name}`);
  const steps = compileOrThrow('steps', () => compileSteps(mapped.steps ?? []));
  return {
    column: found[0]!.column,
    done: true,
    whole(at) {
      const object: [string, unknown][] = found.flatMap(({ met, column }) => {
        const text = at.cursor.text(column);
        const value = text === '' || (mapped.steps ?? []).length === 0 ? text : steps.run(text, at.row);
        if (value === null || value === '') return [];
        return [[met, typeof value === 'string' ? value : JSON.parse(value.json)]];
      });
      return object.length === 0 ? null : { json: JSON.stringify(Object.fromEntries(object)) };
    },
  };
}

function fromItem(from: string, context: FieldContext): Source {
  if (!context.part) {
    throw new FieldProblem('source', 'from', `from: ${from} is only possible in a part`, 'Name a column.');
  }
  const column = undefined;
  if (from === 'item') return { text: (at) => at.item, column };
  if (from === 'name') return { text: (at) => at.name, column };
  if (from === 'value') return { text: (at) => at.value, column };
  if (from === 'position') return { text: (at) => String(at.position), column };
  if (context.pattern && from === context.pattern.placeholder) return { text: (at) => at.met, column };
  if (from.startsWith('item.')) {
    const keys = from.slice(5).split('.');
    return { whole: (at) => valueInside(at.item, keys), column };
  }
  const known = [
    'item',
    'item.key',
    'name',
    'value',
    'position',
    ...(context.pattern ? [context.pattern.placeholder] : []),
  ];
  throw new FieldProblem('source', 'from', `'${from}' is none of ${known.join(', ')}`);
}

function valueInside(item: string, keys: readonly string[]): CellValue {
  let value: unknown;
  try {
    value = JSON.parse(item);
  } catch {
    return null;
  }
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
    value = (value as Record<string, unknown>)[key];
  }
  if (value === null || value === undefined || value === '') return null;
  return typeof value === 'string' ? value : { json: JSON.stringify(value) };
}

function findOrThrow({ columns }: FieldContext, name: string, key: string): number {
  const found = findColumn(columns, name);
  if (found !== undefined) return found;
  const near = didYouMean(name, columns);
  const has = columns.length <= 40 ? `The source has: ${columns.join(', ')}.` : undefined;
  throw new FieldProblem(
    'missing',
    key,
    `The source has no column ${name}`,
    near === undefined ? has : `Did you mean ${near}?`,
  );
}

function compileOrThrow<T>(key: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof CelProblem)) throw error;
    throw new FieldProblem('expression', key, error.message, error.hint);
  }
}
