// When a schedule is due. croner reads the expressions: it knows time zones, and needs nothing else.
import { Cron } from 'croner';
import type { ScheduleTiming } from './schedule.js';
import { isOpen } from './schedule-window.js';
import { schedulesError } from './schedules-errors.js';

/** As many moments as a schedule of every minute has in a week and a bit: more than any window can shut out. */
const MOST_LOOKS = 12_000;
/** Of rarer ones, those of a year and a bit. */
const ENOUGH_LOOKS = 400;
const ENOUGH_MS = 400 * 86_400_000;

/**
 * The first moment after `after` that lies in a window; undefined if there is none. Where the clock is put forward, a single time
 * of day that is left out (`30 2 * * *`) comes as soon as the clock goes on (03:00), times that repeat within the hour are left
 * out with it. Where it is put back, a single time of day comes once, the first time; times that repeat come in both hours.
 */
export function findNextMoment(timing: ScheduleTiming, after: Date): Date | undefined {
  const cron = readCron(timing);
  let moment: Date | null = after;
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    moment = cron.nextRun(moment);
    if (moment === null) return undefined;
    if (looks > ENOUGH_LOOKS && moment.getTime() - after.getTime() > ENOUGH_MS) return undefined;
    if (isOpen(timing.windows, timing.timeZone, moment)) return moment;
  }
  return undefined;
}

/** Checks cron expression, time zone and windows. Throws SCHEDULES-103, 104, 106. */
export function checkTiming(timing: ScheduleTiming, now: Date): void {
  if (findNextMoment(timing, now) !== undefined) return;
  throw schedulesError(106, {
    detail: `'${timing.cron}' (${timing.timeZone}) comes to no moment${timing.windows.length > 0 ? ' inside its windows' : ''}.`,
    hint: 'Check the day of the month against the month, and the times against the windows.',
  });
}

function readCron({ cron, timeZone }: ScheduleTiming): Cron {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone });
  } catch (cause) {
    throw schedulesError(104, {
      detail: `There is no time zone '${timeZone}'.`,
      hint: 'Use a name of the IANA list: Europe/Berlin, America/New_York, UTC.',
      cause,
    });
  }
  try {
    return new Cron(cron, { timezone: timeZone, paused: true, mode: '5-part' });
  } catch (cause) {
    throw schedulesError(103, {
      detail: `'${cron}' is no cron expression: ${(cause as Error).message.replace(/^CronPattern: /, '')}.`,
      hint: 'Five fields: minute, hour, day of the month, month, day of the week. `0 3 * * *` is every day at three.',
      cause,
    });
  }
}
