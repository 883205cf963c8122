// What became of each record of a batch, kept beside the data in the same transaction: one row of arrays for a chunk, because a
// million small rows would cost more than the records themselves.
import type { Client } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import { findKeyFields, keyTextSql } from '../read/record-key.js';
import type { WritePlan } from './plan-parts.js';
import { fromStage, plainValue } from './resolve-sql.js';
import type { RowReport } from './row-report.js';
import { STAGE } from './stage-table.js';
import type { WriteTotals } from './write-totals.js';

/** Keeps what became of the staged rows, but of those that are `open` or failed; local ids get the keys of their records. */
export async function keepResults(
  client: Client,
  plan: WritePlan,
  runId: string,
  open: readonly number[],
  report: RowReport,
  totals: WriteTotals,
): Promise<void> {
  const written = totals.results.splice(0);
  await client.query(insertResults(plan), [
    runId,
    plan.entity.name,
    written.map(([row]) => row),
    written.map(([, action]) => action),
    [...open, ...report.failedRows],
  ]);
}

/** $1 run, $2 entity, $3 rows that were written and $4 how, $5 rows that were not. */
function insertResults(plan: WritePlan): string {
  const { key, from, there } = findKeys(plan);
  return `with results as materialized (
      select s._${plan.keepsResults} as place, coalesce(w.action, '=') as action, ${key} as key
      ${from} left join unnest($3::int8[], $4::text[]) w (row, action) on w.row = s._row
      where ${there} and not exists (select from unnest($5::int8[]) x (row) where x.row = s._row)),
    locals as (
      update dovetail.run_locals l set key = r.key from results r where l.run_id = $1 and l.line = r.place)
    insert into dovetail.run_results (run_id, entity, places, actions, keys)
    select $1, $2, array_agg(place order by place), array_agg(action::"char" order by place), array_agg(key order by place)
    from results having count(*) > 0`;
}

/** Whether the reference, or one that it is part of, tells which record is meant; the others need not be looked up again. */
const isOfIdentity = ({ sets, identity }: WritePlan, { path }: WritePlan['references'][number]): boolean =>
  sets.some((set) => set.reference?.reference.path[0] === path[0] && identity.includes(set.field));

/** The key of each staged row's record as an expression, over what, and which rows have one. */
function findKeys(plan: WritePlan): { readonly key: string; readonly from: string; readonly there: string } {
  const { entity, identity, sets, strategy } = plan;
  const fields = findKeyFields(entity);
  // Of a record that is gone the key is what named it.
  if (strategy === 'delete') {
    const said = (fields ?? []).flatMap((field) => sets.find((set) => set.field === field) ?? []);
    const whole = fields !== undefined && said.length === fields.length;
    return { key: whole ? keyTextSql(said.map(plainValue)) : 'null', from: fromStage(plan), there: 'true' };
  }
  if (identity.length === 0) return { key: 'null', from: `from ${STAGE} s`, there: 'w.row is not null' };
  return {
    key: fields ? keyTextSql(fields.map((field) => ident('t', field.name))) : 'null',
    from: fromStage({ ...plan, references: plan.references.filter((one) => isOfIdentity(plan, one)) }),
    there: 't.tableoid is not null',
  };
}
