// Which database it is: the option, the environment, the configuration, or the embedded one; and the way there.
import { join } from 'node:path';
import { appError, toConnectionError } from './app-errors.js';
import { prepareDataFolder } from './foundation/config/data-folder.js';
import { type Database, openDatabase } from './foundation/postgres/database.js';
import { startEmbeddedPostgres } from './foundation/postgres/embedded/embedded-postgres.js';
import { ident } from './foundation/postgres/sql-text.js';
import { maskSecrets } from './foundation/secrets/secret-mask.js';

export interface DatabaseTarget {
  readonly kind: 'option' | 'environment' | 'config' | 'embedded';
  /** For people, without the password: `shop on db.example:5432 (DATABASE_URL)`. */
  readonly says: string;
}

export interface DatabaseWish {
  /** In order of precedence; the first that is set wins, without any it is the embedded one. */
  readonly option?: string | undefined;
  readonly environment?: string | undefined;
  readonly config?: string | undefined;
  readonly dataFolder: string;
  readonly says: (line: string) => void;
}

/** The database of the embedded server that everything works in unless told otherwise. */
export const EMBEDDED_DATABASE = 'dovetail';

/**
 * Opens the database and makes sure that it answers. Throws APP-101 to 104 if it doesn't, POSTGRES-1xx if the embedded
 * one can't be started.
 */
export async function connectDatabase(
  wish: DatabaseWish,
): Promise<{ readonly database: Database; readonly target: DatabaseTarget }> {
  const found = findUrl(wish);
  const { url, target } = found ?? (await startEmbedded(wish));
  const database = openDatabase(url);
  try {
    await database.query('select 1');
    return { database, target };
  } catch (error) {
    await database.close();
    throw toConnectionError(error, target.says);
  }
}

function findUrl(wish: DatabaseWish): { url: string; target: DatabaseTarget } | undefined {
  const sources = [
    ['option', wish.option, '--database'],
    ['environment', wish.environment, 'DATABASE_URL'],
    ['config', wish.config, 'the configuration'],
  ] as const;
  for (const [kind, url, name] of sources) {
    if (url === undefined || url === '') continue;
    return { url, target: { kind, says: `${describeUrl(url, name)} (${name})` } };
  }
  return undefined;
}

function describeUrl(text: string, name: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw appError(104, {
      detail: `${name} is no address of a PostgreSQL: ${maskSecrets(text)}`,
      hint: 'It looks like this: postgres://user:password@host:5432/database',
    });
  }
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname || 'localhost');
  const name_ = decodeURIComponent(url.pathname.slice(1)) || decodeURIComponent(url.username) || 'postgres';
  return `${name_} on ${host}${host.startsWith('/') ? '' : `:${url.port || '5432'}`}`;
}

async function startEmbedded(wish: DatabaseWish): Promise<{ url: string; target: DatabaseTarget }> {
  const folder = prepareDataFolder(wish.dataFolder);
  const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), log: wish.says });
  await prepareEmbeddedDatabase(server.url);
  const url = new URL(server.url);
  url.pathname = `/${EMBEDDED_DATABASE}`;
  return {
    url: url.href,
    target: {
      kind: 'embedded',
      says: `${EMBEDDED_DATABASE} on the embedded PostgreSQL ${server.version} (${folder})`,
    },
  };
}

async function prepareEmbeddedDatabase(serverUrl: string): Promise<void> {
  const server = openDatabase(serverUrl, { max: 1 });
  try {
    const { rowCount } = await server.query('select from pg_database where datname = $1', [
      EMBEDDED_DATABASE,
    ]);
    if (rowCount === 0) await server.query(`create database ${ident(EMBEDDED_DATABASE)}`);
  } catch (error) {
    // Another process was quicker: duplicate_database, or a unique violation in pg_database.
    const { code } = error as { code?: unknown };
    if (code !== '42P04' && code !== '23505') throw error;
  } finally {
    await server.close();
  }
}
