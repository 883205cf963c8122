// Statements that come again and again are parsed and planned once a connection. Which ones do is learned, and bounded: a server keeps
// a prepared statement as long as the connection lives, and clients can make any number of different ones.
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { type ReadBounds, readBounded } from './bounded-read.js';
import type { Database } from './database.js';

export interface PreparedQueries {
  query<R extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<pg.QueryResult<R>>;
  /** Reads only. Throws as `readBounded`. */
  read<R extends pg.QueryResultRow>(
    text: string,
    values: readonly unknown[],
    bounds: ReadBounds,
  ): Promise<pg.QueryResult<R>>;
}

const MOST_PREPARED = 200;
const MOST_COUNTED = 2_000;
/** A statement is prepared when it comes the so-manieth time. */
const TIMES = 3;

/** "prepared statement … does not exist", and "… already exists": the session is another one, behind a pooler that shares them. */
const SHARED_SESSION = new Set(['26000', '42P05']);

export function createPreparedQueries(database: Database): PreparedQueries {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  let shared = false;

  function findName(text: string): string | undefined {
    const known = names.get(text);
    if (known !== undefined || shared || names.size >= MOST_PREPARED) return known;
    const count = (counts.get(text) ?? 0) + 1;
    if (count < TIMES) {
      if (counts.size >= MOST_COUNTED) counts.clear();
      counts.set(text, count);
      return undefined;
    }
    counts.delete(text);
    const name = `dovetail_${createHash('sha256').update(text).digest('base64url').slice(0, 22)}`;
    names.set(text, name);
    return name;
  }

  async function run<Result>(text: string, work: (name?: string) => Promise<Result>): Promise<Result> {
    const name = shared ? undefined : findName(text);
    if (name === undefined) return work();
    try {
      return await work(name);
    } catch (error) {
      // Refused before anything ran.
      if (!SHARED_SESSION.has((error as { code?: string }).code ?? '')) throw error;
      shared = true;
      return work();
    }
  }
  const toConfig = (name: string | undefined, text: string, values: readonly unknown[]): pg.QueryConfig => ({
    ...(name === undefined ? {} : { name }),
    text,
    values: [...values],
  });

  return {
    query: (text, values) => run(text, (name) => database.pool.query(toConfig(name, text, values))),
    read: (text, values, bounds) =>
      run(text, (name) => readBounded(database, toConfig(name, text, values), bounds)),
  };
}
