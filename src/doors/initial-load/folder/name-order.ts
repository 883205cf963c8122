// How names of files and versions are ordered: numbers in them by value, everything else by its letters.

/** Digits compare as numbers: `2-units` before `10-prices`, `1.9` before `1.10`. */
export function compareNames(a: string, b: string): number {
  const [left, right] = [toParts(a), toParts(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareParts(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length || compareLetters(a, b);
}

const toParts = (name: string): readonly string[] => name.match(/\d+|\D+/g) ?? [];

function compareParts(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return compareLetters(a, b);
  const [left, right] = [a.replace(/^0+(?=\d)/, ''), b.replace(/^0+(?=\d)/, '')];
  return left.length - right.length || compareLetters(left, right);
}

const compareLetters = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Folder by folder, so that a folder's files stay together. */
export function comparePaths(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = compareNames(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

const VERSION = /^v?(\d+(?:\.\d+)*)(?:-((?:alpha|beta|rc|pre|dev)[.\d]*))?$/i;

/** `1.0`, `v2`, `2026.11`, `1.1-rc.1`. */
export const isVersion = (folder: string): boolean => VERSION.test(folder);

/** `1.9` before `1.10`, `1.1-rc.1` before `1.1`; what has no version comes first. */
export function compareVersions(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  const [left, right] = [VERSION.exec(a), VERSION.exec(b)];
  const [numbersA, numbersB] = [left?.[1]?.split('.') ?? [], right?.[1]?.split('.') ?? []];
  for (let i = 0; i < Math.max(numbersA.length, numbersB.length); i++) {
    const order = compareParts(numbersA[i] ?? '0', numbersB[i] ?? '0');
    if (order !== 0) return order;
  }
  const [beforeA, beforeB] = [left?.[2], right?.[2]];
  if (beforeA === undefined || beforeB === undefined) {
    return Number(beforeA === undefined) - Number(beforeB === undefined);
  }
  return compareNames(beforeA, beforeB);
}
