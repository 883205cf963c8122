// A connection pooler in transaction mode, as small as it can be: clients share real sessions, transaction by transaction.
import { createServer, type Socket } from 'node:net';
import pg from 'pg';

export interface TransactionPooler {
  /** Where clients connect; any password will do. */
  readonly url: string;
  close(): Promise<void>;
}

interface Session {
  readonly client: pg.Client;
  readonly socket: Socket;
  owner?: Client | undefined;
}

interface Client {
  readonly socket: Socket;
  waiting: Buffer[];
}

/** Starts one in front of a database, with `size` real sessions; the one used last is handed out first. */
export async function startTransactionPooler(url: string, size: number): Promise<TransactionPooler> {
  const free: Session[] = [];
  const all: Session[] = [];
  const queue: Client[] = [];
  for (let i = 0; i < size; i++) {
    const session = await openSession(url);
    all.push(session);
    free.push(session);
    let unread = Buffer.alloc(0);
    session.socket.on('data', (data: Buffer) => {
      session.owner?.socket.write(data);
      const { rest, isIdle } = readMessages(Buffer.concat([unread, data]));
      unread = Buffer.from(rest);
      if (isIdle && !free.includes(session)) release(session);
    });
  }

  function release(session: Session): void {
    session.owner = undefined;
    free.push(session);
    const next = queue.shift();
    if (next !== undefined) forward(next);
  }

  function forward(client: Client): void {
    const session = all.find((one) => one.owner === client) ?? free.pop();
    if (session === undefined) {
      queue.push(client);
      return;
    }
    session.owner = client;
    for (const data of client.waiting.splice(0)) session.socket.write(data);
  }

  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    const client: Client = { socket, waiting: [] };
    socket.on('close', () => {
      if (queue.includes(client)) queue.splice(queue.indexOf(client), 1);
      const session = all.find((one) => one.owner === client);
      if (session === undefined) return;
      session.owner = undefined;
      session.socket.write(ROLLBACK);
    });
    socket.once('data', () => {
      socket.write(GREETING);
      socket.on('data', (data: Buffer) => {
        if (data[0] === 0x58) return;
        client.waiting.push(data);
        forward(client);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `postgres://anyone:any@127.0.0.1:${port}/any`,
    async close() {
      for (const socket of sockets) socket.destroy();
      for (const { socket } of all) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function openSession(url: string): Promise<Session> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  stream.removeAllListeners('data');
  stream.removeAllListeners('end');
  return { client, socket: stream };
}

// AuthenticationOk, a BackendKeyData of our own, ReadyForQuery (idle).
const GREETING = Buffer.from([
  ...[0x52, 0, 0, 0, 8, 0, 0, 0, 0],
  ...[0x4b, 0, 0, 0, 12, 0x7f, 0, 0, 1, 0, 0, 0, 1],
  ...[0x5a, 0, 0, 0, 5, 0x49],
]);

const ROLLBACK = Buffer.from('Q\0\0\0\x0drollback\0', 'latin1');

/** Walks through whole messages of the server; tells whether the last was ReadyForQuery outside a transaction. */
function readMessages(data: Buffer): { rest: Buffer; isIdle: boolean } {
  let at = 0;
  let isIdle = false;
  while (at + 5 <= data.length) {
    const end = at + 1 + data.readUInt32BE(at + 1);
    if (end > data.length) break;
    isIdle = data[at] === 0x5a && data[at + 5] === 0x49;
    at = end;
  }
  return { rest: data.subarray(at), isIdle };
}
