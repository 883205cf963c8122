// Tries a connection before anything depends on it, and says in plain words why it doesn't come about.
import pg from 'pg';
import type { DovetailError } from '../errors/dovetail-error.js';
import type { Database } from './database.js';
import { postgresError } from './postgres-errors.js';

/** How long a server may take to answer, in milliseconds. */
const PATIENCE = 10_000;

/** Returns if the database can be connected to; throws POSTGRES-301 to 307 if not. */
export async function checkConnection(database: Database): Promise<void> {
  let client: pg.Client;
  try {
    client = new pg.Client({ ...database.connection, connectionTimeoutMillis: PATIENCE });
  } catch (cause) {
    throw toConnectionError(cause as Error, { server: '', user: '', database: '' });
  }
  client.on('error', () => {});
  const { host, port, user, database: name } = client;
  try {
    await client.connect();
  } catch (cause) {
    const server = host.startsWith('/') ? host : `${host}:${port}`;
    throw toConnectionError(cause as Error, { server, user: user ?? '', database: name ?? '' });
  } finally {
    await client.end().catch(() => {});
  }
}

interface Target {
  readonly server: string;
  readonly user: string;
  readonly database: string;
}

/** Why connecting failed, from the error of the driver. Never holds the password. */
export function toConnectionError(cause: Error & { code?: string }, target: Target): DovetailError {
  const { server, user, database } = target;
  const code = cause.code ?? '';
  const message = cause.message;
  const url =
    'Check the URL: postgres://USER:PASSWORD@HOST:PORT/DATABASE (option --database or DATABASE_URL).';
  if (UNKNOWN_HOST.has(code)) {
    return postgresError(302, { detail: `The host of ${server} is not known.`, hint: url, cause });
  }
  if (SILENT.has(code) || /timeout expired|terminated due to connection timeout/i.test(message)) {
    const hint = `Is PostgreSQL running there, and open to connections from here? ${url}`;
    return postgresError(301, { detail: `No PostgreSQL answers on ${server}.`, hint, cause });
  }
  if (code === '3D000') {
    const hint = `Create it (create database "${database}"), or name another.`;
    return postgresError(304, { detail: `${server} has no database "${database}".`, hint, cause });
  }
  if (code === '53300') {
    const hint = 'Close other connections, or raise max_connections.';
    return postgresError(306, { detail: `${server} has no connection left for "${user}".`, hint, cause });
  }
  if (/no encryption|SSL|TLS|certificate/i.test(message) || /CERT|SSL|TLS/.test(code)) {
    const hint =
      'Add ?sslmode=require to the URL if the server wants encryption, ?sslmode=disable if it has none, or name its ' +
      'certificate authority with ?sslrootcert=FILE.';
    return postgresError(305, { detail: `${server}: ${message}.`, hint, cause });
  }
  if (code.startsWith('28') || /password/i.test(message)) {
    const hint = /must be a string/.test(message) ? `The URL has no password. ${url}` : url;
    return postgresError(303, {
      detail: `${server} does not let "${user}" into "${database}".`,
      hint,
      cause,
    });
  }
  return postgresError(307, { detail: `${server}: ${message}`, hint: url, cause });
}

const UNKNOWN_HOST = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA']);
const SILENT = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  '57P03',
]);
