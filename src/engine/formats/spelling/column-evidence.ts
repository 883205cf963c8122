// What the first rows say about a column: how much of it is filled, what its values seem to be, and how they are spelled.
import { Cell, type CellBatch } from '../../../foundation/cells/cell-batch.js';
import { addDate, type DateForms, noDateForms } from './date-forms.js';
import { addNumber, type NumberForms, noNumberForms } from './number-forms.js';

export type ColumnKind =
  | 'blank'
  | 'whole number'
  | 'number'
  | 'digits'
  | 'date'
  | 'date and time'
  | 'time'
  | 'yes or no'
  | 'JSON'
  | 'text';

export interface ColumnEvidence {
  readonly column: string;
  readonly kind: ColumnKind;
  /** Rows looked at, and those of them in which the column is blank or missing. */
  readonly rows: number;
  readonly blank: number;
  /** Different values, the first few. */
  readonly examples: readonly string[];
  /** Words that seem to mean "no value" among numbers or dates, most frequent first. */
  readonly noValues: readonly string[];
  /** The words of a column of two that aren't PostgreSQL's own for true and false. */
  readonly flags: readonly string[];
  readonly numbers: NumberForms;
  readonly dates: DateForms;
}

/** Values longer than this are text, and are cut in examples. */
const LONGEST = 200;
const MOST_EXAMPLES = 5;
/** So many of the filled cells must be of a kind for the column to be of it. */
const SHARE = 0.95;

const NOTHING =
  /^(?:null|\(null\)|<null>|nil|none|n\/?a|#n\/a|#null!|\\n|n\.a\.|k\. ?a\.|n\.v\.t\.|unknown|undefined|[-–—]{1,3}|\?|\.)$/i;
const OWN_FLAGS = new Set(['true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', 'on', 'off']);
const OTHER_FLAGS = new Set(
  'ja nein oui non si sì sí x wahr falsch vrai faux vero falso verdadero sim não nao tak nie ano ne да нет kyllä ei evet hayır aktiv inaktiv active inactive ✓ ✔ ✗'.split(
    ' ',
  ),
);

/** Evidence of every column, from the batch's rows without problems. */
export function gatherEvidence(batch: CellBatch): readonly ColumnEvidence[] {
  const bad = new Set(batch.problems.map(({ index }) => index));
  return batch.columns.map((column, c) => columnEvidence(batch, column, c, bad));
}

function columnEvidence(
  batch: CellBatch,
  column: string,
  c: number,
  bad: ReadonlySet<number>,
): ColumnEvidence {
  const numbers = noNumberForms();
  const dates = noDateForms();
  const examples = new Set<string>();
  const noValues = new Map<string, number>();
  const flags = new Set<string>();
  let rows = 0;
  let blank = 0;
  let json = 0;
  let flagged = 0;
  for (let row = 0; row < batch.rows; row++) {
    if (bad.has(row)) continue;
    rows++;
    const i = row * batch.columns.length + c;
    const kind = batch.kind[i]!;
    const end = batch.end[i]!;
    const from = batch.start[i]!;
    if ((kind !== Cell.text && kind !== Cell.json) || from === end) {
      blank++;
      continue;
    }
    const text = batch.bytes.toString('utf8', from, Math.min(end, from + LONGEST)).trim();
    if (text === '') {
      blank++;
      continue;
    }
    if (examples.size < MOST_EXAMPLES) examples.add(text);
    if (kind === Cell.json && /^[[{]/.test(text)) json++;
    else if (end - from >= LONGEST) continue;
    else if (NOTHING.test(text)) noValues.set(text, (noValues.get(text) ?? 0) + 1);
    else if (addNumber(numbers, text) || addDate(dates, text)) continue;
    else {
      const word = text.toLowerCase();
      if (!OWN_FLAGS.has(word) && !OTHER_FLAGS.has(word)) continue;
      flagged++;
      flags.add(text);
    }
  }
  const filled = rows - blank - [...noValues.values()].reduce((sum, n) => sum + n, 0);
  const kind = toKind({ filled, json, flagged, flags, numbers, dates });
  return {
    column,
    kind,
    rows,
    blank,
    examples: [...examples],
    noValues: [...noValues].sort((a, b) => b[1] - a[1]).map(([text]) => text),
    flags: kind === 'yes or no' ? [...flags].filter((word) => !OWN_FLAGS.has(word.toLowerCase())) : [],
    numbers,
    dates,
  };
}

function toKind(about: {
  readonly filled: number;
  readonly json: number;
  readonly flagged: number;
  readonly flags: ReadonlySet<string>;
  readonly numbers: NumberForms;
  readonly dates: DateForms;
}): ColumnKind {
  const { filled, json, flagged, flags, numbers, dates } = about;
  if (filled === 0) return 'blank';
  const most = filled * SHARE;
  if (json >= most) return 'JSON';
  if (flagged >= most && new Set([...flags].map((word) => word.toLowerCase())).size <= 2) return 'yes or no';
  if (numbers.numbers >= most) {
    if (numbers.codes > 0) return 'digits';
    return numbers.integers === numbers.numbers ? 'whole number' : 'number';
  }
  if (dates.times >= most) return 'time';
  if (dates.dates >= most) return dates.timed > 0 ? 'date and time' : 'date';
  return 'text';
}
