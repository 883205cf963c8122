// The server that tests run on: the one DATABASE_URL names, else an embedded one shared by all test runs of this tree.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/foundation/postgres/embedded/embedded-postgres.js';
import { ident } from '../../src/foundation/postgres/sql-text.js';

export const PREFIX = 'dovetail_test_';
const RUN_MARK = 'dovetail_test_run ';

/** What test files need to know of the server; it reaches them through the environment. */
export interface TestServer {
  /** To a database we only connect to, in order to make and drop others. */
  readonly url: string;
  /** Part of the name of every database this run makes. */
  readonly run: string;
}

export interface RunningTestServer extends TestServer {
  /** Drops the run's databases, and stops the server if it is ours and nobody else's tests use it. */
  finish(): Promise<void>;
}

// A kill of the server must not lose what was committed, so synchronous_commit stays on; the disk needn't hear of it.
const FAST = {
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  max_wal_size: '1GB',
  max_replication_slots: '60',
  max_wal_senders: '60',
};

/** Starts or finds the server, marks this run as alive on it, and drops what dead runs left. */
export async function startTestServer(): Promise<RunningTestServer> {
  const run = randomBytes(4).toString('hex');
  const { keeper, url, embedded } = await openKeeper(run);
  await dropLeftovers(keeper);
  return {
    url,
    run,
    async finish() {
      await dropDatabases(keeper, `${PREFIX}${run}\\_%`);
      const others = await readLivingRuns(keeper);
      others.delete(run);
      await keeper.end();
      if (embedded !== undefined && others.size === 0) await embedded.stop();
    },
  };
}

interface Keeper {
  /** The session whose name says that the run is alive. When the process dies, so does the session. */
  readonly keeper: pg.Client;
  readonly url: string;
  readonly embedded?: EmbeddedPostgres;
}

async function openKeeper(run: string): Promise<Keeper> {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined && given !== '') return { keeper: await connect(given, run), url: given };
  const folder = join(import.meta.dirname, '..', '..', '.dovetail', 'test-postgres');
  for (let attempt = 1; ; attempt++) {
    const embedded = await startEmbeddedPostgres({ folder, settings: FAST });
    try {
      return { keeper: await connect(embedded.url, run), url: embedded.url, embedded };
    } catch (error) {
      // Another run that was the last may just have stopped it.
      if (attempt === 5) throw error;
    }
  }
}

async function connect(url: string, run: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: `${RUN_MARK}${run}` });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function readLivingRuns(client: pg.Client): Promise<Set<string>> {
  const { rows } = await client.query<{ run: string }>(
    `select distinct substr(application_name, length($1) + 1) as run
     from pg_stat_activity where starts_with(application_name, $1)`,
    [RUN_MARK],
  );
  return new Set(rows.map((row) => row.run));
}

async function dropLeftovers(client: pg.Client): Promise<void> {
  const names = await readDatabases(client, `${PREFIX.replaceAll('_', '\\_')}%`);
  // Asked after the names: a run is marked before it makes its first database.
  const living = await readLivingRuns(client);
  for (const name of names) {
    const run = name.slice(PREFIX.length).split('_')[0]!;
    if (!living.has(run)) await drop(client, name);
  }
}

async function dropDatabases(client: pg.Client, pattern: string): Promise<void> {
  for (const name of await readDatabases(client, pattern)) await drop(client, name);
}

async function drop(client: pg.Client, name: string): Promise<void> {
  await client
    .query(`drop database if exists ${ident(name)} with (force)`)
    .catch((error: { code?: string }) => {
      // Someone else's, or just being dropped: not ours to fail over.
      if (error.code !== '42501' && error.code !== '55006' && error.code !== 'XX000') throw error;
    });
}

async function readDatabases(client: pg.Client, pattern: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ datname: string }>(
    'select datname from pg_database where datname like $1 order by datname',
    [pattern],
  );
  return rows.map((row) => row.datname);
}
