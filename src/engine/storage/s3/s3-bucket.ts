// The way to one bucket: signed requests through our guard, tried again where that may help, and answers in time and in our words.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkEndpoint } from '../../../foundation/http/address-guard.js';
import { createGuardedAgents } from '../../../foundation/http/guarded-connections.js';
import { limitIdle } from '../limit-idle.js';
import type { StorageRooms } from '../storage-kind.js';
import { toTimeoutMs } from '../timeout-setting.js';
import { readElement, textOf } from './s3-answer.js';
import { mayPass, type S3Place, type S3Refusal, toBreak, toRefusal, toSilence } from './s3-failure.js';
import type { S3Settings } from './s3-settings.js';
import { createSigner } from './s3-signing.js';

export interface S3Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Of the object; absent: the bucket itself. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The file it is about, for errors. */
  readonly path?: string;
  /** How long the answer may take beyond the time-out, where the server has much to do. Default: by the size of the body. */
  readonly patienceMs?: number;
}

export interface S3Answer {
  readonly headers: IncomingHttpHeaders;
  /** To be read to its end, or destroyed. Fails with STORAGE-103. */
  readonly body: Readable;
  /** Lets what else was said pass, of an answer whose head is all that matters. */
  drop(): void;
}

export interface S3Bucket {
  readonly place: S3Place;
  /** Throws STORAGE-102 to 104 and HTTP-102; any status of success is an answer. */
  call(wish: S3Call): Promise<S3Answer>;
  close(): void;
}

/** Of what is sent at least so much gets through, or the line is as good as cut. */
const SLOWEST_BYTES_PER_MS = 100;
/** Waits before the second try and the third. */
const PAUSES_MS = [300, 1_500];

/** Throws STORAGE-108 for a secret that is missing, HTTP-102 for an endpoint that may not be asked. */
export function openBucket(settings: S3Settings, { env, allow }: StorageRooms): S3Bucket {
  const region = settings.region ?? 'us-east-1';
  const endpoint = new URL(settings.endpoint ?? `https://s3.${region}.amazonaws.com`);
  const inPath = settings.pathStyle ?? settings.endpoint !== undefined;
  const base = new URL(inPath ? `/${settings.bucket}` : '/', endpoint);
  if (!inPath) base.hostname = `${settings.bucket}.${endpoint.hostname}`;
  checkEndpoint(base, allow);
  const signer = createSigner(settings, region, env);
  const timeoutMs = toTimeoutMs(settings);
  const says = `the bucket ${settings.bucket} on ${endpoint.host}`;
  const place: S3Place = { says, timeoutMs, secrets: signer.secrets };
  const agents = createGuardedAgents(allow);

  async function tryOnce(wish: S3Call): Promise<S3Answer | S3Refusal> {
    const { method, body } = wish;
    const { url, headers } = await signer.sign(method, toUrl(base, wish), body);
    const patience = wish.patienceMs ?? (body?.length ?? 0) / SLOWEST_BYTES_PER_MS;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const secure = url.protocol === 'https:';
      const agent = secure ? agents.httpsAgent : agents.httpAgent;
      const length =
        body === undefined && method !== 'PUT' && method !== 'POST'
          ? {}
          : { 'content-length': body?.length ?? 0 };
      const request = (secure ? requestSecure : requestPlain)(
        url,
        { method, agent, headers: { ...headers, ...length, 'user-agent': 'dovetail' } },
        (message) => {
          clearTimeout(timer);
          resolve(message);
        },
      );
      const timer = setTimeout(() => request.destroy(toSilence(place)), timeoutMs + patience);
      request.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
      request.end(body);
    });
    const { statusCode: status = 0, headers: answered } = answer;
    const limited = limitIdle(answer, timeoutMs + (wish.patienceMs ?? 0), (cause) =>
      cause === undefined ? toSilence(place) : toBreak(cause, place),
    );
    if (status >= 200 && status < 300) return { headers: answered, body: limited, drop: () => drop(limited) };
    const said = await readElement(limited);
    return { status, code: textOf(said, 'Code'), message: textOf(said, 'Message') };
  }

  return {
    place,
    async call(wish) {
      for (let tries = 0; ; tries++) {
        const pause = PAUSES_MS[tries];
        const outcome = await tryOnce(wish).catch((cause: unknown) => {
          const broken = toBreak(cause, place);
          // One that said nothing was waited for long enough.
          if (pause === undefined || broken === cause) throw broken;
          return undefined;
        });
        if (outcome !== undefined && 'body' in outcome) return outcome;
        if (outcome !== undefined && (pause === undefined || !mayPass(outcome))) {
          throw toRefusal(outcome, wish.path, place);
        }
        await sleep(pause);
      }
    },
    close() {
      agents.httpAgent.destroy();
      agents.httpsAgent.destroy();
    },
  };
}

function drop(body: Readable): void {
  body.on('error', () => {});
  body.resume();
}

function toUrl(base: URL, { key, query = {} }: S3Call): URL {
  const url = new URL(base);
  if (key !== undefined) {
    url.pathname = [base.pathname.replace(/\/$/, ''), ...key.split('/').map(escapeText)].join('/');
  }
  const pairs = Object.entries(query).map(([name, value]) => `${escapeText(name)}=${escapeText(value)}`);
  url.search = pairs.join('&');
  return url;
}

/** As the signature has it, RFC 3986: all but letters, digits and -._~. */
const escapeText = (text: string): string =>
  encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
