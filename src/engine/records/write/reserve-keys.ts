// Circles of references whose key must not be null and is made by the database: the keys are drawn first, so that all rows
// of a circle can be written at once, each with the keys of those it refers to. A foreign key is checked at the end of the
// statement at the earliest, so it need not even be deferrable.
import type { Client } from '../../../foundation/postgres/database.js';
import { ident, literal } from '../../../foundation/postgres/sql-text.js';
import type { Entity, Field } from '../../catalog/catalog.js';
import { encoderFor } from './encode/field-encoder.js';
import { columnOf, toOwnReference } from './own-references.js';
import type { Reference, SetField, StageColumn, WritePlan } from './plan-parts.js';
import { fromStage, resultingValue, type Says, tableOf } from './resolve-sql.js';
import { toSetFacts } from './set-facts.js';
import { STAGE, stageValue } from './stage-table.js';

/** A plan in which references to the entity itself are plain keys, in columns added to the stage. */
export interface KeyedPlan {
  readonly plan: WritePlan;
  readonly says: Says;
  readonly references: readonly Reference[];
  /** Key fields that new records get from their sequence or default beforehand. */
  readonly drawn: readonly { readonly field: Field; readonly column: StageColumn }[];
  /** Fields that refer, as the plan sets them by name, each with the column for the key. */
  readonly referring: readonly { readonly column: StageColumn; readonly set: SetField }[];
}

/** Why keys can't be drawn in advance, in words for the user. */
export interface NotKeyed {
  readonly because: string;
}

/** Plans the writing with keys drawn first; `references` lead to the entity itself, by columns the source has of it too. */
export function planKeyed(
  plan: WritePlan,
  says: Says,
  references: readonly Reference[],
): KeyedPlan | NotKeyed {
  const { entity } = plan;
  const referring = plan.sets.filter((set) => set.reference && references.includes(set.reference.reference));
  if (plan.strategy === 'update' || plan.strategy === 'delete') return { because: 'nothing is added' };
  if (referring.some((set) => plan.identity.includes(set.field))) {
    return {
      because: `${referring.map((set) => set.field.name).join(', ')} is part of what identifies the record`,
    };
  }
  const targets = new Set(references.flatMap((reference) => reference.relation.targetFields));
  const open = [...targets].filter(
    (name) => !plan.sets.some((set) => set.field.name === name && !set.reference),
  );
  const fields = open.map((name) => entity.fields.find((field) => field.name === name)!);
  const unmade = fields.find((field) => drawSql(entity, field) === undefined);
  if (unmade) return { because: `${unmade.name} is known only once the record is written` };

  const columns = [...plan.columns];
  const addColumn = (field: Field): StageColumn => {
    const index = columns.length;
    const column: StageColumn = {
      name: `k${index}`,
      index,
      target: { path: [field.name], source: { constant: null }, empty: 'null' },
      path: field.name,
      field,
      // The server made the value; nothing about it is uncertain.
      encoder: { ...encoderFor(field.type), uncertain: false },
      empty: 'null',
    };
    columns.push(column);
    return column;
  };
  const drawn = fields.map((field) => ({ field, column: addColumn(field) }));
  const keys = referring.map((set) => ({ set, column: addColumn(set.field) }));
  const sets = [
    ...plan.sets.map((set) => {
      const key = keys.find((candidate) => candidate.set === set)?.column;
      const { reference: _, ...plain } = set;
      return key ? { ...plain, columns: [key] } : set;
    }),
    ...drawn.map(({ field, column }) => ({ field, columns: [column], matchOnly: false, newOnly: true })),
  ].map((set, index): SetField => ({ ...set, index }));
  const left = plan.references.filter((reference) => !references.includes(reference));
  const keyedSays = new Uint8Array(columns.length);
  keyedSays.set(says.subarray(0, plan.columns.length));
  return {
    plan: { ...plan, columns, sets, references: left, ...toSetFacts(entity, sets, left) },
    says: keyedSays,
    references,
    drawn,
    referring: keys,
  };
}

/** The next value of a key that the database makes; undefined if there is no saying it before the record is written. */
export function drawSql(entity: Entity, field: Field): string | undefined {
  if (field.generated === 'always' || field.generated === 'byDefault')
    return `nextval(pg_get_serial_sequence(${literal(tableOf(entity))}, ${literal(field.name)}))`;
  return field.generated === undefined ? field.default : undefined;
}

/** Gives the tables, which are like the stage, the columns of the keyed plan. */
export async function addKeyColumns(
  client: Client,
  { drawn, referring }: KeyedPlan,
  tables: readonly string[],
): Promise<void> {
  const columns = [...drawn, ...referring].map(
    ({ column }) => `add column ${column.name} ${column.field.type.sql}`,
  );
  for (const table of tables) await client.query(`alter table ${table} ${columns.join(', ')}`);
}

/** Draws the keys of the staged rows whose record is new, and fills in the keys of the records referred to. */
export async function fillKeys(client: Client, plan: WritePlan, says: Says, keyed: KeyedPlan): Promise<void> {
  for (const { field, column } of keyed.drawn) {
    if (plan.identity.length > 0) {
      await client.query(
        `update ${STAGE} u set ${column.name} = m.v from (select s._row, t.${ident(field.name)} as v ${fromStage(plan)}) m
         where m._row = u._row and m.v is not null`,
      );
    }
    await client.query(
      `update ${STAGE} set ${column.name} = ${drawSql(plan.entity, field)} where ${column.name} is null`,
    );
  }
  for (const { column, set } of keyed.referring) {
    const { reference, targetField } = set.reference!;
    const { from, to } = toOwnReference(plan, reference)!;
    const same = from.map((own, i) => `o.${to[i]!.name} = s.${own.name}`).join(' and ');
    const stored = resultingValue(plan, set, { says, readOnly: false });
    await client.query(
      `update ${STAGE} u set ${column.name} = m.v from (
         select s._row, coalesce(${stored}, ${stagedKey(plan, keyed, targetField)}) as v
         ${fromStage(plan)} left join ${STAGE} o on ${same}) m
       where m._row = u._row`,
    );
  }
}

/** The key of the staged row `o`: drawn, or given by the source. */
function stagedKey(plan: WritePlan, { drawn }: KeyedPlan, name: string): string {
  const made = drawn.find(({ field }) => field.name === name);
  return made ? `o.${made.column.name}` : stageValue(columnOf(plan, name)!, 'o');
}
