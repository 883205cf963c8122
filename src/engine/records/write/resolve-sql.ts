// The reading half of every write: each staged row beside the record it matches, its references resolved to keys.

import { ident, literal } from '../../../foundation/postgres/sql-text.js';
import type { Entity, Field } from '../../catalog/catalog.js';
import { ACCESS_ACTIONS } from '../../catalog/entity-access.js';
import { andSeen, listDecidingFields, listSeenSql } from '../record-rule-sql.js';
import { findCondition, findFilled } from './filled-field.js';
import type { Reference, SetField, StageColumn, WritePlan } from './plan-parts.js';
import { STAGE, stageValue } from './stage-table.js';

/** The table's name, to insert into. */
export const tableOf = (entity: Entity): string => ident(entity.schema, entity.table);

/** The table as it is read, updated and deleted from: without the tables that inherit from it, whose rows are other entities'. */
export const storedIn = (entity: Entity): string => `${entity.inheritedBy ? 'only ' : ''}${tableOf(entity)}`;

/** What rows of a chunk say besides values, by stage column (see `StagedChunk.says`). */
export type Says = Uint8Array;

const say = (alias: string, column: StageColumn): string => `substr(${alias}._say, ${column.index + 1}, 1)`;

/** The joins that find the records referred to, and the matched record as `t`. */
export function fromStage(plan: WritePlan): string {
  const joins = plan.references.map((reference) => `left join ${joinReference(reference)}`);
  if (plan.identity.length > 0) {
    const match = plan.identity.map((field) => {
      const set = plan.sets.find((candidate) => candidate.field === field)!;
      return sameSql(plan, field, `t.${ident(field.name)}`, plainValue(set));
    });
    // Where a key tells records apart, that one is taken can't be hidden; else whoever doesn't see a record has none like it.
    const seen = plan.identityUnique ? [] : listSeenSql(plan.entity, 't');
    joins.push(
      `left join ${probed(plan.entity, 't', [...match, ...seen], plan.identityUnique && plan.blankIdentity.length === 0)}`,
    );
  }
  return `from ${STAGE} s ${joins.join('\n    ')}`;
}

/**
 * A join on a key. `byIndex`: the record is looked up for each row. Left to itself the planner reads and hashes the whole
 * table for every chunk as soon as it takes that for cheaper, which by its estimates it is up to a million records, and by
 * the clock from fifty thousand on is not (580,000 records, 20,000 rows: 390 ms against 40).
 */
function probed(entity: Entity, name: string, match: readonly string[], byIndex: boolean): string {
  if (!byIndex) return `${storedIn(entity)} ${name} on ${match.join(' and ')}`;
  const rules = ACCESS_ACTIONS.flatMap((action) => {
    const rule = findCondition(entity.access?.[action]);
    if (rule === undefined) return [];
    return 'top' in rule ? [rule.key, ...listDecidingFields(rule)] : listDecidingFields(rule);
  });
  const names = new Set([...entity.fields.map((field) => field.name), ...rules]);
  const fields = [...names].map((field) => `${name}.${ident(field)}`);
  return `lateral (select ${name}.tableoid, ${fields.join(', ')} from ${storedIn(entity)} ${name}
      where ${match.join(' and ')} offset 0) ${name} on true`;
}

/** Whether two values of a field that identifies records are the same. Not to be had with an index where NULL counts. */
export function sameSql(plan: WritePlan, field: Field, left: string, right: string): string {
  return `${left} ${plan.blankIdentity.includes(field) ? 'is not distinct from' : '='} ${right}`;
}

const MANY_RECORDS = 50_000;

