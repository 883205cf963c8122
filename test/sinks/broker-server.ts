// A broker that a test may use: where an environment variable or its usual port says; and a way to it that can be cut.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface FoundServer {
  readonly host: string;
  readonly port: number;
}

/** Undefined where nothing answers, which fails where all servers have to be there. */
export async function findServer(variable: string, usualPort: number): Promise<FoundServer | undefined> {
  const [host = '127.0.0.1', port = String(usualPort)] = (process.env[variable] ?? '')
    .split(':')
    .filter(Boolean);
  const server = { host, port: Number(port) };
  const socket = connect(server.port, server.host);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(2_000) });
    return server;
  } catch (error) {
    if (process.env['CI'] === 'true')
      throw new Error(`No server on ${host}:${port}; ${variable} names one.`, { cause: error });
    return undefined;
  } finally {
    socket.destroy();
  }
}

/** Passes connections on, until it leaves. */
export async function startWay(to: FoundServer) {
  const open = new Set<Socket>();
  let isAway = false;
  const server = createServer((near) => {
    if (isAway) return near.destroy();
    const far = connect(to.port, to.host);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: '127.0.0.1',
    port,
    async leave() {
      isAway = true;
      for (const socket of open) socket.destroy();
    },
    fallSilent() {
      for (const socket of open) socket.unpipe().pause();
    },
    async comeBack() {
      isAway = false;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
