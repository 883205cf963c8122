// The rows of a reading, sorted into those of the page and those around them.
import type { TreePlan, TreeRow } from '../../../engine/records/read/index.js';

export interface FoundRows {
  readonly root: readonly TreeRow[];
  readonly included: readonly TreeRow[];
  /** True if there are more in the direction that was read. */
  readonly more: boolean;
  readonly total?: number;
}

export function sortRows(rows: readonly TreeRow[], plan: TreePlan, size: number): FoundRows {
  const all = rows.filter((row) => row.node === 0);
  const page = all.slice(0, size);
  const total = rows.find((row) => row.node === -1);
  return {
    root: plan.reversed ? page.reverse() : page,
    included: rows.filter((row) => row.node > 0),
    more: all.length > size,
    ...(total === undefined ? {} : { total: Number(total.id) }),
  };
}
