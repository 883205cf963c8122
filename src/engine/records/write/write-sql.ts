// The writing statements of a chunk: the one that writes everything at once, and the one that finds single bad rows
// after the server refused the whole.
import { ident, literal } from '../../../foundation/postgres/sql-text.js';
import { comparedSets, countUnchanged, type JudgeOptions, judgeRows } from './judge-sql.js';
import type { WritePlan } from './plan-parts.js';
import { fromStage, type Says, storedIn, tableOf, updatedValue } from './resolve-sql.js';

/** The counts and the rows that were not written, as every judging statement answers. */
export interface Judgement extends Record<string, unknown> {
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
  readonly unchanged: number;
  /** How many rows were to be inserted, updated, deleted: a trigger that suppresses rows makes the difference. */
  readonly meant: number;
  /** `[row, action, error, found]` of every row with action `e`, `p` or `s`; found: its record is stored. */
  readonly special: readonly (readonly [
    row: number,
    action: 'e' | 'p' | 's',
    error: string,
    found: boolean,
  ])[];
  /** `[row, action]` of every other row; only where a hook wants to know. */
  readonly outcomes?: readonly (readonly [row: number, action: string])[];
}

const SPECIAL = `coalesce((select json_agg(json_build_array(_dt_row, _dt_action, _dt_error, _dt_found) order by _dt_row)
    from src where _dt_action in ('e', 'p', 's')), '[]') as special`;

/** Judges the chunk and writes it, in one statement. */
export function writeRows(plan: WritePlan, options: JudgeOptions): string {
  const parts = writingParts(plan, options.says);
  const count = (name: keyof typeof parts): string =>
    parts[name] ? `(select count(*) from ${name})::int` : '0';
  const writes = Object.entries(parts).flatMap(([name, sql]) =>
    sql ? [`,\n  ${name} as (${sql} returning 1)`] : [],
  );
  return `with ${judgeRows(plan, options)}${writes.join('')}
  select ${count('ins')} as inserted, ${count('upd')} as updated, ${count('del')} as deleted,
    ${countUnchanged(plan, options)} as unchanged,
    (select count(*) from src where _dt_action in ('i', 'u', 'd'))::int as meant, ${SPECIAL}${outcomesFrom(plan, 'src')}`;
}

function outcomesFrom(plan: WritePlan, rows: string): string {
  if (plan.ruling?.afterWrite === undefined) return '';
  return `, coalesce((select json_agg(json_build_array(_dt_row, _dt_action)) from ${rows}
    where _dt_action in ('i', 'u', 'd', '=')), '[]') as outcomes`;
}

/** Judges the chunk and writes nothing; the answer counts what would be written. */
export function judgeOnly(plan: WritePlan, options: JudgeOptions, differences: number): string {
  const count = (action: string): string => `(select count(*) from src where _dt_action = '${action}')::int`;
  const cells = comparedSets(plan).map(
    (set) => `case when src.${ident(set.field.name)}::text is distinct from src._dt_o${set.index}::text
        then json_build_array(${literal(set.field.name)}, src._dt_o${set.index}::text, src.${ident(set.field.name)}::text) end`,
  );
  const list =
    plan.identity.length > 0 && cells.length > 0 && differences > 0
      ? `coalesce((select json_agg(json_build_array(_dt_row, _dt_line, cells)) from (
        select _dt_row, _dt_line, json_build_array(${cells.join(', ')}) as cells
        from src where _dt_action = 'u' order by _dt_row limit ${differences}) d), '[]')`
      : `'[]'::json`;
  return `with ${judgeRows(plan, options)}
  select ${count('i')} as inserted, ${count('u')} as updated, ${count('d')} as deleted,
    ${countUnchanged(plan, options)} as unchanged,
    0 as meant, (select count(*) from src where _dt_found)::int + ${plan.strategy === 'delete' ? '0' : countUnchanged(plan, options)} as found, ${list} as differences, ${SPECIAL}`;
}

function writingParts(
  plan: WritePlan,
  says: Says,
  from = 'src',
  and = '',
): { ins: string; upd: string; del: string } {
  const table = tableOf(plan.entity);
  const stored = storedIn(plan.entity);
  const can = (...strategies: WritePlan['strategy'][]): boolean => strategies.includes(plan.strategy);
  const written = plan.sets.filter((set) => !set.matchOnly);
  const names = written.map((set) => ident(set.field.name)).join(', ');
  const match = plan.key.map((field, i) => `t.${ident(field.name)} = src._dt_k${i}`).join(' and ');
  const changes = comparedSets(plan).map((set) => `${ident(set.field.name)} = ${updatedValue(set, says)}`);
  const inserts = !can('update', 'delete') && names !== '';
  return {
    // In the order of the source, so that keys made by the database follow it.
    ins: inserts
      ? `insert into ${table} (${names}) select ${names} from ${from} src where _dt_action = 'i'${and} order by _dt_row`
      : '',
    upd:
      can('add', 'delete') || changes.length === 0
        ? ''
        : `update ${stored} t set ${changes.join(', ')} from ${from} src where ${match} and src._dt_action = 'u'${and}`,
    del: can('delete')
      ? `delete from ${stored} t using ${from} src where ${match} and src._dt_action = 'd'${and}`
      : '',
  };
}

