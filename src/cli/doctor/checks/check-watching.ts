// Tables that are watched: whether they still are as `dovetail watch` left them, and how much waits to be read.

import { readOutboxBytes } from '../../../engine/changes/trigger/outbox-size.js';
import { findSlotReading, SLOT_BYTES } from '../../../engine/changes/watch/slot-guard.js';
import { countOf } from '../../terminal/number-text.js';
import { bad, type Diagnosis, type DoctorCheck, look, ok } from '../diagnosis.js';

/** Of the limit: from here on somebody should look. */
const NEAR = 0.8;

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

export const checkWatching: DoctorCheck = {
  name: 'watched tables',
  needs: 'schema',
  async look({ app }) {
    if (app.watch === undefined) return ok('This build comes without the change stream');
    const watching = await app.watch.find();
    if (watching === undefined || watching.tables.length === 0) return ok('No table is watched');
    const found: Diagnosis[] = [
      ...ok(`${countOf(watching.tables.length, 'table')} watched, ${WAYS[watching.capture]}`),
    ];
    const { steps } = await app.watch.planRefresh();
    if (steps.length > 0) {
      found.push(
        ...look(
          `Tables were altered since: ${steps.map(({ says }) => says).join('; ')}`,
          'dovetail watch --all mends it, and so does the change stream by itself.',
        ),
      );
    }
    if (watching.capture === 'trigger') {
      const { bytes, limit, isLosing } = await readOutboxBytes(app.database);
      const advice = 'Is dovetail start, or dovetail stream, running? It reads them.';
      if (isLosing) found.push(...bad('The outbox is full: changes are being lost', advice));
      else if (bytes > limit * NEAR) {
        found.push(...look(`${megabytes(bytes)} of changes wait to be read, of ${megabytes(limit)}`, advice));
      }
      return found;
    }
    const slot = await findSlotReading(app.database, SLOT_BYTES);
    const advice =
      'Is dovetail start, or dovetail stream, running? It reads the log, so that the server may forget it.';
    if (slot?.state === 'lost') found.push(...bad('The server has given up the replication slot', advice));
    else if (slot !== undefined && slot.state !== 'fine') {
      found.push(
        ...look(
          `The replication slot holds ${megabytes(slot.bytes)} of WAL, of ${megabytes(slot.limit)}`,
          advice,
        ),
      );
    }
    return found;
  },
};

const WAYS = { wal: 'read from the write-ahead log', trigger: 'by triggers' } as const;
