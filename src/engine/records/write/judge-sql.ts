// What is to become of each staged row: the second half of reading, in which nothing is written yet. The real run, the
// dry run and the recovery after a refusal all judge by this one text.
import { ident } from '../../../foundation/postgres/sql-text.js';
import { isNew, newReferences, referenceError } from './judge-references.js';
import { hadValues, outOfReach } from './judge-rights.js';
import { doubtfulErrors, errorRules, type JudgeOptions } from './judge-rules.js';
import type { SetField, WritePlan } from './plan-parts.js';
import { CONSTANT, defaultOf, fromStage, resultingValue } from './resolve-sql.js';
import { STAGE } from './stage-table.js';

/** Two CTEs, `resolved` and `src`; `src` lacks the rows that need nothing done (`=`) and has `_dt_row`, `_dt_line`, `_dt_action`, `_dt_error`, `_dt_say`, key and set fields. */
export function judgeRows(plan: WritePlan, options: JudgeOptions): string {
  return `
  resolved as (${resolveRows(plan, options)}),
  src as materialized (
    select j.*, ${actionOf(plan, options)} as _dt_action, j._dt_verdict as _dt_error
    from (select r.*, ${verdictOf(plan, options)} as _dt_verdict
      from resolved r where r._dt_match = 1 offset 0) j
    ${keepsUnchanged(plan) ? '' : `where j._dt_verdict <> '='`})`;
}

/** The same for a row of which only a good end counts: a table expression with its action (`i`, `u`, `d`, or a verdict to which nothing is done). */
export const judgedRow = (plan: WritePlan, options: JudgeOptions): string =>
  `(select r.*, ${verdictOf(plan, options)} as _dt_action from (${resolveRows(plan, options)}) r where r._dt_matches = 1 offset 0)`;

function resolveRows(plan: WritePlan, options: JudgeOptions): string {
  const matched = plan.identity.length > 0;
  const keys = matched ? plan.key.map((field, i) => `t.${ident(field.name)} as _dt_k${i}`) : [];
  const values = plan.sets.map((set) => `${resultingValue(plan, set, options)} as ${ident(set.field.name)}`);
  const others = otherFields(plan).map((name) => `${otherValue(plan, name)} as ${ident(name)}`);
  const old = matched
    ? comparedSets(plan).map((set) => `t.${ident(set.field.name)} as _dt_o${set.index}`)
    : [];
  return `
    select s._row as _dt_row, s._line as _dt_line, s._say as _dt_say,
      ${matched ? 't.tableoid is not null' : 'false'} as _dt_found,
      ${referenceError(plan, options)} as _dt_reference,
      ${plan.identityUnique || !matched ? '1' : 'count(*) over (partition by s._row)'} as _dt_matches,
      ${plan.identityUnique || !matched ? '1' : 'row_number() over (partition by s._row)'} as _dt_match,
      ${[...outOfReach(plan), ...hadValues(plan), ...keys, ...values, ...others, ...old, ...newReferences(plan, options)].join(',\n      ')}
    ${fromStage(plan)}${onlyRows(options)}`;
}

/** Rows that need nothing done are left out of `src`, which is most of the time of an import that changes little; but a hook wants them. */
const keepsUnchanged = (plan: WritePlan): boolean => plan.ruling?.afterWrite !== undefined;

/** The number of rows judged `=`. `judged`: an expression for that of the rows in `src`. */
export function countUnchanged(
  plan: WritePlan,
  options: Pick<JudgeOptions, 'rows'>,
  judged: string,
  src = 'src',
): string {
  if (keepsUnchanged(plan)) return `(select count(*) from ${src} where _dt_action = '=')::int`;
  return `((select count(*) from ${STAGE} s${onlyRows(options)}) - ${judged})::int`;
}

function onlyRows({ rows }: Pick<JudgeOptions, 'rows'>): string {
  return rows ? ` where s._row = any('{${rows.join(',')}}'::int8[])` : '';
}

/** Fields that are compared with the stored record, and set where they differ. */
export function comparedSets(plan: WritePlan): readonly SetField[] {
  return plan.sets.filter((set) => !plan.identity.includes(set.field) && set.newOnly !== true);
}

/** Whether the record differs from what the row makes of it. */
function differsSql(plan: WritePlan, options: JudgeOptions): string {
  const parts = comparedSets(plan).map((set) => changesSql(plan, set, options, 'r'));
  return parts.length === 0 ? 'false' : parts.join(' or ');
}

/** Whether the field would change. */
export function changesSql(plan: WritePlan, set: SetField, options: JudgeOptions, row: string): string {
  const cast = set.field.type.comparable ? '' : '::text';
  const fresh = isNew(plan, set, options, row);
  return `${fresh ? `${fresh} or ` : ''}${row}.${ident(set.field.name)}${cast} is distinct from ${row}._dt_o${set.index}${cast}`;
}

/** One expression that names the row's fate, so that the server works it out once: an action, `later`, or an error. */
function verdictOf(plan: WritePlan, options: JudgeOptions): string {
  const writes = `case when ${differsSql(plan, options)} then 'u' else '=' end`;
  const found = {
    add: `'='`,
    update: writes,
    add_or_update: writes,
    replace: writes,
    mirror: writes,
    delete: `'d'`,
  };
  return `case
        ${plan.strategy === 'mirror' ? `when r._dt_say like 'x%' then 'x'` : ''}
        ${errorRules(plan, options).join('\n        ')}
        when r._dt_found then ${found[plan.strategy]}
        else ${plan.strategy === 'delete' ? `'='` : `'i'`} end`;
}

function actionOf(plan: WritePlan, options: JudgeOptions): string {
  const doubtful = doubtfulErrors(plan, options).map((error) => `'${error}'`);
  return `case when j._dt_verdict in ('i', 'u', 'd', 'x', '=') then j._dt_verdict when j._dt_verdict = 'later' then 'p'
      ${doubtful.length > 0 ? `when j._dt_verdict in (${doubtful.join(', ')}) then 's'` : ''} else 'e' end`;
}

/** Fields that checks look at and the request does not set. */
function otherFields(plan: WritePlan): readonly string[] {
  const names = new Set(plan.entity.checks.flatMap((check) => check.fields));
  for (const set of plan.sets) names.delete(set.field.name);
  return [...names].filter((name) => plan.entity.fields.some((field) => field.name === name));
}

function otherValue(plan: WritePlan, name: string): string {
  const field = plan.entity.fields.find((candidate) => candidate.name === name)!;
  const blank =
    field.default !== undefined && CONSTANT.test(field.default)
      ? defaultOf(plan.entity, field)
      : `null::${field.type.sql}`;
  return plan.identity.length > 0
    ? `case when t.tableoid is not null then t.${ident(name)} else ${blank} end`
    : blank;
}
