// Steps, compiled once: a text in, a value out, one after the other until one leaves nothing.
import { didYouMean } from '../../../foundation/errors/did-you-mean.js';
import type { MappedStep } from '../mapping.js';
import { type CelExpression, compileCel, type ExpressionRow } from './cel-expression.js';
import { CellFault, type CellValue, toText } from './cell-value.js';
import { listItems, unpack } from './packed-cell.js';

export interface StepProgram {
  /** Columns that its expressions name. */
  readonly columns: readonly string[];
  /** The text is not empty. Throws a `CellFault`. */
  run(text: string, row: ExpressionRow): CellValue;
}

type Step = (text: string, row: ExpressionRow) => CellValue;

/** Compiles the steps. Throws a `CelProblem` for an expression that can't be used. */
export function compileSteps(steps: readonly MappedStep[]): StepProgram {
  const columns: string[] = [];
  const compiled = steps.map((step) =>
    compileStep(step, (expression) => columns.push(...expression.columns)),
  );
  const [only] = compiled;
  if (compiled.length === 1 && only) return { columns, run: (text, row) => only(text, row) || null };
  return {
    columns,
    run(text, row) {
      let value: CellValue = text;
      for (const step of compiled) {
        const now = toText(value);
        if (now === '') return null;
        value = step(now, row);
      }
      return value === '' ? null : value;
    },
  };
}

function compileStep(step: MappedStep, uses: (expression: CelExpression) => void): Step {
  if (step === 'trim') return (text) => text.trim();
  if (step === 'collapse') return (text) => text.trim().replace(/\s+/g, ' ');
  if (step === 'upper') return (text) => text.toUpperCase();
  if (step === 'lower') return (text) => text.toLowerCase();
  if ('prefix' in step) return (text) => step.prefix + text;
  if ('suffix' in step) return (text) => text + step.suffix;
  if ('unprefix' in step)
    return (text) => (text.startsWith(step.unprefix) ? text.slice(step.unprefix.length) : text);
  if ('unsuffix' in step)
    return (text) => (text.endsWith(step.unsuffix) ? text.slice(0, -step.unsuffix.length) : text);
  if ('replace' in step) {
    const pairs = Object.entries(step.replace).filter(([from]) => from !== '');
    return (text) =>
      pairs.reduce((now, [from, to]) => (now.includes(from) ? now.replaceAll(from, () => to) : now), text);
  }
  if ('pad' in step) {
    const { length, with: by = ' ', right } = step.pad;
    return (text) => (right ? text.padEnd(length, by) : text.padStart(length, by));
  }
  if ('split' in step) {
    const { by, take } = step.split;
    return (text) =>
      text
        .split(by)
        .at(take > 0 ? take - 1 : take)
        ?.trim() ?? null;
  }
  if ('before' in step) return (text) => cut(text, text.indexOf(step.before), 0, true);
  if ('after' in step) return (text) => cut(text, text.indexOf(step.after), step.after.length, false);
  if ('list' in step) return (text) => ({ json: JSON.stringify(listItems(text, step.list)) });
  if ('packed' in step) return packedStep(step.packed);
  if ('map' in step) return mapStep(step.map, step.otherwise ?? 'error');
  const expression = compileCel(step.cel, { value: true });
  uses(expression);
  return (text, row) => expression.run(row, text);
}

const cut = (text: string, at: number, length: number, before: boolean): string =>
  at < 0 ? text : (before ? text.slice(0, at) : text.slice(at + length)).trim();

function packedStep({
  separator = ',',
  equals = '=',
  take,
}: {
  separator?: string;
  equals?: string;
  take?: string;
}): Step {
  if (take !== undefined) return (text) => unpack(text, separator, equals).get(take) ?? null;
  return (text) => {
    const pairs = unpack(text, separator, equals);
    if (pairs.size === 0) {
      throw new CellFault(`holds no pair of name and value with '${equals}' between them`);
    }
    return { json: JSON.stringify(Object.fromEntries(pairs)) };
  };
}

function mapStep(map: Readonly<Record<string, string | null>>, otherwise: string): Step {
  const values = new Map(Object.entries(map));
  return (text) => {
    const value = values.get(text);
    if (value !== undefined) return value;
    if (otherwise === 'keep') return text;
    if (otherwise === 'blank') return null;
    if (otherwise !== 'error') return otherwise;
    const near = didYouMean(text, values.keys());
    const known = [...values.keys()];
    throw new CellFault(
      'is not in the table of values',
      near === undefined
        ? `It has ${known.slice(0, 20).join(', ')}${known.length > 20 ? ' …' : ''}.`
        : `Did you mean ${near}?`,
    );
  };
}
