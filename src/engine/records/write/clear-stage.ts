// For whoever writes several chunks in one transaction: what the last one left for the transaction's end is cleared away.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';

/** Drops the temporary tables of the write path. What a dry run remembers from chunk to chunk goes too. */
export async function clearStage(db: Queryable): Promise<void> {
  const { rows } = await db.query<{ name: string }>(
    `select relname as name from pg_catalog.pg_class
     where relnamespace = pg_my_temp_schema() and relkind = 'r' and starts_with(relname, '_dovetail_')`,
  );
  if (rows.length === 0) return;
  await db.query(`drop table ${rows.map(({ name }) => ident('pg_temp', name)).join(', ')}`);
}
