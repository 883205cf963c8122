// A change log in memory that keeps to the contract, so that what reads it can be tested without a stream.
import type { StreamEntry } from '../../src/engine/changes/change.js';
import type { ChangeLog } from '../../src/engine/changes/change-log.js';
import { comparePositions, type Position, STREAM_START } from '../../src/engine/changes/position.js';

export interface MemoryLog extends ChangeLog {
  append(...entries: readonly StreamEntry[]): void;
  /** Forgets what is before. */
  forget(tail: Position): void;
  /** How often it was read. */
  readonly reads: number;
}

export function createMemoryLog(): MemoryLog {
  let entries: StreamEntry[] = [];
  let tail = STREAM_START;
  let reads = 0;
  let waiting: (() => void)[] = [];
  const head = () => entries.at(-1)?.position ?? tail;
  const wake = () => {
    const woken = waiting;
    waiting = [];
    for (const go of woken) go();
  };

  return {
    get reads() {
      return reads;
    },
    append(...more) {
      entries.push(...more);
      wake();
    },
    forget(position) {
      tail = position;
      entries = entries.filter((entry) => comparePositions(entry.position, tail) > 0);
    },
    readHead: async () => head(),
    readTail: async () => tail,
    findTime: async () => tail,
    async readAfter(position, { limit = 1_000, tables } = {}) {
      reads++;
      if (comparePositions(position, tail) < 0) return { kind: 'expired', tail };
      const rest = entries.filter((entry) => comparePositions(entry.position, position) > 0);
      const wanted = rest.filter(
        (entry) =>
          entry.kind === 'gap' ||
          tables === undefined ||
          tables.some(({ schema, table }) => schema === entry.table.schema && table === entry.table.table),
      );
      const page = wanted.slice(0, limit);
      const isLast = page.length === wanted.length;
      const next = isLast ? (rest.at(-1)?.position ?? position) : page.at(-1)!.position;
      return { kind: 'page', entries: page, next, isLast };
    },
    async waitAfter(position, { signal, timeoutMs } = {}) {
      const timer = timeoutMs === undefined ? undefined : setTimeout(wake, timeoutMs);
      signal?.addEventListener('abort', wake);
      const until = timeoutMs === undefined ? Number.POSITIVE_INFINITY : Date.now() + timeoutMs;
      while (comparePositions(head(), position) <= 0 && !signal?.aborted && Date.now() < until)
        await new Promise<void>((go) => waiting.push(go));
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      return !signal?.aborted && comparePositions(head(), position) > 0;
    },
    async close() {},
  };
}
