// One file from one address, through the guard: asked for only if it is not the version we have, tried again where what failed may pass.
import type { Readable } from 'node:stream';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import { requestGuarded } from '../../../foundation/http/guarded-request.js';
import { httpError } from '../../../foundation/http/http-errors.js';

/** What an address says about the version it gave (RFC 9110, 8.8). */
export interface FileVersion {
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface FetchTerms {
  /** `host:port` of private addresses that may be asked. */
  readonly allow: readonly string[];
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number) => Promise<void>;
  readonly limits: FetchLimits;
}

export interface FetchLimits {
  /** How often one address is tried. */
  readonly tries: number;
  /** Before the second try; doubled before each further one. */
  readonly pauseMs: number;
  /** The longest pause that a server may ask for by Retry-After. */
  readonly longestPauseMs: number;
  /** Until the answer begins, and between two parts of it. */
  readonly silenceMs: number;
  /** For one try as a whole. */
  readonly wholeMs: number;
}

export const FETCH_LIMITS: FetchLimits = {
  tries: 4,
  pauseMs: 500,
  longestPauseMs: 30_000,
  silenceMs: 30_000,
  wholeMs: 300_000,
};

const MOST_REDIRECTS = 5;

/** An answer, with what `take` made of its bytes; `same`: it is still the version we have. */
export type Fetched<T> =
  | { readonly same: true }
  | ({ readonly same: false; readonly taken: T } & FileVersion);

/**
 * Asks the address until it answers, or its tries are used up. `take` reads the bytes, and begins anew with each try. Throws what `take`
 * throws, HTTP-101, 102, 105, 106 and 107 at once, HTTP-103, 104 and 108 after the last try.
 */
export async function fetchFrom<T>(
  url: string,
  known: FileVersion,
  terms: FetchTerms,
  take: (body: Readable, signal: AbortSignal) => Promise<T>,
): Promise<Fetched<T>> {
  const { limits, sleep, signal } = terms;
  for (let tried = 1; ; tried++) {
    try {
      return await fetchOnce(url, known, terms, take);
    } catch (error) {
      signal.throwIfAborted();
      const failure = error instanceof Later ? error.failure : error;
      const passes = failure instanceof DovetailError && failure.consequence === 'retry';
      const asked = error instanceof Later ? error.afterMs : undefined;
      if (!passes || tried >= limits.tries || (asked ?? 0) > limits.longestPauseMs) throw failure;
      await sleep(asked ?? limits.pauseMs * 2 ** (tried - 1));
      signal.throwIfAborted();
    }
  }
}

/** The server said when to come back. */
class Later extends Error {
  readonly failure: DovetailError;
  readonly afterMs: number | undefined;
  constructor(failure: DovetailError, afterMs: number | undefined) {
    super(failure.message);
    this.failure = failure;
    this.afterMs = afterMs;
  }
}

async function fetchOnce<T>(
  url: string,
  known: FileVersion,
  { allow, maxBytes, signal, limits }: FetchTerms,
  take: (body: Readable, signal: AbortSignal) => Promise<T>,
): Promise<Fetched<T>> {
  const deadline = AbortSignal.timeout(limits.wholeMs);
  const both = AbortSignal.any([signal, deadline]);
  const host = URL.canParse(url) ? new URL(url).host : url.slice(0, 80);
  try {
    const answer = await requestGuarded({
      method: 'GET',
      url,
      headers: {
        accept: '*/*',
        ...(known.etag === undefined ? {} : { 'if-none-match': known.etag }),
        ...(known.lastModified === undefined ? {} : { 'if-modified-since': known.lastModified }),
      },
      allow,
      timeoutMs: limits.silenceMs,
      maxBytes,
      maxRedirects: MOST_REDIRECTS,
      signal: both,
    });
    const header = (name: string) => [answer.headers[name]].flat()[0];
    const { status, body } = answer;
    if (status === 304 && (known.etag ?? known.lastModified) !== undefined) {
      body.destroy();
      return { same: true };
    }
    if (status !== 200) {
      body.destroy();
      throw refusedBy(host, status, header('retry-after'));
    }
    // Said beforehand: nothing of it need be read.
    if (Number(header('content-length') ?? 0) > maxBytes) {
      body.destroy();
      throw httpError(105, { detail: `The answer of ${host} is larger than ${maxBytes} bytes.` });
    }
    const [etag, lastModified] = [header('etag'), header('last-modified')];
    return {
      same: false,
      taken: await take(body, both),
      ...(etag === undefined ? {} : { etag }),
      ...(lastModified === undefined ? {} : { lastModified }),
    };
  } catch (error) {
    if (deadline.aborted && !signal.aborted) {
      throw httpError(104, { detail: `${host} took longer than ${limits.wholeMs / 1000} s.` });
    }
    throw toPassing(error, host);
  }
}

function refusedBy(host: string, status: number, retryAfter: string | undefined): Error {
  const later = status >= 500 || status === 429 || status === 408;
  const failure = httpError(later ? 108 : 107, { detail: `${host} answered ${status}.` });
  return later ? new Later(failure, toPause(retryAfter)) : failure;
}

/** Seconds, or a date (RFC 9110, 10.2.3), in milliseconds from now. */
function toPause(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  const seconds = /^\d+$/.test(retryAfter.trim())
    ? Number(retryAfter)
    : (Date.parse(retryAfter) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1000) : undefined;
}

/** A connection that breaks in the middle of an answer. */
function toPassing(error: unknown, host: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  const broke = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE', 'HPE_INVALID_CONSTANT'];
  if (error instanceof DovetailError || error instanceof Later || code === undefined) return error;
  const isOfNetwork = broke.includes(code) && (syscall === undefined || syscall === 'read');
  if (!isOfNetwork) return error;
  return httpError(103, { detail: `${host} broke off in the middle of its answer.`, cause: error });
}
