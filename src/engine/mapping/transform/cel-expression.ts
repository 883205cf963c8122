// Expressions in CEL: compiled once, told apart from what could run without end, and asked per row for the columns they name.
import { Environment } from '@marcbachmann/cel-js';
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import { CellFault, type CellValue } from './cell-value.js';

/** Texts of the columns an expression names; blank cells are empty texts. */
export type ExpressionRow = Record<string, string>;

export interface CelExpression {
  /** Names of the columns in `row["…"]`. */
  readonly columns: readonly string[];
  /** What it results in, as CEL calls it: `string`, `bool`; `dyn` where that shows only when it is run. */
  readonly type: string;
  /** Throws a `CellFault` where the values don't fit: a text that is no number, a list that is too short. */
  run(row: ExpressionRow, value: string): CellValue;
}

/** An expression that can't be used, in words. */
export class CelProblem extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** Small enough that no expression is slow by its size. */
const LIMITS = { maxAstNodes: 2_000, maxDepth: 64, maxListElements: 1_000, maxMapEntries: 1_000 };
/** A result is a cell. */
const LONGEST_RESULT = 16 * 1024 * 1024;
/** `matches` takes any pattern and may run for hours on a short text; `bind` doubles what it binds as often as it is nested. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  matches: 'Use contains, startsWith, endsWith, or steps such as before and after.',
  bind: 'Write the expression out.',
};
/** Each walks over a list; nested they take the product of the lengths. */
const WALKS = new Set(['map', 'filter', 'all', 'exists', 'exists_one']);
const DEEPEST_WALK = 1;

const environments = { value: createEnvironment(true), row: createEnvironment(false) };

function createEnvironment(withValue: boolean): Environment {
  const environment = new Environment({ homogeneousAggregateLiterals: false, limits: LIMITS })
    .registerVariable('row', 'map<string, string>')
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      from === '' ? text : bounded(text.split(from), to),
    )
    .registerFunction('string.slug(): string', toSlug)
    .registerFunction('round(double, int): double', (number: number, digits: bigint) =>
      Number(number.toFixed(Math.min(15, Math.max(0, Number(digits))))),
    );
  return withValue ? environment.registerVariable('value', 'string') : environment;
}

function bounded(parts: readonly string[], by: string): string {
  if (parts.length * by.length > LONGEST_RESULT) throw new Error('the text would grow beyond 16 MB');
  return parts.join(by);
}

/** Small letters and digits with dashes between: `Crème & Co` is `creme-co`. */
function toSlug(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '');
}

/** `value`: whether the expression may name the cell's own text. Throws a `CelProblem`. */
export function compileCel(text: string, { value }: { readonly value: boolean }): CelExpression {
  const environment = value ? environments.value : environments.row;
  const columns = new Set<string>();
  let program: ReturnType<Environment['parse']>;
  let type = 'dyn';
  try {
    program = environment.parse(text);
    inspect(program.ast as unknown, columns, 0);
    const check = program.check();
    if (!check.valid) throw check.error;
    type = String(check.type);
  } catch (error) {
    if (error instanceof CelProblem) throw error;
    throw new CelProblem(plainMessage(error), hintFor(plainMessage(error), value));
  }
  return {
    columns: [...columns],
    type,
    run(row, cell) {
      let result: unknown;
      try {
        result = program({ row, value: cell });
      } catch (error) {
        throw new CellFault(plainMessage(error));
      }
      return toCellValue(result);
    },
  };
}

/** The message without the drawing of where it happened. */
function plainMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').trim().replace(/\.$/, '');
}

function hintFor(message: string, value: boolean): string | undefined {
  const unknown = /^Unknown variable: (\w+)/.exec(message)?.[1];
  if (unknown === undefined) return undefined;
  if (unknown === 'value') return 'Only a step has a value; name columns as row["column"].';
  const near = didYouMean(unknown, value ? ['row', 'value'] : ['row']);
  return near === undefined
    ? `A column is written row["${unknown}"], a text "${unknown}".`
    : `Did you mean ${near}?`;
}

// Nodes are { op, args }; args hold nodes, lists of them, or plain values.
function inspect(node: unknown, columns: Set<string>, walks: number): void {
  if (Array.isArray(node)) {
    for (const part of node) inspect(part, columns, walks);
    return;
  }
  if (typeof node !== 'object' || node === null || !('op' in node)) return;
  const { op, args } = node as { readonly op: string; readonly args: unknown };
  if (op === 'id' && args === 'row') {
    throw new CelProblem('row is only good for its columns', 'Name one as row["column"].');
  }
  const called = (op === 'rcall' || op === 'call') && Array.isArray(args) ? String(args[0]) : undefined;
  if (called !== undefined && Object.hasOwn(FORBIDDEN, called)) {
    throw new CelProblem(`${called} is not possible here`, FORBIDDEN[called]);
  }
  const inside = walks + (called !== undefined && WALKS.has(called) ? 1 : 0);
  if (inside > DEEPEST_WALK)
    throw new CelProblem(`${called} inside another walk over a list is not possible`);
  const name = columnOf(op, args);
  if (name !== undefined) {
    columns.add(name);
  } else if (op === 'rcall' && Array.isArray(args)) {
    // What is walked over is made once, before the walk.
    inspect(args[1], columns, walks);
    inspect(args.slice(2), columns, inside);
  } else {
    inspect(args, columns, inside);
  }
}

// row["name"] and row.name; anything else about row is refused by what looks at its parts.
function columnOf(op: string, args: unknown): string | undefined {
  if (!Array.isArray(args) || !isRow(args[0])) return undefined;
  const [, key] = args as unknown[];
  if (op === '.' && typeof key === 'string') return key;
  if (op === '[]' && isText(key)) return key.args;
  if (op === '[]') throw new CelProblem('the name of a column must be written out', 'Write row["column"].');
  return undefined;
}

const isRow = (node: unknown): boolean => {
  const { op, args } = (node ?? {}) as { readonly op?: unknown; readonly args?: unknown };
  return op === 'id' && args === 'row';
};

const isText = (node: unknown): node is { readonly args: string } => {
  const { op, args } = (node ?? {}) as { readonly op?: unknown; readonly args?: unknown };
  return op === 'value' && typeof args === 'string';
};

function toCellValue(result: unknown): CellValue {
  switch (typeof result) {
    case 'string':
      if (result.length > LONGEST_RESULT) throw new CellFault('the result is longer than 16 MB');
      return result === '' ? null : result;
    case 'bigint':
      return { json: String(result) };
    case 'boolean':
      return { json: String(result) };
    case 'number':
      if (Number.isFinite(result)) return { json: String(result) };
      throw new CellFault(`the result is no number (${result})`);
    default:
      if (result === null || result === undefined) return null;
      return { json: toJson(result) };
  }
}

function toJson(result: unknown): string {
  const text = JSON.stringify(result, (_, part: unknown) => {
    if (typeof part === 'bigint') return Number.isSafeInteger(Number(part)) ? Number(part) : String(part);
    return part instanceof Map ? Object.fromEntries(part) : part;
  });
  if (text.length > LONGEST_RESULT) throw new CellFault('the result is longer than 16 MB');
  return text;
}
