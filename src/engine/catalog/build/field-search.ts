// Which fields can be searched by words: those for which an index answers, so that no search reads a whole table.
import type { FieldSearch } from '../catalog.js';
import type { RawSearch } from '../introspect/raw-schema.js';

const NAME = '([a-z_][a-z0-9_$]*|"(?:[^"]|"")+")';
const CONFIG = `'((?:[^']|'')+)'::regconfig`;
/** `to_tsvector('english'::regconfig, name)`, as PostgreSQL prints it; with a cast of other kinds of text. */
const OF_VALUE = new RegExp(`^to_tsvector\\(${CONFIG}, (?:${NAME}|\\(${NAME}\\)::text)\\)$`);
/** The same where nothing counts as the empty text. */
const OF_VALUE_OR_EMPTY = new RegExp(
  `^to_tsvector\\(${CONFIG}, (?:COALESCE\\(${NAME}, ''::text\\)|\\(COALESCE\\(${NAME}, ''::[a-z ]+\\)\\)::text)\\)$`,
);

/** By column, the first index in the order of their names. */
export function toSearches(searches: readonly RawSearch[]): ReadonlyMap<string, FieldSearch> {
  const found = new Map<string, FieldSearch>();
  for (const search of searches) {
    const [column, how] = readSearch(search) ?? [];
    if (column !== undefined && how !== undefined && !found.has(column)) found.set(column, how);
  }
  return found;
}

function readSearch({
  column,
  expression,
  generation,
}: RawSearch): readonly [string, FieldSearch] | undefined {
  if (column !== null) {
    const config = new RegExp(`to_tsvector\\(${CONFIG}`).exec(generation ?? '')?.[1];
    return [column, { of: 'vector', ...(config === undefined ? {} : { config: unquote(config, "'") }) }];
  }
  for (const [of, pattern] of [
    ['value', OF_VALUE],
    ['valueOrEmpty', OF_VALUE_OR_EMPTY],
  ] as const) {
    const match = pattern.exec(expression ?? '');
    if (match) return [toName(match[2] ?? match[3]!), { of, config: unquote(match[1]!, "'") }];
  }
  return undefined;
}

const toName = (printed: string): string =>
  printed.startsWith('"') ? unquote(printed.slice(1, -1), '"') : printed;

const unquote = (text: string, quote: string): string => text.replaceAll(quote + quote, quote);
