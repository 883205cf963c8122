// What is no longer kept is removed once a day by a worker; where that has not happened, the database grows.
import { readDailyJobs } from '../../../engine/jobs/daily-jobs.js';
import { type DoctorCheck, look, ok } from '../diagnosis.js';

const DAY_MS = 86_400_000;

export const checkRetention: DoctorCheck = {
  name: 'retention',
  needs: 'schema',
  async look({ app, now }) {
    const daily = await readDailyJobs(app.database);
    // The day before yesterday: between two midnights somebody may have stopped the workers for a night.
    const late = daily.filter(({ day }) => now.getTime() - day.getTime() > 3 * DAY_MS);
    if (late.length === 0)
      return ok(daily.length === 0 ? 'No worker has been there yet' : 'Done within days');
    const oldest = new Date(Math.min(...late.map(({ day }) => day.getTime())));
    return look(
      `What is no longer kept was last removed on ${oldest.toISOString().slice(0, 10)}`,
      'dovetail work does it by itself every day; dovetail runs prune does it now.',
    );
  },
};
