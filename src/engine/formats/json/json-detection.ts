// Is the beginning of a source JSON, is it one document or one record per line, and where are its records?
import { decodeSample } from '../encoding/decoded-sample.js';
import { formatsError } from '../formats-errors.js';
import type { Detection, FormatOptions } from '../table-format.js';
import { JsonScanner } from './json-scanner.js';

interface About {
  readonly name?: string;
  readonly whole: boolean;
  readonly given: FormatOptions;
}

/** Keys that usually hold the records. */
const USUAL = ['data', 'items', 'records', 'results', 'rows', 'value', 'entries'];

/** A JSON document. Throws FORMATS-113 for one that holds no records. */
export function detectJson(sample: Uint8Array, about: About): Detection | undefined {
  const { text, encoding, says, guess } = decodeSample(sample, about.whole, about.given['encoding']);
  const first = firstByte(text);
  if (first !== 91 && first !== 123) return undefined;
  const detected = (confidence: number, path: string, where: string): Detection => ({
    format: 'json',
    confidence,
    options: { encoding, path },
    encoding: guess,
    says: [where, says],
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
  const best = arrays.sort((a, b) => rank(a) - rank(b))[0];
  if (best) return detected(0.96, best.join('.'), `records in the array at ${best.join('.')}`);
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
  if (!named && (objects < 2 || !isObject(lines[0]!))) return undefined;
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

function firstByte(text: Buffer): number {
  return toScanner(text).next();
}

function toScanner(text: Buffer): JsonScanner {
  const scanner = new JsonScanner();
  scanner.bytes = text;
  scanner.filled = text.length;
  return scanner;
}
