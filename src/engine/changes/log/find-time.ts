// Where in the log a moment is.
import type { Position } from '../position.js';
import { toCommitTime } from './commit-time.js';
import type { ShapeCache } from './shape-cache.js';
import type { StoredLog } from './stored-log.js';

/** The position after the last entry of transactions committed before `time`. */
export async function findTime(stored: StoredLog, shapes: ShapeCache, time: Date): Promise<Position> {
  const before = await stored.findBefore(time);
  // The next block may hold some from before and some from after.
  const next = await stored.readAfter(before, { blocks: 1, bytes: 1 });
  if (next.kind === 'expired' || next.blocks.length === 0) return before;
  const entries = await shapes.readEntries(next.blocks[0]!, before);
  const limit = toCommitTime(time);
  const found = entries.findLast(
    (one) => toCommitTime(new Date(one.kind === 'change' ? one.transaction.committedAt : one.at)) < limit,
  );
  return found?.position ?? before;
}
