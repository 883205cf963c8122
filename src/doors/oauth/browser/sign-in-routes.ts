// Signing in and out with a browser, and the session for programs that run in its pages.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { OAuthRooms } from '../oauth-rooms.js';
import { type LoginForm, toLoginPage, toSignedInPage, toSignedOutPage } from '../pages/login-page.js';
import { toPageHeaders } from '../pages/page.js';
import type { ProviderSource } from '../provider/provider-source.js';
import { toFormToken } from './browser-cookies.js';
import { listTargets } from './oauth-step.js';
import { toReturnPath } from './return-path.js';

type Form = Readonly<Record<string, unknown>>;

/** A field of a form: one that was sent twice or not at all is empty. */
export const fieldOf = (request: FastifyRequest, name: string): string => {
  const value = (request.body as Form | undefined)?.[name];
  return typeof value === 'string' ? value : '';
};

export const sendPage = (
  reply: FastifyReply,
  status: number,
  page: string,
  formTargets: readonly string[] = [],
): FastifyReply => reply.code(status).headers(toPageHeaders(formTargets)).send(page);

/** Of what a browser calls itself. */
const MOST_NAME = 200;

/** A session of its own: one from before the sign-in is not kept (session fixation). */
export async function signIn(request: FastifyRequest, userId: string, next: string): Promise<void> {
  await request.session.regenerate();
  request.session.userId = userId;
  request.session.signedInFor = next;
  const browser = request.headers['user-agent']?.slice(0, MOST_NAME);
  if (browser !== undefined) request.session.browser = browser;
}

export function addSignInRoutes(
  server: FastifyInstance,
  { access }: OAuthRooms,
  source: ProviderSource,
): void {
  const { csrfProtection } = server;

  async function sendForm(
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    form: Omit<LoginForm, 'csrf'>,
  ): Promise<FastifyReply> {
    const page = toLoginPage({ ...form, csrf: toFormToken(request, reply) });
    return sendPage(reply, status, page, await listTargets(source.read, form.next));
  }

  server.get('/login', async (request, reply) => {
    const query = request.query as Form;
    const { userId } = request.session;
    if (userId === undefined || query['again'] === '1')
      return sendForm(request, reply, 200, { next: toReturnPath(query['next']) });
    if (query['next'] !== undefined) return reply.redirect(toReturnPath(query['next']), 303);
    const { name } = await access.users.read(userId);
    return sendPage(reply, 200, toSignedInPage({ name, csrf: toFormToken(request, reply) }));
  });

  server.post('/login', { preHandler: csrfProtection }, async (request, reply) => {
    const next = toReturnPath(fieldOf(request, 'next'));
    const email = fieldOf(request, 'email');
    const refuse = (status: number, complaint: string) =>
      sendForm(request, reply, status, { next, email, complaint });
    const result = await access.authenticateUser({
      email,
      password: fieldOf(request, 'password'),
      address: request.ip,
    });
    if (result.kind === 'wait') {
      const seconds = Math.ceil(result.ms / 1000);
      reply.header('retry-after', String(seconds));
      return refuse(429, `Too many attempts. Try again in ${seconds} seconds.`);
    }
    if (result.kind === 'refused') return refuse(401, 'E-mail address or password is wrong.');
    await signIn(request, result.caller.id, next);
    return reply.redirect(next, 303);
  });

  server.post('/logout', { preHandler: csrfProtection }, async (request, reply) => {
    await request.session.destroy();
    return sendPage(reply, 200, toSignedOutPage());
  });

  // For the pages of this server that run as programs: who is signed in, and what their requests must carry.
  server.get('/session', async (request, reply) => {
    const { userId } = request.session;
    reply.headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    if (userId === undefined) return reply.code(401).send({ signedIn: false, login: '/login' });
    const { id, email, name, roles } = await access.users.read(userId);
    return { signedIn: true, user: { id, email, name, roles }, csrfToken: toFormToken(request, reply) };
  });
}
