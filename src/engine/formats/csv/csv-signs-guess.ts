// Delimiter, quote, escape and comment sign: the combination under which the sample is the most regular table.
import type { FormatOptions } from '../table-format.js';
import { probeRows, probeShape, type Shape } from './csv-probe.js';

// Signs of several characters first; `:` last, because times and addresses hold it. The number is how far we trust it.
const DELIMITERS: readonly (readonly [string, number])[] = [
  ['+|', 1],
  ['||', 1],
  ['\t', 1],
  [';', 1],
  ['|', 1],
  [',', 1],
  ['^', 0.85],
  ['~', 0.85],
  [':', 0.6],
];

/** What a table of one column scores: less than a fairly regular one of several. */
const ONE_COLUMN = 0.3;

/** The best shape; settings in `given` are kept as they are. */
export function guessSigns(text: Buffer, whole: boolean, given: FormatOptions): Shape {
  const fixed = pickGiven(given, ['delimiter', 'quote', 'escape', 'comment', 'rowEnd', 'trim']);
  const delimiters =
    typeof given['delimiter'] === 'string' ? [given['delimiter']] : DELIMITERS.map(([sign]) => sign);
  const candidates = delimiters
    .filter((delimiter) => delimiter === ',' || text.includes(delimiter) || fixed['delimiter'] === delimiter)
    .map((delimiter) => probeShape(text, whole, { quote: '"', ...fixed, delimiter }));
  let best = candidates.reduce((a, b) => (better(text, a, b) ? b : a));
  best = withRowEnd(text, whole, best, fixed);
  best = withComment(text, whole, best, fixed);
  best = withQuote(text, whole, best, fixed);
  return withEscape(text, whole, best, fixed);
}

export function scoreShape(shape: Shape): number {
  const trust = DELIMITERS.find(([sign]) => sign === shape.options['delimiter'])?.[1] ?? 1;
  const regular = shape.width > 1 ? shape.consistency * trust : Math.min(ONE_COLUMN, shape.consistency);
  return regular - shape.broken;
}

/** Whether `b` is the better one. */
function better(text: Buffer, a: Shape, b: Shape): boolean {
  const difference = scoreShape(b) - scoreShape(a);
  if (Math.abs(difference) > 0.02) return difference > 0;
  if (b.options['delimiter'] === ',' && a.width > 1 && commasAreDecimal(text)) return false;
  // The several-character sign explains the text better than one of its characters.
  if (String(a.options['delimiter']).includes(String(b.options['delimiter'])) && a.width > 1) return false;
  return b.width > a.width;
}

function commasAreDecimal(text: Buffer): boolean {
  const sample = text.toString('latin1', 0, 20_000);
  const all = sample.match(/,/g)?.length ?? 0;
  const decimal = sample.match(/\d,\d/g)?.length ?? 0;
  return all > 0 && decimal >= all * 0.8;
}

function withRowEnd(text: Buffer, whole: boolean, best: Shape, fixed: FormatOptions): Shape {
  if (fixed['rowEnd'] !== undefined || best.options['delimiter'] !== '+|' || !text.includes('&|'))
    return best;
  return better(text, best, { ...best, consistency: 0 })
    ? best
    : probeShape(text, whole, { ...best.options, rowEnd: '&|' });
}

/** `#` begins a comment if no line that begins with it has the width of the others. */
function withComment(text: Buffer, whole: boolean, best: Shape, fixed: FormatOptions): Shape {
  if (fixed['comment'] !== undefined || best.options['delimiter'] === '#') return best;
  if (text[0] !== 35 && !text.includes('\n#')) return best;
  const without = probeShape(text, whole, { ...best.options, comment: '#' });
  if (without.rows === 0 || without.width < 2) return best;
  const rows = probeRows(text, whole, best.options, 1);
  const lines = rows.filter((row) => row.cells[0]?.text.startsWith('#') && !row.cells[0].quoted);
  return lines.length > 0 && lines.every((row) => row.width !== without.width) ? without : best;
}

/** `'` quotes if cells begin and end with it, `"` doesn't quote, and the table is no less regular for it. */
function withQuote(text: Buffer, whole: boolean, best: Shape, fixed: FormatOptions): Shape {
  if (fixed['quote'] !== undefined || !text.includes("'")) return best;
  let wrapped = 0;
  for (const row of probeRows(text, whole, best.options, best.width)) {
    for (const { text: cell, quoted } of row.cells) {
      if (quoted) return best;
      if (cell.length > 1 && cell.startsWith("'") && cell.endsWith("'")) wrapped++;
    }
  }
  const single = probeShape(text, whole, { ...best.options, quote: "'" });
  const wins = single.broken === 0 && scoreShape(single) >= scoreShape(best) - (wrapped > 0 ? 0 : -0.1);
  return wins && (wrapped > 0 || single.width === best.width) ? single : best;
}

/** A backslash escapes if that makes the table more regular than without. */
function withEscape(text: Buffer, whole: boolean, best: Shape, fixed: FormatOptions): Shape {
  if (fixed['escape'] !== undefined || !text.includes('\\')) return best;
  const escaped = probeShape(text, whole, { ...best.options, escape: '\\' });
  return scoreShape(escaped) > scoreShape(best) + 0.005 && escaped.rows > 0 ? escaped : best;
}

function pickGiven(given: FormatOptions, names: readonly string[]): FormatOptions {
  return Object.fromEntries(names.filter((name) => given[name] != null).map((name) => [name, given[name]!]));
}
