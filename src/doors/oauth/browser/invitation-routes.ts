// One-time links: each sets one password, and signs its bearer in.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Invited } from '../../../engine/access/index.js';
import { DovetailError } from '../../../foundation/errors/dovetail-error.js';
import type { OAuthRooms } from '../oauth-rooms.js';
import { toErrorPage } from '../pages/error-page.js';
import { toInvitationPage } from '../pages/invitation-page.js';
import { toFormToken } from './browser-cookies.js';
import { fieldOf, sendPage, signIn } from './sign-in-routes.js';

export const INVITATION_PATH = '/invitation';

export function addInvitationRoutes(server: FastifyInstance, { access }: OAuthRooms): void {
  const { invitations } = access;
  const tokenOf = (request: FastifyRequest) => (request.params as { readonly token: string }).token;

  const show = (request: FastifyRequest, reply: FastifyReply, invited: Invited, complaint?: string) =>
    sendPage(
      reply,
      complaint === undefined ? 200 : 422,
      toInvitationPage({
        invited,
        csrf: toFormToken(request, reply),
        path: `${INVITATION_PATH}/${encodeURIComponent(tokenOf(request))}`,
        email: fieldOf(request, 'email'),
        name: fieldOf(request, 'name'),
        ...(complaint === undefined ? {} : { complaint }),
      }),
    );

  server.get(`${INVITATION_PATH}/:token`, async (request, reply) => {
    const invited = await invitations.read(tokenOf(request)).catch(toOwnError);
    return invited instanceof DovetailError ? refuse(reply, invited) : show(request, reply, invited);
  });

  server.post(`${INVITATION_PATH}/:token`, { preHandler: server.csrfProtection }, async (request, reply) => {
    const token = tokenOf(request);
    const invited = await invitations.read(token).catch(toOwnError);
    if (invited instanceof DovetailError) return refuse(reply, invited);
    const password = fieldOf(request, 'password');
    if (password !== fieldOf(request, 'again'))
      return show(request, reply, invited, 'The two passwords are not the same.');
    const caller = await invitations
      .accept(token, { password, email: fieldOf(request, 'email'), name: fieldOf(request, 'name') })
      .catch(toOwnError);
    if (!(caller instanceof DovetailError)) {
      await signIn(request, caller.id, '/login');
      return reply.redirect('/login', 303);
    }
    if (caller.code === 'ACCESS-123') return refuse(reply, caller);
    return show(request, reply, invited, [caller.detail, caller.hint].filter(Boolean).join(' '));
  });
}

const refuse = (reply: FastifyReply, { title, detail, hint }: DovetailError): FastifyReply =>
  sendPage(reply, 410, toErrorPage(title, detail, hint));

function toOwnError(error: unknown): DovetailError {
  if (error instanceof DovetailError) return error;
  throw error;
}
