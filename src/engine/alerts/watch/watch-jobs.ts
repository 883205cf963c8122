// Jobs that nobody will try again, told by task; a job of a notifier tells of its own failure.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { countFailedJobs } from '../../jobs/failed-jobs.js';
import type { Watcher } from './watcher.js';

export const createJobWatcher = (db: Queryable): Watcher => ({
  scope: { source: 'jobs', type: 'given_up' },
  async look() {
    const tasks = await countFailedJobs(db);
    return tasks
      .filter(({ task }) => !task.startsWith('notify.'))
      .map(({ task, count, latest, says }) => ({
        source: 'jobs',
        type: 'given_up',
        resource: task,
        severity: 'error',
        count,
        message: `${count === 1 ? 'A job' : `${count} jobs`} of ${task} failed for good, the latest with: ${says}`,
        details: { task, jobs: count, latest },
      }));
  },
});
