// Windows: when a schedule may run at all. Written `22:00-06:00` or `mon-fri 22:00-06:00`.
import type { ScheduleWindow } from './schedule.js';
import { schedulesError } from './schedules-errors.js';

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FORM = /^(?:([a-z]{3}(?:[-,][a-z]{3})*)\s+)?(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$/i;

/** Reads one window. Throws SCHEDULES-105. */
export function toWindow(text: string): ScheduleWindow {
  const match = FORM.exec(text.trim());
  const [, days, fromHour, fromMinute, toHour, toMinute] = match ?? [];
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  const named = days === undefined ? [0, 1, 2, 3, 4, 5, 6] : days.split(',').flatMap(toDays);
  const sound = from < 1440 && to <= 1440 && from !== to && Number(fromMinute) < 60 && Number(toMinute) < 60;
  if (match !== null && sound && !named.includes(-1)) return { days: [...new Set(named)].sort(), from, to };
  throw schedulesError(105, {
    detail: `'${text}' is no window.`,
    hint: 'Write 22:00-06:00, or with days: mon-fri 22:00-06:00, sat,sun 00:00-24:00.',
  });
}

function toDays(word: string): readonly number[] {
  const [first, last = first] = word
    .toLowerCase()
    .split('-')
    .map((day) => DAYS.indexOf(day));
  if (first === -1 || last === -1 || first === undefined || last === undefined) return [-1];
  return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, i) => (first + i) % 7);
}

/** The window as it is written. */
export function fromWindow({ days, from, to }: ScheduleWindow): string {
  const time = (minutes: number) =>
    `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const on = days.length === 7 ? '' : `${days.map((day) => DAYS[day]).join(',')} `;
  return `${on}${time(from)}-${time(to)}`;
}

/** True if the moment lies in one of the windows, or if there are none. */
export function isOpen(windows: readonly ScheduleWindow[], timeZone: string, moment: Date): boolean {
  if (windows.length === 0) return true;
  const { day, minute } = toWallClock(timeZone, moment);
  return windows.some(({ days, from, to }) => {
    if (from < to) return days.includes(day) && minute >= from && minute < to;
    return (days.includes(day) && minute >= from) || (days.includes((day + 6) % 7) && minute < to);
  });
}

// Making one costs more than a hundred uses of it.
const FORMATS = new Map<string, Intl.DateTimeFormat>();

function readFormat(timeZone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  });
  FORMATS.set(timeZone, format);
  return format;
}

function toWallClock(timeZone: string, moment: Date): { readonly day: number; readonly minute: number } {
  const parts = new Map(
    readFormat(timeZone)
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: DAYS.indexOf(parts.get('weekday')!.toLowerCase()),
    minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}
