// A change that triggers told through the log, as a logical message: of tables that can't be in the publication, where the WAL is read.
import type { ChangeOperation } from '../change.js';
import type { CapturedShape } from './captured-shape.js';
import { toTupleData } from './row-literal.js';

/** Of the logical messages; always transactional. */
export const CHANGE_PREFIX = 'dovetail.change';

export interface ChangeMessage {
  /** `lost`: from here on changes of the table are missing. */
  readonly operation: Exclude<ChangeOperation, 'snapshot'> | 'lost';
  /** To be read from `dovetail.outbox_shapes`: it was committed with the change, or before. */
  readonly shape: number;
  readonly before: string | null;
  readonly after: string | null;
}

/** Throws a RangeError where the content is none: anybody may write such a message. */
export function fromChangeMessage(content: string): ChangeMessage {
  let parts: unknown;
  try {
    parts = JSON.parse(content);
  } catch {
    throw new RangeError('a change in a logical message is no JSON');
  }
  const [letter, shape, before, after] = Array.isArray(parts) ? parts : [];
  const operation = typeof letter === 'string' ? OPERATIONS[letter] : undefined;
  const isText = (value: unknown): value is string | null => value === null || typeof value === 'string';
  if (operation === undefined || !Number.isSafeInteger(shape) || !isText(before) || !isText(after)) {
    throw new RangeError('a change in a logical message is not as triggers write it');
  }
  return { operation, shape, before, after };
}

/** TupleData before and after. */
export function toMessageTuples(
  { before, after }: ChangeMessage,
  { width, left }: CapturedShape,
): { readonly before: Buffer | undefined; readonly after: Buffer | undefined } {
  const tuple = (literal: string | null) =>
    literal === null ? undefined : toTupleData(literal, width, left);
  return { before: tuple(before), after: tuple(after) };
}

const OPERATIONS: Readonly<Record<string, ChangeMessage['operation']>> = {
  i: 'insert',
  u: 'update',
  d: 'delete',
  t: 'truncate',
  x: 'lost',
};
