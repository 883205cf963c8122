// Columns that come in a row, told by a number or a language in their names: `images 1 url` and `images 2 url` are `images {n} url`.
import { findLanguages } from './language-words.js';

export interface ColumnRow {
  readonly placeholder: 'n' | 'language';
  /** As a mapping writes it: `images {n} url`. */
  readonly pattern: string;
  /** What stands before the placeholder, and after it. */
  readonly before: string;
  readonly after: string;
  /** What stands for the placeholder, in the order of the header. */
  readonly met: readonly string[];
  /** Positions in the header. */
  readonly columns: readonly number[];
}

/** More numbers than these in one name say nothing any more. */
const MOST_NUMBERS = 8;

/**
 * The rows that the open columns make, the longest first. A column is in one row only: of several numbers or languages in its name
 * the one counts that most others share. A number may make a row of one, a language not.
 */
export function findColumnRows(header: readonly string[], open: readonly number[]): readonly ColumnRow[] {
  const rows = new Map<string, ColumnRow>();
  for (const index of open) {
    for (const { placeholder, before, text, after } of splitColumn(header[index]!)) {
      const key = JSON.stringify([placeholder, before.toLowerCase(), after.toLowerCase()]);
      const row = rows.get(key) ?? {
        placeholder,
        pattern: `${before}{${placeholder}}${after}`,
        before,
        after,
        met: [],
        columns: [],
      };
      if (!row.met.includes(text))
        rows.set(key, { ...row, met: [...row.met, text], columns: [...row.columns, index] });
    }
  }
  const taken = new Set<number>();
  const longest = [...rows.values()].sort((a, b) => b.columns.length - a.columns.length);
  return longest.flatMap((row): readonly ColumnRow[] => {
    const isFree = row.columns.map((index) => !taken.has(index));
    const columns = row.columns.filter((_, i) => isFree[i]);
    if (columns.length < (row.placeholder === 'n' ? 1 : 2)) return [];
    for (const index of columns) taken.add(index);
    return [{ ...row, columns, met: row.met.filter((_, i) => isFree[i]) }];
  });
}

// A name with braces of its own would be taken for a pattern where it stands in a mapping.
function splitColumn(column: string) {
  if (/[{}]/.test(column)) return [];
  const numbers = [...column.matchAll(/\d+/g)].slice(0, MOST_NUMBERS);
  const split = (placeholder: ColumnRow['placeholder'], text: string, index: number) => ({
    placeholder,
    before: column.slice(0, index),
    text,
    after: column.slice(index + text.length),
  });
  return [
    ...numbers.map(({ 0: text, index }) => split('n', text, index)),
    ...findLanguages(column).map(({ text, index }) => split('language', text, index)),
  ];
}
