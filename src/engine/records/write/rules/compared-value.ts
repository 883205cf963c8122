// Order of numbers, dates and times in PostgreSQL's text form: exact, because a rule that rounds lets values through.
import type { FieldType } from '../../../catalog/catalog.js';

type Order = (value: string) => number | undefined;

const NUMBERS = new Set(['int2', 'int4', 'int8', 'oid', 'numeric', 'float4', 'float8']);
const MOMENTS = new Set(['date', 'timestamp', 'timestamptz', 'time', 'timetz']);

export const isNumber = (type: FieldType): boolean => NUMBERS.has(type.base) && !type.array;
export const isMoment = (type: FieldType): boolean => MOMENTS.has(type.base) && !type.array;

/** How a value lies to `bound`: negative below, 0 equal, positive above; undefined where there is no order (NaN). */
export function orderAgainst(bound: string, type: FieldType): Order {
  if (isNumber(type)) return (value) => compareNumbers(value, bound);
  const limit = toMoment(bound);
  return (value) => {
    const moment = toMoment(value);
    if (moment === undefined || limit === undefined) return undefined;
    return moment < limit ? -1 : moment > limit ? 1 : 0;
  };
}

const PLAIN = /^(-?)(\d+)(?:\.(\d+))?$/;

function compareNumbers(a: string, b: string): number | undefined {
  const [x, y] = [Number(a), Number(b)];
  if (Number.isNaN(x) || Number.isNaN(y)) return undefined;
  // Reading as a double may make different numbers equal, but never turns their order round.
  if (x !== y) return x < y ? -1 : 1;
  const [left, right] = [PLAIN.exec(a), PLAIN.exec(b)];
  if (left === null || right === null) return 0;
  const digits = Math.max(left[3]?.length ?? 0, right[3]?.length ?? 0);
  const whole = (parts: RegExpExecArray): bigint =>
    BigInt(`${parts[1]}${parts[2]}${(parts[3] ?? '').padEnd(digits, '0')}`);
  const difference = whole(left) - whole(right);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

const MOMENT =
  /^(?:(\d{4,7})-(\d\d)-(\d\d))?[T ]?(?:(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?)?(Z|[+-]\d\d(?::?\d\d(?::?\d\d)?)?)?( BC)?$/;

/** Microseconds since 1970 (of a time of day: since midnight), in UTC where there is an offset. */
export function toMoment(text: string): bigint | number | undefined {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  const parts = MOMENT.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone, era] = parts;
  const days =
    year === undefined ? 0 : daysSince1970(era ? 1 - Number(year) : Number(year), Number(month), Number(day));
  const seconds = days * 86_400 + Number(hour) * 3_600 + Number(minute) * 60 + Number(second);
  return BigInt(seconds - offsetOf(zone)) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0;
  const [hours = 0, minutes = 0, seconds = 0] = (zone.match(/\d\d/g) ?? []).map(Number);
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3_600 + minutes * 60 + seconds);
}

/** In the Gregorian calendar, which PostgreSQL extends to all times; years count through 0. JavaScript's dates end too early. */
function daysSince1970(year: number, month: number, day: number): number {
  // Years that begin in March have their leap day last.
  const y = month > 2 ? year : year - 1;
  const m = (month + 9) % 12;
  const leapDays = Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400);
  return y * 365 + leapDays + Math.floor((153 * m + 2) / 5) + day - 1 - 719_468;
}
