// Runs that nobody holds any more: their process was killed, and no worker took them over.
import { LEASE_SECONDS, listAbandonedRuns, readRunNumbers } from '../../../engine/pipeline/index.js';
import { countOf } from '../../terminal/number-text.js';
import { type DoctorCheck, listFew, look, ok } from '../diagnosis.js';

export const checkRuns: DoctorCheck = {
  name: 'runs',
  needs: 'schema',
  async look({ app }) {
    // A worker takes one over within seconds; what lies longer waits for somebody.
    const abandoned = await listAbandonedRuns(app.database, 2 * LEASE_SECONDS);
    if (abandoned.length > 0) {
      const names = abandoned.map(({ id, title }) => `${id} (${title})`);
      return look(
        `${countOf(abandoned.length, 'run')} ${abandoned.length === 1 ? 'was' : 'were'} left in the middle: ${listFew(names)}`,
        `dovetail runs resume ${abandoned[0]!.id}, or dovetail runs cancel ${abandoned[0]!.id}`,
      );
    }
    const { open, ended } = await readRunNumbers(app.database);
    const failed = ended.get('failed') ?? 0;
    const says = `${open.get('running') ?? 0} running, ${open.get('queued') ?? 0} queued, none left in the middle`;
    if (failed === 0) return ok(says);
    return look(`${countOf(failed, 'run')} failed within a day; ${says}`, 'dovetail runs list');
  },
};
