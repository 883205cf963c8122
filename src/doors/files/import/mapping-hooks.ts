// The application's hooks around the mapping: called with rows of the file, stopped when they take too long.
import {
  type Entity,
  type HookContext,
  type SourceRows,
  toHookContext,
} from '../../../engine/catalog/index.js';
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

export function toTransformHooks(
  entity: Entity,
  bound: BoundTransform,
  signal: AbortSignal,
  rehearsal: boolean,
): TransformHooks {
  const context = toHookContext(rehearsal);
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
        callWith('beforeMapping', beforeMapping, new RowChanges(entity.name, batch), context, signal),
    }),
    ...(afterMapping && {
      after: (batch) =>
        callWith('afterMapping', afterMapping, new RowChanges(entity.name, batch, fixed), context, signal),
    }),
  };
}

async function callWith<B extends CellBatch>(
  name: string,
  hook: (rows: SourceRows, context: HookContext) => void | Promise<void>,
  changes: RowChanges<B>,
  context: HookContext,
  signal: AbortSignal,
): Promise<ChangedRows<B>> {
  const failure = await callHook(`The hook ${name}`, () => hook(changes, context), { signal });
  if (failure)
    changes.refuseAll({ message: failure.message, ...(failure.hint ? { hint: failure.hint } : {}) });
  return changes.toChanged();
}
