// Lists in pages: ordered by a text that is unique, and continued behind the last one seen.
import { accessError } from '../access-errors.js';

export interface ListWish {
  /** Only what has this text in its names, whatever the case. */
  readonly text?: string;
  /** `next` of the page before. */
  readonly cursor?: string;
  /** Default 100, at most 1000. */
  readonly limit?: number;
}

export interface ListPage<T> {
  readonly items: readonly T[];
  /** Where the list goes on; absent on the last page. */
  readonly next?: string;
}

/** A wish as statements take it; `limit` is one more than asked for, which tells whether there is more. */
export interface ListRange {
  readonly text: string;
  readonly after: string | null;
  readonly limit: number;
}

const MOST = 1000;

/** Throws ACCESS-107 for a cursor that is none of ours, or a limit out of range. */
export function toRange({ text = '', cursor, limit = 100 }: ListWish): ListRange {
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw accessError(107, { detail: `A page has 1 to ${MOST} items, not ${limit}.` });
  }
  return {
    text: text.trim().toLowerCase(),
    after: cursor === undefined ? null : fromCursor(cursor),
    limit: limit + 1,
  };
}

/** `found` holds one more than the page if there is more. */
export function toPage<T>(found: readonly T[], range: ListRange, keyOf: (item: T) => string): ListPage<T> {
  const items = found.slice(0, range.limit - 1);
  const last = items.at(-1);
  return found.length < range.limit || last === undefined
    ? { items }
    : { items, next: toCursor(keyOf(last)) };
}

const toCursor = (key: string): string => Buffer.from(`a:${key}`).toString('base64url');

function fromCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (text.startsWith('a:') && toCursor(text.slice(2)) === cursor) return text.slice(2);
  throw accessError(107, { detail: `'${cursor}' is no place in a list.`, hint: 'Begin without a cursor.' });
}
