// Which way changes are captured, where nobody says it: one way for all tables, because their changes are one stream.
import type { ServerState } from './server-state.js';
import type { Capture, Watching } from './watching-store.js';

export interface ChosenCapture {
  readonly capture: Capture;
  /** Why, in plain words. */
  readonly says: string;
}

export function chooseCapture(
  asked: Capture | 'auto',
  server: Pick<ServerState, 'walLevel' | 'mayReplicate' | 'role'>,
  watching: Pick<Watching, 'capture' | 'tables'> | undefined,
): ChosenCapture {
  if (asked !== 'auto') return { capture: asked, says: 'as you ask' };
  if (watching !== undefined && watching.tables.length > 0) {
    return { capture: watching.capture, says: 'as for the tables that are watched already' };
  }
  if (server.walLevel !== 'logical') {
    return { capture: 'trigger', says: `because wal_level is ${server.walLevel}, not logical` };
  }
  if (!server.mayReplicate) {
    return {
      capture: 'trigger',
      says: `because the role "${server.role}" may not read the write-ahead log (alter role … replication)`,
    };
  }
  return { capture: 'wal', says: 'because wal_level is logical' };
}
