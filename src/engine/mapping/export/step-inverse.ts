// Steps the other way round: from a stored value to the text that an import makes it of.
import type { MappedField, MappedStep, PackedStep } from '../mapping.js';
import { type CelExpression, compileCel } from '../transform/cel-expression.js';
import { toText } from '../transform/cell-value.js';
import { listItems, pack, unpack } from '../transform/packed-cell.js';

/** From a stored value in PostgreSQL's text form to the cell's text. */
export type Undo = (text: string) => string | null;

/** Why an export can't write the field, in words; undefined if it can. */
export function whyImportOnly(field: MappedField): string | undefined {
  if (field.cel !== undefined) return 'an expression has no way back';
  const step = (field.steps ?? []).find((candidate) => !isUndone(candidate));
  if (step === undefined) return undefined;
  const word = typeof step === 'string' ? step : Object.keys(step)[0];
  return `the step ${word} has no way back${word === 'cel' ? ' unless it says one with back' : ''}`;
}

function isUndone(step: MappedStep): boolean {
  if (typeof step === 'string') return true;
  if ('cel' in step) return step.back !== undefined;
  return !('before' in step || 'after' in step);
}

/** The steps undone, last first. `split` and `packed` with `take` are for whoever knows the other fields of the column: they are left out. */
export function undoSteps(steps: readonly MappedStep[]): Undo {
  const undone = [...steps].reverse().map(undoStep);
  return (text) => {
    let now: string | null = text;
    for (const undo of undone) {
      if (now === null) return null;
      now = undo(now);
    }
    return now;
  };
}

const keep: Undo = (text) => text;

function undoStep(step: MappedStep): Undo {
  // What was trimmed, folded or padded before is so already: the import makes the same of it again.
  if (typeof step === 'string' || 'replace' in step || 'pad' in step) return keep;
  if ('prefix' in step)
    return (text) => (text.startsWith(step.prefix) ? text.slice(step.prefix.length) : text);
  if ('suffix' in step)
    return (text) => (text.endsWith(step.suffix) ? text.slice(0, -step.suffix.length) : text);
  if ('unprefix' in step) return (text) => step.unprefix + text;
  if ('unsuffix' in step) return (text) => text + step.unsuffix;
  if ('list' in step) return (text) => joinList(readList(text), step.list);
  if ('packed' in step)
    return step.packed.take === undefined ? (text) => packObject(text, step.packed) : keep;
  if ('map' in step) return undoMap(step.map, step.otherwise ?? 'error');
  if ('cel' in step && step.back !== undefined) return undoCel(compileCel(step.back, { value: true }));
  return keep;
}

const undoCel =
  (expression: CelExpression): Undo =>
  (text) =>
    toText(expression.run({}, text)) || null;

// Of several texts for one value the first is written.
function undoMap(map: Readonly<Record<string, string | null>>, otherwise: string): Undo {
  const back = new Map<string, string>();
  for (const [text, value] of Object.entries(map)) {
    if (value !== null && !back.has(value)) back.set(value, text);
  }
  return (text) => back.get(text) ?? (text === otherwise ? null : text);
}

/** Items with the separator between them; as a JSON list, which an import takes too, where an item holds the separator. */
export function joinList(items: readonly string[], separator: string): string | null {
  if (items.length === 0) return null;
  const plain = items.join(separator);
  const back = listItems(plain, separator);
  const same = back.length === items.length && back.every((item, i) => item === items[i]);
  return same ? plain : JSON.stringify(items);
}

function packObject(text: string, { separator = ',', equals = '=' }: PackedStep): string | null {
  const value = readJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return text;
  const pairs = Object.entries(value).map(([name, part]) => [name, plainText(part)] as const);
  return packPairs(pairs, separator, equals);
}

/** The pairs in one text; as a JSON object where they could not be told apart again. */
export function packPairs(
  pairs: readonly (readonly [string, string])[],
  separator: string,
  equals: string,
): string | null {
  if (pairs.length === 0) return null;
  const packed = pack(pairs, separator, equals);
  const back = unpack(packed, separator, equals);
  const same = back.size === pairs.length && pairs.every(([name, value]) => back.get(name) === value);
  return same ? packed : JSON.stringify(Object.fromEntries(pairs));
}

const plainText = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value);

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The items of a JSON list or of an array as PostgreSQL writes it. */
export function readList(text: string): readonly string[] {
  const json = text.startsWith('[') ? readJson(text) : undefined;
  if (Array.isArray(json)) return json.map(plainText);
  if (!text.startsWith('{') || !text.endsWith('}')) return [text];
  const items: string[] = [];
  let item = '';
  let quoted = false;
  let wasQuoted = false;
  const end = (): void => {
    if (wasQuoted || (item !== '' && item !== 'NULL')) items.push(item);
    item = '';
    wasQuoted = false;
  };
  for (let i = 1; i < text.length - 1; i++) {
    const sign = text[i]!;
    if (sign === '\\') item += text[++i] ?? '';
    else if (sign === '"') {
      quoted = !quoted;
      wasQuoted = true;
    } else if (sign === ',' && !quoted) end();
    else item += sign;
  }
  end();
  return items;
}
