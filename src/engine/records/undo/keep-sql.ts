// What a writing statement returns of each record so that it can be undone, and the statement around it that keeps this.
// Values are kept in PostgreSQL's own text form, which brings every type back to the last digit.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { Keeping, KeptColumn, KeptTable } from './keeping.js';

/** i: inserted, u: updated, d: deleted. */
export type KeptAction = 'i' | 'u' | 'd';

/** The old values of an update, where the server can't return them, are read as this by `lockOld`. */
const OLD = '_dt_old';

/** The columns as an array of texts. */
export function textsOf(columns: readonly KeptColumn[], alias = ''): string {
  return `array[${columns.map(({ name }) => `${alias}${ident(name)}::text`).join(', ')}]::text[]`;
}

/** By which an inserted record is known again. */
export function digestOf(table: KeptTable, alias = ''): string {
  return `md5(${textsOf(table.columns, alias)}::text)::uuid`;
}

/** The list after `returning`; records are `t`, judged rows `src`, but for an insert, which knows neither. */
export function returnKept(keeping: Keeping, entity: string, action: KeptAction): string {
  const { number, table } = keeping.tables.get(entity)!;
  const start = `${number}::int2 as tab, '${action}'::"char" as action`;
  switch (action) {
    case 'i':
      return `${start}, null::int8 as line, ${textsOf(table.key)} as key, null::text[] as before, null::text[] as after, ${digestOf(table)} as digest`;
    case 'u': {
      const before = keeping.returnsOld ? textsOf(table.updated, 'old.') : `${OLD}._dt_before`;
      return `${start}, src._dt_line as line, ${textsOf(table.key, 't.')} as key, ${before} as before, ${textsOf(table.updated, 't.')} as after, null::uuid as digest`;
    }
    case 'd':
      return `${start}, src._dt_line as line, ${textsOf(table.key, 't.')} as key, ${textsOf(table.columns, 't.')} as before, null::text[] as after, null::uuid as digest`;
  }
}

/** A further item of an update's `from`: the record as it is before, locked, so that nobody changes it in between. */
export function lockOld(keeping: Keeping, entity: string, stored: string, match: string): string {
  if (keeping.returnsOld) return '';
  const { table } = keeping.tables.get(entity)!;
  return `, lateral (select ${textsOf(table.updated, 't.')} as _dt_before from ${stored} t where ${match} for update) ${OLD}`;
}

/** Keeps what the named parts of a statement returned, in this order. */
export function insertKept(keeping: Keeping, parts: readonly string[]): string {
  const rows = parts.map((part) => `select * from ${part}`).join(' union all ');
  return `insert into dovetail.run_undo (run_id, tab, action, line, key, before, after, digest)
    select ${BigInt(keeping.runId)}, k.* from (${rows}) k`;
}

/** A single writing statement and the keeping of what it wrote over; it counts as many rows as it wrote. */
export function keepAround(keeping: Keeping, entity: string, action: KeptAction, sql: string): string {
  return `with _dt_wrote as (${sql} returning ${returnKept(keeping, entity, action)}) ${insertKept(keeping, ['_dt_wrote'])}`;
}
