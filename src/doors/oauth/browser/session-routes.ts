// Where people see with which browsers they are signed in, and end that.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OAuthRooms } from '../oauth-rooms.js';
import { toSignedOutPage } from '../pages/login-page.js';
import { toSessionsPage } from '../pages/sessions-page.js';
import { toFormToken } from './browser-cookies.js';
import { fieldOf, sendPage } from './sign-in-routes.js';

const PATH = '/sessions';

export function addSessionRoutes(server: FastifyInstance, { access }: OAuthRooms): void {
  const { csrfProtection } = server;

  server.get(PATH, async (request, reply) => {
    const { userId } = request.session;
    if (userId === undefined) return reply.redirect(`/login?next=${encodeURIComponent(PATH)}`, 303);
    const sessions = await access.sessions.list(userId);
    const csrf = toFormToken(request, reply);
    return sendPage(reply, 200, toSessionsPage({ sessions, own: ownName(request), csrf }));
  });

  // One, by its name; or all, this one included.
  server.post(`${PATH}/end`, { preHandler: csrfProtection }, async (request, reply) => {
    const { userId } = request.session;
    if (userId === undefined) return reply.redirect('/login', 303);
    const name = fieldOf(request, 'session');
    if (name === '') return endAll(request, reply, userId);
    if (name !== ownName(request)) {
      await access.sessions.end(userId, name);
      return reply.redirect(PATH, 303);
    }
    await request.session.destroy();
    return sendPage(reply, 200, toSignedOutPage());
  });

  async function endAll(request: FastifyRequest, reply: FastifyReply, userId: string): Promise<FastifyReply> {
    await request.session.destroy();
    await access.sessions.end(userId);
    return sendPage(reply, 200, toSignedOutPage());
  }

  const ownName = (request: FastifyRequest): string => access.sessions.toName(request.session.sessionId);
}
