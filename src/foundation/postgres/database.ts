// The one way to PostgreSQL: a pool whose sessions all have the same, stated settings.
import pg from 'pg';

export type Client = pg.PoolClient;

/** Anything that answers a query: the pool, or a client inside a transaction. */
export interface Queryable {
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ): Promise<pg.QueryResult<R>>;
}

export interface Database extends Queryable {
  readonly pool: pg.Pool;
  /** Connection settings, for what needs a connection of its own. Holds the password: never print it. */
  readonly connection: pg.ClientConfig;
  /** Runs `work` on one client, which goes back to the pool afterwards; after an error in the connection it is dropped. */
  withClient<T>(work: (client: Client) => Promise<T>): Promise<T>;
  /** Runs `work` in a transaction: commit if it returns, rollback if it throws. Read committed, as everything here. */
  transaction<T>(work: (client: Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  /** Seen in `pg_stat_activity`. Default `dovetail`. */
  readonly applicationName?: string;
  /** Most connections at once. Default 10. */
  readonly max?: number;
  /** Milliseconds after which the server ends a statement. Default: the server's own setting. */
  readonly statementMs?: number;
  /** Milliseconds to wait for a free connection, or a new one. Default: as long as it takes. */
  readonly waitMs?: number;
}

// Every value is read and written in one form, whatever the server's or the role's defaults are. The search_path stays
// the application's own: its triggers may count on it.
const SESSION_SETTINGS =
  "set datestyle = 'ISO, YMD'; set intervalstyle = 'iso_8601'; set bytea_output = 'hex'; set extra_float_digits = 1; " +
  "set client_encoding = 'UTF8'; set standard_conforming_strings = on; " +
  // A chunk and what is judged of it fit into local buffers (taken only as needed) instead of going through files.
  // Behind a pooler the session may have used temporary tables already; then it keeps what it has.
  "do $$ begin set temp_buffers = '64MB'; exception when others then null; end $$";

/** Opens a pool. Connects at the first query, not before. */
export function openDatabase(connection: string | pg.ClientConfig, options: DatabaseOptions = {}): Database {
  const config: pg.ClientConfig = {
    ...(typeof connection === 'string' ? { connectionString: connection } : connection),
    application_name: options.applicationName ?? 'dovetail',
    // A statement may be silent for hours: firewalls forget a connection without traffic, and a dead server says nothing.
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
  };
  const pool = new pg.Pool({
    ...config,
    max: options.max ?? 10,
    ...(options.waitMs === undefined ? {} : { connectionTimeoutMillis: options.waitMs }),
    // Awaited by pg-pool before the client is handed out, so no query overtakes the settings.
    onConnect: async (client) => {
      const limit =
        options.statementMs === undefined
          ? ''
          : `; set statement_timeout = ${Math.trunc(options.statementMs)}`;
      await client.query(SESSION_SETTINGS + limit);
    },
  });
  // An idle client whose server goes away emits here; the pool drops it, the next query gets a new one or the error.
  pool.on('error', () => {});

  async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const client = await pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on('error', onError);
    try {
      return await work(client);
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  return {
    pool,
    connection: config,
    query: (text, values) => pool.query(text, values as unknown[]),
    withClient,
    transaction: (work) =>
      withClient(async (client) => {
        await client.query('begin');
        try {
          const result = await work(client);
          await client.query('commit');
          return result;
        } catch (error) {
          await client.query('rollback').catch(() => {});
          throw error;
        }
      }),
    close: () => pool.end(),
  };
}
