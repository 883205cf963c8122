// The writing statements of a chunk: the one that writes everything at once, and the one that finds single bad rows
// after the server refused the whole.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Field } from '../../catalog/catalog.js';
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

export const SPECIAL = `coalesce((select json_agg(json_build_array(_dt_row, _dt_action, _dt_error, _dt_found) order by _dt_row)
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
  const defaults = configuredDefaults(plan);
  const into = [names, ...defaults.map((field) => ident(field.name))].join(', ');
  const values = [names, ...defaults.map((field) => field.default)].join(', ');
  const match = plan.key
    .map((field, i) => sameSql(plan, field, `t.${ident(field.name)}`, `src._dt_k${i}`))
    .join(' and ');
  const changes = comparedSets(plan).map((set) => `${ident(set.field.name)} = ${updatedValue(set, says)}`);
  const inserts = !can('update', 'delete') && names !== '';
  const overriding = written.some((set) => set.field.generated === 'always')
    ? ' overriding system value'
    : '';
  return {
    // In the order of the source, so that keys made by the database follow it.
    ins: inserts
      ? `insert into ${table} (${into})${overriding} select ${values} from ${from} src where _dt_action = 'i'${and} order by _dt_row`
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

/** Fields the source says nothing about, whose default for new records is the configuration's: the database does not know it. */
export function configuredDefaults(plan: WritePlan): readonly Field[] {
  return plan.entity.fields.filter(
    (field) => field.defaultByOverride === true && !plan.sets.some((set) => set.field === field),
  );
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
 * 128 then 16 then 1 costs about a third more than writing without any. Variables have names that no column has: PL/pgSQL
 * refuses a name that may mean either.
 */
export function writeInSegments(plan: WritePlan, says: Says): string {
  const parts = writingParts(
    plan,
    says,
    'pg_temp._dovetail_src',
    ' and src._dt_n between _dt_low and _dt_high',
  );
  const step = (sql: string, wanted: string, counter: string): string =>
    sql
      ? `if _dt_${wanted} then\n            ${sql};\n            get diagnostics ${counter} = row_count;\n          end if;`
      : '';
  return `do $dovetail$
  declare
    _dt_lows bigint[]; _dt_highs bigint[]; _dt_low bigint; _dt_high bigint; _dt_size bigint; _dt_last bigint; _dt_total bigint; _dt_next bigint; _dt_at bigint;
    _dt_inserts boolean; _dt_updates boolean; _dt_deletes boolean;
    _dt_added bigint; _dt_changed bigint; _dt_removed bigint; _dt_total_added bigint := 0; _dt_total_changed bigint := 0; _dt_total_removed bigint := 0;
    _dt_refused_state text; _dt_refused_message text; _dt_refused_detail text; _dt_refused_rule text; _dt_refused_field text;
  begin
    -- Suspects come last and one by one: most of them are bad, and now the server itself decides.
    select coalesce(max(_dt_n), 0), coalesce(max(_dt_n) filter (where _dt_action <> 's'), 0) into _dt_total, _dt_last
    from pg_temp._dovetail_src;
    update pg_temp._dovetail_src set _dt_action = case when _dt_found then 'u' else 'i' end where _dt_action = 's';
    select coalesce(bool_or(_dt_action = 'i'), false), coalesce(bool_or(_dt_action = 'u'), false), coalesce(bool_or(_dt_action = 'd'), false)
    into _dt_inserts, _dt_updates, _dt_deletes from pg_temp._dovetail_src;
    _dt_low := 1;
    while _dt_low <= _dt_total loop
      _dt_high := case when _dt_low > _dt_last then _dt_low else least(_dt_last, _dt_low + 127) end;
      _dt_next := _dt_high + 1;
      _dt_lows := array[_dt_low]; _dt_highs := array[_dt_high];
      while cardinality(_dt_lows) > 0 loop
        _dt_at := cardinality(_dt_lows); _dt_low := _dt_lows[_dt_at]; _dt_high := _dt_highs[_dt_at];
        _dt_lows := trim_array(_dt_lows, 1); _dt_highs := trim_array(_dt_highs, 1);
        _dt_added := 0; _dt_changed := 0; _dt_removed := 0;
        begin
          set constraints all deferred;
          ${step(parts.ins, 'inserts', '_dt_added')}
          ${step(parts.upd, 'updates', '_dt_changed')}
          ${step(parts.del, 'deletes', '_dt_removed')}
          set constraints all immediate;
          _dt_total_added := _dt_total_added + _dt_added; _dt_total_changed := _dt_total_changed + _dt_changed; _dt_total_removed := _dt_total_removed + _dt_removed;
        exception when others then
          get stacked diagnostics _dt_refused_state = returned_sqlstate, _dt_refused_message = message_text,
            _dt_refused_detail = pg_exception_detail, _dt_refused_rule = constraint_name, _dt_refused_field = column_name;
          -- Not the row's fault: deadlock, lack of space or memory, cancelled, shutting down, broken.
          if left(_dt_refused_state, 2) in ('08', '25', '40', '53', '54', '57', '58', 'XX') then raise; end if;
          if _dt_low = _dt_high then
            insert into pg_temp._dovetail_refused
            select _dt_row, _dt_refused_state, _dt_refused_message, _dt_refused_detail, _dt_refused_rule, _dt_refused_field
            from pg_temp._dovetail_src where _dt_n = _dt_low and _dt_action in ('i', 'u', 'd');
          else
            _dt_size := case when _dt_high - _dt_low >= 16 then 16 else 1 end;
            while _dt_high >= _dt_low loop
              _dt_lows := _dt_lows || greatest(_dt_low, _dt_high - _dt_size + 1); _dt_highs := _dt_highs || _dt_high; _dt_high := _dt_high - _dt_size;
            end loop;
          end if;
        end;
      end loop;
      _dt_low := _dt_next;
    end loop;
    insert into pg_temp._dovetail_written values (_dt_total_added, _dt_total_changed, _dt_total_removed);
  end $dovetail$`;
}

/** Rows that were to be inserted and are not there, though nobody refused them; $1: rows known to be bad or waiting. */
export function findLeftOut(plan: WritePlan): string {
  return `select s._row as row ${fromStage(plan)}
    where t.tableoid is null and s._say is distinct from 'x' and s._row <> all($1::int8[]) order by s._row limit 10`;
}

/** What `writeInSegments` did. `unchanged`: an expression for their number, where there is a stage to count in. */
export function readSegments(plan: WritePlan, unchanged = '0'): string {
  const written = `(select s.* from pg_temp._dovetail_src s
    where not exists (select from pg_temp._dovetail_refused r where r._row = s._dt_row)) s`;
  return `
    select w.*, ${unchanged} as unchanged,
      (select count(*) from ${written} where _dt_action in ('i', 'u', 'd'))::int as meant,
      coalesce((select json_agg(json_build_array(_dt_row, _dt_action, _dt_error, _dt_found) order by _dt_row)
        from pg_temp._dovetail_src where _dt_action in ('e', 'p')), '[]') as special,
      coalesce((select json_agg(r) from pg_temp._dovetail_refused r), '[]') as refused${outcomesFrom(plan, written)}
    from pg_temp._dovetail_written w`;
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
