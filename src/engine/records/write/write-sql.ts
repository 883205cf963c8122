// The statement that judges a chunk and writes it all at once, and the marks of what was met.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Field } from '../../catalog/catalog.js';
import { findKeyFields, keyTextSql } from '../read/record-key.js';
import { insertKept, type KeptAction, lockOld, returnKept } from '../undo/keep-sql.js';
import { findWrittenSet, listFilled } from './filled-field.js';
import { andInReach } from './judge-rights.js';
import type { JudgeOptions } from './judge-rules.js';
import { comparedSets, countUnchanged, judgeRows } from './judge-sql.js';
import type { WritePlan } from './plan-parts.js';
import { fromStage, type Says, sameSql, storedIn, tableOf, updatedValue } from './resolve-sql.js';

/** The counts and the rows that were not written, as every judging statement answers. */
export interface Judgement extends Record<string, unknown> {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  /** How many rows were to be inserted, updated, deleted: a trigger that suppresses rows makes the difference. */
  readonly meant: number;
  /** Where the plan asks for them. */
  readonly keys?: readonly string[];
  /** `[row, action, error, found]` of every row with action `e`, `p` or `s`; found: its record is stored. */
  readonly special: readonly (readonly [
    row: number,
    action: 'e' | 'p' | 's',
    error: string,
    found: boolean,
  ])[];
  /** `[row, action]` of every other row; only where a hook or a sender wants to know; without a hook those that are unchanged are left out. */
  readonly outcomes?: readonly (readonly [row: number, action: string])[];
}

/** What a judging statement says of its rows `src`; counted in one pass. `unchanged` follows from `judged`. */
export const COUNTED = `(select count(*)::int as judged,
    count(*) filter (where _dt_action in ('i', 'u', 'd'))::int as meant,
    coalesce(json_agg(json_build_array(_dt_row, _dt_action, _dt_error, _dt_found) order by _dt_row)
      filter (where _dt_action in ('e', 'p', 's')), '[]') as special
    from src) counted`;

const ACTION = { ins: 'i', upd: 'u', del: 'd' } as const satisfies Record<string, KeptAction>;

/** Judges the chunk and writes it, in one statement. */
export function writeRows(plan: WritePlan, options: JudgeOptions): string {
  const parts = writingParts(plan, options.says);
  const count = (name: keyof typeof parts): string =>
    parts[name] ? `(select count(*) from ${name})::int` : '0';
  const { keeping } = plan;
  const names = (Object.keys(parts) as (keyof typeof parts)[]).filter((name) => parts[name]);
  const returns = (name: keyof typeof parts): string => {
    if (keeping) return returnKept(keeping, plan.entity.name, ACTION[name]);
    return plan.returnsKeys ? returnKey(plan, name) : '1';
  };
  const writes = names.map((name) => `,\n  ${name} as (${parts[name]} returning ${returns(name)})`);
  const keeps = keeping && names.length > 0 ? `,\n  kept as (${insertKept(keeping, names)})` : '';
  return `with ${judgeRows(plan, options)}${writes.join('')}${keeps}
  select ${count('ins')} as inserted, ${count('upd')} as updated, ${count('del')} as deleted,
    ${countUnchanged(plan, options, 'counted.judged')} as unchanged, counted.meant, counted.special${outcomesFrom(plan, 'src')}${keysFrom(plan, names)}
  from ${COUNTED}`;
}

/** An insert knows no alias, the others have the record as `t`. */
export function returnKey(plan: WritePlan, part: keyof typeof ACTION): string {
  const fields = findKeyFields(plan.entity) ?? [];
  const columns = fields.map(({ name }) => (part === 'ins' ? ident(name) : ident('t', name)));
  return `${columns.length === 0 ? 'null' : keyTextSql(columns)} as _dt_key`;
}

function keysFrom(plan: WritePlan, names: readonly string[]): string {
  if (!plan.returnsKeys || names.length === 0) return '';
  const rows = names.map((name) => `select _dt_key from ${name}`).join(' union all ');
  return `, (select json_agg(_dt_key) from (${rows}) k where _dt_key is not null) as keys`;
}

export function outcomesFrom(plan: Pick<WritePlan, 'ruling' | 'keepsResults'>, rows: string): string {
  if (plan.ruling?.afterWrite === undefined && plan.keepsResults === undefined) return '';
  return `, coalesce((select json_agg(json_build_array(_dt_row, _dt_action)) from ${rows}
    where _dt_action in ('i', 'u', 'd', '=')), '[]') as outcomes`;
}

