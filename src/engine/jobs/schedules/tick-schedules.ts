// The tick: every moment that has come becomes a job, once, however many processes tick.
import type { Client, Database } from '../../../foundation/postgres/database.js';
import { fire, leaveOut } from './firing-store.js';
import type { Schedule } from './schedule.js';
import { findNextMoment } from './schedule-moment.js';
import { fromRow, type ScheduleRow } from './schedule-store.js';
import { isOpen } from './schedule-window.js';

/** A moment that is noticed later than this was missed: no worker was there. */
const LATE_MS = 60_000;

/**
 * Turns what is due at `now` into jobs; returns how many. A schedule's row is locked while its moment becomes a job and the next
 * one is written, in one transaction, so each moment is dealt with once. Of the moments that nobody was there for, the last
 * is made up for, and said to be late; outside the windows it is left out.
 */
export async function tickSchedules(database: Database, now: Date): Promise<number> {
  let fired = 0;
  while (await database.transaction((client) => fireNext(client, now))) fired++;
  return fired;
}

async function fireNext(client: Client, now: Date): Promise<boolean> {
  const { rows } = await client.query<ScheduleRow>(
    `select s.*, s.id::text as id from dovetail.schedules s where s.next_at <= $1 and not s.paused
     order by s.next_at limit 1 for update skip locked`,
    [now],
  );
  if (rows[0] === undefined) return false;
  const schedule = fromRow(rows[0]);
  const moment = findLastDue(schedule, now);
  const late = now.getTime() - schedule.nextAt!.getTime() > LATE_MS;
  if (late && !isOpen(schedule.windows, schedule.timeZone, now)) {
    await leaveOut(
      client,
      schedule.id,
      moment,
      'No worker was there at the moment, and now the window is shut.',
    );
  } else {
    await fire(client, schedule, moment, { late });
  }
  await client.query('update dovetail.schedules set next_at = $2 where id = $1', [
    schedule.id,
    findNextMoment(schedule, now) ?? null,
  ]);
  return true;
}

/** How many missed moments are looked through for the last one; of more, the one then reached stands for all. */
const MOST_MISSED = 2_000;

function findLastDue(schedule: Schedule, now: Date): Date {
  let moment = schedule.nextAt!;
  for (let i = 0; i < MOST_MISSED; i++) {
    const next = findNextMoment(schedule, moment);
    if (next === undefined || next > now) break;
    moment = next;
  }
  return moment;
}
