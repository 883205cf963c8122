// The server a benchmark runs on, with databases of its own that are dropped afterwards. Refuses to measure a server
// that would lose committed data in a crash: numbers of such a server mean nothing.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/foundation/postgres/database.js';
import { startEmbeddedPostgres } from '../../src/foundation/postgres/embedded/embedded-postgres.js';
import { ident } from '../../src/foundation/postgres/sql-text.js';

export interface BenchServer {
  /** Version and settings that matter, for the table. */
  readonly says: string;
  /**
   * Creates `dovetail_bench_…`, empty or as a copy of another one that nobody is connected to. Files are copied and
   * flushed before it returns, so each copy is the same start for whoever is measured.
   */
  createDatabase(template?: string): Promise<BenchDatabase>;
  /** Drops what is left and stops the server if it is ours. */
  close(): Promise<void>;
}

export interface BenchDatabase {
  readonly name: string;
  /** Holds the password: for the processes we start, never for printing. */
  readonly url: string;
  readonly database: Database;
  /** Closes our connections and keeps the database, as a template for others. */
  disconnect(): Promise<void>;
  drop(): Promise<void>;
}

// What an administrator gives a server that is loaded in bulk. Durability stays as it is by default: on.
const SETTINGS = { shared_buffers: '512MB', max_wal_size: '4GB', checkpoint_timeout: '15min' };
const DURABILITY = ['fsync', 'synchronous_commit', 'full_page_writes'];
const TOLD = [...DURABILITY, 'shared_buffers', 'max_wal_size', 'wal_level'];

/**
 * Connects to the server `given` names (default: DATABASE_URL), else starts an embedded one under `.dovetail/`. Never touches the database
 * that DATABASE_URL names. Throws if fsync, synchronous_commit or full_page_writes are off.
 */
export async function openBenchServer(given = process.env['DATABASE_URL']): Promise<BenchServer> {
  const embedded = given
    ? undefined
    : await startEmbeddedPostgres({
        folder: join(import.meta.dirname, '..', '..', '.dovetail', 'bench-postgres'),
        settings: SETTINGS,
      });
  const url = embedded?.url ?? given!;
  const admin = new pg.Client({ connectionString: url });
  const prefix = `dovetail_bench_${randomBytes(4).toString('hex')}`;
  const databases = new Map<string, BenchDatabase>();
  let made = 0;
  const close = async () => {
    for (const database of databases.values()) await database.drop();
    await admin.end();
    await embedded?.stop();
  };
  try {
    await admin.connect();
    const says = await checkDurability(admin);
    return {
      says,
      async createDatabase(template) {
        made += 1;
        const name = `${prefix}_${made}`;
        await createDatabase(admin, name, template ?? 'template0');
        const opened = openBenchDatabase(admin, url, name, () => databases.delete(name));
        databases.set(name, opened);
        return opened;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function createDatabase(admin: pg.Client, name: string, template: string): Promise<void> {
  await admin.query(
    `create database ${ident(name)} template ${ident(template)} encoding 'UTF8' strategy file_copy`,
  );
}

function openBenchDatabase(
  admin: pg.Client,
  server: string,
  name: string,
  dropped: () => void,
): BenchDatabase {
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = openDatabase(url.href, { applicationName: 'dovetail_bench' });
  let closing: Promise<void> | undefined;
  const disconnect = () => {
    closing ??= database.close();
    return closing;
  };
  return {
    name,
    url: url.href,
    database,
    disconnect,
    async drop() {
      await disconnect();
      await admin.query(`drop database if exists ${ident(name)} with (force)`);
      dropped();
    },
  };
}

async function checkDurability(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    `select name, current_setting(name) as setting from pg_settings where name = any ($1)
     union all select 'version', current_setting('server_version')`,
    [TOLD],
  );
  const settings = new Map(rows.map((row) => [row.name, row.setting]));
  for (const name of DURABILITY) {
    if (settings.get(name) !== 'on') {
      throw new Error(`${name} is ${settings.get(name)}: a benchmark needs a server with durability on`);
    }
  }
  const told = TOLD.map((name) => `${name}=${settings.get(name)}`).join(' ');
  return `PostgreSQL ${settings.get('version')}, ${told}`;
}
