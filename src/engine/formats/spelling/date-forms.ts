// What one date says about the order of day, month and year in its column.
import type { DateOrder } from '../../../foundation/cells/value-spelling.js';

/** Counts over a column's dates and times. */
export interface DateForms {
  dates: number;
  /** Those with a time of day. */
  timed: number;
  /** Written as ISO 8601, which is always read. */
  iso: number;
  /** How many can be read in each order. */
  readonly possible: Record<Exclude<DateOrder, 'iso'>, number>;
  /** With points and a year of four digits at the end: nobody writes the month first that way. */
  points: number;
  /** With the name of a month. */
  named: number;
  times: number;
  /** Times of day that need to be read leniently: `2:30 pm`. */
  spoken: number;
}

export const noDateForms = (): DateForms => ({
  dates: 0,
  timed: 0,
  iso: 0,
  possible: { dmy: 0, mdy: 0, ymd: 0 },
  points: 0,
  named: 0,
  times: 0,
  spoken: 0,
});

const CLOCK = String.raw`\d{1,2}[:.h]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?:\s*[ap]\.?m\.?)?(?:\s*(?:Z|UTC|[+-]\d{2}(?::?\d{2})?))?`;
const ISO = /^\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}.*)?$/;
const DIGITS = new RegExp(String.raw`^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[ T,]+(?:${CLOCK}))?$`, 'i');
const TIMED = new RegExp(`[ T,]+(?:${CLOCK})$`, 'i');
const NAMED =
  /^(?:\p{L}{2,10}\.?,\s*)?(?:\d{1,2}|\d{4})(?:st|nd|rd|th)?[.\s\-/]*(?:de\s+)?\p{L}{3,10}\.?[\s\-/,]*(?:de\s+)?\d{1,4}$/u;
const NAME_FIRST = /^(?:\p{L}{2,10}\.?,\s*)?\p{L}{3,10}\.?[\s\-/]\d{1,2}(?:st|nd|rd|th)?[\s\-/,]+\d{2,4}$/u;
const TIME = /^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?(\s*[ap]\.?m\.?)?$/i;
const MONTH =
  /(?:^|[\s\d.\-/])(jan|feb|f[eé]v|m[aä]r|mrz|mar|apr|avr|abr|ma[iyj]|jun|jui|jul|aug|ao[uû]|ago|sep|o[ckt]t|out|nov|de[czs]|d[eé]c|dic|dez|gen|mag|giu|lug|set|ott|ene|maart|styc|lut|kwi|cze|lip|sie|wrz|pa[zź]|lis|gru)\p{L}*/iu;

/** Adds what the text says; false if it is neither a date nor a time of day. */
export function addDate(forms: DateForms, text: string): boolean {
  if (text.length > 60) return false;
  if (ISO.test(text)) {
    forms.dates++;
    forms.iso++;
    if (text.length > 10) forms.timed++;
    return true;
  }
  const time = TIME.exec(text);
  if (time) {
    forms.times++;
    if (time[1] !== undefined || !/^\d{2}:/.test(text)) forms.spoken++;
    return true;
  }
  const timed = TIMED.test(text);
  if (!addDigits(forms, text) && !addNamed(forms, timed ? text.replace(TIMED, '') : text)) return false;
  forms.dates++;
  if (timed) forms.timed++;
  return true;
}

function addDigits(forms: DateForms, text: string): boolean {
  const parts = DIGITS.exec(text);
  if (!parts) return false;
  const [a, b, c] = [parts[1]!, parts[3]!, parts[4]!];
  if (a.length > 2 === c.length > 2 && a.length > 2) return false;
  if (a.length === 3 || c.length === 3) return false;
  const fits = {
    dmy: a.length <= 2 && c.length >= 2 && isDay(a) && isMonth(b),
    mdy: a.length <= 2 && c.length >= 2 && isMonth(a) && isDay(b),
    ymd: (a.length === 4 || a.length === 2) && c.length <= 2 && isMonth(b) && isDay(c),
  };
  if (!fits.dmy && !fits.mdy && !fits.ymd) return false;
  for (const order of ['dmy', 'mdy', 'ymd'] as const) if (fits[order]) forms.possible[order]++;
  if (parts[2] === '.' && c.length === 4 && fits.dmy) forms.points++;
  return true;
}

function addNamed(forms: DateForms, text: string): boolean {
  if (!MONTH.test(text)) return false;
  const first = NAME_FIRST.test(text);
  if (!first && !NAMED.test(text)) return false;
  forms.named++;
  // The order of digits says nothing here: a month with a name stands wherever it stands.
  for (const order of ['dmy', 'mdy', 'ymd'] as const) forms.possible[order]++;
  return true;
}

const isMonth = (digits: string): boolean => Number(digits) >= 1 && Number(digits) <= 12;
const isDay = (digits: string): boolean => Number(digits) >= 1 && Number(digits) <= 31;
