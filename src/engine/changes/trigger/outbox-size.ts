// How much lies in the outbox, and whether triggers have stopped writing into it.
import type { Queryable } from '../../../foundation/postgres/database.js';

export interface OutboxSize {
  readonly bytes: number;
  readonly limit: number;
  /** It was full, or something could not be written: changes are lost until the stream begins anew. */
  readonly isLosing: boolean;
}

export async function readOutboxBytes(db: Queryable): Promise<OutboxSize> {
  const { rows } = await db.query<OutboxSize & Record<string, unknown>>(
    `select (pg_relation_size(c.oid) + pg_relation_size(c.reltoastrelid))::float8 as bytes,
       coalesce((select outbox_bytes from dovetail.watching), 0)::float8 as limit,
       exists (select from dovetail.change_outbox where operation = 'x') as "isLosing"
     from pg_class c where c.oid = 'dovetail.change_outbox'::regclass`,
  );
  return rows[0]!;
}
