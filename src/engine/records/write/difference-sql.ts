// The dry run's statement: the judgement of a chunk with nothing written, and the first differences it would make.
import { ident, literal } from '../../../foundation/postgres/sql-text.js';
import type { Entity } from '../../catalog/catalog.js';
import { isNew } from './judge-references.js';
import type { JudgeOptions } from './judge-rules.js';
import { changesSql, comparedSets, countUnchanged, judgeRows } from './judge-sql.js';
import type { SetField, WritePlan } from './plan-parts.js';
import { CONSTANT, givenSql, sameSql, storedIn } from './resolve-sql.js';
import type { CellTuples, DifferenceBudget } from './row-difference.js';
import { STAGE } from './stage-table.js';
import { COUNTED, configuredDefaults, type Judgement } from './write-sql.js';

/** What `judgeOnly` answers. */
export interface Rehearsal extends Judgement {
  readonly differences: readonly (readonly [
    row: number,
    line: number,
    action: 'i' | 'u' | 'd',
    cells: CellTuples,
  ])[];
  /** Rows of `repeated` that would be new, were it not for an earlier row of the source. */
  readonly again: readonly number[];
}

/**
 * Judges the chunk and writes nothing; the answer counts what would be written. `repeated`: rows whose identity a chunk
 * before had.
 */
export function judgeOnly(
  plan: WritePlan,
  options: JudgeOptions,
  budget: DifferenceBudget,
  repeated: readonly number[] = [],
): string {
  const count = (action: string): string => `(select count(*) from src where _dt_action = '${action}')::int`;
  const again =
    repeated.length === 0 ? 'false' : `_dt_action = 'i' and _dt_row = any('{${repeated.join(',')}}'::int8[])`;
  return `with ${judgeRows(plan, options)}
  select ${count('i')} as inserted, ${count('u')} as updated, ${count('d')} as deleted,
    ${countUnchanged(plan, options, 'counted.judged')} as unchanged,
    0 as meant, ${listDifferences(plan, options, budget)} as differences,
    coalesce((select json_agg(_dt_row) from src where ${again}), '[]') as again, counted.special
  from ${COUNTED}`;
}

function listDifferences(plan: WritePlan, options: JudgeOptions, budget: DifferenceBudget): string {
  const adds = plan.strategy !== 'update' && plan.strategy !== 'delete';
  // Rows that wait for another of the same source are shown as what becomes of them once it is there.
  const lists = [
    ...(budget.add > 0 && adds ? [list('i', addedCells(plan, options), budget.add)] : []),
    ...(budget.update > 0 && plan.identity.length > 0 && plan.strategy !== 'delete'
      ? [list('u', changedCells(plan, options), budget.update)]
      : []),
    ...(budget.delete > 0 && plan.strategy === 'delete'
      ? [list('d', storedCells(plan.entity), budget.delete, joinStored(plan))]
      : []),
  ];
  if (lists.length === 0) return `'[]'::json`;
  return `coalesce((select json_agg(json_build_array(_dt_row, _dt_line, action, cells))
      from (${lists.join('\n      union all ')}) d), '[]')`;
}

/** An array, because functions take a hundred arguments and tables have more columns. */
const toJson = (cells: readonly string[]): string => `to_json(array[${cells.join(', ')}]::json[])`;

function list(action: 'i' | 'u' | 'd', cells: readonly string[], limit: number, join = ''): string {
  const waits = {
    i: ` or _dt_action = 'p' and not _dt_found`,
    u: ` or _dt_action = 'p' and _dt_found`,
    d: '',
  };
  return `(select _dt_row, _dt_line, '${action}' as action, ${toJson(cells)} as cells
      from src join ${STAGE} s on s._row = src._dt_row ${join}
      where _dt_action = '${action}'${waits[action]} order by _dt_row limit ${limit})`;
}

function changedCells(plan: WritePlan, options: JudgeOptions): readonly string[] {
  return comparedSets(plan).map(
    (set) => `case when ${[changesSql(plan, set, options, 'src'), ...waits(plan, set)].join(' or ')}
        then json_build_array(${literal(set.field.name)}, src._dt_o${set.index}::text, ${afterText(plan, set, options)}) end`,
  );
}

/** What a new record gets: values, nulls where there would be a default else, and the configuration's defaults. */
function addedCells(plan: WritePlan, options: JudgeOptions): readonly string[] {
  const sets = plan.identity.length > 0 ? comparedSets(plan) : plan.sets;
  const given = sets.map((set) => {
    const after = afterText(plan, set, options);
    const said = saysNull(set, options) ? ` or ${saysNull(set, options)}` : '';
    return `case when ${after} is not null${said} then json_build_array(${literal(set.field.name)}, null, ${after}) end`;
  });
  const defaults = configuredDefaults(plan).flatMap(({ name, default: value = '' }) =>
    CONSTANT.test(value) ? [`json_build_array(${literal(name)}, null, (${value})::text)`] : [],
  );
  return [...given, ...defaults];
}

/** Whether the row asks for NULL in a field that has a default; undefined if none can. */
function saysNull({ field, columns }: SetField, { says }: JudgeOptions): string | undefined {
  if (field.default === undefined) return undefined;
  const column = columns[0]!;
  return says[column.index] === 0
    ? 'true'
    : `coalesce(substr(src._dt_say, ${column.index + 1}, 1) not in ('l', 'd'), true)`;
}

function afterText(plan: WritePlan, set: SetField, options: JudgeOptions): string {
  const value = `src.${ident(set.field.name)}::text`;
  const reference = set.reference?.reference;
  if (reference === undefined) return value;
  const fresh = isNew(plan, set, options, 'src');
  if (fresh) return `case when ${fresh} then ${literal(`new ${reference.entity.name}`)} else ${value} end`;
  const [waiting] = waits(plan, set);
  if (waiting === undefined) return value;
  // A record of the same source has no key yet: it is named as the row names it.
  const named = reference.allColumns.map((column) => `s.${column.name}::text`).join(', ');
  return `case when ${waiting} then concat_ws(' ', ${literal(reference.entity.name)}, ${named}) else ${value} end`;
}

/** Whether the row refers to a record of its own entity that is not there yet; none where it can't. */
function waits(plan: WritePlan, { field, reference }: SetField): readonly string[] {
  if (reference?.reference.entity.name !== plan.entity.name) return [];
  return [`(src.${ident(field.name)} is null and (${givenSql(reference.reference)}))`];
}

/** Every value of the stored record `t`. */
export function storedCells(entity: Entity): readonly string[] {
  return entity.fields.map(
    ({ name }) =>
      `case when t.${ident(name)} is not null then json_build_array(${literal(name)}, t.${ident(name)}::text, null) end`,
  );
}

export const storedJson = (entity: Entity): string => toJson(storedCells(entity));

function joinStored(plan: WritePlan): string {
  const match = plan.key.map((field, i) => sameSql(plan, field, `t.${ident(field.name)}`, `src._dt_k${i}`));
  return `join ${storedIn(plan.entity)} t on ${match.join(' and ')}`;
}
