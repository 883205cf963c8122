// The staging table of a chunk: a temporary table that lives as long as the chunk's transaction, so that nothing is
// left behind however the chunk ends, and a pooler in between does no harm.
import type { Client } from '../../../foundation/postgres/database.js';
import { ident, literal } from '../../../foundation/postgres/sql-text.js';
import type { StageColumn, WritePlan } from './plan-parts.js';

export const STAGE = 'pg_temp._dovetail_stage';

/** The type a column is staged as: text where only the server can judge a value. */
export function stageType(column: StageColumn): string {
  const { type } = column.field;
  if (column.encoder.uncertain) return 'text';
  // Enums are types of their own; domains without checks are staged as what is underneath.
  return type.kind === 'base' && BASE_NAMES.has(type.base) ? `pg_catalog.${type.base}` : type.sql;
}

// Modifiers (lengths, precisions) were applied by the encoders, or are when the value reaches its column.
const BASE_NAMES = new Set(
  'int2 int4 int8 oid numeric float4 float8 text varchar bpchar bool uuid bytea json jsonb date timestamp timestamptz time timetz'.split(
    ' ',
  ),
);

/** The column's value as the field's type, in a statement where the stage is `alias`. */
export function stageValue(column: StageColumn, alias = 's'): string {
  const name = `${alias}.${column.name}`;
  return column.encoder.uncertain ? `${name}::${column.field.type.sql}` : name;
}

/**
 * Also gives the transaction room enough that what is judged of a chunk stays in memory, tells the planner that looking
 * up a key costs little, as it does for pages that are used for every chunk, and spares it compiling statements.
 */
export function createStage(plan: WritePlan): string {
  const columns = plan.columns.map((column) => `, ${column.name} ${stageType(column)}`);
  return `set local work_mem = '64MB'; set local random_page_cost = 0.5; set local jit = off; ${steerPlanner(plan)};
    create temporary table _dovetail_stage (_row int8, _line int8, _say text${columns.join('')}) on commit drop`;
}

/** Tables up to this size, in bytes, may be many times as large before a statement that was planned for them is through. */
const SMALL_TABLE = 8 << 20;

/**
 * A plan for a table that is empty now reads it whole for every row: nothing costs less. By the time it runs another
 * writer has filled the table, and a chunk takes half a minute (measured) instead of half a second.
 */
function steerPlanner(plan: WritePlan): string {
  const { entity, identityUnique } = plan;
  const table = literal(ident(entity.schema, entity.table));
  const setting = identityUnique ? 'enable_seqscan' : 'enable_nestloop';
  return `select set_config('${setting}', 'off', true)
    where coalesce((select sum(pg_relation_size(relid)) from pg_partition_tree(${table})), pg_relation_size(${table})) < ${SMALL_TABLE}`;
}

export function copyIntoStage(): string {
  return `copy ${STAGE} from stdin`;
}

/** Finds values of an uncertain column that are none of its type: rows `(_row, value, message)`. */
export function findRejectedValues(column: StageColumn): string {
  return `
    with bad as materialized (
      select v, dovetail.cast_error(v, ${literal(column.field.type.sql)}) as message
      from (select distinct ${column.name} as v from ${STAGE} where ${column.name} is not null) d)
    select s._row, left(s.${column.name}, 200) as value, bad.message
    from ${STAGE} s join bad on bad.v = s.${column.name} where bad.message is not null`;
}

/** Removes rows from the stage; $1 is a list of their ordinals. */
export function dropRows(): string {
  return `delete from ${STAGE} where _row = any($1::int8[])`;
}

/** Leaves only the identity of rows ($1), marked as not to be written. */
export function keepIdentityOnly(column: StageColumn): string {
  return `update ${STAGE} set _say = 'x', ${column.name} = null where _row = any($1::int8[])`;
}

/**
 * Pairs of rows that seem to have the same identity ($1 earlier, $2 later): whether the earlier one is staged too, and
 * whether the two are then really the same. An earlier row that is not staged was in a chunk before.
 */
export function compareDuplicates(plan: WritePlan): string {
  const same = plan.columns
    .slice(0, plan.identityColumns)
    .map((column) => `a.${column.name} is not distinct from b.${column.name}`);
  return `
    select p.earlier, p.later, a._row is not null as staged, ${same.join(' and ')} as same
    from unnest($1::int8[], $2::int8[]) as p (earlier, later)
    join ${STAGE} b on b._row = p.later left join ${STAGE} a on a._row = p.earlier`;
}

/** Pairs of rows whose identity is the same to the server, for types whose equality is not that of their bytes. */
export function findServerDuplicates(plan: WritePlan): string {
  const identity = plan.columns.slice(0, plan.identityColumns).map((column) => stageValue(column));
  return `
    select _row as earlier, _line as earlier_line, later, later_line from (
      select s._row, s._line, lead(s._row) over w as later, lead(s._line) over w as later_line
      from ${STAGE} s where ${identity.map((value) => `${value} is not null`).join(' and ')}
      window w as (partition by ${identity.join(', ')} order by s._row)) d
    where later is not null`;
}

/** A postponed row ($1 run, $2 earlier row) that a later row of the source ($3) with the same identity replaces. */
export function replacePostponed(plan: WritePlan): string {
  const same = plan.columns
    .slice(0, plan.identityColumns)
    .map((column) => `p.data[${column.index + 1}] is not distinct from s.${column.name}::text`);
  return `delete from dovetail.run_postponed p using unnest($2::int8[], $3::int8[]) as d (earlier, later), ${STAGE} s
    where p.run_id = $1 and p.row = d.earlier and s._row = d.later and ${same.join(' and ')}`;
}

/** Puts rows of the stage aside until the end of the source; $1 the run, $2 JSON rows \`{row, cells, kinds}\`. */
export function postponeRows(plan: WritePlan): string {
  const data = plan.columns.map((column) => `s.${column.name}::text`);
  return `insert into dovetail.run_postponed (run_id, row, line, say, data, cells, kinds)
    select $1, s._row, s._line, s._say, array[${data.join(', ')}]::text[], c.cells, c.kinds
    from ${STAGE} s join json_to_recordset($2) as c (row int8, cells text[], kinds text) on c.row = s._row`;
}

/** The rows that a run has put aside. */
export async function listPostponed(client: Client, runId: string): Promise<readonly number[]> {
  const found = await client.query<{ row: string }>(
    `select row from dovetail.run_postponed where run_id = $1`,
    [runId],
  );
  return found.rows.map(({ row }) => Number(row));
}

/** Which postponed rows are meant: a list, or at most so many behind one. */
export type PostponedRows =
  | { readonly rows: readonly number[] }
  | { readonly afterRow: number; readonly limit: number };

/** Takes postponed rows of the run back into the stage. */
export async function recallRows(
  client: Client,
  plan: WritePlan,
  runId: string,
  wanted: PostponedRows,
): Promise<void> {
  const which =
    'rows' in wanted
      ? { sql: 'p.row = any($2::int8[]) order by p.row', values: [wanted.rows] }
      : { sql: 'p.row > $2 order by p.row limit $3', values: [wanted.afterRow, wanted.limit] };
  const values = plan.columns.map((column) => `, p.data[${column.index + 1}]::${stageType(column)}`);
  await client.query(
    `insert into ${STAGE} select p.row, p.line, p.say${values.join('')} from dovetail.run_postponed p
     where p.run_id = $1 and ${which.sql}`,
    [runId, ...which.values],
  );
}
