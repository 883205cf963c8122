// After the server refused a chunk as a whole: its rows are written in segments, and the bad ones found and left out.

import { type KeptAction, keepAround } from '../undo/keep-sql.js';
import type { JudgeOptions } from './judge-rules.js';
import { judgeRows } from './judge-sql.js';
import type { WritePlan } from './plan-parts.js';
import type { Says } from './resolve-sql.js';
import { outcomesFrom, writingParts } from './write-sql.js';

/** Which row the server was at. What a sequence counts stays when the statement that asked is rolled back. */
const AT = 'pg_temp._dovetail_at';

/** Where `keepJudgement` keeps it. */
export const KEPT = 'pg_temp._dovetail_src';

/** Keeps the judgement in a table, numbered, for `writeInSegments`. */
export function keepJudgement(plan: WritePlan, options: JudgeOptions): readonly string[] {
  return [
    `create temporary table _dovetail_src on commit drop as
     with ${judgeRows(plan, options)}
     select row_number() over (order by _dt_action = 's', _dt_row) as _dt_n, src.* from src`,
    NUMBER_JUDGEMENT,
  ];
}

/** What `writeInSegments` needs beside the rows to be written, which stand numbered from 1 in `_dovetail_src`. */
export const NUMBER_JUDGEMENT = `create unique index on pg_temp._dovetail_src (_dt_n);
  create temporary sequence _dovetail_at minvalue 0;
  create temporary table _dovetail_refused (_row int8, state text, message text, detail text, rule text, field text, advice text) on commit drop;
  create temporary table _dovetail_written (inserted int, updated int, deleted int) on commit drop`;

export const FORGET_JUDGEMENT = `drop table pg_temp._dovetail_src, pg_temp._dovetail_refused, pg_temp._dovetail_written;
  drop sequence ${AT}`;

/**
 * Writes what was kept, in segments, each in a subtransaction. Of a segment that is refused the row the server was at is
 * tried alone, after those before it; should it not be the bad one (triggers that fire at the end of the statement), the
 * segment is quartered until the bad row stands alone. Either way a row is only refused when it was tried by itself.
 * Measured with one refused row in a thousand: a segment of 256 rows costs least, and such a chunk a third more than one
 * without. Variables have names that no column has: PL/pgSQL refuses a name that may mean either.
 */
export function writeInSegments(plan: WritePlan, says: Says): string {
  const parts = writingParts(plan, says, 'pg_temp._dovetail_src', ` and ${IN_SEGMENT}`, markRow);
  const { keeping, entity } = plan;
  if (!keeping) return inSegments(parts);
  const keep = (sql: string, action: KeptAction): string =>
    sql && keepAround(keeping, entity.name, action, sql);
  return inSegments({ ins: keep(parts.ins, 'i'), upd: keep(parts.upd, 'u'), del: keep(parts.del, 'd') });
}

/** Whether a numbered row `src` belongs to the segment at hand. */
export const IN_SEGMENT = 'src._dt_n between _dt_low and _dt_high';

/** Goes around the first value written of each row. */
export const markRow = (value: string): string =>
  `case when setval('${AT}', src._dt_n) is not null then ${value} end`;

