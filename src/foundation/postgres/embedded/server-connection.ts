// How the embedded server is reached, and whether it answers.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { postgresError } from '../postgres-errors.js';
import { SUPERUSER } from './cluster-setup.js';
import { findPostmaster, type Postmaster } from './postmaster-file.js';

export interface ServerConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A URL that pg, psql and `new URL` all take. Holds the password: never print it. */
export function toUrl(connection: ServerConnection): string {
  const { host, port, user, password, database } = connection;
  const authority = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return host.startsWith('/')
    ? `postgres://${authority}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
    : `postgres://${authority}@${host}:${port}/${database}`;
}

/**
 * Connects to the server that runs on a data folder. Waits for one that is starting, recovering or shutting down,
 * up to two minutes. Returns undefined if none runs; throws POSTGRES-107 if it refuses the password.
 */
export async function findServer(
  data: string,
  password: string,
): Promise<{ readonly connection: ServerConnection; readonly version: string } | undefined> {
  const patience = performance.now() + 120_000;
  for (;;) {
    const postmaster = findPostmaster(data);
    if (postmaster === undefined) return undefined;
    const connection = toConnection(postmaster, password);
    const answer = await ask(connection);
    if ('version' in answer) {
      return answer.data === data ? { connection, version: answer.version } : undefined;
    }
    if (answer.code === '28P01' || answer.code === '28000') {
      throw postgresError(107, {
        detail: `The server on ${data} refuses the password kept beside it.`,
        hint: 'Put the file "password" of that server back, or move the folder away to begin anew.',
      });
    }
    const isBusy = answer.code === '57P03' || answer.code === '53300';
    if (!isBusy || performance.now() > patience) return undefined;
    await sleep(50);
  }
}

function toConnection(postmaster: Postmaster, password: string): ServerConnection {
  return {
    host: postmaster.socketFolder === '' ? postmaster.address : postmaster.socketFolder,
    port: postmaster.port,
    user: SUPERUSER,
    password,
    database: 'postgres',
  };
}

async function ask(
  connection: ServerConnection,
): Promise<{ data: string; version: string } | { code: string | undefined }> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ data: string; version: string }>(SELECT_SERVER);
    return rows[0]!;
  } catch (error) {
    return { code: (error as { code?: string }).code };
  } finally {
    await client.end().catch(() => {});
  }
}

const SELECT_SERVER = `
  select current_setting('data_directory') as data, current_setting('server_version') as version`;
