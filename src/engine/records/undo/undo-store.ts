// What is kept of runs for their undo: read, found fit or not, put off, forgotten.
import type { Queryable } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { KeptTable } from './keeping.js';
import { listStoredColumns } from './kept-tables.js';

/** A kept table as an undo needs it. */
export interface UndoTable extends KeptTable {
  readonly number: number;
  /** Foreign keys that lead here and by which deleting a record changes others without a word. */
  readonly followers: readonly Follower[];
}

export interface Follower {
  /** Quoted, with its schema. */
  readonly table: string;
  /** True if it is the table itself. */
  readonly own: boolean;
  readonly fields: readonly string[];
  readonly targets: readonly string[];
}

export interface KeptCounts {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** Of records: one that the run wrote several times counts by what was done to it first. */
export async function countKept(db: Queryable, runId: string): Promise<KeptCounts> {
  const { rows } = await db.query<{ inserted: number; updated: number; deleted: number }>(
    `select count(*) filter (where action = 'i')::int as inserted, count(*) filter (where action = 'u')::int as updated,
       count(*) filter (where action = 'd')::int as deleted
     from (select distinct on (tab, key) action from dovetail.run_undo where run_id = $1 order by tab, key, id) first`,
    [runId],
  );
  return rows[0]!;
}

/**
 * What is kept of records beside the first that the run did to them, as of the rows of a circle, which are written twice. The same
 * however much of the run is undone by then.
 */
export async function readRepeats(db: Queryable, runId: string): Promise<ReadonlySet<number>> {
  const { rows } = await db.query<{ id: string }>(
    `select id from (select id, row_number() over (partition by tab, key order by id) as turn
       from dovetail.run_undo where run_id = $1) kept where turn > 1`,
    [runId],
  );
  return new Set(rows.map(({ id }) => Number(id)));
}

/** Forgets what was done to the records before these ids: it can't be undone any more. */
export async function forgetBefore(db: Queryable, runId: string, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await db.query(
    `delete from dovetail.run_undo e using dovetail.run_undo l
     where e.run_id = $1 and l.run_id = $1 and l.id = any($2::int8[]) and e.tab = l.tab and e.key = l.key and e.id < l.id`,
    [runId, ids],
  );
}

/** The tables whose records are kept. A text says why a table is no longer what it was. */
export async function readUndoTables(db: Queryable, runId: string): Promise<readonly UndoTable[] | string> {
  const { rows } = await db.query<{ number: number; description: KeptTable }>(
    'select number, description from dovetail.run_undo_tables where run_id = $1',
    [runId],
  );
  const tables: UndoTable[] = [];
  for (const { number, description } of rows) {
    const changed = await findChange(db, description);
    if (changed) return changed;
    tables.push({ ...description, number, followers: await readFollowers(db, description) });
  }
  return tables;
}

async function findChange(db: Queryable, table: KeptTable): Promise<string | undefined> {
  const now = new Map((await listStoredColumns(db, table)).map((column) => [column.name, column]));
  if (now.size === 0) return `${table.entity} is gone`;
  for (const { name, type } of [...table.columns, ...table.key]) {
    const column = now.get(name);
    if (column === undefined) return `${table.entity}.${name} is gone`;
    if (column.type !== type) return `${table.entity}.${name} was ${type} and is ${column.type} now`;
    if (column.computed && table.columns.some((kept) => kept.name === name))
      return `${table.entity}.${name} is computed now`;
  }
  return undefined;
}

async function readFollowers(db: Queryable, table: KeptTable): Promise<readonly Follower[]> {
  const columns = (relation: string, numbers: string) =>
    `(select array_agg(a.attname::text order by u.n) from unnest(${numbers}) with ordinality u (att, n)
      join pg_catalog.pg_attribute a on a.attrelid = ${relation} and a.attnum = u.att)`;
  const { rows } = await db.query<Follower & Record<string, unknown>>(
    `select format('%I.%I', n.nspname, r.relname) as table, c.conrelid = c.confrelid as own,
       ${columns('c.conrelid', 'c.conkey')} as fields, ${columns('c.confrelid', 'c.confkey')} as targets
     from pg_catalog.pg_constraint c join pg_catalog.pg_class r on r.oid = c.conrelid
     join pg_catalog.pg_namespace n on n.oid = r.relnamespace
     where c.contype = 'f' and c.confrelid = to_regclass($1) and c.confdeltype in ('c', 'n', 'd') and c.conparentid = 0`,
    [ident(table.schema, table.table)],
  );
  return rows;
}

/** Lets those that were put off be tried again. Returns how many there are. */
export async function recallPutOff(db: Queryable, runId: string): Promise<number> {
  const result = await db.query('update dovetail.run_undo set waits = false where run_id = $1 and waits', [
    runId,
  ]);
  return result.rowCount ?? 0;
}

export async function putOff(db: Queryable, runId: string, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await db.query('update dovetail.run_undo set waits = true where run_id = $1 and id = any($2::int8[])', [
    runId,
    ids,
  ]);
}

/** Forgets everything that is kept of a run, or only what lies between two ids and was not put off. */
export async function forgetKept(
  db: Queryable,
  runId: string,
  between?: { readonly low: string; readonly high: string },
): Promise<void> {
  const { low, high } = between ?? { low: null, high: null };
  await db.query(
    `delete from dovetail.run_undo where run_id = $1
       and ($2::int8 is null or id > $2 and id <= $3 and not waits)`,
    [runId, low, high],
  );
}

/** Forgets what was kept longer than `days` days, and of runs that gave it up. To be called now and then. */
export async function forgetExpired(db: Queryable, days: number): Promise<void> {
  await db.query(
    `update dovetail.runs set undo = 'expired', undo_why = 'it is longer ago than ' || $1::float8 || ' days'
     where undo = 'kept' and state not in ('running', 'queued') and ended_at < now() - make_interval(secs => $1 * 86400.0)`,
    [days],
  );
  await db.query(
    `delete from dovetail.run_undo u where u.run_id in (
       select r.id from dovetail.runs r where r.undo in ('given_up', 'expired')
         and exists (select from dovetail.run_undo k where k.run_id = r.id))`,
  );
}
