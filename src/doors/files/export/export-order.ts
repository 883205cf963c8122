// The order of an export as people write it: `brand.name`, `-price`.

import { readPath } from '../../../engine/mapping/index.js';
import type { ReadRequest } from '../../../engine/records/read/index.js';

/** A minus before the path means the largest first. Throws MAPPING-104 for what is no path. */
export function readOrder(texts: readonly string[]): NonNullable<ReadRequest['order']> {
  return texts.map((text) =>
    text.startsWith('-') ? { path: readPath(text.slice(1)), descending: true } : { path: readPath(text) },
  );
}
