// The statements between the stage and the rules.
import { literal } from '../../../../foundation/postgres/sql-text.js';
import type { StageColumn, WritePlan } from '../plan-parts.js';
import { STAGE, stageType, stageValue } from '../stage-table.js';

/** The value in the form it will have in the record: the stage keeps more digits than `numeric(12,2)` does. */
function textOf(column: StageColumn): string {
  const { base, array, precision, scale } = column.field.type;
  const value = stageValue(column);
  // Domains that refuse NULL refuse it in a cast too, but here it may only mean that nothing is said.
  if (column.encoder.uncertain) return `case when s.${column.name} is not null then ${value}::text end`;
  if (array || precision === undefined) return `${value}::text`;
  return `${value}::pg_catalog.${base}(${[precision, ...(scale === undefined ? [] : [scale])].join(', ')})::text`;
}

/** Every row that is to be written: ordinal, line, say, then each column as text. */
export function selectStaged(plan: WritePlan): string {
  const values = plan.columns.map((column) => `, ${textOf(column)}`);
  return `select s._row, s._line, s._say${values.join('')} from ${STAGE} s
    where s._say is distinct from 'x' order by s._row`;
}

/** Sets columns of rows: $1 ordinals, $2 what they say, then the values of each column. Returns the values as the server writes them. */
export function updateStaged(columns: readonly StageColumn[]): string {
  const sets = columns.map((column, i) => `, ${column.name} = d.v${i}::${stageType(column)}`);
  const values = columns.map((column) => `, ${textOf(column)}`);
  return `update ${STAGE} s set _say = d.say${sets.join('')}
    from unnest($1::int8[], $2::text[]${columns.map((_, i) => `, $${i + 3}::text[]`).join('')})
      as d (row, say${columns.map((_, i) => `, v${i}`).join('')})
    where s._row = d.row returning s._row${values.join('')}`;
}

/** Which of the values ($2) of rows ($1) are none of the column's type, and why. */
export function findCastErrors(column: StageColumn): string {
  return `select * from (
      select d.row, dovetail.cast_error(d.value, ${literal(column.field.type.sql)}) as message
      from unnest($1::int8[], $2::text[]) as d (row, value) where d.value is not null) e
    where message is not null`;
}

/** Leaves only the identity of rows ($1), marked as not to be written: a mirror must know that they are in the source. */
export function keepIdentities(plan: WritePlan): string {
  const others = plan.columns.slice(plan.identityColumns).map((column) => `, ${column.name} = null`);
  return `update ${STAGE} set _say = 'x'${others.join('')} where _row = any($1::int8[])`;
}

/** Rows put aside before the entity had hooks say nothing about hook columns. */
export function padSays(plan: WritePlan): string {
  const all = plan.columns.length;
  return `update ${STAGE} set _say = rpad(coalesce(_say, repeat('v', ${all - plan.hookColumns})), ${all}, 'l')
    where length(coalesce(_say, '')) < ${all}`;
}
