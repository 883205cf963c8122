// The API: every entity of the catalog as a resource of JSON:API 1.1, without code.
import { METHODS as HTTP_METHODS, type IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { StreamedRoute } from '../../foundation/http/server/body-time.js';
import type { Unreadable } from '../../foundation/http/server/http-server.js';
import { apiError } from './api-errors.js';
import { type ApiGate, createApiGate } from './api-gate.js';
import { type ApiServicesOptions, createApiServices } from './api-services.js';
import { addPageRoutes } from './openapi/page/page-routes.js';
import { toRouteKind } from './request/route-kind.js';
import { type Answer, JSON_API } from './response/answer.js';
import { encode } from './response/encoding.js';
import { toErrorAnswer } from './response/error-document.js';
import { finishAnswer } from './response/finish-answer.js';
import { answerRequest } from './steps.js';

/** All that can be asked: which address has which of them is said by the operations, not by the router. */
const METHODS = HTTP_METHODS.filter((method) => method !== 'CONNECT');

export interface ApiDoorOptions extends Omit<ApiServicesOptions, 'base'> {
  /** Called where a client goes away before it has its answer. */
  readonly onGone?: () => void;
  /** Where clients see the server, as `https://shop.example.org`; empty: unknown. Default: unknown. */
  readonly originOf?: (request: IncomingMessage) => string;
}

export interface ApiDoor {
  readonly name: 'api';
  /** What a request is answered with that never came so far. */
  refuse(error: Unreadable, requestId: string): Answer;
  /** For other doors' addresses below the API's. */
  readonly gate: ApiGate;
  routes(server: FastifyInstance): void;
  /** What kind of address was asked, by the route that answered: one of a few words. */
  kindOf(route: string | undefined, address: string): string;
}

const BASE = '/api';
const WHERE = `Resources lie at ${BASE}/TYPE. Which there are is shown at ${BASE}/docs, for programs at ${BASE}/openapi.json.`;

export function createApiDoor(options: ApiDoorOptions): ApiDoor {
  const services = createApiServices({ ...options, base: BASE });
  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { id, method, raw, headers, ip } = request;
    const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : undefined;
    const gone = method === 'GET' || method === 'HEAD' ? toGone(reply, options.onGone) : undefined;
    const origin = options.originOf?.(request.raw) ?? '';
    const asked = {
      id,
      method,
      address: raw.url ?? '/',
      from: ip,
      headers,
      body,
      ...(gone ? { gone } : {}),
      ...(origin === '' ? {} : { origin }),
    };
    const answer = await answerRequest(asked, services);
    return send(reply, answer);
  };
  const handleStream = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { id, method, raw, headers, ip } = request;
    const origin = options.originOf?.(raw) ?? '';
    const asked = { id, method, address: raw.url ?? '/', from: ip, headers, body: undefined, stream: raw };
    const came = origin === '' ? asked : { ...asked, origin };
    const answer = await answerRequest(came, services);
    // Of a body that is not wanted the rest is passed over, and no other request follows it.
    if (!raw.complete) reply.header('connection', 'close');
    raw.resume();
    return send(reply, answer);
  };
  return {
    name: 'api',
    refuse: (error, id) =>
      finishAnswer(
        { id, method: '', address: '', headers: {}, body: undefined },
        toErrorAnswer(toReadingError(error), id),
      ),
    gate: createApiGate(services),
    kindOf: (route, address) => toRouteKind(BASE, route, address),
    routes(server) {
      for (const method of METHODS)
        if (!server.supportedMethods.includes(method)) server.addHttpMethod(method, { hasBody: true });
      addPageRoutes(server, `${BASE}/docs`);
      server.route({
        method: METHODS,
        url: `${BASE}/*`,
        handler: handle,
        exposeHeadRoute: false,
      });
      // Of batches and uploads the body is read while it comes, by whoever answers.
      server.register(async (scope) => {
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', (_request, _body, done) => done(null));
        const streamed = { handler: handleStream, config: { streams: true } satisfies StreamedRoute };
        scope.route({ ...streamed, method: 'PATCH', url: '/api/:type' });
        scope.route({ ...streamed, method: 'POST', url: '/api/:type/imports/:mapping' });
        scope.route({ ...streamed, method: 'POST', url: '/api/dovetail/uploads' });
        scope.route({ ...streamed, method: ['PATCH', 'POST'], url: '/api/dovetail/uploads/:id' });
      });
    },
  };
}

/** Aborted when the connection ends before the answer is sent. */
function toGone(reply: FastifyReply, onGone = (): void => {}): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (reply.raw.writableFinished) return;
    gone.abort();
    onGone();
  });
  return gone.signal;
}

function toReadingError(error: Unreadable) {
  const { statusCode = 500, message } = error;
  if (statusCode === 413)
    return apiError(107, {
      detail: 'The body is larger than one request may be.',
      hint: 'Send fewer records at once.',
    });
  if (statusCode === 415)
    return apiError(102, {
      detail: 'The request has a Content-Type that is none.',
      hint: `Send a JSON:API document with Content-Type: ${JSON_API}.`,
      pointer: { header: 'Content-Type' },
    });
  if (statusCode === 414)
    return apiError(113, { detail: 'The address is longer than one may be.', hint: 'Ask for less at once.' });
  if (statusCode === 431)
    return apiError(114, {
      detail: 'Address and headers are larger than they may be together.',
      hint: 'Ask for less at once.',
    });
  if (statusCode === 408) return apiError(115, { detail: 'The request did not come to its end in time.' });
  if (statusCode === 404) return apiError(105, { detail: message, hint: WHERE });
  return statusCode >= 500 ? error : apiError(109, { detail: `${message}.`.replace(/\.\.$/, '.') });
}

// As bytes: to the type of a text Fastify adds a charset, and "servers MUST send … without any media type parameters".
async function send(reply: FastifyReply, { status, headers, body, stream }: Answer): Promise<unknown> {
  if (stream !== undefined) return reply.code(status).headers(headers).send(stream);
  const bytes = body === undefined ? undefined : await encode(Buffer.from(body), headers['content-encoding']);
  return reply.code(status).headers(headers).send(bytes);
}
