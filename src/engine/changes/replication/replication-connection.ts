// A connection that speaks the replication protocol: plain statements, then the stream. Only a direct one can.
import pg from 'pg';
import { changesError } from '../changes-errors.js';

/** What we use of pg's connection, which its types don't tell. */
export interface ReplicationWire {
  readonly stream: {
    pause(): void;
    resume(): void;
    destroy(): void;
  };
  on(event: 'copyData', listener: (message: { readonly chunk: Buffer }) => void): void;
  once(event: 'replicationStart', listener: () => void): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

export interface ReplicationConnection {
  readonly client: pg.Client;
  readonly wire: ReplicationWire;
  /** Ends it without waiting for an answer. */
  destroy(): void;
}

// Values must be told in the same form whoever asks: see also foundation/postgres/database.ts. The server notices within seconds that nobody
// is there any more.
const SETTINGS = [
  "set datestyle = 'ISO, YMD'",
  "set intervalstyle = 'iso_8601'",
  "set bytea_output = 'hex'",
  'set extra_float_digits = 1',
  "set client_encoding = 'UTF8'",
  "set timezone = 'UTC'",
  "set wal_sender_timeout = '30s'",
] as const;

/** Throws CHANGES-102, 104 and 105, or what the connection threw. */
export async function openReplication(config: pg.ClientConfig): Promise<ReplicationConnection> {
  const client = new pg.Client({
    ...config,
    application_name: 'dovetail_stream',
    replication: 'database',
  } as pg.ClientConfig);
  // What happens to the connection is told by the query that runs on it.
  client.on('error', () => {});
  const wire = (client as unknown as { connection: ReplicationWire }).connection;
  try {
    await client.connect();
    for (const setting of SETTINGS) await client.query(setting);
  } catch (error) {
    wire.stream.destroy();
    throw toRefusal(error as Refusal, config);
  }
  return { client, wire, destroy: () => wire.stream.destroy() };
}

interface Refusal extends Error {
  readonly code?: string;
}

function toRefusal(error: Refusal, { user }: pg.ClientConfig): Error {
  if (
    error.code === '42501' ||
    /permission denied to start WAL sender|replication role/.test(error.message)
  ) {
    return changesError(102, {
      detail: `The role${user === undefined ? '' : ` "${user}"`} may not read the write-ahead log: ${error.message}.`,
      hint: 'A superuser can allow it: alter role … replication;',
      cause: error,
    });
  }
  if (error.code === '53300') {
    return changesError(105, {
      detail: `The server has no room for another reader of its log: ${error.message}.`,
      hint: 'Raise max_wal_senders, and restart PostgreSQL.',
      cause: error,
    });
  }
  if (error.code === '08P01' || /unsupported startup parameter|replication/.test(error.message)) {
    return changesError(104, {
      detail: `The server does not take a connection for replication: ${error.message}.`,
      hint: 'A connection pooler in between does not pass it on: connect to PostgreSQL directly.',
      cause: error,
    });
  }
  return error;
}
