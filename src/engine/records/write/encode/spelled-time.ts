// Dates and times in a source's own order: rewritten into ISO 8601 and handed to the plain encoder, which judges them.
import type { DateOrder, ValueSpelling } from '../../../../foundation/cells/value-spelling.js';
import { type CellEncoder, Fault } from './cell-encoder.js';
import { findMonth } from './month-names.js';

const LONGEST = 100;
const DEFAULT_PIVOT = 70;

const DIGITS = /^(\d{1,4})([./\-\s])\s?(\d{1,2})\2\s?(\d{1,4})\.?$/;
/** `12 March 2026`, `12-Mar-26`, `12. März 2026`, `12 de marzo de 2026`. */
const NAMED =
  /^(\d{1,4})(?:st|nd|rd|th|er|º)?[.\s\-/]*(?:de\s+)?(\p{L}{3,})\.?[\s\-/,]*(?:de[l]?\s+)?(\d{1,4})$/u;
/** `March 12, 2026`. */
const NAME_FIRST = /^(\p{L}{3,})\.?[\s\-/]*(\d{1,2})(?:st|nd|rd|th)?[\s\-/,]+(\d{4}|\d{2})$/u;
/** A weekday before it says nothing that the date doesn't. */
const WEEKDAY = /^\p{L}{2,10}\.?,\s*(?=\d|\p{L})/u;

/** The date as `YYYY-MM-DD`, or undefined if it is none in this order. ISO dates come through as they are. */
export function toIsoDate(text: string, order: DateOrder, pivot: number): string | undefined {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  const digits = DIGITS.exec(text);
  if (digits) {
    const [a, b, c] = [digits[1]!, digits[3]!, digits[4]!];
    if (a.length > 2 || order === 'ymd')
      return a.length === 3 || c.length > 2 ? undefined : toDate(a, b, c, pivot);
    if (c.length !== 2 && c.length !== 4) return undefined;
    return order === 'dmy' ? toDate(c, b, a, pivot) : toDate(c, a, b, pivot);
  }
  const named = NAMED.exec(text.replace(WEEKDAY, ''));
  if (named) {
    const month = findMonth(named[2]!);
    const [first, third] = [named[1]!, named[3]!];
    if (month === undefined) return undefined;
    return first.length === 4
      ? toDate(first, String(month), third, pivot)
      : third.length === 4 || third.length === 2
        ? toDate(third, String(month), first, pivot)
        : undefined;
  }
  const name = NAME_FIRST.exec(text.replace(WEEKDAY, ''));
  const month = name && findMonth(name[1]!);
  return name && month !== undefined && month !== null
    ? toDate(name[3]!, String(month), name[2]!, pivot)
    : undefined;
}

