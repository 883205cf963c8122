// Tells whether something between us and PostgreSQL shares out the sessions: then what a session remembers can't be relied on.
import pg from 'pg';
import type { Database } from './database.js';

/** `transaction`: the session changes hands between transactions. `session`: a pooler, but the session stays ours. */
export type PoolerKind = 'transaction' | 'session';

/** How long a query that has nothing to wait for may take before we conclude that it waits for a session, in milliseconds. */
const PATIENCE = 3000;

/**
 * Finds out by trying: leaves a mark in one session, keeps others busy, and looks whether the mark is still there.
 * Opens three connections of its own for a moment; undefined if the connection is direct.
 */
export async function findPooler(database: Database): Promise<PoolerKind | undefined> {
  const clients = [1, 2, 3].map(() => new pg.Client(database.connection));
  for (const client of clients) client.on('error', () => {});
  const [marked, ...others] = clients as [pg.Client, ...pg.Client[]];
  try {
    await marked.connect();
    const before = await readMark(marked, SET_MARK);
    for (const other of others) {
      // Without free connections there is nothing more to find out.
      if (!(await connects(other))) break;
      // A transaction holds its session in every mode; it may now hold the one that carries the mark.
      if ((await orTooLong(other.query('begin; select pg_backend_pid()'))) === undefined)
        return 'transaction';
    }
    const after = await orTooLong(readMark(marked, SELECT_MARK));
    if (after === undefined || after.pid !== before.pid || after.mark !== 'x') return 'transaction';
    // A pooler can't pass on the key by which PostgreSQL would let us cancel: it makes up its own.
    const { processID } = marked as unknown as { processID: number | null };
    return processID !== null && processID !== before.pid ? 'session' : undefined;
  } finally {
    // Not `end`, which waits for an answer that our own transactions may be holding up.
    for (const client of clients) toSocket(client).destroy();
  }
}

async function connects(client: pg.Client): Promise<boolean> {
  return client.connect().then(
    () => true,
    () => false,
  );
}

function toSocket(client: pg.Client): { destroy(): void } {
  return (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream;
}

interface Mark {
  readonly pid: number;
  readonly mark: string | null;
}

async function readMark(client: pg.Client, sql: string): Promise<Mark> {
  const { rows } = await client.query<{ pid: number; mark: string | null }>(sql);
  return rows[0]!;
}

async function orTooLong<T>(answer: Promise<T>): Promise<T | undefined> {
  answer.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE);
  });
  return Promise.race([answer, tooLong]).finally(() => clearTimeout(timer));
}

const SET_MARK = `select pg_backend_pid() as pid, set_config('dovetail.mark', 'x', false) as mark`;
const SELECT_MARK = `select pg_backend_pid() as pid, current_setting('dovetail.mark', true) as mark`;
