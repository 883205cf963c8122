// Ends the statement that a connection is at, by PostgreSQL's own cancel request. Not by pg_cancel_backend: that needs a connection, which
// a busy server may not have left, and a pooler's process numbers are not PostgreSQL's.
import { connect } from 'node:net';
import type { Client } from './database.js';

const CANCEL_REQUEST = 80_877_102;
const PATIENCE_MS = 5_000;

/** What `pg` learned when it connected: how to reach the server, and the key with which a statement may be cancelled. */
interface Cancellable {
  readonly host: string;
  readonly port: number;
  readonly processID: number | null;
  readonly secretKey: number | null;
}

/**
 * Resolves when the server has taken the request, or can't be reached; never throws. It is heeded a moment later, by whatever statement the
 * session is at then: so the connection must not be given to anybody else afterwards.
 */
export async function cancelStatement(client: Client): Promise<void> {
  const { host, port, processID, secretKey } = client as unknown as Cancellable;
  if (processID === null || secretKey === null) return;
  const message = Buffer.alloc(16);
  for (const [i, number] of [16, CANCEL_REQUEST, processID, secretKey].entries())
    message.writeInt32BE(number, i * 4);
  await new Promise<void>((resolve) => {
    // Without TLS also where others need it: the key is good for this one thing, and the server reads it before it asks for anything.
    const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('connect', () => socket.end(message));
    socket.on('error', () => {});
    socket.on('close', () => resolve());
    socket.resume();
  });
}
