// Alerts noted in passing, by code that has no transaction at hand and must not wait: kept here until they are written a moment later,
// together. What a kill takes away in that moment is raised again by the work that is done again.
import { type AlertWish, SEVERITIES } from './alert.js';
import { toNewRow } from './alert-row.js';

/** Different problems that may wait; of more only the number is told. */
const MOST_WAITING = 1_000;

export interface AlertNotes {
  /** Never throws, never waits. */
  note(wish: AlertWish): void;
  /** Resolves when everything that was noted is written, or could not be. */
  flush(): Promise<void>;
}

export function createAlertNotes(write: (wishes: readonly AlertWish[]) => Promise<boolean>): AlertNotes {
  let waiting = new Map<string, AlertWish>();
  let dropped = 0;
  let writing: Promise<void> | undefined;

  function keep(wish: AlertWish): void {
    const { fingerprint } = toNewRow(wish);
    const before = waiting.get(fingerprint);
    if (before === undefined && waiting.size >= MOST_WAITING) dropped += wish.count ?? 1;
    else
      waiting.set(
        fingerprint,
        before === undefined ? wish : { ...wish, count: (before.count ?? 1) + (wish.count ?? 1) },
      );
  }

  async function writeAll(): Promise<void> {
    // Notes of the same moment go together.
    await Promise.resolve();
    while (waiting.size > 0) {
      const [batch, lost] = [[...waiting.values()], dropped];
      waiting = new Map();
      dropped = 0;
      if (await write(lost === 0 ? batch : [...batch, toOverflow(lost)])) continue;
      // The database is away: the next note, or the end, tries again.
      dropped += lost;
      for (const wish of batch) keep(wish);
      return;
    }
  }

  const start = (): Promise<void> => {
    writing ??= writeAll().finally(() => {
      writing = undefined;
    });
    return writing;
  };

  return {
    note(wish) {
      keep(toSoundWish(wish));
      void start();
    },
    async flush() {
      await writing;
      await start();
    },
  };
}

const toOverflow = (count: number): AlertWish => ({
  source: 'alerts',
  type: 'too_many',
  severity: 'error',
  count,
  message: `More than ${MOST_WAITING} different alerts were raised at once; the others were only counted.`,
});

/** Whatever a hook says becomes an alert: nobody is at hand who could be told what is wrong with it. */
function toSoundWish(wish: AlertWish): AlertWish {
  const { severity, count, details } = wish;
  return {
    ...wish,
    source: String(wish.source || 'unknown'),
    type: String(wish.type || 'alert'),
    message: String(wish.message ?? 'No message was given.'),
    severity: SEVERITIES.includes(severity) ? severity : 'warning',
    count: Number.isSafeInteger(count) && count! > 0 ? count! : 1,
    ...(typeof details === 'object' && details !== null ? {} : { details: undefined }),
  };
}
