// Changes as a document: a page of them, and where the next one begins. What is empty may wait a while for the next change.

import type { ChangeLog } from '../../../engine/changes/change-log.js';
import { formatPosition, type Position } from '../../../engine/changes/position.js';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { FollowWish } from './follow-query.js';
import type { Follower } from './follower.js';

export interface PullRooms {
  readonly log: ChangeLog;
  readonly clock: Clock;
  /** Path and query as links name them. */
  readonly self: string;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
}

/** Pages without a change for the caller that one request reads through before it answers with how far it came. */
const MOST_PAGES = 20;

/** The text of the document. */
export async function answerPull(
  { log, clock, self, signal }: PullRooms,
  follower: Follower,
  wish: FollowWish,
  start: Position,
): Promise<string> {
  const until = clock.now().getTime() + wish.waitMs;
  let page = await follower.read(start, wish.limit);
  for (let read = 1; page.messages.length === 0 && !signal.aborted; read++) {
    if (page.isLast) {
      const timeoutMs = until - clock.now().getTime();
      if (timeoutMs <= 0 || !(await log.waitAfter(page.next, { signal, timeoutMs }))) break;
      // It may have waited for long, and rights may have gone meanwhile.
      await follower.check();
    } else if (read >= MOST_PAGES) break;
    page = await follower.read(page.next, wish.limit);
  }
  const position = formatPosition(page.next);
  const links = { self, next: toNextLink(self, position) };
  const meta = { position, isLast: page.isLast };
  const data = page.messages.map(({ body }) => body).join(',\n');
  return `{"data":[${data}],"links":${JSON.stringify(links)},"meta":${JSON.stringify(meta)}}`;
}

/** The same address, further on. */
function toNextLink(self: string, position: string): string {
  const [path = '', query = ''] = self.split('?');
  const parameters = new URLSearchParams(query);
  parameters.delete('since');
  parameters.set('after', position);
  return `${path}?${parameters}`;
}
