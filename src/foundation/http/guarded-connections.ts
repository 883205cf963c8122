// The guard for clients that open their connections themselves: agents for those that speak HTTP, a socket for the others.
import { Agent as PlainAgent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { connect, isIPv6, type Socket, type TcpNetConnectOpts } from 'node:net';
import { checkEndpoint, type Endpoint, guardedLookup } from './address-guard.js';
import { httpError } from './http-errors.js';

/** Agents that keep connections, and open none to an address that the guard refuses, whatever host a request names. */
export function createGuardedAgents(allow: readonly string[]): {
  readonly httpAgent: PlainAgent;
  readonly httpsAgent: SecureAgent;
} {
  const httpAgent = new PlainAgent({ keepAlive: true });
  const httpsAgent = new SecureAgent({ keepAlive: true });
  for (const agent of [httpAgent, httpsAgent] as unknown as readonly Connecting[]) {
    const open = agent.createConnection.bind(agent);
    agent.createConnection = (options, done) => {
      const at = toEndpoint(options.host ?? 'localhost', Number(options.port));
      checkEndpoint(at, allow);
      return open({ ...options, lookup: guardedLookup(at, allow) }, done);
    };
  }
  return { httpAgent, httpsAgent };
}

// What Node documents of an agent, and its types leave out.
interface Connecting {
  createConnection(
    options: TcpNetConnectOpts,
    done: (error: Error | null, socket: Socket) => void,
  ): Socket | undefined;
}

export interface GuardedSocket {
  readonly host: string;
  readonly port: number;
  /** `host:port` of private addresses that may be asked. */
  readonly allow: readonly string[];
  readonly timeoutMs: number;
}

/** A connected socket. Throws HTTP-102 to 104. */
export function connectGuarded({ host, port, allow, timeoutMs }: GuardedSocket): Promise<Socket> {
  const at = toEndpoint(host, port);
  checkEndpoint(at, allow);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guardedLookup(at, allow), noDelay: true });
    const timer = setTimeout(
      () =>
        socket.destroy(httpError(104, { detail: `${host}:${port} said nothing for ${timeoutMs / 1000} s.` })),
      timeoutMs,
    );
    const fail = (error: NodeJS.ErrnoException): void => {
      clearTimeout(timer);
      const known = /^HTTP-/.test(error.code ?? '');
      const detail = `${host}:${port} does not answer: ${error.code ?? error.message}.`;
      reject(known ? error : httpError(103, { detail, cause: error }));
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', fail);
      resolve(socket);
    });
  });
}

function toEndpoint(host: string, port: number): Endpoint {
  return { hostname: isIPv6(host) ? `[${host}]` : host.toLowerCase(), port: String(port) };
}
