// `GET /api/changes`: the change stream for whoever may see it, as a document that is pulled or as server-sent events.
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ChangeLog } from '../../../engine/changes/change-log.js';
import type { Clock } from '../../../foundation/lifecycle/clock.js';
import type { Queryable } from '../../../foundation/postgres/database.js';
import { subscriptionsError } from '../subscriptions-errors.js';
import { answerPull } from './answer-pull.js';
import { LostPosition, readStart } from './change-pages.js';
import type { Admitted, ChangesGate, FollowAnswer, FollowRequest } from './changes-gate.js';
import { readFollowQuery } from './follow-query.js';
import { createFollower } from './follower.js';
import { createOpenStreams } from './open-streams.js';
import { FOLLOW_TIMING, type FollowTiming, sendEvents } from './send-events.js';

export interface ChangesRooms {
  readonly log: ChangeLog;
  readonly database: Queryable;
  readonly gate: ChangesGate;
  readonly clock: Clock;
  readonly originOf?: (request: IncomingMessage) => string;
  readonly onError: (error: unknown) => void;
  readonly timing?: Partial<FollowTiming>;
  /** Requests that wait for changes at once: of one caller, and of all. Default: 20 and 1,000. */
  readonly streams?: { readonly perCaller: number; readonly inAll: number };
}

export const CHANGES_PATH = '/api/changes';
const STREAMS = { perCaller: 20, inAll: 1_000 };

/** The routes end with the server: who follows is let go when it closes, and connects to another one. */
export function createChangesRoutes(rooms: ChangesRooms): (server: FastifyInstance) => void {
  const { log, clock, gate, database } = rooms;
  const timing = { ...FOLLOW_TIMING, ...rooms.timing };
  const open = createOpenStreams(rooms.streams ?? STREAMS);
  const closing = new AbortController();

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const asked = toAsked(request, rooms.originOf?.(request.raw) ?? '');
    let leave: (() => void) | undefined;
    try {
      if (closing.signal.aborted)
        throw subscriptionsError(203, { detail: 'This server takes no more readers: it is about to end.' });
      const admitted = await gate.admit(asked);
      const isStream = acceptsEvents(asked) && asked.method === 'GET';
      const lastEventId = asked.headers['last-event-id'];
      const wish = readFollowQuery(
        asked.address.split('?').slice(1).join('?'),
        isStream && typeof lastEventId === 'string' ? lastEventId : undefined,
      );
      if (isStream || wish.waitMs > 0) leave = open.enter(admitted.caller);
      const follower = await createFollower({ log, database, base: admitted.base }, admitted, wish);
      const start = await readStart(log, wish.from);
      if (!isStream) {
        const self = `${asked.origin ?? ''}${asked.address}`;
        const signal = AbortSignal.any([closing.signal, toGone(reply)]);
        const body = await answerPull({ log, clock, self, signal }, follower, wish, start);
        return send(reply, {
          status: 200,
          headers: { ...toHeaders(asked, admitted), 'content-type': 'application/json' },
          body,
        });
      }
      const first = await follower.read(start, wish.limit);
      reply.hijack();
      reply.raw.writeHead(200, {
        ...toHeaders(asked, admitted),
        'content-type': 'text/event-stream',
        // A proxy that gathers what comes would hold events back.
        'x-accel-buffering': 'no',
      });
      const eventRooms = { log, clock, timing, onError: rooms.onError };
      await sendEvents(eventRooms, reply.raw, follower, start, first, closing.signal);
      return reply;
    } catch (error) {
      const lost = error instanceof LostPosition ? error : undefined;
      return send(
        reply,
        gate.refuse(lost?.error ?? error, asked, lost === undefined ? undefined : { tail: lost.tail }),
      );
    } finally {
      leave?.();
    }
  }

  return (server) => {
    server.addHook('preClose', async () => closing.abort());
    server.route({ method: ['GET', 'HEAD'], url: CHANGES_PATH, handler: answer });
  };
}

const acceptsEvents = ({ headers }: FollowRequest): boolean =>
  typeof headers['accept'] === 'string' && /(^|[,\s])text\/event-stream\b/i.test(headers['accept']);

const toHeaders = ({ id }: FollowRequest, { headers }: Admitted): Record<string, string> => ({
  vary: 'Accept, Authorization, Cookie, Origin',
  'x-request-id': id,
  'cache-control': 'private, no-store, no-transform',
  ...headers,
});

function toAsked({ id, method, raw, headers, ip }: FastifyRequest, origin: string): FollowRequest {
  return {
    id,
    method,
    address: raw.url ?? '/',
    headers,
    from: ip,
    body: undefined,
    ...(origin === '' ? {} : { origin }),
  };
}

function toGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

// As bytes: to the type of a text Fastify adds a charset.
const send = (reply: FastifyReply, { status, headers, body = '' }: FollowAnswer): unknown =>
  reply.code(status).headers(headers).send(Buffer.from(body));
