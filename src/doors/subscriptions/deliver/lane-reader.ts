// Brings one subscription the stream: by itself while it is behind, by the shared tail once it is not.
import type { StreamEntry } from '../../../engine/changes/change.js';
import type { ChangeLog } from '../../../engine/changes/change-log.js';
import { comparePositions, type Position } from '../../../engine/changes/position.js';
import type { Views } from '../view/entity-view.js';
import { type MessageRooms, type StreamMessage, toGapMessage, toMessages } from '../view/to-messages.js';
import type { ChangeTail, Follower } from './change-tail.js';
import type { Lane } from './lane.js';
import { createWakeUp } from './wake-up.js';

export interface LaneReading {
  readonly lane: Lane;
  readonly log: ChangeLog;
  readonly tail: ChangeTail;
  readonly rooms: MessageRooms;
  readonly start: Position;
  readonly now: () => Date;
  /** What the owner may see by now; another object after any change. */
  views: Views;
  /** What is to be told of entries; default: all that `toMessages` makes. */
  readonly filter?: (entry: StreamEntry) => boolean;
}

/** Entries that may wait for one subscription before it goes on by itself. */
const MOST_ENTRIES = 2_000;
const PAGE = 500;

/** Ends when the lane does. Throws what the log throws, and `UntoldBefore`. */
export async function readForLane(reading: LaneReading): Promise<void> {
  const { lane, log, tail, rooms, now } = reading;
  const changed = createWakeUp();
  const inbox: { readonly entries: readonly StreamEntry[]; readonly next: Position }[] = [];
  let waiting = 0;
  let busy = false;
  let followed = false;
  let readTo = reading.start;
  lane.signal.addEventListener('abort', changed.wake);

  const follower: Follower = {
    get tables() {
      return tablesOf(reading.views);
    },
    readTo: () => readTo,
    take(entries, next) {
      if (waiting + entries.length > MOST_ENTRIES && waiting > 0) return false;
      readTo = next;
      if (entries.length === 0 && inbox.length === 0 && !busy) {
        lane.pass(next);
        return true;
      }
      waiting += entries.length;
      inbox.push({ entries, next });
      changed.wake();
      return true;
    },
    drop() {
      followed = false;
      changed.wake();
    },
  };

  async function tell(entries: readonly StreamEntry[], next: Position): Promise<void> {
    const { filter, views } = reading;
    const messages = await toMessages(rooms, views, filter ? entries.filter(filter) : entries);
    await lane.tell(messages, next);
  }

  /** By itself: true when there is nothing more for now. */
  async function catchUp(): Promise<boolean> {
    const tables = [...reading.views.values()].map(({ entity: { schema, table } }) => ({ schema, table }));
    const page = await log.readAfter(readTo, { limit: PAGE, tables });
    if (page.kind === 'expired') {
      const reason = 'What came before was kept no longer when this subscription came to it.';
      const gap: StreamMessage = toGapMessage(rooms, page.tail, now().toISOString(), reason);
      await lane.tell([gap], page.tail);
      readTo = page.tail;
      return false;
    }
    await tell(page.entries, page.next);
    if (comparePositions(page.next, readTo) > 0) readTo = page.next;
    return page.isLast;
  }

  try {
    while (!lane.signal.aborted) {
      if (followed || inbox.length > 0) {
        await changed.until(() => inbox.length > 0 || !followed || lane.signal.aborted);
        const next = inbox.shift();
        if (next === undefined) continue;
        busy = true;
        await tell(next.entries, next.next);
        busy = false;
        waiting -= next.entries.length;
        continue;
      }
      const isLast = await catchUp();
      if (lane.signal.aborted) return;
      followed = tail.join(follower);
      // The tail is further than the page that was the last a moment ago: there is something to be read, or it only passed over others.
      if (!followed && isLast) await log.waitAfter(readTo, { signal: lane.signal, timeoutMs: 1_000 });
    }
  } finally {
    tail.leave(follower);
    lane.signal.removeEventListener('abort', changed.wake);
  }
}

const tables = new WeakMap<Views, ReadonlySet<string>>();

function tablesOf(views: Views): ReadonlySet<string> {
  const known = tables.get(views);
  if (known) return known;
  const made = new Set(views.keys());
  tables.set(views, made);
  return made;
}
