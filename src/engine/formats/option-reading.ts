// Reading one setting out of FormatOptions, with an error that names it when its value can't be meant.
import { formatsError } from './formats-errors.js';
import type { FormatOptions } from './table-format.js';

/** A text setting, or `fallback` where it is not set (absent or null). Throws FORMATS-108 for other types. */
export function readText(options: FormatOptions, name: string, fallback: string): string {
  const value = options[name];
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'string') throw wrong(name, value, 'a text');
  return value;
}

/** A yes/no setting; the texts true/false, yes/no, 1/0 count as well. Throws FORMATS-108 for anything else. */
export function readFlag(options: FormatOptions, name: string, fallback: boolean): boolean {
  const value = options[name];
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'boolean') return value;
  if (['true', 'yes', '1'].includes(String(value).toLowerCase())) return true;
  if (['false', 'no', '0'].includes(String(value).toLowerCase())) return false;
  throw wrong(name, value, 'true or false');
}

/** A whole number from 0; digits as text count as well. Throws FORMATS-108 for anything else. */
export function readCount(options: FormatOptions, name: string, fallback: number): number {
  const value = options[name];
  if (value === undefined || value === null) return fallback;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number;
  throw wrong(name, value, 'a whole number from 0');
}

/** A list of texts; a single text is a list of one. Undefined where it is not set. */
export function findTexts(options: FormatOptions, name: string): readonly string[] | undefined {
  const value = options[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return [value];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw wrong(name, value, 'a text or a list of texts');
}

/** One of `values`. Throws FORMATS-108 with the nearest of them as a hint for anything else. */
export function readChoice<T extends string>(
  options: FormatOptions,
  name: string,
  values: readonly T[],
  fallback: T,
): T {
  const value = readText(options, name, fallback);
  if ((values as readonly string[]).includes(value)) return value as T;
  throw wrong(name, value, `one of ${values.join(', ')}`);
}

function wrong(name: string, value: unknown, wanted: string) {
  return formatsError(108, {
    detail: `The setting ${name} is ${JSON.stringify(value)}.`,
    hint: `${name} takes ${wanted}.`,
  });
}
