// Without workers nothing that was queued or scheduled is done.
import { readQueueNumbers } from '../../../engine/jobs/queue-numbers.js';
import { DEFAULT_TIMING } from '../../../engine/jobs/start-workers.js';
import { countOf } from '../../terminal/number-text.js';
import { bad, type DoctorCheck, look, ok } from '../diagnosis.js';

export const checkWorkers: DoctorCheck = {
  name: 'workers',
  needs: 'schema',
  async look({ app }) {
    const { workers, waiting } = await readQueueNumbers(app.database, DEFAULT_TIMING.deadAfterSeconds);
    if (workers > 0) return ok(`${countOf(workers, 'worker')} alive`);
    const advice = 'dovetail start, or dovetail work';
    if (waiting > 0) return bad(`No worker is alive; waiting: ${countOf(waiting, 'job')}`, advice);
    return look('No worker is alive: what is queued or scheduled will wait', advice);
  },
};
