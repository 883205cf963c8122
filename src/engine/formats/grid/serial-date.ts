// Dates as spreadsheets count them: days since an epoch, the time of day as the fraction. The 1900 system has a day that never
// was, 29 February 1900, as number 60 (ECMA-376 part 1, 18.17.4.1).

const DAY_MS = 86_400_000;
/** 30 December 1899: right for all numbers above 60 in the 1900 system. */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
/** 31 December 9999. */
const LAST_1900 = 2_958_465;

export type SerialKind = 'date' | 'time' | 'datetime' | 'duration';

/**
 * The text of a serial number: `2026-12-31`, `2026-12-31 23:59:59`, `23:59:59`, for durations `49:30:00`. A date that has a time of
 * day keeps it, a time that has a day too. Fractions of a second go down to milliseconds; where the format shows none, what is left
 * of binary rounding (5 ms) is no fraction. Undefined for a day that never was, and beyond the years 1900 to 9999.
 */
export function findSerialText(
  serial: number,
  kind: SerialKind,
  system: 1900 | 1904,
  fraction = false,
): string | undefined {
  if (!Number.isFinite(serial) || Math.abs(serial) > 1e8) return undefined;
  let ms = Math.round(serial * DAY_MS);
  if (!fraction) {
    const off = ms - Math.round(ms / 1000) * 1000;
    if (Math.abs(off) <= 5) ms -= off;
  }
  if (kind === 'duration') return timeText(Math.abs(ms), ms < 0);
  if (ms < 0) return undefined;
  const day = Math.floor(ms / DAY_MS);
  const time = ms - day * DAY_MS;
  // Without a day it is a time of day, whatever the format shows; the 1904 system begins with a day of its own.
  if (day === 0 && (kind === 'time' || system === 1900)) return timeText(time, false);
  const date = findDay(day, system);
  if (date === undefined) return undefined;
  return kind === 'date' && time === 0 ? date : `${date} ${timeText(time, false)}`;
}

function findDay(day: number, system: 1900 | 1904): string | undefined {
  if (system === 1904) return day > LAST_1900 - 1462 ? undefined : dayText(EPOCH_1904 / DAY_MS + day);
  if (day === 60 || day > LAST_1900) return undefined;
  return dayText(EPOCH_1900 / DAY_MS + (day < 60 ? day + 1 : day));
}

/** The Gregorian date of a day since 1970. Years are counted from March here, so that a leap day is the last one. */
function dayText(day: number): string {
  const since0 = day + 719_468;
  const era = Math.floor(since0 / 146_097);
  const ofEra = since0 - era * 146_097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const fromMarch = Math.floor((5 * ofYear + 2) / 153);
  const date = ofYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return `${era * 400 + year + (month <= 2 ? 1 : 0)}-${two(month)}-${two(date)}`;
}

const two = (n: number): string => (n < 10 ? `0${n}` : String(n));

function timeText(ms: number, negative: boolean): string {
  const rest = ms % 1000;
  const seconds = Math.floor(ms / 1000);
  const text = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const parts = rest === 0 ? '' : `.${String(rest).padStart(3, '0').replace(/0+$/, '')}`;
  return `${negative ? '-' : ''}${text}${parts}`;
}

/** The serial number, 1900 system, of a text as PostgreSQL writes it; undefined for what a spreadsheet can't hold as a date. */
export function findSerial(text: string, kind: 'date' | 'time' | 'timestamp'): number | undefined {
  if (kind === 'time') {
    const ms = findTimeMs(text);
    return ms === undefined ? undefined : ms / DAY_MS;
  }
  const found = /^(\d{4})-(\d{2})-(\d{2})(?: (.+))?$/.exec(text);
  if (!found || (found[4] !== undefined) !== (kind === 'timestamp')) return undefined;
  const day = (Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])) - EPOCH_1900) / DAY_MS;
  // Days before March 1900 are counted differently by different programs.
  if (day <= 60 || day > LAST_1900) return undefined;
  const ms = found[4] === undefined ? 0 : findTimeMs(found[4]);
  return ms === undefined ? undefined : day + ms / DAY_MS;
}

/** Milliseconds of the day; undefined if the text is finer than that, or no time of one day. */
function findTimeMs(text: string): number | undefined {
  const found = /^(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?$/.exec(text);
  if (!found || Number(found[1]) > 23) return undefined;
  const whole = (Number(found[1]) * 60 + Number(found[2])) * 60 + Number(found[3]);
  return whole * 1000 + Number((found[4] ?? '').padEnd(3, '0'));
}