/** `from`: a table expression; `and`: a further condition of what is updated or deleted, on the record `t`. `wrap` goes around the first value written of each row, to know which row the server was at. */
export function writingParts(
  plan: WritePlan,
  says: Says,
  from = 'src',
  and = '',
  wrap = (value: string): string => value,
): { readonly ins: string; readonly upd: string; readonly del: string } {
  const table = tableOf(plan.entity);
  const stored = storedIn(plan.entity);
  const can = (...strategies: WritePlan['strategy'][]): boolean => strategies.includes(plan.strategy);
  const written = plan.sets.filter((set) => !set.matchOnly);
  const names = written.map((set) => ident(set.field.name));
  const constants = listConstants(plan);
  const into = [...names, ...constants.map(({ name }) => ident(name))].join(', ');
  const values = [
    ...names.map((name, i) => (i === 0 ? wrap(`src.${name}`) : name)),
    ...constants.map(({ value }) => value),
  ].join(', ');
  const match = plan.key
    .map((field, i) => sameSql(plan, field, `t.${ident(field.name)}`, `src._dt_k${i}`))
    .join(' and ');
  const changes = comparedSets(plan).map((set, i) => {
    const value = updatedValue(set, says);
    return `${ident(set.field.name)} = ${i === 0 ? wrap(value) : value}`;
  });
  const old = plan.keeping ? lockOld(plan.keeping, plan.entity.name, stored, match) : '';
  const reach = andInReach(plan);
  const inserts = !can('update', 'delete') && names.length > 0;
  const overriding = written.some((set) => set.field.generated === 'always')
    ? ' overriding system value'
    : '';
  // In the order of the source, so that keys made by the database follow it; dealt to several writers they can't.
  const inOrder = plan.writers === 1 ? ' order by _dt_row' : '';
  return {
    ins: inserts
      ? `insert into ${table} (${into})${overriding} select ${values} from ${from} src where _dt_action = 'i'${and}${inOrder}`
      : '',
    upd:
      can('add', 'delete') || changes.length === 0
        ? ''
        : `update ${stored} t set ${changes.join(', ')} from ${from} src${old} where ${match} and src._dt_action = 'u'${reach}${and}`,
    del: can('delete')
      ? `delete from ${stored} t using ${from} src where ${match} and src._dt_action = 'd'${reach}${and}`
      : '',
  };
}

/** What a new record gets besides what the source says. */
export function listConstants(plan: WritePlan): readonly { readonly name: string; readonly value: string }[] {
  const filled = listFilled(plan.entity).filter(({ name }) => findWrittenSet(plan, name) === undefined);
  const defaults = [...configuredDefaults(plan), ...(plan.entity.unseenDefaults ?? [])].map(
    ({ name, default: value = 'null' }) => ({ name, value }),
  );
  return [...filled, ...defaults.filter(({ name }) => !filled.some((one) => one.name === name))];
}

/** Fields the source says nothing about, whose default for new records is the configuration's: the database does not know it. */
export function configuredDefaults(plan: WritePlan): readonly Field[] {
  return plan.entity.fields.filter(
    (field) => field.defaultByOverride === true && !plan.sets.some((set) => set.field === field),
  );
}

/** Rows that were to be inserted and are not there, though nobody refused them; $1: rows known to be bad or waiting. */
export function findLeftOut(plan: WritePlan): string {
  return `select s._row as row ${fromStage(plan)}
    where t.tableoid is null and s._say is distinct from 'x' and s._row <> all($1::int8[]) order by s._row limit 10`;
}

/** Marks every record that a staged row matched or made as met in the source ($1: the run; 0 in a dry run). */
export function markSeen(plan: WritePlan, into = 'dovetail.run_seen'): string {
  const key = plan.key.map((field) => `t.${ident(field.name)}`).join(', ');
  return `insert into ${into} (run_id, key)
    select distinct $1::bigint, json_build_array(${key})::text ${fromStage(plan)} where t.tableoid is not null
    on conflict do nothing`;
}

/** The same with the line, where only the server can tell whether a later row means a record that was met before. */
export function markMet(plan: WritePlan): string {
  const key = plan.key.map((field) => `t.${ident(field.name)}`).join(', ');
  return `insert into dovetail.run_seen as m (run_id, key, line)
    select $1::bigint, json_build_array(${key})::text as key, max(s._line) ${fromStage(plan)}
    where t.tableoid is not null group by 2
    on conflict (run_id, key) do ${plan.onDuplicate === 'last' ? 'update set line = excluded.line' : 'nothing'}`;
}

/** Staged rows whose record the run $1 met in a chunk before, with both lines. */
export function findMet(plan: WritePlan): string {
  const key = plan.key.map((field) => `t.${ident(field.name)}`).join(', ');
  return `select s._row as later, s._line as later_line, m.line as earlier_line ${fromStage(plan)}
    join dovetail.run_seen m on m.run_id = $1 and m.key = json_build_array(${key})::text
    where t.tableoid is not null and m.line is not null order by 1`;
}

/** The key under which `run_seen` notes that a row could not be read at all; no record's key is written like this. */
export const UNREADABLE = '!';

export function markUnreadable(): string {
  return `insert into dovetail.run_seen (run_id, key) values ($1, '${UNREADABLE}') on conflict do nothing`;
}