function joinReference(reference: Reference): string {
  const { name, entity, columns } = reference;
  const children = reference.keyed ? [] : reference.children;
  const keys = [
    ...columns.map((column) => ({
      field: column.field.name,
      nullable: column.field.nullable,
      value: stageValue(column),
    })),
    ...children.flatMap((child) =>
      child.relation.fields.map((field, i) => ({
        field,
        nullable: child.relation.nullable,
        value: `${child.name}.${ident(child.relation.targetFields[i]!)}`,
      })),
    ),
  ];
  // A blank part of a composite key matches NULL, but a key that is blank as a whole refers to nothing.
  const given = reference.allColumns.length > 1 ? [`(${givenSql(reference)})`] : [];
  const equal = (left: string, key: (typeof keys)[number]): string =>
    key.nullable && keys.length > 1
      ? `(${left} = ${key.value} or (${left} is null and ${key.value} is null))`
      : `${left} = ${key.value}`;
  if (reference.unique) {
    const seen = listSeenSql(entity, name);
    const on = [...keys.map((key) => equal(`${name}.${ident(key.field)}`, key)), ...given, ...seen];
    const plain = keys.every((key) => !key.nullable || keys.length === 1);
    return probed(entity, name, on, plain && (entity.estimatedRows ?? 0) > MANY_RECORDS);
  }
  // Not unique: how many records fit is counted, so that none is taken at random.
  const targets = [...new Set(keys.map((key) => key.field))];
  const wanted = reference.relation.targetFields.map(
    (field) => `(array_agg(x.${ident(field)}))[1] as ${ident(field)}`,
  );
  const named = targets.map((field, i) => `x.${ident(field)} as _k${i}`);
  const first = columns[0];
  const narrowed = first
    ? `x.${ident(first.field.name)} in (select ${stageValue(first)} from ${STAGE} s)`
    : 'true';
  const on = [...keys.map((key) => equal(`${name}._k${targets.indexOf(key.field)}`, key)), ...given];
  return `(select ${[...named, ...wanted].join(', ')}, count(*) as _n from ${storedIn(entity)} x where ${narrowed}${andSeen(entity, 'x')}
      group by ${targets.map((field) => `x.${ident(field)}`).join(', ')}) ${name} on ${on.join(' and ')}`;
}

/** Whether the row refers to anything here. */
export function givenSql(reference: Reference): string {
  return reference.allColumns.map((column) => `s.${column.name} is not null`).join(' or ');
}

/** The value the row gives, null where it gives none. */
export function plainValue(set: SetField): string {
  return set.reference
    ? `${set.reference.reference.name}.${ident(set.reference.targetField)}`
    : stageValue(set.columns[0]!);
}

/** The value the record is to have: what the row gives, what it has already, or its default. */
export function resultingValue(
  plan: WritePlan,
  set: SetField,
  { says, readOnly }: { readonly says: Says; readonly readOnly: boolean },
): string {
  const value = plainValue(set);
  const column = set.columns[0]!;
  const flags = says[column.index]!;
  if (flags === 0) return value;
  const given =
    set.columns.length > 1
      ? [`when ${set.columns.map((c) => `s.${c.name} is not null`).join(' or ')} then ${value}`]
      : [];
  const leave =
    plan.identity.length > 0
      ? [`when ${say('s', column)} = 'l' and t.tableoid is not null then t.${ident(set.field.name)}`]
      : [];
  const filled = findFilled(plan.entity, set.field.name);
  const fill =
    filled && !set.matchOnly
      ? [
          `when ${say('s', column)} in ('l', 'd')${plan.identity.length > 0 ? ' and t.tableoid is null' : ''} then ${filled.value}`,
        ]
      : [];
  // A default may be a function that leaves traces, such as the next number of a sequence.
  const blank = readOnly && !isHarmless(set.field) ? 'null' : defaultOf(plan.entity, set.field);
  return `case ${[...given, ...leave, ...fill].join(' ')} when ${say('s', column)} in ('l', 'd') then ${blank} else ${value} end`;
}

/** What an update sets: never an old value that somebody else may have changed since it was read. */
export function updatedValue(set: SetField, says: Says): string {
  const column = set.columns[0]!;
  const field = ident(set.field.name);
  if ((says[column.index]! & 1) === 0) return `src.${field}`;
  const blank = set.columns.map((c) => `substr(src._dt_say, ${c.index + 1}, 1) = 'l'`).join(' and ');
  return `case when ${blank} then t.${field} else src.${field} end`;
}

/** Defaults that are a mere value. */
export const CONSTANT =
  /^(?:'(?:[^']|'')*'(?:::[\w ."()[\]]+)?|\(?-?[\d.]+\)?(?:::[\w ."()[\]]+)?|true|false|null(?:::.*)?)$/i;

const HARMLESS =
  /^(?:now\(\)|current_(?:date|time|timestamp)|localtime(?:stamp)?|gen_random_uuid\(\)|current_user|session_user)$/i;

const isHarmless = (field: Field): boolean =>
  field.default === undefined
    ? field.generated !== 'byDefault'
    : CONSTANT.test(field.default) || HARMLESS.test(field.default);

/** A field's default as an expression; `null` where it has none. */
export function defaultOf(entity: Entity, field: Field): string {
  if (field.default !== undefined) return field.default;
  if (field.generated !== 'byDefault') return 'null';
  return `nextval(pg_get_serial_sequence(${literal(tableOf(entity))}, ${literal(field.name)}))`;
}
