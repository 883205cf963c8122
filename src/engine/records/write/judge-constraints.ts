// What only constraints would refuse, looked up before they do: keys of other records, and other records of the same key.
import { ident } from '../../../foundation/postgres/sql-text.js';
import type { ToOneRelation } from '../../catalog/catalog.js';
import { hidesRecords } from './judge-rights.js';
import type { WritePlan } from './plan-parts.js';
import { storedIn } from './resolve-sql.js';
import { STAGE } from './stage-table.js';

/** A plain key of another record of the same table: stored, staged in this chunk, or still to come. */
export function ownKeyRule(plan: WritePlan, relation: ToOneRelation): string[] {
  if (hidesRecords(plan, relation.entity)) return [];
  const key = relation.fields.map((name) => `r.${ident(name)}`);
  const stored = relation.targetFields.map((name, i) => `o.${ident(name)} = ${key[i]}`).join(' and ');
  const sets = relation.targetFields.map((name) =>
    plan.sets.find((set) => set.field.name === name && !set.reference),
  );
  // As an uncorrelated list, so that the server looks it up in a hash instead of reading the stage for every row.
  const staged = sets.every((set) => set !== undefined)
    ? ` and (${key.map((k) => `${k}::text`).join(', ')}) not in (select ${sets.map((set) => `o.${set!.columns[0]!.name}::text`).join(', ')}
        from ${STAGE} o where ${sets.map((set) => `o.${set!.columns[0]!.name} is not null`).join(' and ')})`
    : '';
  return [
    `when ${key.map((k) => `${k} is not null`).join(' and ')} and not exists (select from ${storedIn(plan.entity)} o where ${stored})${staged} then 'later'`,
  ];
}

/** Other unique keys whose fields the row sets. */
export function uniqueRules(plan: WritePlan): string[] {
  return plan.entity.uniqueKeys.flatMap((key, i) => {
    const sets = key.fields.map((name) => plan.sets.find((set) => set.field.name === name));
    const own =
      plan.identity.length === key.fields.length &&
      plan.identity.every((field) => key.fields.includes(field.name));
    if (own || sets.some((set) => set === undefined)) return [];
    const same = key.fields.map((name) => `o.${ident(name)} = r.${ident(name)}`).join(' and ');
    const other =
      plan.key.length > 0 && plan.identity.length > 0
        ? ` and (not r._dt_found or (${plan.key.map((field, k) => `o.${ident(field.name)} is distinct from r._dt_k${k}`).join(' or ')}))`
        : '';
    return [`when exists (select from ${storedIn(plan.entity)} o where ${same}${other}) then 'unique:${i}'`];
  });
}

/** Keys of records of other tables, given as they are. */
export function foreignKeyRules(plan: WritePlan): string[] {
  return plan.entity.relations.flatMap((relation, i) => {
    if (relation.kind !== 'one' || relation.entity === plan.entity.name) return [];
    if (hidesRecords(plan, relation.entity)) return [];
    const target = plan.catalog.entities.get(relation.entity);
    const plain = relation.fields.every((name) =>
      plan.sets.some((set) => set.field.name === name && !set.reference),
    );
    if (!target || !plain) return [];
    const given = relation.fields.map((name) => `r.${ident(name)} is not null`).join(' and ');
    const there = relation.fields
      .map((name, k) => `o.${ident(relation.targetFields[k]!)} = r.${ident(name)}`)
      .join(' and ');
    return [
      `when ${given} and not exists (select from ${storedIn(target)} o where ${there}) then 'key:${i}'`,
    ];
  });
}
