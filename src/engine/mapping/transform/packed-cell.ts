// Cells that hold names and values, `size=L,colour=red`: taken apart and put together again.

/**
 * The pairs, in order; a name that comes twice keeps its last value. A separator inside a value is told from one between
 * pairs by what follows: a name (letters, digits, `_`, `-`, `.`, `:`) and the sign. Takes time in proportion to the text.
 */
export function unpack(text: string, separator: string, equals: string): Map<string, string> {
  const pairs = new Map<string, string>();
  let name: string | undefined;
  let from = 0;
  const put = (to: number): void => {
    if (name === undefined) return;
    const value = text.slice(from, to).trim();
    pairs.set(name, unquoted(value));
  };
  let at = 0;
  while (at <= text.length) {
    const begun = findName(text, at, equals);
    if (begun !== undefined) {
      put(at === 0 ? 0 : at - separator.length);
      name = begun.name;
      from = begun.next;
    }
    const next = text.indexOf(separator, Math.max(at, begun?.next ?? at));
    if (next < 0) break;
    at = next + separator.length;
  }
  put(text.length);
  return pairs;
}

const NAME = /^[\p{L}\p{N}_.:-]$/u;
const LONGEST_NAME = 200;

function findName(
  text: string,
  at: number,
  equals: string,
): { readonly name: string; readonly next: number } | undefined {
  let i = at;
  while (text[i] === ' ' || text[i] === '"') i++;
  const begin = i;
  while (i < text.length && i - begin < LONGEST_NAME && !text.startsWith(equals, i) && NAME.test(text[i]!))
    i++;
  if (i === begin || !text.startsWith(equals, i)) return undefined;
  return { name: text.slice(begin, i), next: i + equals.length };
}

// "size=L","colour=red": the whole pair may stand in quotes.
const unquoted = (value: string): string =>
  value.endsWith('"') && !value.startsWith('"') ? value.slice(0, -1) : value;

/** The opposite of `unpack`. */
export function pack(pairs: Iterable<readonly [string, string]>, separator: string, equals: string): string {
  return [...pairs].map(([name, value]) => `${name}${equals}${value}`).join(separator);
}

/** The items of a list cell: of a JSON list its elements (other than texts as JSON), else the texts between separators. Blank ones are left out. */
export function listItems(text: string, separator: string): readonly string[] {
  const json = text.startsWith('[') ? readJsonList(text) : undefined;
  const items =
    json?.map((item) => (typeof item === 'string' ? item : item === null ? '' : JSON.stringify(item))) ??
    text.split(separator).map((item) => item.trim());
  return items.filter((item) => item !== '');
}

function readJsonList(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
