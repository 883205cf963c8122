// What follows for a plan from the fields it sets.
import type { Entity, ToOneRelation } from '../../catalog/catalog.js';
import { findFilled } from './filled-field.js';
import type { Reference, SetField, WritePlan } from './plan-parts.js';

export function toSetFacts(
  entity: Entity,
  sets: readonly SetField[],
  references: readonly Reference[],
): Pick<WritePlan, 'missingRequired' | 'ownKeys' | 'selfReferring'> {
  const settable = new Set(sets.map((set) => set.field));
  const ownKeys = entity.relations.filter(
    (relation): relation is ToOneRelation =>
      relation.kind === 'one' &&
      relation.entity === entity.name &&
      relation.fields.every((name) =>
        sets.some((set) => set.field.name === name && set.reference === undefined),
      ),
  );
  return {
    missingRequired: entity.fields.filter(
      (field) =>
        !field.nullable &&
        field.default === undefined &&
        field.generated === undefined &&
        !findFilled(entity, field.name) &&
        !settable.has(field),
    ),
    ownKeys,
    selfReferring:
      references.some((reference) => reference.entity.name === entity.name) || ownKeys.length > 0,
  };
}
