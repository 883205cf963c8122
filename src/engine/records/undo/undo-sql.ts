// The statements by which kept records are compared with what is stored now, and put back.
import { ident } from '../../../foundation/postgres/sql-text.js';
import { IN_SEGMENT, markRow } from '../write/segments-sql.js';
import { digestOf, textsOf } from './keep-sql.js';
import type { KeptColumn } from './keeping.js';
import type { Follower, UndoTable } from './undo-store.js';

const SRC = 'pg_temp._dovetail_src';

const nameOf = (table: UndoTable): string => ident(table.schema, table.table);
const storedIn = (table: UndoTable): string => `${table.only ? 'only ' : ''}${nameOf(table)}`;

/**
 * The next rows to be undone, as an interval of ids: of run $1 the latest, at most $2, of one table, and no record twice, so
 * that what was written first is undone last.
 */
export function findBatch(): string {
  return `
    with top as (select id, tab, key from dovetail.run_undo where run_id = $1 and not waits order by id desc limit $2),
    marked as (select *, row_number() over (partition by tab, key order by id desc) as turn,
      first_value(tab) over (order by id desc) as wanted from top),
    cut as (select max(id) as id from marked where turn > 1 or tab <> wanted)
    select max(m.wanted) as tab, max(m.id) as high, coalesce(max(cut.id), min(m.id) - 1) as low,
      (count(*) filter (where cut.id is null or m.id > cut.id))::int as rows
    from marked m cross join cut`;
}

/** Rows of run $1 with ids above $2, up to $3. */
const BATCH = 'e.run_id = $1 and e.id > $2 and e.id <= $3 and not e.waits';

const keptKey = (column: KeptColumn, i: number): string => `(e.key[${i + 1}])::${column.type}`;

function foundBy(table: UndoTable, value: (column: KeptColumn, i: number) => string): string {
  return table.key.map((column, i) => `t.${ident(column.name)} = ${value(column, i)}`).join(' and ');
}

/** Locks the records, so that nobody changes them between the comparison and the writing. */
export function lockRecords(table: UndoTable): string {
  return `select count(*) from (select e.key from dovetail.run_undo e where ${BATCH} order by e.id desc) e,
    lateral (select true from ${storedIn(table)} t where ${foundBy(table, keptKey)} for update) locked`;
}

/** Stages the batch with the verdict on each of its rows: what is to be done (d, u, i), or `e` and why not. */
export function stageBatch(table: UndoTable, runId: string, low: string, high: string): string {
  const where = BATCH.replace('$1', `${BigInt(runId)}`)
    .replace('$2', `${BigInt(low)}`)
    .replace('$3', `${BigInt(high)}`);
  const keys = table.key.map((column, i) => `${keptKey(column, i)} as _dt_k${i}`).join(', ');
  const now =
    table.updated.length > 0
      ? `case when e.action = 'u' then ${textsOf(table.updated, 't.')} end`
      : 'null::text[]';
  return `create temporary table _dovetail_src on commit drop as
    select row_number() over (order by e.id desc) as _dt_n, e.id as _dt_row, e.line as _dt_line, e.key as _dt_key,
      e.before as _dt_before, e.after as _dt_after, e._dt_now, ${keys}, true as _dt_found, e._dt_error,
      case when e._dt_error is not null then 'e' when e.action = 'i' then 'd' when e.action = 'd' then 'i' else 'u' end as _dt_action
    from (select e.*, t._dt_now, case
        when exists (select from dovetail.run_undo w where w.run_id = e.run_id and w.waits and w.tab = e.tab and w.key = e.key
          and w.id > e.id) then 'waits'
        when e.action = 'd' then case when t._dt_there then 'there' end
        when t._dt_there is null then 'gone'
        when e.action = 'i' then case when t._dt_digest is distinct from e.digest then 'changed' end
        when t._dt_now is distinct from e.after then 'changed' end as _dt_error
      from dovetail.run_undo e left join lateral (
        select true as _dt_there, ${now} as _dt_now, case when e.action = 'i' then ${digestOf(table, 't.')} end as _dt_digest
        from ${storedIn(table)} t where ${foundBy(table, keptKey)} offset 0) t on true
      where ${where}) e`;
}

/**
 * Takes out records to be deleted that others would follow, by being deleted too or by losing their reference. Those of
 * the batch itself don't count. To be repeated until it takes out none.
 */
export function spareFollowed(table: UndoTable, follower: Follower): string {
  const refers = follower.fields
    .map((field, i) => `c.${ident(field)} = t.${ident(follower.targets[i]!)}`)
    .join(' and ');
  const same = table.key.map(({ name }, i) => `c.${ident(name)} = o._dt_k${i}`).join(' and ');
  const own = follower.own
    ? ` and not exists (select from ${SRC} o where o._dt_action = 'd' and ${same})`
    : '';
  return `update ${SRC} src set _dt_action = 'e', _dt_error = 'followed' from ${storedIn(table)} t
    where src._dt_action = 'd' and ${foundBy(table, (_, i) => `src._dt_k${i}`)}
      and exists (select from ${follower.table} c where ${refers}${own})`;
}

/** The statements for `inSegments`: put back what was deleted, set what was updated, delete what was inserted. */
export function undoingParts(table: UndoTable): {
  readonly ins: string;
  readonly upd: string;
  readonly del: string;
} {
  const value = ({ type }: KeptColumn, i: number): string => {
    const plain = `(src._dt_before[${i + 1}])::${type}`;
    return i === 0 ? markRow(plain) : plain;
  };
  const found = foundBy(table, (_, i) => `src._dt_k${i}`);
  const names = table.columns.map(({ name }) => ident(name)).join(', ');
  const sets = table.updated.map((column, i) => `${ident(column.name)} = ${value(column, i)}`).join(', ');
  return {
    ins: `insert into ${nameOf(table)} (${names}) overriding system value select ${table.columns.map(value).join(', ')}
      from ${SRC} src where src._dt_action = 'i' and ${IN_SEGMENT} order by src._dt_n`,
    upd:
      sets &&
      `update ${storedIn(table)} t set ${sets} from ${SRC} src where ${found} and src._dt_action = 'u' and ${IN_SEGMENT}`,
    del: `delete from ${storedIn(table)} t using ${SRC} src where ${found} and src._dt_action = 'd' and ${IN_SEGMENT}`,
  };
}
