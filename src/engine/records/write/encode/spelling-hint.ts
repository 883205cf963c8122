// What to set when a value is spelled otherwise than it was read. Hints name the option; in a mapping the setting is
// called the same, below `spelling`.
import { decimalOf, type ValueSpelling } from '../../../../foundation/cells/value-spelling.js';
import { Fault } from './cell-encoder.js';
import { toIsoClock } from './spelled-time.js';

/** The hint of a fault that a spelling may be the reason of; undefined where the usual one says enough. */
export function spellingHint(
  fault: number,
  value: string,
  spelling: ValueSpelling | undefined,
): string | undefined {
  const text = value.trim();
  if (fault === Fault.integer && /^[-+]?\d+[.,]\d{1,2}$/.test(text)) return undefined;
  if (fault === Fault.integer || fault === Fault.number) return numberHint(text, spelling);
  if (fault === Fault.date || fault === Fault.timestamp) return dateHint(text, spelling);
  if (fault === Fault.time && toIsoClock(text) !== undefined) {
    return 'Write 14:30 or 14:30:15; or set `clock: true` for the field in a mapping.';
  }
  if (fault === Fault.boolean && text.length <= 12) {
    return 'Write true or false (also yes/no, 1/0); or name the words with --true ja --false nein.';
  }
  return undefined;
}

function numberHint(text: string, spelling: ValueSpelling | undefined): string | undefined {
  if (/^[-–—?#]+$|^(n\/?a|#n\/a|null|none|nil|unknown)$/i.test(text)) {
    return `If it means that there is no value, set --null ${JSON.stringify(text)}.`;
  }
  if (/%$/.test(text) && spelling?.percent === undefined)
    return 'Set --percent points (12% is 12) or share (0.12).';
  if (
    /^\D{0,4}\d[\d.,'\s\u00a0\u202f]*\D{0,4}$/u.test(text) &&
    /\p{Sc}|[A-Z]{3}/u.test(text) &&
    !spelling?.currency
  ) {
    return 'Set --currency to drop the signs of currencies.';
  }
  if (spelling?.decimal !== undefined || spelling?.thousands !== undefined) {
    const read = [
      `a decimal ${decimalOf(spelling) === ',' ? 'comma' : 'point'}`,
      spelling.thousands === undefined ? 'no thousands separator' : `thousands as 1${spelling.thousands}000`,
    ];
    return `The column is read with ${read.join(' and ')}; set --decimal and --thousands if that is wrong.`;
  }
  if (/^[-+]?\d{1,3}(,\d{2,3})*,\d{3}(\.\d+)?$/.test(text)) {
    return 'Set --thousands , if commas group the digits, or --decimal , if they begin the decimals.';
  }
  if (/^[-+]?\d[\d.\s\u00a0\u202f']*,\d+$/u.test(text)) {
    return 'Write decimals with a point: 1234.50. Or set --decimal , to read the file as it is.';
  }
  if (/^[-+]?\d{1,3}([\s\u00a0\u202f'\u2019_.]\d{3})+(\.\d+)?$/u.test(text)) {
    return 'Set --thousands to what groups the digits.';
  }
  return undefined;
}

function dateHint(text: string, spelling: ValueSpelling | undefined): string | undefined {
  if (spelling?.dateOrder !== undefined) {
    return `Dates of this column are read as ${spelling.dateOrder}; set --date-order if that is wrong.`;
  }
  if (/^\d{1,4}[./\-\s]+\d{1,2}[./\-\s]+\d{1,4}/.test(text) || /^\p{L}*[\s.,]*\d{1,2}.*\d{2,4}/u.test(text)) {
    return 'Write dates as YYYY-MM-DD: 2026-11-23. Or say how they are written with --date-order dmy, mdy or ymd.';
  }
  return undefined;
}
