// Schedules that stay away: nobody came to their moment, or nobody began with what it asks for.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { readLateSchedules } from '../../jobs/schedules/index.js';
import type { Watcher } from './watcher.js';

export const createScheduleWatcher = (db: Queryable, now: () => Date): Watcher => ({
  scope: { source: 'schedules', type: 'late' },
  async look() {
    const late = await readLateSchedules(db, now());
    return late.map(({ name, kind, moment, says }) => ({
      source: 'schedules',
      type: 'late',
      resource: kind,
      itemId: name,
      severity: 'warning',
      message: `The schedule ${name}, due at ${moment.toISOString()}, ${SAYS[says]}. Is a worker alive? dovetail doctor`,
      details: { schedule: name, moment: moment.toISOString(), why: says },
    }));
  },
});

const SAYS = {
  overdue: 'has not come',
  waiting: 'has come, but its job waits',
  missed: 'was missed, because no worker was there',
} as const;
