// Tells the server how far the slot may forget. The log is written without waiting for the disk, so that a change is there at once; what
// is acknowledged is on the disk for certain, and the rest would be read from the slot again.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { parseLsn } from '../position.js';

export interface Acknowledger {
  /** What the log has at this moment is acknowledged by a later look, once the disk has it too. */
  look(): Promise<void>;
}

export interface AcknowledgerRooms {
  readonly db: Queryable;
  /** How far the log has the WAL. */
  readonly readTo: () => bigint;
  readonly acknowledge: (lsn: bigint) => void;
}

export function createAcknowledger({ db, readTo, acknowledge }: AcknowledgerRooms): Acknowledger {
  /** Oldest first: once the WAL is on the disk up to `mark`, everything up to `end` is kept. */
  const marks: { readonly end: bigint; readonly mark: bigint }[] = [];
  let marked = 0n;
  return {
    async look() {
      const end = readTo();
      if (end === marked && marks.length === 0) return;
      // Asked after the log was written: so what it wrote lies before the mark.
      const { rows } = await db.query<{ inserted: string; flushed: string }>(
        'select pg_current_wal_insert_lsn()::text as inserted, pg_current_wal_flush_lsn()::text as flushed',
      );
      const flushed = parseLsn(rows[0]!.flushed);
      if (end > marked) {
        marks.push({ end, mark: parseLsn(rows[0]!.inserted) });
        marked = end;
      }
      while (marks.length > 0 && marks[0]!.mark <= flushed) acknowledge(marks.shift()!.end);
    },
  };
}
