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
  // Escapes change which delimiter fits, so both are tried together; without one, unless it makes a better table.
  const escapes =
    fixed['escape'] === undefined && text.includes('\\') ? ['', '\\'] : [String(fixed['escape'] ?? '')];
  const candidates = delimiters
    .filter((delimiter) => delimiter === ',' || text.includes(delimiter) || given['delimiter'] === delimiter)
    .filter((delimiter) => given['delimiter'] != null || delimiter !== ':' || !colonsAreTimes(text))
    .flatMap((delimiter) =>
      escapes.map((sign) => probeShape(text, whole, { quote: '"', ...fixed, escape: sign, delimiter })),
    );
  let best = candidates.reduce((a, b) => (better(text, a, b) ? b : a));
  best = withRowEnd(text, whole, best, fixed);
  best = withComment(text, whole, best, fixed);
  return withQuote(text, whole, best, fixed);
}

export function scoreShape(shape: Shape): number {
  const trust = DELIMITERS.find(([sign]) => sign === shape.options['delimiter'])?.[1] ?? 1;
  if (shape.width < 2) return Math.min(ONE_COLUMN, shape.consistency) - shape.broken / 2;
  // A sign that is rarely meant must divide every row alike.
  if (trust < 1 && shape.consistency < 1) return 0;
  return shape.consistency * trust - shape.broken / 2;
}

/** Whether `b` is the better one. */
function better(text: Buffer, a: Shape, b: Shape): boolean {
  const difference = scoreShape(b) - scoreShape(a);
  if (b.options['delimiter'] === a.options['delimiter']) return difference > 0.005;
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

/** `#` begins a comment if hardly a line that begins with it has the width of the others. */
function withComment(text: Buffer, whole: boolean, best: Shape, fixed: FormatOptions): Shape {
  if (fixed['comment'] !== undefined || best.options['delimiter'] === '#') return best;
  if (text[0] !== 35 && !text.includes('\n#')) return best;
  const without = probeShape(text, whole, { ...best.options, comment: '#' });
  if (without.rows === 0 || without.width < 2) return best;
  const rows = probeRows(text, whole, best.options, 1);
  const lines = rows.filter((row) => row.cells[0]?.text.startsWith('#') && !row.cells[0].quoted);
  const odd = lines.filter((row) => row.width !== without.width).length;
  return odd > 0 && odd >= lines.length * 0.9 ? without : best;
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
  const singles = [best.options['escape'] ?? '', ...(text.includes("\\'") ? ['\\'] : [])].map((sign) =>
    probeShape(text, whole, { ...best.options, escape: sign, quote: "'" }),
  );
  const single = singles.find((shape) => shape.broken === 0);
  if (!single) return best;
  const gain = scoreShape(single) - scoreShape(best);
  return wrapped > 0
    ? gain >= 0
      ? single
      : best
    : gain > 0.1 && single.width === best.width
      ? single
      : best;
}

function colonsAreTimes(text: Buffer): boolean {
  const sample = text.toString('latin1', 0, 20_000);
  const all = sample.match(/:/g)?.length ?? 0;
  return (sample.match(/\d:\d/g)?.length ?? 0) * 2 >= all;
}

function pickGiven(given: FormatOptions, names: readonly string[]): FormatOptions {
  return Object.fromEntries(names.filter((name) => given[name] != null).map((name) => [name, given[name]!]));
}
