// How long a body may take. Node has one limit for all requests; a body that is read while it comes may take hours, as long as it comes.
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** What a stream must bring while an ordinary body would have to be complete. */
const LEAST_BYTES = 32 << 10;

/** In a route's `config`: its body is read while it comes. */
export interface StreamedRoute {
  readonly streams?: boolean;
}

/** Ends requests whose body is not there after `limitMs` milliseconds; a streamed one that by then brought too little. */
export function limitBodyTime(server: FastifyInstance, limitMs: number): void {
  server.addHook('onRequest', (request, _reply, done) => {
    watchBody(request, limitMs, () => {
      const error = Object.assign(new Error('The request timed out'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
      // As Node does it itself.
      server.server.emit('clientError', error, request.raw.socket);
    });
    done();
  });
}

function watchBody({ raw, routeOptions }: FastifyRequest, limitMs: number, tooSlow: () => void): void {
  const { 'content-length': length, 'transfer-encoding': coding } = raw.headers;
  if (coding === undefined && (length === undefined || length === '0')) return;
  const { streams } = routeOptions.config as StreamedRoute;
  let before = raw.socket.bytesRead;
  const timer = setInterval(() => {
    const came = raw.socket.bytesRead - before;
    before += came;
    // Where something waits to be read the reader is busy, and lets the sender wait.
    if (streams === true && (came >= LEAST_BYTES || raw.readableLength > 0)) return;
    clearInterval(timer);
    tooSlow();
  }, limitMs);
  timer.unref();
  const stop = (): void => clearInterval(timer);
  raw.once('end', stop);
  raw.once('close', stop);
}
