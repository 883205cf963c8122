// Dates and times in ISO 8601 and in PostgreSQL's own output form, and in no other: what 01/02/24 means is for the
// user to say, not for us to guess.
import { type CellEncoder, Fault, putAscii } from './cell-encoder.js';

const DAYS = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const WORDS = new Set(['infinity', '-infinity', 'epoch']);

function digit(bytes: Buffer, at: number): number {
  const value = bytes[at]! - 0x30;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}
const two = (bytes: Buffer, at: number): number => digit(bytes, at) * 10 + digit(bytes, at + 1);
const four = (bytes: Buffer, at: number): number => two(bytes, at) * 100 + two(bytes, at + 2);

function isDate(year: number, month: number, day: number): boolean {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= DAYS[month]!) || !(year >= 1)) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}

/** `2026-11-23`; also `20261123`, `2026/11/23`, years beyond 9999, `… BC`, `infinity`. */
export const encodeDate: CellEncoder = (bytes, start, end, out, pos) => {
  if (end - start === 10 && bytes[start + 4] === 0x2d && bytes[start + 7] === 0x2d) {
    if (!isDate(four(bytes, start), two(bytes, start + 5), two(bytes, start + 8))) return Fault.date;
    for (let i = 0; i < 10; i++) out[pos + i] = bytes[start + i]!;
    return pos + 10;
  }
  if (end - start > 40) return Fault.date;
  const date = toIsoDate(bytes.toString('latin1', start, end).trim());
  return date === undefined ? Fault.date : putAscii(date, out, pos);
};

const DATE = /^(\d{4,7})([-/]?)(\d{2})\2(\d{2})( BC)?$/i;

function toIsoDate(text: string): string | undefined {
  if (WORDS.has(text.toLowerCase()))
    return text.toLowerCase() === 'epoch' ? '1970-01-01' : text.toLowerCase();
  const parts = DATE.exec(text);
  if (!parts || (parts[2] === '' && parts[1]!.length !== 4)) return undefined;
  // 1 BC is the year 0 of the rule for leap years.
  const year = parts[5] === undefined ? Number(parts[1]) : 401 - (Number(parts[1]) % 400);
  if (Number(parts[1]) < 1 || !isDate(year, Number(parts[3]), Number(parts[4]))) return undefined;
  if (Number(parts[1]) > (parts[5] === undefined ? 5_874_897 : 4_713)) return undefined;
  return `${parts[1]}-${parts[3]}-${parts[4]}${parts[5] === undefined ? '' : ' BC'}`;
}

const CLOCK = /^(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?$/;
const ZONE = /^(?:Z|[+-](\d{2})(?::?(\d{2})(?::?(\d{2}))?)?)$/i;

function isClock(text: string): boolean {
  const parts = CLOCK.exec(text);
  if (!parts) return false;
  const [hour, minute, second] = [Number(parts[1]), Number(parts[2]), Number(parts[3] ?? 0)];
  // 24:00:00 ends a day; second 60 is a leap second, which PostgreSQL carries over.
  if (hour === 24) return minute === 0 && second === 0 && Number(parts[4] ?? 0) === 0;
  return hour < 24 && minute < 60 && second <= 60;
}

function isZone(text: string): boolean {
  const parts = ZONE.exec(text);
  return (
    parts !== null && Number(parts[1] ?? 0) <= 15 && Number(parts[2] ?? 0) < 60 && Number(parts[3] ?? 0) < 60
  );
}

const TIMESTAMP = /^(\d{4,7}[-/]?\d{2}[-/]?\d{2})(?:[T ]\s*([\d:.,]+)\s*(Z|[+-][\d:]+)?)?( BC)?$/i;

/** A date, alone or with a time of day (a blank or `T` between), and for `zoned` an offset; without one the session's zone counts. */
export function timestampEncoder(zoned: boolean): CellEncoder {
  return (bytes, start, end, out, pos) => {
    if (end - start > 60) return Fault.timestamp;
    const text = bytes.toString('latin1', start, end).trim();
    if (WORDS.has(text.toLowerCase())) return putAscii(text.toLowerCase(), out, pos);
    const parts = TIMESTAMP.exec(text);
    if (!parts) return Fault.timestamp;
    const date = toIsoDate(parts[1]! + (parts[4] ?? ''));
    if (date === undefined) return Fault.timestamp;
    if (parts[2] !== undefined && !isClock(parts[2])) return Fault.timestamp;
    if (parts[3] !== undefined && !isZone(parts[3])) return Fault.timestamp;
    const clock = parts[2] === undefined ? '' : ` ${parts[2].replace(',', '.')}`;
    const zone = zoned && parts[3] !== undefined ? parts[3].toUpperCase() : '';
    const [day, era] = date.split(' ');
    return putAscii(`${day}${clock}${zone}${era === undefined ? '' : ' BC'}`, out, pos);
  };
}

/** `14:30`, `14:30:15.25`; for `zoned` followed by an offset. */
export function timeEncoder(zoned: boolean): CellEncoder {
  return (bytes, start, end, out, pos) => {
    if (end - start > 40) return Fault.time;
    const text = bytes.toString('latin1', start, end).trim();
    const cut = zoned ? text.search(/[Z+-]/i) : -1;
    const clock = cut < 0 ? text : text.slice(0, cut).trimEnd();
    if (!isClock(clock) || (cut >= 0 && !isZone(text.slice(cut)))) return Fault.time;
    return putAscii(clock.replace(',', '.') + (cut < 0 ? '' : text.slice(cut)), out, pos);
  };
}
