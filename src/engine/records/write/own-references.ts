// The ways in which rows of an entity refer to rows of the same entity, by what the source has of both.
import type { Reference, StageColumn, WritePlan } from './plan-parts.js';

export interface OwnReference {
  /** The columns that refer. */
  readonly from: readonly StageColumn[];
  /** The columns of the row referred to that must equal these. */
  readonly to: readonly StageColumn[];
}

/** By names, and as plain keys. Ways whose other end the source does not have are left out. */
export function ownReferences(plan: WritePlan): readonly OwnReference[] {
  const named = plan.references.flatMap((reference) => toOwnReference(plan, reference) ?? []);
  const plain = plan.ownKeys.flatMap(
    (relation) =>
      toPair(
        relation.fields.map((name) => columnOf(plan, name)),
        relation.targetFields.map((name) => columnOf(plan, name)),
      ) ?? [],
  );
  return [...named, ...plain];
}

/** Undefined if the reference leads elsewhere, or to rows of the source by what the source does not say of them. */
export function toOwnReference(plan: WritePlan, reference: Reference): OwnReference | undefined {
  if (reference.entity.name !== plan.entity.name) return undefined;
  return toPair(
    reference.columns,
    reference.columns.map((column) => columnOf(plan, column.field.name)),
  );
}

/** The column that sets a field of the entity itself. */
export const columnOf = (plan: WritePlan, name: string): StageColumn | undefined =>
  plan.columns.find((column) => column.path === name);

function toPair(
  from: readonly (StageColumn | undefined)[],
  to: readonly (StageColumn | undefined)[],
): OwnReference | undefined {
  const whole = (columns: readonly (StageColumn | undefined)[]): columns is readonly StageColumn[] =>
    columns.length > 0 && columns.every((column) => column !== undefined);
  return whole(from) && whole(to) ? { from, to } : undefined;
}