/** Keeps the judgement in a table, numbered, for `writeInSegments`. */
export function keepJudgement(plan: WritePlan, options: JudgeOptions): readonly string[] {
  return [
    `create temporary table _dovetail_src on commit drop as
     with ${judgeRows(plan, options)}
     select row_number() over (order by _dt_action = 's', _dt_row) as _dt_n, src.* from src`,
    `create unique index on pg_temp._dovetail_src (_dt_n)`,
    `create temporary table _dovetail_refused (_row int8, state text, message text, detail text, rule text, field text) on commit drop`,
    `create temporary table _dovetail_written (inserted int, updated int, deleted int) on commit drop`,
  ];
}

/**
 * Writes what was kept, in segments, each in a subtransaction: a segment that is refused is split until the bad row
 * stands alone. A refused row costs a few small statements; all others are written. Sizes measured: with one bad row in a thousand,
 * 128 then 16 then 1 costs about a third more than writing without any.
 */
export function writeInSegments(plan: WritePlan, says: Says): string {
  const parts = writingParts(plan, says, 'pg_temp._dovetail_src', ' and src._dt_n between low and high');
  const step = (sql: string, counter: string): string =>
    sql ? `${sql};\n        get diagnostics affected = row_count;\n        ${counter} := affected;` : '';
  return `do $dovetail$
  declare
    lows bigint[]; highs bigint[]; low bigint; high bigint; size bigint; last bigint; total bigint; next bigint; at bigint; affected bigint;
    added bigint; changed bigint; removed bigint; total_added bigint := 0; total_changed bigint := 0; total_removed bigint := 0;
    refused_state text; refused_message text; refused_detail text; refused_rule text; refused_field text;
  begin
    -- Suspects come last and one by one: most of them are bad, and now the server itself decides.
    select coalesce(max(_dt_n), 0), coalesce(max(_dt_n) filter (where _dt_action <> 's'), 0) into total, last
    from pg_temp._dovetail_src;
    update pg_temp._dovetail_src set _dt_action = case when _dt_found then 'u' else 'i' end where _dt_action = 's';
    low := 1;
    while low <= total loop
      high := case when low > last then low else least(last, low + 127) end;
      next := high + 1;
      lows := array[low]; highs := array[high];
      while cardinality(lows) > 0 loop
        at := cardinality(lows); low := lows[at]; high := highs[at];
        lows := trim_array(lows, 1); highs := trim_array(highs, 1);
        added := 0; changed := 0; removed := 0;
        begin
          set constraints all deferred;
          ${step(parts.ins, 'added')}
          ${step(parts.upd, 'changed')}
          ${step(parts.del, 'removed')}
          set constraints all immediate;
          total_added := total_added + added; total_changed := total_changed + changed; total_removed := total_removed + removed;
        exception when others then
          get stacked diagnostics refused_state = returned_sqlstate, refused_message = message_text,
            refused_detail = pg_exception_detail, refused_rule = constraint_name, refused_field = column_name;
          -- Not the row's fault: deadlock, lack of space or memory, cancelled, shutting down, broken.
          if left(refused_state, 2) in ('08', '25', '40', '53', '54', '57', '58', 'XX') then raise; end if;
          if low = high then
            insert into pg_temp._dovetail_refused
            select _dt_row, refused_state, refused_message, refused_detail, refused_rule, refused_field
            from pg_temp._dovetail_src where _dt_n = low and _dt_action in ('i', 'u', 'd');
          else
            size := case when high - low >= 16 then 16 else 1 end;
            while high >= low loop
              lows := lows || greatest(low, high - size + 1); highs := highs || high; high := high - size;
            end loop;
          end if;
        end;
      end loop;
      low := next;
    end loop;
    insert into pg_temp._dovetail_written values (total_added, total_changed, total_removed);
  end $dovetail$`;
}

/** What `writeInSegments` did. `unchanged`: an expression for their number, where there is a stage to count in. */
export function readSegments(plan: WritePlan, unchanged = '0'): string {
  const written = `(select s.* from pg_temp._dovetail_src s
    where not exists (select from pg_temp._dovetail_refused r where r._row = s._dt_row)) s`;
  return `
    select w.*, ${unchanged} as unchanged,
      coalesce((select json_agg(json_build_array(_dt_row, _dt_action, _dt_error, _dt_found) order by _dt_row)
        from pg_temp._dovetail_src where _dt_action in ('e', 'p')), '[]') as special,
      coalesce((select json_agg(r) from pg_temp._dovetail_refused r), '[]') as refused${outcomesFrom(plan, written)}
    from pg_temp._dovetail_written w`;
}

/** Marks every record that a staged row matched or made as met in the source ($1: the run). */
export function markSeen(plan: WritePlan): string {
  const key = plan.key.map((field) => `t.${ident(field.name)}`).join(', ');
  return `insert into dovetail.run_seen (run_id, key)
    select distinct $1::bigint, json_build_array(${key})::text ${fromStage(plan)} where t.tableoid is not null
    on conflict do nothing`;
}

/** The key under which `run_seen` notes that a row could not be read at all; no record's key is written like this. */
export const UNREADABLE = '!';

export function markUnreadable(): string {
  return `insert into dovetail.run_seen (run_id, key) values ($1, '${UNREADABLE}') on conflict do nothing`;
}
