// Checks of hand-written settings: a shape per value, and a complaint that names the key and suggests.
import { didYouMean } from '../errors/did-you-mean.js';

/** Returns the value if it has the shape, throws a `ShapeComplaint` if not. `where` is its path: `entities.product.order[2]`. */
export type Shape<T> = (value: unknown, where: string) => T;

/** Caught by whoever knows the register the error belongs to. */
export class ShapeComplaint extends Error {
  readonly where: string;
  readonly hint: string | undefined;
  constructor(where: string, says: string, hint?: string) {
    super(where === '' ? says : `${where}: ${says}`);
    this.where = where;
    this.hint = hint;
  }
}

/** A primitive, by `typeof`, with its words. Empty strings and NaN are refused. */
const primitive =
  <T>(type: 'string' | 'boolean' | 'number' | 'function', words: string): Shape<T> =>
  (value, where) => {
    if (typeof value === type && value !== '' && !Number.isNaN(value)) return value as T;
    throw new ShapeComplaint(where, `expected ${words}, got ${toWords(value)}`);
  };

export const text: Shape<string> = primitive('string', 'a text');
export const flag: Shape<boolean> = primitive('boolean', 'true or false');
export const number: Shape<number> = primitive('number', 'a number');
export const callable: Shape<(...args: never[]) => unknown> = primitive('function', 'a function');

/** The first of the shapes that fits; else a complaint that expected `words`. */
export function either<T>(words: string, ...shapes: readonly Shape<T>[]): Shape<T> {
  return (value, where) => {
    for (const shape of shapes) {
      try {
        return shape(value, where);
      } catch (error) {
        if (!(error instanceof ShapeComplaint)) throw error;
      }
    }
    throw new ShapeComplaint(where, `expected ${words}, got ${toWords(value)}`);
  };
}

/** One of the words. */
export function choice<const W extends string>(...words: readonly W[]): Shape<W> {
  return (value, where) => {
    const word = text(value, where);
    if (words.includes(word as W)) return word as W;
    const near = didYouMean(word, words);
    const hint = near === undefined ? undefined : `Did you mean '${near}'?`;
    throw new ShapeComplaint(where, `expected ${words.join(' or ')}, got '${word.slice(0, 40)}'`, hint);
  };
}

export function list<T>(item: Shape<T>): Shape<readonly T[]> {
  return (value, where) => {
    if (!Array.isArray(value)) throw new ShapeComplaint(where, `expected a list, got ${toWords(value)}`);
    return value.map((element, i) => item(element, `${where}[${i}]`));
  };
}

/** An object with free keys and values of one shape. */
export function record<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, where) => {
    const entries = Object.entries(plainObject(value, where));
    return Object.fromEntries(entries.map(([key, element]) => [key, item(element, join(where, key))]));
  };
}

/** An object with known keys, all optional but the `required` ones; undefined counts as not given. */
export function object<T>(
  shapes: { readonly [K in keyof T]-?: Shape<Exclude<T[K], undefined>> },
  required: readonly (keyof T & string)[] = [],
): Shape<T> {
  const known = Object.keys(shapes);
  return (value, where) => {
    const given = plainObject(value, where);
    const result: Record<string, unknown> = {};
    for (const [key, element] of Object.entries(given)) {
      if (!known.includes(key)) {
        const near = didYouMean(key, known);
        const hint = near === undefined ? `Known are: ${known.join(', ')}.` : `Did you mean '${near}'?`;
        throw new ShapeComplaint(join(where, key), 'no such setting', hint);
      }
      if (element !== undefined) result[key] = shapes[key as keyof T](element, join(where, key));
    }
    const missing = required.find((key) => result[key] === undefined);
    if (missing !== undefined) throw new ShapeComplaint(join(where, missing), 'missing');
    return result as T;
  };
}

function plainObject(value: unknown, where: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new ShapeComplaint(where, `expected an object, got ${toWords(value)}`);
}

function join(where: string, key: string): string {
  const step = /^[\w$]+$/.test(key) ? key : JSON.stringify(key);
  return where === '' ? step : `${where}.${step}`;
}

function toWords(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (value === '') return 'an empty text';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'function') return 'a function';
  return `${typeof value === 'string' ? `'${value.slice(0, 40)}'` : String(value)} (a ${typeof value === 'string' ? 'text' : typeof value})`;
}
