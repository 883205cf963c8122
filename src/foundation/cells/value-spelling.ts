// How a source spells numbers, dates, booleans and "nothing". It lies here because formats find it, mappings state it and
// the write path reads by it, and none of the three may import another.

/** The order of day, month and year in a date of digits. */
export type DateOrder = 'dmy' | 'mdy' | 'ymd' | 'iso';
export const DATE_ORDERS: readonly DateOrder[] = ['dmy', 'mdy', 'ymd', 'iso'];
export const DECIMAL_SIGNS: readonly string[] = ['.', ','];
/** A blank stands for every kind of blank, an apostrophe for the typographic one too. */
export const THOUSANDS_SIGNS: readonly string[] = ['.', ',', ' ', "'", '_'];
export const PERCENT_RULES = ['points', 'share'] as const;

/** Plain data, saved with a run. What is absent is read as PostgreSQL would: decimal point, no groups, ISO dates. */
export interface ValueSpelling {
  /** `.` or `,`. Default `.`, but `,` where points group the digits. */
  readonly decimal?: string;
  /** What groups the digits before the decimal sign: one of `THOUSANDS_SIGNS`. Groups of three, or two as in India. */
  readonly thousands?: string;
  /** True: a currency's sign or three-letter code beside a number is dropped. */
  readonly currency?: boolean;
  /** `12 %` is 12 (`points`) or 0.12 (`share`). Default: not a number. */
  readonly percent?: (typeof PERCENT_RULES)[number];
  /** ISO dates are read whatever the order, with `iso` no others. The other orders read names of months too. */
  readonly dateOrder?: DateOrder;
  /** True: times such as `2:30 pm`, `9:05` and `14h30` are read. A date order other than `iso` reads them anyway. */
  readonly clock?: boolean;
  /** Two-digit years below this are of this century, the others of the last one. Default 70, as in POSIX and PostgreSQL. */
  readonly pivot?: number;
  /** Spellings of true and false, besides PostgreSQL's own; case and blanks around them don't count. */
  readonly true?: readonly string[];
  readonly false?: readonly string[];
  /** Whole cells that mean NULL. */
  readonly null?: readonly string[];
  /** The same, but only to fields of numbers, dates and times: `n/a` may be a text. What detection finds. */
  readonly noValue?: readonly string[];
}

/** The decimal sign in force. */
export const decimalOf = (spelling: ValueSpelling): string =>
  spelling.decimal ?? (spelling.thousands === '.' ? ',' : '.');

/**
 * The spellings over one another, the first one winning, setting by setting; a sign that a stronger one uses for
 * something else is dropped. Undefined if none says anything.
 */
export function mergeSpellings(
  ...spellings: readonly (ValueSpelling | undefined)[]
): ValueSpelling | undefined {
  let merged: ValueSpelling = {};
  for (const strong of [...spellings].reverse()) {
    if (strong === undefined) continue;
    const { decimal, thousands, ...rest } = merged;
    const kept = {
      ...(decimal === undefined || decimal === strong.thousands ? {} : { decimal }),
      ...(thousands === undefined || thousands === strong.decimal ? {} : { thousands }),
    };
    merged = { ...rest, ...kept, ...strong };
  }
  return Object.keys(merged).length === 0 ? undefined : merged;
}
