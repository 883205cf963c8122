// The server that doors put their routes on: limits, request numbers, draining. It knows no door.
import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { httpError } from '../http-errors.js';
import { limitBodyTime } from './body-time.js';
import { createProxyHeaders } from './forwarded.js';

export interface HttpServerOptions {
  /** Whom to listen to. Default `127.0.0.1`: nobody but this machine. */
  readonly host?: string;
  /** 0: any free one. Default 4000. */
  readonly port?: number;
  /** Milliseconds for a request's headers, and for its body: a slow sender holds no place for ever. Streamed bodies may take longer, as long as they come. Default 30,000. */
  readonly requestMs?: number;
  /** Addresses and networks of proxies whose word counts for where a request came from. Default: none. */
  readonly proxies?: readonly string[];
  /** Told of each request that was answered. */
  readonly onAnswered?: (answered: Answered) => void;
  readonly routes: readonly ((server: FastifyInstance) => void)[];
  /** What is answered when a request can't even be read (too large, malformed), or nobody has its address. */
  readonly onUnreadable: (
    error: Unreadable,
    requestId: string,
  ) => {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
  };
}

export type Unreadable = Error & { readonly statusCode?: number };

export interface Answered {
  /** Where the answering route lies, as it was put there: `/api/*`; undefined where nothing was. */
  readonly route: string | undefined;
  /** Path and query. */
  readonly address: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
}

export interface HttpServer {
  /** `http://127.0.0.1:4000` */
  readonly url: string;
  /** Takes no new requests, answers those that run, then ends; connections that stay are cut after the time-out. */
  close(): Promise<void>;
}

function toListenError({ host, port }: { host: string; port: number }, cause: NodeJS.ErrnoException): Error {
  const reasons: Readonly<Record<string, { readonly detail: string; readonly hint: string }>> = {
    EADDRINUSE: {
      detail: `Port ${port} of ${host} is taken by another program.`,
      hint: 'Choose another with --port, or 0 for any free one.',
    },
    EACCES: {
      detail: `Port ${port} may not be used.`,
      hint: 'Ports below 1024 belong to the system; choose another with --port.',
    },
    EADDRNOTAVAIL: {
      detail: `This machine has no address ${host}.`,
      hint: 'Choose one it has with --host, or 0.0.0.0 for all of them.',
    },
  };
  const reason = reasons[cause.code ?? ''] ?? {
    detail: `Listening on ${host}:${port} failed: ${cause.message}.`,
    hint: 'Look at --host and --port.',
  };
  return httpError(121, { ...reason, cause });
}

const BODY_BYTES = 1 << 20;
const HEADER_BYTES = 32 << 10;
const REQUEST_MS = 30_000;
const KEEP_ALIVE_MS = 72_000;
const DRAIN_MS = 10_000;

const UNREAD: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

function toBareAnswer({ status, headers, body = '' }: ReturnType<HttpServerOptions['onUnreadable']>): string {
  const lines = Object.entries({
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${head}\r\n${body}`;
}

export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const requestMs = options.requestMs ?? REQUEST_MS;
  const proxies = createProxyHeaders(options.proxies ?? []);
  const refuse = (error: Unreadable, request: FastifyRequest, reply: FastifyReply): unknown => {
    const { status, headers, body } = options.onUnreadable(error, request.id);
    return (
      reply
        .code(status)
        .headers(headers)
        // As bytes: to the type of a text Fastify adds a charset.
        .send(body === undefined ? undefined : Buffer.from(body))
    );
  };
  const server = Fastify({
    bodyLimit: BODY_BYTES,
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: requestMs,
      connectionsCheckingInterval: Math.min(5_000, requestMs),
    },
    genReqId: () => randomUUID(),
    // A request's own number is not taken from a header: it would let strangers write into our log.
    requestIdHeader: false,
    logger: false,
    forceCloseConnections: 'idle',
    // What comes on a kept connection meanwhile is answered like any other, and the connection then ended.
    return503OnClosing: false,
    trustProxy: (address) => proxies.isProxy(address),
    routerOptions: { maxParamLength: 2_000 },
    // "A server MUST accept the absolute-form in requests" (RFC 9112, 3.2.2).
    rewriteUrl: ({ url = '/' }) => url.replace(/^https?:\/\/[^/?#]+(?=[/?]|$)/i, '') || '/',
    frameworkErrors: refuse,
    // What never became a request is answered on the bare connection.
    clientErrorHandler: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy();
      const statusCode = UNREAD[error.code] ?? 400;
      const failure = Object.assign(new Error('The request is not one of HTTP'), { statusCode });
      socket.end(toBareAnswer(options.onUnreadable(failure, randomUUID())));
    },
  });
  limitBodyTime(server, requestMs);
  // Bodies stay bytes: whoever answers knows what they should be.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  server.setErrorHandler(refuse);
  server.setNotFoundHandler((request, reply) =>
    refuse(
      Object.assign(new Error(`There is nothing at ${request.url.split('?')[0]}.`), { statusCode: 404 }),
      request,
      reply,
    ),
  );
  if (options.proxies !== undefined) server.server.prependListener('request', proxies.unify);
  const { onAnswered } = options;
  if (onAnswered !== undefined) {
    server.addHook('onResponse', async (request, reply) =>
      onAnswered({
        route: request.routeOptions.url,
        address: request.url,
        method: request.method,
        status: reply.statusCode,
        seconds: reply.elapsedTime / 1_000,
      }),
    );
  }
  for (const routes of options.routes) routes(server);
  const wished = { host: options.host ?? '127.0.0.1', port: options.port ?? 4000 };
  await server.listen(wished).catch((cause: NodeJS.ErrnoException) => {
    throw toListenError(wished, cause);
  });
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  const host = options.host ?? '127.0.0.1';
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    async close() {
      const cut = setTimeout(() => server.server.closeAllConnections(), DRAIN_MS);
      // A connection whose request was in flight is kept by its client once that is answered.
      const idle = setInterval(() => server.server.closeIdleConnections(), 50);
      try {
        await server.close();
      } finally {
        clearTimeout(cut);
        clearInterval(idle);
      }
    },
  };
}
