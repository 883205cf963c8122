// What a cell's number format makes of its number: a plain number, a date, a time, a duration, or a code with leading zeros.
// Built-in ids and the language of format codes: ECMA-376 part 1, 18.8.30 and 18.8.31.

export type NumberFormat =
  | { readonly kind: 'number' }
  /** `fraction`: whether parts of a second are shown. */
  | { readonly kind: 'date' | 'time' | 'datetime' | 'duration'; readonly fraction: boolean }
  | { readonly kind: 'padded'; readonly digits: number };

export const PLAIN_NUMBER: NumberFormat = { kind: 'number' };

/** The format of a built-in id; undefined if it has none that is known (custom ones begin at 164). */
export function findBuiltInFormat(id: number): NumberFormat | undefined {
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 54)) return DATE;
  if (id === 22) return { kind: 'datetime', fraction: false };
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id === 45) return { kind: 'time', fraction: false };
  if (id === 46) return { kind: 'duration', fraction: false };
  if (id === 47) return { kind: 'time', fraction: true };
  if (id >= 55 && id <= 58) return DATE;
  return id < 164 ? PLAIN_NUMBER : undefined;
}

const DATE: NumberFormat = { kind: 'date', fraction: false };

/** The meaning of a format code such as `dd/mm/yyyy`, `[h]:mm`, `00000`, `0.00%`. */
export function toNumberFormat(code: string): NumberFormat {
  const first = firstSection(code);
  if (/^0{2,15}$/.test(first)) return { kind: 'padded', digits: first.length };
  const elapsed = /\[(h+|m+|s+)\]/i.test(first);
  // Texts, escaped characters, fills, colours, conditions and languages are no part of the pattern.
  const pattern = first
    .replace(/"[^"]*"?/g, '')
    .replace(/[\\_*]./g, '')
    .replace(/\[(h+|m+|s+)\]/gi, '$1')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/general/gi, '')
    .replace(/e[+-]/gi, '');
  const hours = /[hs]|am\/pm|a\/p/i.test(pattern);
  const months = /m/i.test(pattern);
  const days = /[ydgb]|e/i.test(pattern) || (months && !hours && !elapsed);
  const fraction = /s\.0/i.test(pattern);
  if (!days && !hours && !elapsed) return PLAIN_NUMBER;
  if (elapsed && !days) return { kind: 'duration', fraction };
  if (days && hours) return { kind: 'datetime', fraction };
  return days ? DATE : { kind: 'time', fraction };
}

/** A code has up to four sections, for positive, negative, zero and text, with `;` between them. */
function firstSection(code: string): string {
  let quoted = false;
  for (let i = 0; i < code.length; i++) {
    const c = code[i];
    if (c === '"') quoted = !quoted;
    else if (c === '\\' && !quoted) i++;
    else if (c === ';' && !quoted) return code.slice(0, i);
  }
  return code;
}
