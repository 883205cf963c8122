// A page of entries out of blocks, wherever these come from: the database or memory.
import type { StreamEntry } from '../change.js';
import type { ChangePage, ReadOptions } from '../change-log.js';
import type { Position } from '../position.js';
import type { Block } from './block-format.js';
import type { ShapeCache } from './shape-cache.js';

export const DEFAULT_LIMIT = 1_000;
export const DEFAULT_BYTES = 4 * 1024 * 1024;

/** `isLast`: whether nothing comes after the blocks. */
export async function toPage(
  blocks: readonly Block[],
  position: Position,
  isLast: boolean,
  shapes: ShapeCache,
  { limit = DEFAULT_LIMIT, bytes = DEFAULT_BYTES, tables }: ReadOptions,
): Promise<ChangePage> {
  const entries: StreamEntry[] = [];
  let next = position;
  let size = 0;
  for (const block of blocks) {
    if (entries.length > 0 && size + block.body.length > bytes) {
      return { kind: 'page', entries, next, isLast: false };
    }
    size += block.body.length;
    const found = await shapes.readEntries(block, position, tables);
    const room = limit - entries.length;
    if (found.length > room) {
      entries.push(...found.slice(0, room));
      return { kind: 'page', entries, next: entries.at(-1)!.position, isLast: false };
    }
    entries.push(...found);
    next = { epoch: block.epoch, lsn: block.lsn, ordinal: block.ordinal };
  }
  return { kind: 'page', entries, next, isLast };
}
