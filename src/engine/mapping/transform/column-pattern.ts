// Columns that come in a row: `Image {n} URL`, `name:{language}`. What stands for the placeholder tells the records of a part apart.

export interface ColumnPattern {
  /** The name between the braces. */
  readonly placeholder: string;
  /** What it met in the source, numbers in order, else as the columns stand. */
  readonly met: readonly string[];
  /** By position in `met`: the column that the pattern gives there. */
  columnsOf(pattern: string): readonly (number | undefined)[];
}

const PLACEHOLDER = /\{(\w+)\}/;

/** The placeholder of a column's name; undefined if it has none. */
export const placeholderOf = (column: string): string | undefined => PLACEHOLDER.exec(column)?.[1];

/** The name of the column for what the placeholder stands for. */
export const fillPattern = (pattern: string, met: string): string => pattern.replace(PLACEHOLDER, () => met);

/** What the patterns, all with the same placeholder, meet among the columns; undefined if none of them has one. */
export function findPattern(
  columns: readonly string[],
  patterns: readonly string[],
): ColumnPattern | undefined {
  const placeholder = patterns.map(placeholderOf).find((found) => found !== undefined);
  if (placeholder === undefined) return undefined;
  const found = new Map(
    patterns
      .filter((pattern) => placeholderOf(pattern) !== undefined)
      .map((pattern) => [pattern, meet(columns, pattern, placeholder)] as const),
  );
  const all = [...new Set([...found.values()].flatMap((met) => [...met.keys()]))];
  const met = all.every((text) => /^\d+$/.test(text)) ? all.sort((a, b) => Number(a) - Number(b)) : all;
  return {
    placeholder,
    met,
    columnsOf: (pattern) => met.map((text) => found.get(pattern)?.get(text)),
  };
}

/** What stands for the placeholder, with the column. `{n}` takes digits alone, any other name what holds none of the text after it. */
function meet(columns: readonly string[], pattern: string, placeholder: string): ReadonlyMap<string, number> {
  const [before = '', after = ''] = pattern.split(`{${placeholder}}`);
  const [head, tail] = [before.toLowerCase(), after.toLowerCase()];
  const met = new Map<string, number>();
  columns.forEach((column, index) => {
    const plain = column.toLowerCase();
    if (plain.length <= head.length + tail.length || !plain.startsWith(head) || !plain.endsWith(tail)) return;
    const text = column.slice(head.length, column.length - tail.length).trim();
    const fits =
      placeholder === 'n'
        ? /^\d+$/.test(text)
        : text !== '' && (tail === '' || !text.toLowerCase().includes(tail));
    if (fits && !met.has(text)) met.set(text, index);
  });
  return met;
}
