// Days and instants between numbers and PostgreSQL's text, exact in every digit and for every year PostgreSQL has.

const DAY_NANOS = 86_400_000_000_000n;

/** `2026-12-31`, `0044-03-15 BC`. Days since 1970-01-01, proleptic Gregorian calendar. */
export function toDateText(days: number): string {
  const { text, bc } = toDateParts(days);
  return bc ? `${text} BC` : text;
}

function toDateParts(days: number): { readonly text: string; readonly bc: boolean } {
  // Eras of 400 years that begin in March, so that the leap day comes last.
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const day = z - era * 146_097;
  const year = Math.floor(
    (day - Math.floor(day / 1460) + Math.floor(day / 36_524) - Math.floor(day / 146_096)) / 365,
  );
  const dayOfYear = day - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const month = Math.floor((5 * dayOfYear + 2) / 153);
  const m = month < 10 ? month + 3 : month - 9;
  const d = dayOfYear - Math.floor((153 * month + 2) / 5) + 1;
  const y = year + era * 400 + (m <= 2 ? 1 : 0);
  const pad = (value: number, length: number): string => String(value).padStart(length, '0');
  // There is no year 0: the one before 1 is 1 BC.
  return { text: `${pad(y > 0 ? y : 1 - y, 4)}-${pad(m, 2)}-${pad(d, 2)}`, bc: y <= 0 };
}

/** `23:59:59.5`; nanoseconds since midnight. */
export function toTimeText(nanos: bigint): string {
  const seconds = Number(nanos / 1_000_000_000n);
  const rest = Number(nanos % 1_000_000_000n);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const text = `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
  return rest === 0 ? text : `${text}.${String(rest).padStart(9, '0').replace(/0+$/, '')}`;
}

/** `2026-12-31 23:59:59.5`, with `+00` where it is an instant; nanoseconds since 1970-01-01 00:00. */
export function toTimestampText(nanos: bigint, utc: boolean): string {
  let days = nanos / DAY_NANOS;
  let rest = nanos % DAY_NANOS;
  if (rest < 0n) {
    days -= 1n;
    rest += DAY_NANOS;
  }
  const { text, bc } = toDateParts(Number(days));
  return `${text} ${toTimeText(rest)}${utc ? '+00' : ''}${bc ? ' BC' : ''}`;
}

const DATE = /^(\d{4,7})-(\d\d)-(\d\d)( BC)?$/;
const TIME = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/;
const TIMESTAMP =
  /^(\d{4,7}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d{1,6})?)([-+]\d\d(?::?\d\d(?::?\d\d)?)?)?( BC)?$/;

/** Days since 1970-01-01; undefined for what is no date of the calendar (infinity). */
export function findDays(text: string): number | undefined {
  const match = DATE.exec(text);
  if (!match) return undefined;
  const month = Number(match[2]);
  const year = (match[4] ? 1 - Number(match[1]) : Number(match[1])) - (month <= 2 ? 1 : 0);
  const era = Math.floor(year / 400);
  const inEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + Number(match[3]) - 1;
  return era * 146_097 + inEra * 365 + Math.floor(inEra / 4) - Math.floor(inEra / 100) + dayOfYear - 719_468;
}

/** Microseconds since midnight. */
export function findTimeMicros(text: string): bigint | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const seconds = Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
  return BigInt(seconds) * 1_000_000n + BigInt((match[4] ?? '').padEnd(6, '0'));
}

/** Microseconds since 1970-01-01 00:00, of the instant where the text has an offset; undefined for infinity. */
export function findTimestampMicros(text: string): bigint | undefined {
  const match = TIMESTAMP.exec(text);
  if (!match) return undefined;
  const days = findDays(`${match[1]}${match[4] ?? ''}`);
  const time = findTimeMicros(match[2]!);
  if (days === undefined || time === undefined) return undefined;
  const [hours = '0', minutes = '0', seconds = '0'] = (match[3] ?? '').slice(1).match(/\d\d/g) ?? [];
  const offset =
    (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * (match[3]?.[0] === '-' ? -1 : 1);
  return BigInt(days) * 86_400_000_000n + time - BigInt(offset) * 1_000_000n;
}
