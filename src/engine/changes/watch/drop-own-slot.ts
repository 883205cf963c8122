// Drops the slot of this database, so that the server keeps no WAL for a stream that nobody wants any more.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { changesError } from '../changes-errors.js';

/** Milliseconds that a session which was told to end has for it. */
const END_MS = 5_000;
const ATTEMPTS = 5;

/**
 * Ends whoever reads the slot, and drops it. Does nothing where it is not there, or is of another database. Throws CHANGES-207 where
 * somebody takes it again and again.
 */
export async function dropOwnSlot(
  db: Queryable,
  slot: string,
  sleep: Clock['sleep'],
): Promise<'dropped' | 'absent'> {
  for (let attempt = 1; ; attempt++) {
    const { rows } = await db.query<{ pid: number | null }>(
      `select active_pid as pid from pg_replication_slots
       where slot_name = $1 and database = current_database() and plugin = 'pgoutput'`,
      [slot],
    );
    if (rows[0] === undefined) return 'absent';
    const { pid } = rows[0];
    if (pid !== null) await db.query('select pg_terminate_backend($1, $2)', [pid, END_MS]);
    try {
      await db.query('select pg_drop_replication_slot($1)', [slot]);
      return 'dropped';
    } catch (cause) {
      const { code } = cause as { code?: string };
      // Gone meanwhile.
      if (code === '42704') return 'absent';
      if (code !== '55006') throw cause;
      if (attempt === ATTEMPTS) {
        throw changesError(207, {
          detail: `The replication slot "${slot}" is read by a session that comes back.`,
          hint: 'Stop dovetail start, or dovetail stream, and try again.',
          cause,
        });
      }
      await sleep(200 * attempt);
    }
  }
}
