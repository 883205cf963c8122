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
  /** True for a database that is Dovetail's alone: nobody needs to be asked before it is set up. */
  readonly ours: boolean;
}

export interface DatabaseWish {
  /** In order of precedence; the first that is set wins, without any it is the embedded one. */
  readonly option?: string | undefined;
  readonly environment?: string | undefined;
  readonly config?: string | undefined;
  /** True: the embedded one, whatever the three above say. */
  readonly embedded?: boolean | undefined;
  /** A database of our own on the server that was found, made if it is missing. Never the one that was named. */
  readonly ownDatabase?: string | undefined;
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
  const named = wish.embedded === true ? undefined : findUrl(wish);
  const { url, target } = await readDatabase(wish, named ?? (await startEmbedded(wish)), named !== undefined);
  const database = openDatabase(url);
  try {
    await database.query('select 1');
    return { database, target };
  } catch (error) {
    await database.close();
    throw toConnectionError(error, target.says);
  }
}

interface Place {
  readonly url: string;
  readonly target: DatabaseTarget;
}

/** The place itself, or the database of our own beside it. */
async function readDatabase(wish: DatabaseWish, place: Place, named: boolean): Promise<Place> {
  const name = wish.ownDatabase ?? (named ? undefined : EMBEDDED_DATABASE);
  if (name === undefined) return place;
  const url = new URL(place.url);
  if (named && decodeURIComponent(url.pathname.slice(1)) === name) {
    throw appError(106, {
      detail: `"${name}" is the database that was named as yours; this makes a database of its own.`,
      hint: 'Choose a name that is not in use.',
    });
  }
  url.pathname = `/${encodeURIComponent(name)}`;
  await makeDatabase(place, name);
  return {
    url: url.href,
    target: {
      ...place.target,
      ours: true,
      says: named ? `${name}, beside ${place.target.says}` : `${name} on ${place.target.says}`,
    },
  };
}

function findUrl(wish: DatabaseWish): Place | undefined {
  const sources = [
    ['option', wish.option, '--database'],
    ['environment', wish.environment, 'DATABASE_URL'],
    ['config', wish.config, 'the configuration'],
  ] as const;
  for (const [kind, text, name] of sources) {
    if (text === undefined || text === '') continue;
    // As libpq has it, a user may stand before no host, which is then a parameter: the folder of a socket.
    const url = text.replace(/^(postgres(?:ql)?:\/\/[^/?#]*@)(?=[/?]|$)/, '$1localhost');
    return { url, target: { kind, says: `${describeUrl(url, name)} (${name})`, ours: false } };
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

async function startEmbedded(wish: DatabaseWish): Promise<Place> {
  const folder = prepareDataFolder(wish.dataFolder);
  const server = await startEmbeddedPostgres({ folder: join(folder, 'postgres'), log: wish.says });
  return {
    url: server.url,
    target: { kind: 'embedded', says: `the embedded PostgreSQL ${server.version} (${folder})`, ours: true },
  };
}

async function makeDatabase(place: Place, name: string): Promise<void> {
  const server = openDatabase(place.url, { max: 1 });
  try {
    const { rowCount } = await server.query('select from pg_database where datname = $1', [name]);
    if (rowCount === 0) await server.query(`create database ${ident(name)}`);
  } catch (error) {
    // Another process was quicker: duplicate_database, or a unique violation in pg_database.
    const { code } = error as { code?: unknown };
    if (code !== '42P04' && code !== '23505') throw toConnectionError(error, place.target.says);
  } finally {
    await server.close();
  }
}
