// The API: every entity of the catalog as a resource of JSON:API 1.1, without code.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Unreadable } from '../../foundation/http/server/http-server.js';
import { apiError } from './api-errors.js';
import { type ApiServicesOptions, createApiServices } from './api-services.js';
import { addPageRoutes } from './openapi/page/page-routes.js';
import type { Answer } from './response/answer.js';
import { toErrorAnswer } from './response/error-document.js';
import { answerRequest } from './steps.js';

export interface ApiDoor {
  readonly name: 'api';
  /** What a request is answered with that never came so far. */
  refuse(error: Unreadable, requestId: string): Answer;
  routes(server: FastifyInstance): void;
}

export function createApiDoor(options: Omit<ApiServicesOptions, 'base'>): ApiDoor {
  const services = createApiServices({ ...options, base: '/api' });
  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const { id, method, raw, headers } = request;
    const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : undefined;
    const answer = await answerRequest({ id, method, address: raw.url ?? '/', headers, body }, services);
    return send(reply, answer);
  };
  return {
    name: 'api',
    refuse: (error, requestId) => toErrorAnswer(toReadingError(error), requestId),
    routes(server) {
      addPageRoutes(server, '/api/docs');
      server.route({
        method: ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'],
        url: '/api/*',
        handler: handle,
        exposeHeadRoute: false,
      });
    },
  };
}

function toReadingError(error: Unreadable) {
  const { statusCode = 500, message } = error;
  if (statusCode === 413)
    return apiError(107, {
      detail: 'The body is larger than one request may be.',
      hint: 'Send fewer records at once.',
    });
  if (statusCode === 404) return apiError(105, { detail: message, hint: 'The API begins at /api.' });
  return statusCode >= 500 ? error : apiError(109, { detail: `${message}.`.replace(/\.\.$/, '.') });
}

const send = (reply: FastifyReply, { status, headers, body }: Answer): unknown =>
  reply
    .code(status)
    .headers(headers)
    .send(body ?? '');
