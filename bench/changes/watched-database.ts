// A database of the benchmark with a watched table, the stream running in this process, and a consumer at the end of the log.
import { type ChangeLog, createChanges, type StreamEvent } from '../../src/engine/changes/index.js';
import { hasRunningImport } from '../../src/engine/pipeline/index.js';
import type { Database } from '../../src/foundation/postgres/database.js';

export interface RunningStream {
  readonly log: ChangeLog;
  stop(): Promise<void>;
}

/** Resolves once the stream follows. */
export async function followChanges(database: Database): Promise<RunningStream> {
  const stopping = new AbortController();
  const changes = createChanges({ database, hasImport: () => hasRunningImport(database) });
  let ended: Promise<void> = Promise.resolve();
  await new Promise<void>((resolve, reject) => {
    const tell = (event: StreamEvent): void => {
      if (event.event === 'following') resolve();
      if (event.event === 'interrupted') console.log(event.reason);
    };
    ended = changes.runStream({ signal: stopping.signal, tell });
    ended.catch(reject);
  });
  return {
    log: changes.log,
    async stop() {
      stopping.abort();
      await ended;
      await changes.close();
    },
  };
}

/** Counts changes from the end of the log on, until there are so many. Returns when the last came, by `performance.now`. */
export async function countChanges(
  log: ChangeLog,
  count: number,
  onChange?: (key: string, at: number) => void,
): Promise<number> {
  let position = await log.readHead();
  for (let found = 0; ; ) {
    const page = await log.readAfter(position, { limit: 5_000 });
    if (page.kind === 'expired') throw new Error('the log was dropped');
    const at = performance.now();
    for (const entry of page.entries) {
      if (entry.kind !== 'change') continue;
      found++;
      onChange?.(entry.key[0]!, at);
    }
    if (found >= count) return at;
    position = page.next;
    if (page.isLast) await log.waitAfter(position);
  }
}
