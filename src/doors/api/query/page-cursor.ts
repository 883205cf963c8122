// Cursors: a record's place in an order, and a digest of that order, so that a cursor of another reading is refused.
import { createHash } from 'node:crypto';
import { apiError } from '../api-errors.js';

/** `order`: everything that decides which order it is. */
export function toCursor(place: string, order: string): string {
  return Buffer.from(JSON.stringify([digest(order), ...(JSON.parse(place) as unknown[])])).toString(
    'base64url',
  );
}

/** Throws API-202. */
export function readCursor(text: string, order: string, parameter: string): readonly (string | null)[] {
  let found: unknown;
  try {
    found = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    found = undefined;
  }
  const isPlace = Array.isArray(found) && found.every((one) => one === null || typeof one === 'string');
  if (!isPlace || (found as unknown[])[0] !== digest(order)) {
    throw apiError(202, {
      detail: isPlace ? 'The cursor is of a reading in another order.' : 'That is no cursor.',
      hint: 'Take cursors from the links of an answer, as they are, with the same sort.',
      pointer: { parameter },
    });
  }
  return (found as (string | null)[]).slice(1);
}

const digest = (order: string): string => createHash('sha256').update(order).digest('base64url').slice(0, 8);
