// Changes as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html): for as long as the reader keeps up.
import type { ServerResponse } from 'node:http';
import type { ChangeLog } from '../../../engine/changes/change-log.js';
import { comparePositions, formatPosition, type Position } from '../../../engine/changes/position.js';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { StreamMessage } from '../view/to-messages.js';
import { LostPosition, type MessagePage } from './change-pages.js';
import type { Follower } from './follower.js';

export interface FollowTiming {
  /** Milliseconds without a word after which a comment says that the connection lives. */
  readonly heartbeatMs: number;
  /** How often rights are looked at again. */
  readonly checkMs: number;
  /** For how long a reader may take nothing before it is cut. */
  readonly stallMs: number;
}

/** With what access remembers for two seconds, who lost their rights is cut off within five. */
export const FOLLOW_TIMING: FollowTiming = { heartbeatMs: 15_000, checkMs: 2_000, stallMs: 15_000 };

export interface EventRooms {
  readonly log: ChangeLog;
  readonly clock: Clock;
  readonly timing: FollowTiming;
  readonly onError: (error: unknown) => void;
}

/** Entries read for one page: with its bytes, all that is ever held for a reader. */
const PAGE = 200;
/** Milliseconds after which a browser connects again. */
const RECONNECT_MS = 1_000;

/**
 * Sends until `signal` is aborted or the reader is gone; then the response is ended. `first`: the page after `start`, which is read
 * before the status is sent. Never throws.
 */
export async function sendEvents(
  { log, clock, timing, onError }: EventRooms,
  response: ServerResponse,
  follower: Follower,
  start: Position,
  first: MessagePage,
  signal: AbortSignal,
): Promise<void> {
  const ended = new AbortController();
  const end = () => ended.abort();
  response.once('close', end);
  signal.addEventListener('abort', end, { once: true });
  let refusal: unknown;
  follower.watch(clock, timing.checkMs, ended.signal, (error) => {
    refusal = error;
    end();
  });
  let saidAt = 0;
  const say = async (text: string): Promise<void> => {
    saidAt = clock.now().getTime();
    if (!response.write(text)) await waitForRoom(response, clock, timing.stallMs, ended);
  };
  try {
    // So that who is cut off before the first change resumes here as well.
    await say(`retry: ${RECONNECT_MS}\nid: ${formatPosition(start)}\n\n`);
    for (let page = first; !ended.signal.aborted; ) {
      if (page.messages.length > 0) await say(toEventTexts(page.messages));
      const { next } = page;
      const quietMs = clock.now().getTime() - saidAt;
      const timeoutMs = Math.max(0, timing.heartbeatMs - quietMs);
      if (page.isLast && timeoutMs > 0) await log.waitAfter(next, { signal: ended.signal, timeoutMs });
      if (ended.signal.aborted) break;
      if (clock.now().getTime() - saidAt >= timing.heartbeatMs)
        // An id without data moves on where the reader resumes, and is no event.
        await say(`: still here\nid: ${formatPosition(next)}\n\n`);
      page = await follower.read(next, PAGE);
    }
    if (refusal !== undefined) response.write(toLastEvent('refused', refusal));
  } catch (error) {
    if (!(error instanceof LostPosition)) onError(error);
    if (!response.destroyed)
      response.write(toLastEvent(error instanceof LostPosition ? 'expired' : 'failed', error));
  } finally {
    ended.abort();
    signal.removeEventListener('abort', end);
    response.end();
  }
}

/** The id comes with the last message of a position, so that who is cut off between two of them gets both again. */
function toEventTexts(messages: readonly StreamMessage[]): string {
  return messages
    .map(({ at, position, body }, i) => {
      const after = messages[i + 1];
      const isWhole = after === undefined || comparePositions(after.at, at) !== 0;
      return `${isWhole ? `id: ${position}\n` : ''}data: ${body.replace(/\r?\n|\r/g, '\ndata: ')}\n\n`;
    })
    .join('');
}

/** What the reader can't mend by connecting again is said by name; of anything else no more than that. */
function toLastEvent(name: 'refused' | 'expired' | 'failed', error: unknown): string {
  const detail = name === 'expired' ? (error as LostPosition).message : undefined;
  const tail = name === 'expired' ? (error as LostPosition).tail : undefined;
  return `event: ${name}\ndata: ${JSON.stringify({ detail, tail })}\n\n`;
}

async function waitForRoom(
  response: ServerResponse,
  clock: Clock,
  stallMs: number,
  ended: AbortController,
): Promise<void> {
  const drained = new AbortController();
  const go = () => drained.abort();
  response.once('drain', go);
  ended.signal.addEventListener('abort', go, { once: true });
  await clock.sleep(stallMs, drained.signal);
  response.off('drain', go);
  ended.signal.removeEventListener('abort', go);
  if (drained.signal.aborted) return;
  // It holds a buffer and takes nothing: it resumes from where it was, when it can.
  response.destroy();
  ended.abort();
}
