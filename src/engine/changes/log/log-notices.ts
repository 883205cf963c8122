// Hears that the log moved on: one connection of a process listens for all who wait in it.
import pg from 'pg';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import { type Position, parsePosition } from '../position.js';
import { NOTICE } from './log-head.js';

export interface LogNotices {
  /**
   * Calls `heard` with each new head, and without one where some may have been missed: then the log has to be looked at. Listens as long as
   * somebody does. Returns how to end it; resolves once nothing from now on is missed.
   */
  listen(heard: (head: Position | undefined) => void): Promise<() => void>;
  close(): Promise<void>;
}

const RETRY_MS = [100, 500, 2_000, 5_000] as const;

export function createLogNotices(connection: pg.ClientConfig, clock: Clock): LogNotices {
  const listeners = new Set<(head: Position | undefined) => void>();
  const closing = new AbortController();
  let client: pg.Client | undefined;
  let connecting: Promise<void> | undefined;

  const tell = (head: Position | undefined): void => {
    for (const heard of [...listeners]) heard(head);
  };
  const connect = async (): Promise<void> => {
    for (let attempt = 0; listeners.size > 0 && !closing.signal.aborted; attempt++) {
      const made = new pg.Client({ ...connection, application_name: 'dovetail_notices' });
      try {
        made.on('error', () => lost(made));
        made.on('end', () => lost(made));
        made.on('notification', ({ payload }) => tell(parsePosition(payload ?? '')));
        await made.connect();
        await made.query(`listen ${NOTICE}`);
        client = made;
        tell(undefined);
        return;
      } catch {
        made.removeAllListeners('end');
        made.end().catch(() => {});
        await clock.sleep(RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)]!, closing.signal);
      }
    }
  };
  const ready = (): Promise<void> => {
    if (client !== undefined) return Promise.resolve();
    connecting ??= connect().finally(() => {
      connecting = undefined;
    });
    return connecting;
  };
  const lost = (which: pg.Client): void => {
    if (client !== which) return;
    client = undefined;
    if (!closing.signal.aborted && listeners.size > 0) void ready();
  };
  const end = async (): Promise<void> => {
    const ended = client;
    client = undefined;
    await ended?.end().catch(() => {});
  };

  return {
    async listen(heard) {
      listeners.add(heard);
      await ready();
      return () => {
        listeners.delete(heard);
        if (listeners.size === 0) void end();
      };
    },
    async close() {
      closing.abort();
      listeners.clear();
      await connecting;
      await end();
    },
  };
}
