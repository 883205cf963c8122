// Jobs that wait too long, and those that were given up.
import { listFailedJobs } from '../../../engine/jobs/failed-jobs.js';
import { readQueueNumbers } from '../../../engine/jobs/queue-numbers.js';
import { DEFAULT_TIMING } from '../../../engine/jobs/start-workers.js';
import { countOf } from '../../terminal/number-text.js';
import { bad, type Diagnosis, type DoctorCheck, listFew, look, ok } from '../diagnosis.js';

const LONG_SECONDS = 600;

export const checkJobs: DoctorCheck = {
  name: 'jobs',
  needs: 'schema',
  async look({ app }) {
    const { waiting, oldestSeconds, running, failed } = await readQueueNumbers(
      app.database,
      DEFAULT_TIMING.deadAfterSeconds,
    );
    const found: Diagnosis[] = [];
    if (oldestSeconds > LONG_SECONDS) {
      const says = `Waiting: ${countOf(waiting, 'job')}, the oldest for ${Math.round(oldestSeconds / 60)} minutes`;
      found.push(...bad(says, 'Start more workers, or raise their --concurrency.'));
    }
    if (failed > 0) {
      const jobs = await listFailedJobs(app.database);
      const names = jobs.map(({ id, task, says }) => `${id} ${task} (${says})`);
      const says = `${countOf(failed, 'job')} failed for good: ${listFew(names, 3)}`;
      found.push(
        ...look(says, 'Mend the cause, and do again what they were for: dovetail runs, dovetail schedules.'),
      );
    }
    return found.length > 0 ? found : ok(`${waiting} waiting, ${running} running, none given up`);
  },
};
