// How many readers hold a connection open: so many in all, so many of one caller.
import { subscriptionsError } from '../subscriptions-errors.js';

export interface OpenStreams {
  /** Counts one more until the returned function is called. Throws SUBSCRIPTIONS-202. */
  enter(caller: string): () => void;
  readonly count: number;
}

export function createOpenStreams({
  perCaller,
  inAll,
}: {
  readonly perCaller: number;
  readonly inAll: number;
}): OpenStreams {
  const counts = new Map<string, number>();
  let all = 0;
  return {
    get count() {
      return all;
    },
    enter(caller) {
      const own = counts.get(caller) ?? 0;
      if (own >= perCaller || all >= inAll) throw refusal(own >= perCaller, perCaller);
      counts.set(caller, own + 1);
      all++;
      let left = false;
      return () => {
        if (left) return;
        left = true;
        all--;
        const rest = counts.get(caller)! - 1;
        if (rest === 0) counts.delete(caller);
        else counts.set(caller, rest);
      };
    },
  };
}

const refusal = (isOwn: boolean, perCaller: number) =>
  subscriptionsError(202, {
    detail: isOwn
      ? `${perCaller} requests of this caller wait for changes already.`
      : 'As many requests wait for changes as may.',
    hint: 'End one first; one stream tells of any number of entities.',
  });
