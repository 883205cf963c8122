// Which of some texts a column holds: asked of the table itself, whether the catalog shows it or not.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';

export interface TextColumn {
  readonly schema: string;
  readonly table: string;
  readonly field: string;
}

/**
 * Those of the texts that at least one record has in the column; undefined if there is no such column; `hidden` where row security may
 * hide records from the role, so that silence would be no answer.
 */
export async function findHeldTexts(
  db: Queryable,
  { schema, table, field }: TextColumn,
  texts: readonly string[],
): Promise<ReadonlySet<string> | 'hidden' | undefined> {
  const about = await db.query<{ hidden: boolean }>(
    `select row_security_active(c.oid) as hidden
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = c.oid and a.attname = $3 and a.attnum > 0 and not a.attisdropped
     where n.nspname = $1 and c.relname = $2`,
    [schema, table, field],
  );
  const found = about.rows[0];
  if (found === undefined) return undefined;
  if (found.hidden) return 'hidden';
  const { rows } = await db.query<{ text: string }>(
    `select distinct ${ident(field)}::text as text from ${ident(schema, table)} where ${ident(field)}::text = any($1)`,
    [texts],
  );
  return new Set(rows.map(({ text }) => text));
}
