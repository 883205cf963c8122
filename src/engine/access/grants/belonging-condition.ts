// From how records say to whom they belong, and to whom they must, to a condition on them.
import type { Belonging, FieldCondition, RecordCondition, RecordRule } from '../../catalog/index.js';

/** A condition that lists its values. */
export type ListedCondition = FieldCondition & { readonly in: readonly string[] };

export const isListed = (rule: RecordRule): rule is ListedCondition =>
  typeof rule === 'object' && 'in' in rule && Array.isArray(rule.in);

/** Records that belong to one of the values; `below`: also those below them in a tree of the application, wherever there is one on the way. */
export function toCondition(
  belonging: Belonging,
  values: readonly string[],
  below: boolean,
): RecordCondition {
  const top = toFieldCondition(belonging, values, below);
  const { tree } = belonging;
  return below && tree !== undefined ? { ...tree, top } : top;
}

function toFieldCondition(
  { field, of }: Belonging,
  values: readonly string[],
  below: boolean,
): FieldCondition {
  if (of === undefined) return { field, in: values };
  const { belonging, ...keys } = of;
  const where = toCondition(belonging, values, below);
  // What refers to a record by the very value that is asked for need not be looked up.
  if (isListed(where) && where.field === keys.field) return { field, in: where.in };
  return { field, in: { ...keys, where } };
}
