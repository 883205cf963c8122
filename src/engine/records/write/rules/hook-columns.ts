// A hook may set fields that the source does not have. So the stage has a column for each of them; and those that no row
// of a chunk uses are forgotten again before anything is written, so that their defaults are left to PostgreSQL.
import type { Entity } from '../../../catalog/catalog.js';
import type { Strategy } from '../../write-request.js';
import { encoderFor } from '../encode/field-encoder.js';
import type { SetField, StageColumn, WritePlan } from '../plan-parts.js';
import { toSetFacts } from '../set-facts.js';

/** Columns from index `from` on, for the fields that only a hook can set; none without `beforeWrite`. */
export function planHookColumns(
  entity: Entity,
  strategy: Strategy,
  given: readonly SetField[],
  from: number,
): readonly StageColumn[] {
  if (!entity.hooks?.beforeWrite || strategy === 'delete') return [];
  const fields = entity.fields.filter(
    (field) =>
      !field.readOnly &&
      field.generated !== 'stored' &&
      field.generated !== 'always' &&
      !given.some((set) => set.field === field),
  );
  return fields.map((field, i) => ({
    name: `c${from + i}`,
    index: from + i,
    target: { path: [field.name], source: { constant: null }, empty: 'leave' },
    path: field.name,
    field,
    encoder: encoderFor(field.type),
    empty: 'leave',
  }));
}

/** Index of the first column that only a hook can fill. */
export const firstHookColumn = (plan: WritePlan): number => plan.columns.length - plan.hookColumns;

/** Hook columns about which at least one row says something; `says` are the rows' `_say`. */
export function findUsedColumns(plan: WritePlan, says: Iterable<string | null>): ReadonlySet<number> {
  const used = new Set<number>();
  if (plan.hookColumns === 0) return used;
  for (const say of says) {
    if (say === null) continue;
    for (let c = firstHookColumn(plan); c < say.length; c++) if (say[c] !== 'l') used.add(c);
  }
  return used;
}

/** The plan as if the unused hook columns didn't exist. They stay in the stage. */
export function withoutIdleColumns(plan: WritePlan, used: ReadonlySet<number>): WritePlan {
  if (used.size === plan.hookColumns) return plan;
  const isIdle = (column: StageColumn): boolean =>
    column.index >= firstHookColumn(plan) && !used.has(column.index);
  const sets = plan.sets.filter((set) => !set.columns.some(isIdle)).map((set, index) => ({ ...set, index }));
  return { ...plan, sets, ...toSetFacts(plan.entity, sets, plan.references) };
}
