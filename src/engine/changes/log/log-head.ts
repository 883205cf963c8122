// The end of the log, and the notice by which consumers hear that it moved.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { type Position, parseLsn } from '../position.js';

/** Told in the transaction that adds to the log; the payload is the new head as text. */
export const NOTICE = 'dovetail_changes';

export interface LogHead extends Position {
  /** All before it in the WAL is in the log. */
  readonly readTo: bigint;
}

export async function readLogHead(db: Queryable): Promise<LogHead> {
  const { rows } = await db.query<{ epoch: number; lsn: string; ordinal: string; read_to: string }>(
    'select epoch, lsn::text, ordinal::text, read_to::text from dovetail.change_head',
  );
  const row = rows[0]!;
  return {
    epoch: row.epoch,
    lsn: parseLsn(row.lsn),
    ordinal: Number(row.ordinal),
    readTo: parseLsn(row.read_to),
  };
}
