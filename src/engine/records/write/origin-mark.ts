// Who makes a change, carried inside the transaction: as a logical message for the WAL's readers, as a setting for triggers.
import type { Client } from '../../../foundation/postgres/database.js';
import type { Origin } from '../write-request.js';

/** To be called first in a writing transaction, so that the mark comes before the rows. Rolled back with them. */
export async function markOrigin(client: Client, origin: Origin): Promise<void> {
  const mark = JSON.stringify(origin);
  await client.query(
    `select pg_logical_emit_message(true, 'dovetail', $1::text), set_config('dovetail.origin', $1::text, true)`,
    [mark],
  );
}
