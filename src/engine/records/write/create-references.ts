// Records referred to that don't exist yet, made on the way where the request allows it.
import type { Client } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import { allowsSql, andSeen } from '../record-rule-sql.js';
import { ROW } from '../records-errors.js';
import { keepAround } from '../undo/keep-sql.js';
import { type FilledField, listCreateRules, listFilled } from './filled-field.js';
import type { Reference, WritePlan } from './plan-parts.js';
import { createdFields } from './reference-plan.js';
import { storedIn, tableOf } from './resolve-sql.js';
import { isRowsFault } from './row-fault.js';
import { shorten } from './row-issues.js';
import type { RowReport } from './row-report.js';
import { STAGE, stageValue } from './stage-table.js';

/**
 * Inserts what is missing, one record per distinct key. What can't be made stays an unknown reference, with a warning that
 * says why; it costs the rows that name it and no others.
 */
export async function createReferences(client: Client, plan: WritePlan, report: RowReport): Promise<void> {
  for (const reference of plan.references) {
    if (!reference.create) continue;
    await client.query('savepoint creating');
    try {
      await client.query(insertMissing(plan, reference));
      await client.query('release savepoint creating');
    } catch (error) {
      if (!isRowsFault(error)) throw error;
      await client.query('rollback to savepoint creating');
      await createOneByOne(client, plan, reference, report);
    }
  }
}

/** After a refusal: each record alone, so that only those the database refuses are missing. */
async function createOneByOne(
  client: Client,
  plan: WritePlan,
  reference: Reference,
  report: RowReport,
): Promise<void> {
  await client.query('create temporary table _dovetail_unmade (key text, message text) on commit drop');
  await client.query(insertEach(plan, reference));
  const unmade = await client.query<{ key: string; message: string }>(
    'select * from pg_temp._dovetail_unmade',
  );
  await client.query('drop table pg_temp._dovetail_unmade');
  for (const { key, message } of unmade.rows) {
    report.warn({
      code: ROW.refused,
      field: reference.path.join('.'),
      value: shorten(key),
      message: `The new ${reference.entity.name} '${shorten(key)}' could not be created: ${message}.`,
      hint: `Give the fields a new ${reference.entity.name} needs, or add it first.`,
    });
  }
}

interface MissingRecords {
  readonly names: readonly string[];
  /** What is put into the record besides: quoted constants, which take the type of their column. */
  readonly constants: readonly FilledField[];
  /** Rows with one column per name, `v0`, `v1` …, and the key as text. */
  readonly select: string;
}

/** In the order of the key, so that two writers who create the same records wait for each other instead of deadlocking. */
function missingRecords(reference: Reference): MissingRecords {
  const { entity, columns: keys } = reference;
  const own = createdFields(reference).map(({ field, column }) => ({
    name: field.name,
    // A blank cell says nothing about a record that is only just made.
    value:
      field.default === undefined ? stageValue(column) : `coalesce(${stageValue(column)}, ${field.default})`,
  }));
  const parents = reference.children.flatMap((child) =>
    child.relation.fields.map((name, i) => ({
      name,
      value: `${child.name}.${ident(child.relation.targetFields[i]!)}`,
    })),
  );
  const set = [...own, ...parents];
  const joins = reference.children.map((child) => {
    const on = child.columns.map(
      (column) => `${child.name}.${ident(column.field.name)} = ${stageValue(column)}`,
    );
    return `left join ${storedIn(child.entity)} ${child.name} on ${on.join(' and ')}${andSeen(child.entity, child.name)}`;
  });
  const same = keys.map((column) => `x.${ident(column.field.name)} = ${stageValue(column)}`);
  const constants = listFilled(entity).filter((filled) => !set.some(({ name }) => name === filled.name));
  const allowed = listCreateRules(entity).map((rule) => {
    const valueFor = (field: string) =>
      [...set, ...constants].find(({ name }) => name === field)?.value ?? 'null';
    return ` and ${allowsSql(rule, valueFor)}`;
  });
  const order = keys.map((column) => stageValue(column)).join(', ');
  const text = keys.map((column) => `s.${column.name}::text`).join(', ');
  return {
    names: set.map(({ name }) => ident(name)),
    constants,
    select: `select distinct on (${order}) ${set.map(({ value }, i) => `${value} as v${i}`).join(', ')}, concat_ws(', ', ${text}) as key
      from ${STAGE} s ${joins.join(' ')}
      where ${keys.map((column) => `s.${column.name} is not null`).join(' and ')}
        and not exists (select from ${storedIn(entity)} x where ${same.join(' and ')}${reference.unique ? '' : andSeen(entity, 'x')})${allowed.join('')}
      order by ${order}, s._row`,
  };
}

/** A table with rewrite rules takes no `on conflict`; there the second of two writers tries its chunk again. */
const onConflict = (reference: Reference): string =>
  reference.entity.hasRules ? '' : 'on conflict do nothing';

const kept = ({ keeping }: WritePlan, { entity }: Reference, sql: string): string =>
  keeping ? keepAround(keeping, entity.name, 'i', sql) : sql;

const listColumns = (names: readonly string[], constants: readonly FilledField[]): string =>
  [...names, ...constants.map(({ name }) => ident(name))].join(', ');

const listValues = (names: readonly string[], constants: readonly FilledField[], row: string): string =>
  [...names.map((_, i) => `${row}.v${i}`), ...constants.map(({ value }) => value)].join(', ');

function insertMissing(plan: WritePlan, reference: Reference): string {
  const { names, constants, select } = missingRecords(reference);
  return kept(
    plan,
    reference,
    `insert into ${tableOf(reference.entity)} (${listColumns(names, constants)})
    select ${listValues(names, constants, 'm')} from (${select}) m ${onConflict(reference)}`,
  );
}

function insertEach(plan: WritePlan, reference: Reference): string {
  const { names, constants, select } = missingRecords(reference);
  const one = `insert into ${tableOf(reference.entity)} (${listColumns(names, constants)})
        values (${listValues(names, constants, 'missing')}) ${onConflict(reference)}`;
  return `do $dovetail$
  declare missing record;
  begin
    for missing in ${select} loop
      begin
        ${kept(plan, reference, one)};
      exception when others then
        if left(sqlstate, 2) in ('08', '25', '40', '53', '54', '57', '58', 'XX') then raise; end if;
        insert into pg_temp._dovetail_unmade values (missing.key, sqlerrm);
      end;
    end loop;
  end $dovetail$`;
}
