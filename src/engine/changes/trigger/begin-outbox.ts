// Begins anew with capture by triggers: a snapshot in which the tables are read, and an outbox that holds exactly what comes after it.
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Client, Database } from '../../../foundation/postgres/database.js';
import { changesError } from '../changes-errors.js';

export interface OutboxBeginning {
  /** For `set transaction snapshot` in another session, while `work` runs. */
  readonly snapshot: string;
}

/**
 * Runs `work` in a transaction whose snapshot everything that it reads belongs to. What triggers captured of transactions that are visible in
 * it is removed with it, and what comes after is left: nothing is missing, nothing comes twice. If `work` throws, nothing is removed.
 */
export async function beginOutbox<T>(
  database: Database,
  work: (beginning: OutboxBeginning, client: Client) => Promise<T>,
): Promise<T> {
  return database.transaction(async (client) => {
    await client.query('set transaction isolation level repeatable read');
    const { rows } = await client.query<{ snapshot: string }>('select pg_export_snapshot() as snapshot');
    const result = await work({ snapshot: rows[0]!.snapshot }, client);
    // Sees what the snapshot sees, no more.
    await client.query('delete from dovetail.change_outbox');
    return result;
  });
}

export interface ClearPatience {
  /** Milliseconds that writers may be kept waiting by one attempt. Default 500. */
  readonly lockMs?: number;
  /** Default 20. */
  readonly attempts?: number;
}

/**
 * Empties the outbox after changes were lost: from here on triggers capture again. Nobody may be between having seen that they are lost
 * and the end of their transaction, so it is locked; where that isn't to be had it is tried again. Throws CHANGES-204 in the end.
 */
export async function clearLostOutbox(
  database: Database,
  sleep: Clock['sleep'],
  { lockMs = 500, attempts = 20 }: ClearPatience = {},
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await database.transaction(async (client) => {
        await client.query(`select set_config('lock_timeout', $1, true)`, [`${Math.trunc(lockMs)}ms`]);
        // Not the rows one by one: it is as large as it may be, and only so it becomes small again.
        await client.query('truncate dovetail.change_outbox');
      });
      return;
    } catch (cause) {
      if ((cause as { code?: string }).code !== '55P03') throw cause;
      if (attempt === attempts) {
        throw changesError(204, {
          detail:
            'Changes were lost, and captured again they can be only once no transaction is under way that changed a watched table.',
          hint: 'Find the transaction that has been open for long (pg_stat_activity), and end it.',
          cause,
        });
      }
      await sleep(100 * attempt);
    }
  }
}