/** The loop around three statements, each over the rows of `_dovetail_src` with its action that are `IN_SEGMENT`. */
export function inSegments(parts: {
  readonly ins: string;
  readonly upd: string;
  readonly del: string;
}): string {
  const step = (sql: string, wanted: string, counter: string): string =>
    sql
      ? `if _dt_${wanted} then
            perform setval('${AT}', 0);
            ${sql};
            get diagnostics ${counter} = row_count;
          end if;`
      : '';
  return `do $dovetail$
  declare
    _dt_lows bigint[]; _dt_highs bigint[]; _dt_blamed boolean[]; _dt_blame boolean;
    _dt_low bigint; _dt_high bigint; _dt_size bigint; _dt_last bigint; _dt_total bigint; _dt_next bigint := 1; _dt_top bigint; _dt_culprit bigint;
    _dt_inserts boolean; _dt_updates boolean; _dt_deletes boolean;
    _dt_added bigint; _dt_changed bigint; _dt_removed bigint; _dt_total_added bigint := 0; _dt_total_changed bigint := 0; _dt_total_removed bigint := 0;
    _dt_refused_state text; _dt_refused_message text; _dt_refused_detail text; _dt_refused_rule text; _dt_refused_field text; _dt_refused_advice text;
  begin
    -- Suspects come last and one by one: most of them are bad, and now the server itself decides.
    select coalesce(max(_dt_n), 0), coalesce(max(_dt_n) filter (where _dt_action <> 's'), 0) into _dt_total, _dt_last
    from pg_temp._dovetail_src;
    update pg_temp._dovetail_src set _dt_action = case when _dt_found then 'u' else 'i' end where _dt_action = 's';
    select coalesce(bool_or(_dt_action = 'i'), false), coalesce(bool_or(_dt_action = 'u'), false), coalesce(bool_or(_dt_action = 'd'), false)
    into _dt_inserts, _dt_updates, _dt_deletes from pg_temp._dovetail_src;
    while _dt_next <= _dt_total loop
      _dt_high := case when _dt_next > _dt_last then _dt_next else least(_dt_last, _dt_next + 255) end;
      -- A stack of segments still to be written, the next one on top.
      _dt_lows := array[_dt_next]; _dt_highs := array[_dt_high]; _dt_blamed := array[false];
      _dt_next := _dt_high + 1;
      while cardinality(_dt_lows) > 0 loop
        _dt_top := cardinality(_dt_lows); _dt_low := _dt_lows[_dt_top]; _dt_high := _dt_highs[_dt_top]; _dt_blame := _dt_blamed[_dt_top];
        _dt_lows := trim_array(_dt_lows, 1); _dt_highs := trim_array(_dt_highs, 1); _dt_blamed := trim_array(_dt_blamed, 1);
        _dt_added := 0; _dt_changed := 0; _dt_removed := 0;
        begin
          set constraints all deferred;
          ${step(parts.ins, 'inserts', '_dt_added')}
          ${step(parts.upd, 'updates', '_dt_changed')}
          ${step(parts.del, 'deletes', '_dt_removed')}
          perform setval('${AT}', 0);
          set constraints all immediate;
          _dt_total_added := _dt_total_added + _dt_added; _dt_total_changed := _dt_total_changed + _dt_changed; _dt_total_removed := _dt_total_removed + _dt_removed;
        exception when others then
          get stacked diagnostics _dt_refused_state = returned_sqlstate, _dt_refused_message = message_text,
            _dt_refused_detail = pg_exception_detail, _dt_refused_rule = constraint_name, _dt_refused_field = column_name, _dt_refused_advice = pg_exception_hint;
          -- Not the row's fault: deadlock, lack of space or memory, cancelled, shutting down, broken.
          if left(_dt_refused_state, 2) in ('08', '25', '40', '53', '54', '57', '58', 'XX') then raise; end if;
          select last_value into _dt_culprit from ${AT};
          if _dt_low = _dt_high then
            insert into pg_temp._dovetail_refused
            select _dt_row, _dt_refused_state, _dt_refused_message, _dt_refused_detail, _dt_refused_rule, _dt_refused_field, _dt_refused_advice
            from pg_temp._dovetail_src where _dt_n = _dt_low and _dt_action in ('i', 'u', 'd');
          elsif not _dt_blame and _dt_culprit between _dt_low and _dt_high then
            if _dt_culprit < _dt_high then
              _dt_lows := _dt_lows || (_dt_culprit + 1); _dt_highs := _dt_highs || _dt_high; _dt_blamed := _dt_blamed || false;
            end if;
            _dt_lows := _dt_lows || _dt_culprit; _dt_highs := _dt_highs || _dt_culprit; _dt_blamed := _dt_blamed || true;
            if _dt_culprit > _dt_low then
              -- Passed before: if they don't now, the row the server was at was not to blame.
              _dt_lows := _dt_lows || _dt_low; _dt_highs := _dt_highs || (_dt_culprit - 1); _dt_blamed := _dt_blamed || true;
            end if;
          else
            _dt_size := greatest(1, (_dt_high - _dt_low + 4) / 4);
            while _dt_high >= _dt_low loop
              _dt_lows := _dt_lows || greatest(_dt_low, _dt_high - _dt_size + 1); _dt_highs := _dt_highs || _dt_high; _dt_blamed := _dt_blamed || true;
              _dt_high := _dt_high - _dt_size;
            end loop;
          end if;
        end;
      end loop;
    end loop;
    insert into pg_temp._dovetail_written values (_dt_total_added, _dt_total_changed, _dt_total_removed);
  end $dovetail$`;
}

/** What `writeInSegments` did. `unchanged`: an expression for their number, where there is a stage to count in. */
export function readSegments(plan: Pick<WritePlan, 'ruling' | 'keepsResults'>, unchanged = '0'): string {
  const written = `(select s.* from ${KEPT} s
    where not exists (select from pg_temp._dovetail_refused r where r._row = s._dt_row)) s`;
  return `
    select w.*, ${unchanged} as unchanged, counted.meant - refused.meant as meant, counted.special, refused.list as refused${outcomesFrom(plan, written)}
    from pg_temp._dovetail_written w,
      (select count(*) filter (where _dt_action in ('i', 'u', 'd'))::int as meant,
         coalesce(json_agg(json_build_array(_dt_row, _dt_action, _dt_error, _dt_found) order by _dt_row)
           filter (where _dt_action in ('e', 'p')), '[]') as special
       from ${KEPT}) counted,
      (select count(*)::int as meant, coalesce(json_agg(r), '[]') as list from pg_temp._dovetail_refused r) refused`;
}
