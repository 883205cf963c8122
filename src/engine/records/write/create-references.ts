// Records referred to that don't exist yet, made on the way where the request allows it.
import type { Client } from '../../../foundation/postgres/database.js';
import { ident } from '../../../foundation/postgres/sql-text.js';
import { ROW } from '../records-errors.js';
import type { Reference, WritePlan } from './plan-parts.js';
import { createdFields } from './reference-plan.js';
import { storedIn, tableOf } from './resolve-sql.js';
import type { RowReport } from './row-report.js';
import { STAGE, stageValue } from './stage-table.js';

/** Inserts what is missing, one record per distinct key. What can't be made stays an unknown reference, with a warning that says why. */
export async function createReferences(client: Client, plan: WritePlan, report: RowReport): Promise<void> {
  for (const reference of plan.references) {
    if (!reference.create) continue;
    await client.query('savepoint creating');
    try {
      await client.query(insertMissing(reference));
      await client.query('release savepoint creating');
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code === undefined || !/^(2[23]|P0)/.test(code)) throw error;
      await client.query('rollback to savepoint creating');
      report.warn({
        code: ROW.refused,
        field: reference.path.join('.'),
        message: `New ${reference.entity.name} records could not be created: ${message}.`,
        hint: `Give the fields a new ${reference.entity.name} needs, or add the records first.`,
      });
    }
  }
}

/**
 * In the order of the key, so that two writers who create the same records wait for each other instead of deadlocking.
 * A table with rewrite rules takes no `on conflict`; there the second writer's chunk is tried again.
 */
function insertMissing(reference: Reference): string {
  const fields = createdFields(reference);
  const keys = reference.columns;
  const parents = reference.children.flatMap((child) =>
    child.relation.fields.map((field, i) => ({
      field,
      value: `${child.name}.${ident(child.relation.targetFields[i]!)}`,
    })),
  );
  const names = [
    ...fields.map(({ field }) => ident(field.name)),
    ...parents.map(({ field }) => ident(field)),
  ];
  const values = [...fields.map(({ column }) => stageValue(column)), ...parents.map(({ value }) => value)];
  const joins = reference.children.map((child) => {
    const on = child.columns.map(
      (column) => `${child.name}.${ident(column.field.name)} = ${stageValue(column)}`,
    );
    return `left join ${storedIn(child.entity)} ${child.name} on ${on.join(' and ')}`;
  });
  const same = keys.map((column) => `x.${ident(column.field.name)} = ${stageValue(column)}`);
  const order = keys.map((column) => stageValue(column)).join(', ');
  return `insert into ${tableOf(reference.entity)} (${names.join(', ')})
    select distinct on (${order}) ${values.join(', ')} from ${STAGE} s ${joins.join(' ')}
    where ${keys.map((column) => `s.${column.name} is not null`).join(' and ')}
      and not exists (select from ${storedIn(reference.entity)} x where ${same.join(' and ')})
    order by ${order}, s._row
    ${reference.entity.hasRules ? '' : 'on conflict do nothing'}`;
}
