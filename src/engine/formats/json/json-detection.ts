// Is the beginning of a source JSON, is it one document or one record per line, and where are its records?
import { decodeSample } from '../encoding/decoded-sample.js';
import { formatsError } from '../formats-errors.js';
import { readCount } from '../option-reading.js';
import type { Detection, FormatOptions } from '../table-format.js';
import { JsonScanner } from './json-scanner.js';
import { countFrontMatter } from './json-text-source.js';

interface About {
  readonly name?: string;
  readonly whole: boolean;
  readonly given: FormatOptions;
  readonly asked?: boolean;
}

/** Keys that usually hold the records. */
const USUAL = ['data', 'items', 'records', 'results', 'rows', 'value', 'entries'];

/** A JSON document. Throws FORMATS-113 for one that holds no records. */
export function detectJson(sample: Uint8Array, about: About): Detection | undefined {
  const { text: all, encoding, says, guess } = decodeSample(sample, about.whole, about.given['encoding']);
  const front = countFrontMatter(all.toString('utf8', 0, 16_384));
  const skipLines = about.given['skipLines'] === undefined ? front : readCount(about.given, 'skipLines', 0);
  const text = all.subarray(startOfLine(all, skipLines));
  const first = firstByte(text);
  if (first !== 91 && first !== 123) return undefined;
  const { carry } = about.given;
  const detected = (
    confidence: number,
    path: string,
    where: string,
    more: { readonly says?: readonly string[]; readonly options?: FormatOptions } = {},
  ): Detection => ({
    format: 'json',
    confidence,
    encoding: guess,
    options: {
      encoding,
      path,
      ...(skipLines > 0 ? { skipLines } : {}),
      ...more.options,
      ...(carry == null ? {} : { carry }),
    },
    says: [
      where,
      ...(more.says ?? []),
      ...(skipLines > 0 ? [`${skipLines} lines before it passed over`] : []),
      says,
    ],
  });
  const given = about.given['path'];
  if (typeof given === 'string')
    return detected(0.95, given, `records at ${given === '' ? 'the top' : given} as set`);
  const scanner = toScanner(text);
  if (first === 91) {
    if (!startsLikeJson(text, about.whole)) return undefined;
    scanner.next();
    scanner.position++;
    const element = scanner.next();
    if (element === 123 || element === 93 || element < 0) return detected(0.97, '', 'an array of records');
    throw formatsError(113, {
      detail: 'The source is a JSON array, but its elements are no objects.',
      hint: 'Each record must be an object with the columns as keys.',
      pointer: { line: scanner.line },
    });
  }
  if (!startsLikeJson(text, about.whole)) return undefined;
  const arrays: string[][] = [];
  scanner.next();
  findArrays(scanner, [], arrays);
  const [best, ...others] = arrays.sort((a, b) => rank(a) - rank(b)).map((path) => path.join('.'));
  if (best !== undefined) {
    const shown = others.slice(0, 6).join(', ');
    const more = others.length > 0 ? [`arrays of records as well: ${shown}; set path to read those`] : [];
    return detected(0.96, best, `records in the array at ${best}`, { says: more });
  }
  if (about.whole && holdsKeyed(text)) {
    const options = { carry: ['^key'] };
    return detected(0.95, '*', 'an object of records; the keys they stand under are ^key', { options });
  }
  return detected(0.95, '', 'one object, taken as one record');
}

/** One record per line. */
export function detectNdjson(sample: Uint8Array, about: About): Detection | undefined {
  const { text, encoding, says, guess } = decodeSample(sample, about.whole, about.given['encoding']);
  if (firstByte(text) !== 123) return undefined;
  const lines = text
    .toString('utf8', 0, 64 * 1024)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const cut = lines.length === 1 && !about.whole;
  const objects = (cut ? lines : lines.slice(0, 20)).filter((line) => isObject(line)).length;
  const named = /\.(ndjson|jsonl|jsonlines)(\.gz)?$/i.test(about.name ?? '');
  if (!named && about.asked !== true && (objects < 2 || !isObject(lines[0]!))) return undefined;
  return {
    format: 'ndjson',
    confidence: 0.98,
    options: { encoding },
    encoding: guess,
    says: ['one JSON record per line', says],
  };
}

function isObject(line: string): boolean {
  const scanner = toScanner(Buffer.from(line));
  return scanner.next() === 123 && scanner.value(0, true) && scanner.next() < 0;
}

/** Paths of arrays of objects, down to three keys. Stops where the sample ends or breaks. */
function findArrays(scanner: JsonScanner, path: readonly string[], found: string[][]): boolean {
  scanner.position++;
  for (let byte = scanner.next(); byte === 34; byte = scanner.next()) {
    const from = scanner.position;
    if (!scanner.string()) return false;
    const key = JSON.parse(scanner.bytes.toString('utf8', from, scanner.position)) as string;
    if (!scanner.colon()) return false;
    const opening = scanner.next();
    const here = [...path, key];
    const reachable = here.every((part) => part !== '' && !part.includes('.'));
    if (opening === 123 && path.length < 2) {
      if (!findArrays(scanner, here, found)) return false;
    } else {
      if (opening === 91 && reachable && holdsObjects(scanner)) found.push(here);
      if (!scanner.value(here.length, true)) return false;
    }
    if (scanner.next() === 44) scanner.position++;
  }
  scanner.position++;
  return true;
}

function holdsObjects(scanner: JsonScanner): boolean {
  const { position, line } = scanner;
  scanner.position++;
  const holds = scanner.next() === 123;
  scanner.position = position;
  scanner.line = line;
  return holds;
}

/** Nearer the top first; among equals the usual names. */
function rank(path: readonly string[]): number {
  const usual = USUAL.indexOf(path.at(-1)!);
  return path.length * 100 + (usual < 0 ? USUAL.length : usual);
}

/** True if the first value is sound as far as the sample goes, or at least begins as only JSON does. */
function startsLikeJson(text: Buffer, whole: boolean): boolean {
  const scanner = toScanner(text);
  if (scanner.value(0, whole) || scanner.failure === 'ended') return true;
  return /^\s*(\[\s*\{\s*"|\{\s*")/.test(text.toString('latin1', 0, 1024));
}

/** True for an object of two and more objects that are alike: the keys are data. */
function holdsKeyed(text: Buffer): boolean {
  let document: unknown;
  try {
    document = JSON.parse(text.toString('utf8'));
  } catch {
    return false;
  }
  const keys = Object.keys(document as object);
  const values = Object.values(document as object) as unknown[];
  // Two addresses in one record look the same, but for what they are called.
  if (keys.length < 4 && !keys.every((key) => /\d/.test(key))) return false;
  const isRecord = (value: unknown): value is object =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (values.length < 2 || !values.every(isRecord)) return false;
  const first = Object.keys(values[0]!);
  const isAlike = (value: object): boolean =>
    first.filter((key) => Object.hasOwn(value, key)).length * 2 >=
    Math.max(first.length, Object.keys(value).length);
  return values.every(isAlike);
}

function startOfLine(text: Buffer, lines: number): number {
  let at = 0;
  for (let i = 0; i < lines; i++) {
    const end = text.indexOf(10, at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  return at;
}

function firstByte(text: Buffer): number {
  return toScanner(text).next();
}

function toScanner(text: Buffer): JsonScanner {
  const scanner = new JsonScanner();
  scanner.bytes = text;
  scanner.filled = text.length;
  return scanner;
}
