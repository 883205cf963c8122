// What is done with the records of a batch where its sender doesn't say: as much as they may do.
import type { Entity } from '../../../engine/catalog/index.js';
import type { Strategy } from '../../../engine/records/index.js';

export const BATCH_STRATEGIES: readonly Strategy[] = ['add', 'update', 'add_or_update', 'replace', 'delete'];

export function narrowStrategy({ access }: Entity, wanted: Strategy | undefined): Strategy {
  if (wanted !== undefined) return wanted;
  if (access?.create === 'none') return 'update';
  return access?.update === 'none' ? 'add' : 'add_or_update';
}
