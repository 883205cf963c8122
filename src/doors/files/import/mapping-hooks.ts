// The application's hooks around the mapping: called with rows of the file, stopped when they take too long.
import type { Entity, SourceRows } from '../../../engine/catalog/index.js';
import {
  type BoundTransform,
  type ChangedRows,
  RowChanges,
  type TransformHooks,
} from '../../../engine/mapping/index.js';
import { callHook } from '../../../engine/records/index.js';
import type { CellBatch } from '../../../foundation/cells/cell-batch.js';

/** True if a hook looks at rows on their way through the mapping. */
export const hasMappingHooks = ({ hooks }: Entity): boolean =>
  hooks?.beforeMapping !== undefined || hooks?.afterMapping !== undefined;

export function toTransformHooks(entity: Entity, bound: BoundTransform, signal: AbortSignal): TransformHooks {
  const { beforeMapping, afterMapping } = entity.hooks ?? {};
  // What belongs to a record was given its identity already.
  const owned = new Set(bound.parts.flatMap((part) => part.owner));
  const fixed = new Map(
    [...owned].map((i) => [
      bound.programs[i]!.mapped.field,
      'records that belong to this one are found by it; set it in beforeMapping',
    ]),
  );
  return {
    ...(beforeMapping && {
      before: (batch: CellBatch) =>
        callWith('beforeMapping', beforeMapping, new RowChanges(entity.name, batch), signal),
    }),
    ...(afterMapping && {
      after: (batch) =>
        callWith('afterMapping', afterMapping, new RowChanges(entity.name, batch, fixed), signal),
    }),
  };
}

async function callWith<B extends CellBatch>(
  name: string,
  hook: (rows: SourceRows) => void | Promise<void>,
  changes: RowChanges<B>,
  signal: AbortSignal,
): Promise<ChangedRows<B>> {
  const failure = await callHook(`The hook ${name}`, () => hook(changes), { signal });
  if (failure)
    changes.refuseAll({ message: failure.message, ...(failure.hint ? { hint: failure.hint } : {}) });
  return changes.toChanged();
}