function toDate(year: string, month: string, day: string, pivot: number): string | undefined {
  if (day.length > 2 || month.length > 2 || (year.length !== 4 && year.length !== 2)) return undefined;
  const whole = year.length === 4 ? year : `${Number(year) < pivot ? 20 : 19}${year}`;
  return `${whole}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

const CLOCK =
  /^(\d{1,2})(?:[:h.](\d{2})(?:[:.](\d{2})([.,]\d{1,9})?)?|h)?\s*(?:([ap])\.?m?\.?)?(?:\s*Uhr)?$/i;

/** `2:30 pm`, `9:05`, `14h30`, `14.30` as `HH:MM[:SS[.f]]`; undefined for anything else. */
export function toIsoClock(text: string): string | undefined {
  const parts = CLOCK.exec(text);
  if (!parts || (parts[2] === undefined && parts[5] === undefined && !/h$/i.test(text))) return undefined;
  let hour = Number(parts[1]);
  if (parts[5] !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (parts[5].toLowerCase() === 'p' ? 12 : 0);
  }
  const seconds = parts[3] === undefined ? '' : `:${parts[3]}${parts[4]?.replace(',', '.') ?? ''}`;
  return `${String(hour).padStart(2, '0')}:${parts[2] ?? '00'}${seconds}`;
}

/** A date in the spelling's order. `plain` judges what comes out, and what isn't recognised: `infinity`, ISO. */
export function spelledDate(plain: CellEncoder, spelling: ValueSpelling): CellEncoder {
  const order = spelling.dateOrder!;
  const pivot = spelling.pivot ?? DEFAULT_PIVOT;
  const scratch = Buffer.alloc(LONGEST * 4);
  const dayFirst = order === 'dmy';
  return (bytes, start, end, out, pos) => {
    // 31.12.2026, by far the most frequent form: moved about, no text made of it.
    if (end - start === 10 && order !== 'ymd' && isPlain(bytes, start)) {
      bytes.copy(scratch, 0, start + 6, end);
      scratch[4] = scratch[7] = 0x2d;
      bytes.copy(scratch, 5, dayFirst ? start + 3 : start, dayFirst ? start + 5 : start + 2);
      bytes.copy(scratch, 8, dayFirst ? start : start + 3, dayFirst ? start + 2 : start + 5);
      return plain(scratch, 0, 10, out, pos);
    }
    if (end - start > LONGEST) return Fault.date;
    const text = bytes.toString('utf8', start, end).trim();
    // A date with midnight beside it is what spreadsheets make of a date.
    const date = toIsoDate(text.replace(/[ T]0{1,2}:00(:00(\.0+)?)?$/, ''), order, pivot);
    if (date === undefined) return plain(bytes, start, end, out, pos);
    return plain(scratch, 0, scratch.write(date, 'latin1'), out, pos);
  };
}

function isPlain(bytes: Buffer, at: number): boolean {
  const sign = bytes[at + 2]!;
  if ((sign !== 0x2e && sign !== 0x2f && sign !== 0x2d) || bytes[at + 5] !== sign) return false;
  for (let k = 0; k < 10; k++) {
    if (k === 2 || k === 5) continue;
    const byte = bytes[at + k]!;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return true;
}

const SPLIT = /^(.*?\d{2,4}\.?|.*?\d)(?:,?\s+|T)(\d{1,2}(?:[:h.]\d{2}.*|\s*[ap]\.?m.*))$/iu;
const ZONE = /\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$/i;

/** A date in the spelling's order, alone or with a time of day, and an offset where the type has one. */
export function spelledTimestamp(plain: CellEncoder, spelling: ValueSpelling): CellEncoder {
  const order = spelling.dateOrder!;
  const pivot = spelling.pivot ?? DEFAULT_PIVOT;
  const scratch = Buffer.alloc(LONGEST * 4);
  return (bytes, start, end, out, pos) => {
    if (end - start > LONGEST) return Fault.timestamp;
    const text = bytes.toString('utf8', start, end).trim();
    const parts = SPLIT.exec(text);
    const date = toIsoDate(parts ? parts[1]!.trim() : text, order, pivot);
    if (date === undefined) return plain(bytes, start, end, out, pos);
    if (!parts) return plain(scratch, 0, scratch.write(date, 'latin1'), out, pos);
    const zone = ZONE.exec(parts[2]!);
    const clock = toIsoClock(parts[2]!.slice(0, zone?.index).trim());
    if (clock === undefined) return Fault.timestamp;
    const offset = zone ? (/^[+-]/.test(zone[1]!) ? zone[1]! : 'Z') : '';
    return plain(scratch, 0, scratch.write(`${date} ${clock}${offset}`, 'latin1'), out, pos);
  };
}

/** A time of day as people say it; what isn't recognised is left to `plain`. */
export function spelledTime(plain: CellEncoder): CellEncoder {
  const scratch = Buffer.alloc(LONGEST);
  return (bytes, start, end, out, pos) => {
    if (end - start > LONGEST) return Fault.time;
    const clock = toIsoClock(bytes.toString('utf8', start, end).trim());
    if (clock === undefined) return plain(bytes, start, end, out, pos);
    return plain(scratch, 0, scratch.write(clock, 'latin1'), out, pos);
  };
}
