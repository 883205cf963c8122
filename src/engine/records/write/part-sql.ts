// The statements about records and those that belong to them: which owners are there, which of theirs the source did not have.
import { ident } from '../../../foundation/postgres/sql-text.js';
import { keepAround } from '../undo/keep-sql.js';
import { MET } from './judge-open-rows.js';
import { andRemovable } from './judge-rights.js';
import type { PartPlan } from './plan-part.js';
import type { WritePlan } from './plan-parts.js';
import { fromStage, storedIn } from './resolve-sql.js';
import { STAGE } from './stage-table.js';

const STAGED_OWNERS = 'pg_temp._dovetail_owner_rows';
const OWNERS = 'pg_temp._dovetail_owners';
const KEPT = 'pg_temp._dovetail_kept';

/** Keeps the staged rows of the owners while they are written. */
export const keepOwnerRows = (): string =>
  `create temporary table _dovetail_owner_rows on commit drop as select * from ${STAGE}`;

/** Makes the list of the owners that are stored, with the fields that theirs refer to, without rows that failed. */
export function listOwners(plan: WritePlan, parts: readonly PartPlan[], failed: readonly number[]): string {
  const fields = ownerFields(parts).map((name, i) => `, t.${ident(name)} as k${i}`);
  return `create temporary table _dovetail_owners on commit drop as
    select s._row${fields.join('')} ${fromStage(plan).replaceAll(STAGE, STAGED_OWNERS)}
    where t.tableoid is not null and s._say is distinct from 'x' and s._row <> all(array[${failed.join(', ')}]::int8[])`;
}

export const readOwners = (): string => `select _row as row from ${OWNERS}`;

/** Rows of the chunk whose record is not stored. Its batches have rows of other chunks too. */
export const readNotStored = (): string =>
  `select s._row as row from ${STAGED_OWNERS} s
   where s._say is distinct from 'x' and not exists (select from ${OWNERS} o where o._row = s._row)`;

/** Those of them that wait for another record of the source; $1 the run. */
export const readWaitingOwners = (): string =>
  `select row from (${readNotStored()}) s join dovetail.run_postponed p using (row) where p.run_id = $1`;

/** The same in a dry run. */
export const readOpenOwners = (): string =>
  `select row from (${readNotStored()}) s join ${MET} m on m._row = s.row where m._open`;

export const dropOwners = (): string =>
  'drop table if exists pg_temp._dovetail_owner_rows, pg_temp._dovetail_owners, pg_temp._dovetail_kept';

export const dropStage = (): string => `drop table if exists ${STAGE}`;

const ownerFields = (parts: readonly PartPlan[]): readonly string[] => [
  ...new Set(parts.flatMap((part) => part.ownerFields)),
];

export const createKept = (): string =>
  'drop table if exists pg_temp._dovetail_kept; create temporary table _dovetail_kept (key text primary key) on commit drop';

/** Notes the records that the staged rows of the part found or made. */
export function keepRecords({ plan }: PartPlan): string {
  return `insert into ${KEPT} select distinct ${keySql(plan, 't')} ${fromStage(plan)} where t.tableoid is not null
    on conflict do nothing`;
}

const keySql = (plan: WritePlan, alias: string): string =>
  `json_build_array(${plan.key.map((field) => `${alias}.${ident(field.name)}`).join(', ')})::text`;

/** The owners' records of the part that were not noted, as a condition on `t`; `failed`: a list of owner rows left alone. */
function leftOver(part: PartPlan, parts: readonly PartPlan[], failed: string): string {
  const all = ownerFields(parts);
  const same = part.fields.map((name, i) => `t.${ident(name)} = o.k${all.indexOf(part.ownerFields[i]!)}`);
  return `exists (select from ${OWNERS} o where ${same.join(' and ')} and o._row <> all(${failed}))
    and not exists (select from ${KEPT} k where k.key = ${keySql(part.plan, 't')})${andRemovable(part.plan)}`;
}

/** Removes what the source does not have any more; $1: owner rows of which something could not be read. */
export function removeLeftOver(part: PartPlan, parts: readonly PartPlan[]): string {
  return removing(part, leftOver(part, parts, '$1::int8[]'));
}

/** In a dry run: which records would go, whatever number of chunks their owner comes in. */
export const createGoing =
  'create temporary table if not exists _dovetail_going (part text, key text, primary key (part, key)) on commit drop';

/** Notes what `removeLeftOver` would remove; $2: name of the part. Counts those not noted before. */
export function noteGoing(part: PartPlan, parts: readonly PartPlan[]): string {
  return `insert into pg_temp._dovetail_going
    select $2, ${keySql(part.plan, 't')} from ${storedIn(part.plan.entity)} t where ${leftOver(part, parts, '$1::int8[]')}
    on conflict do nothing`;
}

/** No row of the source is behind such a removal, so the undo has no line to tell. */
function removing({ plan }: PartPlan, where: string): string {
  const { keeping, entity } = plan;
  const sql = `delete from ${storedIn(entity)} t using (select null::int8 as _dt_line) src where ${where}`;
  return keeping ? keepAround(keeping, entity.name, 'd', sql) : sql;
}

/** The same one by one, where one of them is refused: `(removed, message)`. */
export function removeOneByOne(
  part: PartPlan,
  parts: readonly PartPlan[],
  failed: readonly number[],
): string {
  const table = storedIn(part.plan.entity);
  return `do $dovetail$
  declare left_over record; removed bigint := 0; refused bigint := 0; message text := '';
  begin
    for left_over in select t.ctid as place from ${table} t where ${leftOver(part, parts, `array[${failed.join(', ')}]::int8[]`)} loop
      begin
        ${removing(part, 't.ctid = left_over.place')};
        removed := removed + 1;
      exception when others then
        if left(sqlstate, 2) in ('08', '25', '40', '53', '54', '57', '58', 'XX') then raise; end if;
        refused := refused + 1;
        message := sqlerrm;
      end;
    end loop;
    create temporary table _dovetail_removed on commit drop as select removed, refused, message;
  end $dovetail$`;
}

export const readRemoved = (): string => 'select removed, refused, message from pg_temp._dovetail_removed';
export const dropRemoved = (): string => 'drop table pg_temp._dovetail_removed';
