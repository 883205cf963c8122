// From a position in the stream to what a caller is told next: the same messages that subscriptions deliver.
import type { ChangeLog } from '../../../engine/changes/change-log.js';
import { comparePositions, formatPosition, type Position } from '../../../engine/changes/position.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { subscriptionsError } from '../subscriptions-errors.js';
import type { Views } from '../view/entity-view.js';
import { type StreamMessage, toMessages, UntoldBefore } from '../view/to-messages.js';
import type { FollowStart } from './follow-query.js';

export interface PageRooms {
  readonly log: ChangeLog;
  readonly database: Queryable;
  /** Where the API lies, as links name it. */
  readonly base: string;
}

export interface MessagePage {
  readonly messages: readonly StreamMessage[];
  readonly next: Position;
  readonly isLast: boolean;
}

/** The position is none to go on from: `tail` is the first one that is. */
export class LostPosition extends Error {
  readonly error: Error;
  readonly tail: string;
  constructor(error: Error, tail: Position) {
    super(error.message);
    this.error = error;
    this.tail = formatPosition(tail);
  }
}

/** Of raw entries; the messages made of them may be a few times as large. */
const PAGE_BYTES = 1 << 20;

export async function readStart(log: ChangeLog, from: FollowStart): Promise<Position> {
  if (from === 'now') return log.readHead();
  if (from === 'start') return log.readTail();
  return from instanceof Date ? log.findTime(from) : from;
}

/** Throws `LostPosition` and SUBSCRIPTIONS-105. */
export async function readMessages(
  { log, database, base }: PageRooms,
  views: Views,
  after: Position,
  limit: number,
): Promise<MessagePage> {
  const tables = [...views.values()].map(({ entity: { schema, table } }) => ({ schema, table }));
  const page = await log.readAfter(after, { limit, tables, bytes: PAGE_BYTES });
  if (page.kind === 'expired')
    throw lost('Some of what came after this position is no longer kept', page.tail);
  const { entries, next, isLast } = page;
  if (entries.length === 0 && isLast) {
    const head = await log.readHead();
    // As after a restore of the database: the stream begins again, and others stand where this one would lead.
    if (comparePositions(after, head) > 0)
      throw lost('This position is none of this stream', await log.readTail());
  }
  try {
    const messages = await toMessages({ database, base, subscription: 'changes' }, views, entries);
    return { messages, next, isLast };
  } catch (error) {
    if (!(error instanceof UntoldBefore)) throw error;
    throw subscriptionsError(105, {
      detail: error.message,
      hint: `\`dovetail watch ${error.entity} --replica-identity full\` changes that; or leave the entity out.`,
    });
  }
}

function lost(says: string, tail: Position): LostPosition {
  const text = formatPosition(tail);
  const error = subscriptionsError(108, {
    detail: `${says}: changes may have been missed. Everything after ${text} is there.`,
    hint: `Ask for the position now by /api/changes, read the records anew, and go on from it; or see what is kept, by ?after=${text}.`,
  });
  return new LostPosition(error, tail);
}
