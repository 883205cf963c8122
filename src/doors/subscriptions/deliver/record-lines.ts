// A line for each record that has something to be told: order within it, none between them. Who failed is parked, and the others of its line behind it.
import type { StreamMessage } from '../view/to-messages.js';
import type { Ticket } from './progress-line.js';

export interface LiveMessage {
  readonly message: StreamMessage;
  readonly ticket: Ticket;
}

export interface ParkedMessage {
  /** Of its row. */
  readonly id: string;
  readonly messageId: string;
  attempts: number;
  readonly parkedAt: number;
  /** Milliseconds; 0: at once. */
  nextAt: number;
}

export interface Line {
  readonly record: string;
  /** Not sent yet, or under way for the first time; in order. */
  live: LiveMessage[];
  /** Before all that is live. */
  parked: ParkedMessage[];
  flying: boolean;
  /** What is live of it is being put into the table. */
  parking: boolean;
}

export interface RecordLines {
  /** `last`: what waits and was not sent yet is replaced; returns what was. */
  add(one: LiveMessage, last: boolean): LiveMessage | undefined;
  addParked(record: string, parked: ParkedMessage): void;
  /** Lines whose first live message may be sent, at most `most`; they are flying then. */
  takeReady(most: number): readonly Line[];
  /** Lines whose first parked message is due. */
  takeDue(now: number, most: number): readonly Line[];
  /** Lines where something live waits behind something parked. */
  listFollowed(): readonly Line[];
  listParked(): Iterable<Line>;
  /** After anything was done to a line. */
  settle(line: Line): void;
  readonly live: number;
  readonly parked: number;
  /** Nothing is live, parked or under way. */
  isEmpty(): boolean;
}

export function createRecordLines(): RecordLines {
  const lines = new Map<string, Line>();
  const ready = new Set<Line>();
  const withParked = new Set<Line>();
  const followed = new Set<Line>();
  let live = 0;
  let parked = 0;
  const counts = new WeakMap<Line, { live: number; parked: number }>();

  function lineOf(record: string): Line {
    const known = lines.get(record);
    if (known) return known;
    const line: Line = { record, live: [], parked: [], flying: false, parking: false };
    lines.set(record, line);
    counts.set(line, { live: 0, parked: 0 });
    return line;
  }

  function settle(line: Line): void {
    const counted = counts.get(line)!;
    live += line.live.length - counted.live;
    parked += line.parked.length - counted.parked;
    counted.live = line.live.length;
    counted.parked = line.parked.length;
    put(withParked, line, line.parked.length > 0);
    put(followed, line, line.parked.length > 0 && line.live.length > 0 && !line.parking);
    put(ready, line, line.parked.length === 0 && line.live.length > 0 && !line.flying && !line.parking);
    if (line.live.length + line.parked.length === 0 && !line.flying && !line.parking)
      lines.delete(line.record);
  }

  return {
    add(one, last) {
      const line = lineOf(one.message.record);
      // The first of a line may be under way.
      const sent = line.flying ? 1 : 0;
      const replaced =
        last && one.message.record !== '' && !line.parking && line.live.length > sent
          ? line.live.pop()
          : undefined;
      line.live.push(one);
      settle(line);
      return replaced;
    },
    addParked(record, one) {
      const line = lineOf(record);
      line.parked.push(one);
      settle(line);
    },
    takeReady(most) {
      const taken: Line[] = [];
      for (const line of ready) {
        if (taken.length >= most) break;
        line.flying = true;
        taken.push(line);
      }
      for (const line of taken) ready.delete(line);
      return taken;
    },
    takeDue(now, most) {
      const taken: Line[] = [];
      for (const line of withParked) {
        if (taken.length >= most) break;
        if (line.flying || line.parked[0]!.nextAt > now) continue;
        line.flying = true;
        taken.push(line);
      }
      return taken;
    },
    listFollowed: () => [...followed],
    listParked: () => withParked,
    settle,
    get live() {
      return live;
    },
    get parked() {
      return parked;
    },
    isEmpty: () => lines.size === 0,
  };
}

function put(set: Set<Line>, line: Line, there: boolean): void {
  if (there) set.add(line);
  else set.delete(line);
}
