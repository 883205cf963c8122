// One request through the guard, by Node's own http: it lets us choose the address that is connected to, and needs nothing else.

import type { IncomingMessage, Agent as PlainAgent } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request as requestSecure, type Agent as SecureAgent } from 'node:https';
import { pipeline, type Readable, Transform } from 'node:stream';
import { DovetailError } from '../errors/dovetail-error.js';
import { checkUrl, guardedLookup } from './address-guard.js';
import { httpError } from './http-errors.js';

export interface GuardedRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** `host:port` of private addresses that may be asked. */
  readonly allow: readonly string[];
  /** Until the answer begins, and between two parts of it. Default 30 s. */
  readonly timeoutMs?: number;
  /** Bytes of the answer. Default 10 GB. */
  readonly maxBytes?: number;
  /** Default 0. Each is checked as the first address was; headers go along only to the same origin. */
  readonly maxRedirects?: number;
  /**
   * Keep connections; those of `createGuardedAgents`, with the same `allow`. Then a request may reach the other side twice: where it closes
   * a kept connection without an answer, another one is asked. Default: each request has a connection of its own.
   */
  readonly agents?: { readonly httpAgent: PlainAgent; readonly httpsAgent: SecureAgent };
  readonly signal: AbortSignal;
}

export interface GuardedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** To be read to its end, or destroyed. Fails with HTTP-103 to 105. */
  readonly body: Readable;
}

/** Throws HTTP-101 to 104 and 106; any status is an answer. */
export async function requestGuarded(wish: GuardedRequest): Promise<GuardedAnswer> {
  let { url: at, headers = {} } = wish;
  for (let redirects = 0; ; redirects++) {
    const url = checkUrl(at, wish.allow);
    const answer = await send(wish, url, headers);
    const { statusCode: status = 0, headers: answered } = answer;
    const next = [301, 302, 303, 307, 308].includes(status) ? answered.location : undefined;
    if (next === undefined || (wish.maxRedirects ?? 0) === 0) {
      return { status, headers: answered, body: limit(answer, url, wish.maxBytes ?? 10e9) };
    }
    answer.destroy();
    if (redirects >= wish.maxRedirects!) {
      throw httpError(106, { detail: `${url.host} redirected more than ${wish.maxRedirects} times.` });
    }
    const target = URL.canParse(next, url.href) ? new URL(next, url.href) : undefined;
    at = target?.href ?? next;
    // Credentials are meant for whom they were given for.
    if (target?.origin !== url.origin) headers = {};
  }
}

function send(
  wish: GuardedRequest,
  url: URL,
  headers: Readonly<Record<string, string>>,
): Promise<IncomingMessage> {
  const { method, body, allow, signal, agents, timeoutMs = 30_000 } = wish;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestSecure : requestPlain)(
      url,
      {
        method,
        headers: { 'user-agent': 'dovetail', ...headers, ...length },
        lookup: guardedLookup(url, allow),
        signal,
        timeout: timeoutMs,
        agent: (url.protocol === 'https:' ? agents?.httpsAgent : agents?.httpAgent) ?? false,
      },
      resolve,
    );
    request.on('timeout', () =>
      request.destroy(httpError(104, { detail: `${url.host} said nothing for ${timeoutMs / 1000} s.` })),
    );
    request.on('error', (error: Error & { code?: string }) => {
      // The other side closed a kept connection in the moment it was used again: nothing was wrong.
      if (request.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted)
        resolve(send(wish, url, headers));
      else reject(toHttpError(error, url));
    });
    request.end(body);
  });
}

function limit(answer: IncomingMessage, url: URL, maxBytes: number): Readable {
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= maxBytes) return done(null, chunk);
      done(httpError(105, { detail: `The answer of ${url.host} is larger than ${maxBytes} bytes.` }));
    },
  });
  // Whoever reads it gets the error.
  pipeline(answer, count, () => {});
  return count;
}

function toHttpError(error: Error & { code?: string }, url: URL): Error {
  if (error instanceof DovetailError || error.name === 'AbortError') return error;
  return httpError(103, {
    detail: `${url.host} does not answer: ${error.code ?? error.message}.`,
    cause: error,
  });
}
