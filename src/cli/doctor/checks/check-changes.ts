// A stream that nobody reads lets PostgreSQL's disk fill up to its limit, and then loses its place.
import { readStreamStatus } from '../../../engine/changes/index.js';
import { bad, type DoctorCheck, look, ok } from '../diagnosis.js';

/** WAL that waits for a reader who is busy. */
const MUCH_WAL = 1024 ** 3;

export const checkChanges: DoctorCheck = {
  name: 'changes',
  needs: 'schema',
  async look({ app }) {
    const { watched, slot, isRead, slotBytes } = await readStreamStatus(app.database);
    const size = `${Math.round(slotBytes / 1e6)} MB of WAL`;
    if (watched === undefined && slot === 'none') return ok('No table is watched');
    if (slot === 'lost') {
      return bad(
        'PostgreSQL gave up the replication slot: changes are missing from the log',
        'dovetail stream, or dovetail start: it begins anew and reads the tables again.',
      );
    }
    if (!isRead) {
      return look(
        slot === 'none'
          ? 'Nobody has read changes yet'
          : `Nobody reads changes; PostgreSQL keeps ${size} for it`,
        'dovetail start, or dovetail stream',
      );
    }
    if (slotBytes > MUCH_WAL) {
      return look(
        `The change stream is behind: ${size}`,
        'Is it giving way to an import, or is the disk slow?',
      );
    }
    return ok(`Changes are read; PostgreSQL keeps ${size} for it`);
  },
};
