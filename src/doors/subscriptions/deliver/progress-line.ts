// How far a subscription is for certain, while its messages are settled in any order.
import type { Position } from '../../../engine/changes/position.js';

/** Of one message: what is to be done with it is done when `settle` was called. */
export interface Ticket {
  settled: boolean;
  /** Undefined where another message of the same entry follows. */
  readonly position: Position | undefined;
}

export interface ProgressLine {
  /** In the order of the stream. */
  open(position: Position | undefined): Ticket;
  settle(ticket: Ticket): void;
  /** Nothing up to `position` is open besides the tickets. */
  pass(position: Position): void;
  /** Everything up to here is settled. */
  safe(): Position;
}

export function createProgressLine(start: Position): ProgressLine {
  let safe = start;
  let tickets: Ticket[] = [];
  let first = 0;

  function advance(): void {
    while (first < tickets.length && tickets[first]!.settled) {
      safe = tickets[first]!.position ?? safe;
      first++;
    }
    if (first > 1_000 || first === tickets.length) {
      tickets = tickets.slice(first);
      first = 0;
    }
  }

  return {
    open(position) {
      const ticket: Ticket = { settled: false, position };
      tickets.push(ticket);
      return ticket;
    },
    settle(ticket) {
      ticket.settled = true;
      if (ticket === tickets[first]) advance();
    },
    pass(position) {
      if (first === tickets.length) safe = position;
      else tickets.push({ settled: true, position });
    },
    safe: () => safe,
  };
}
