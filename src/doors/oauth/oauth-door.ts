// How programs and people come in: OAuth2 by a certified library, pages to sign in, and the session of a browser.
import { METHODS } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { createAttemptThrottle, type KnownSession } from '../../engine/access/index.js';
import { createBrowserCookies } from './browser/browser-cookies.js';
import { addConsentRoutes } from './browser/consent-routes.js';
import { addInvitationRoutes, INVITATION_PATH } from './browser/invitation-routes.js';
import { addSessionRoutes } from './browser/session-routes.js';
import { addSignInRoutes, sendPage } from './browser/sign-in-routes.js';
import { oauthError } from './oauth-errors.js';
import type { OAuthRooms } from './oauth-rooms.js';
import { toErrorPage } from './pages/error-page.js';
import { OAUTH_PATHS } from './provider/provider-settings.js';
import { answerByProvider, createProviderSource } from './provider/provider-source.js';

export interface OAuthDoor {
  readonly name: 'oauth';
  routes(server: FastifyInstance): void;
  /** Who is signed in with a browser, by the header `cookie`. */
  findSession(cookies: string | undefined): Promise<KnownSession | undefined>;
  /** Whether a request of that session carries what only our own pages know. */
  isOurs(cookies: string | undefined, token: string | undefined, session: KnownSession): boolean;
  /** The address of a one-time link. */
  toInvitationUrl(token: string): string;
}

const DISCOVERY = ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'];
/** Wrong secrets of clients, by address: they can't be guessed, but each costs a statement. */
const OF_ADDRESSES = { free: 30, longestMs: 60_000, forgottenMs: 600_000, keys: 10_000 };

/** Sign-ins begun and not ended, by address: each is a row for a while, and takes no more than the number of a client. */
const BEGUN = { free: 60, longestMs: 60_000, forgottenMs: 600_000, keys: 10_000 };

export function createOAuthDoor(rooms: OAuthRooms): OAuthDoor {
  const cookies = createBrowserCookies(rooms);
  const source = createProviderSource(
    rooms,
    async (request) => (await cookies.findSession(request.headers.cookie))?.caller.id,
  );
  const failures = createAttemptThrottle(rooms.clock, OF_ADDRESSES);
  const begun = createAttemptThrottle(rooms.clock, BEGUN);

  async function forward(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const provider = await source.read();
    reply.hijack();
    await answerByProvider(provider, rooms.publicUrl(), request.raw, reply.raw);
    if (reply.raw.statusCode === 401) failures.fail(request.ip);
    if (hasCode(reply.raw.getHeader('location'))) begun.succeed(request.ip);
  }

  async function throttle(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const ms = failures.waitOf(request.ip);
    return ms === 0 ? undefined : slowDown(reply, ms, 'too many wrong secrets from this address');
  }

  async function throttleBegun(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const ms = begun.waitOf(request.ip);
    if (ms > 0) return slowDown(reply, ms, 'too many sign-ins were begun from this address');
    begun.fail(request.ip);
    return undefined;
  }

  function addProviderRoutes(server: FastifyInstance): void {
    // The library reads bodies itself.
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', (_request, _body, done) => done(null));
    const { jwks, authorization, userinfo, ...posted } = OAUTH_PATHS;
    const methods = METHODS.filter((method) => ['GET', 'POST', 'OPTIONS'].includes(method));
    for (const url of [...DISCOVERY, `${authorization}/:uid`])
      server.route({ method: methods, url, handler: forward });
    server.route({ method: methods, url: authorization, preHandler: throttleBegun, handler: forward });
    server.route({ method: methods, url: userinfo, preHandler: throttle, handler: forward });
    for (const url of Object.values(posted)) {
      server.route({ method: ['POST', 'OPTIONS'], url, preHandler: throttle, handler: forward });
      server.get(url, (_request, reply) => refuseGet(reply, url));
    }
    server.get(jwks, async (_request, reply) =>
      reply
        .headers({
          'content-type': 'application/jwk-set+json',
          'cache-control': 'public, max-age=300',
          'access-control-allow-origin': '*',
        })
        .send(JSON.stringify({ keys: await source.readPublicKeys() })),
    );
  }

  async function addBrowserRoutes(server: FastifyInstance): Promise<void> {
    await cookies.register(server);
    server.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
      const { statusCode = 500 } = error;
      const { title, detail, hint } =
        statusCode === 403 ? oldForm() : statusCode < 500 ? unreadable(error) : inside();
      if (statusCode >= 500)
        rooms.onError(error, { method: request.method, path: request.routeOptions.url ?? '' });
      return sendPage(reply, statusCode, toErrorPage(title, detail, hint));
    });
    addSignInRoutes(server, rooms, source);
    addSessionRoutes(server, rooms);
    addInvitationRoutes(server, rooms);
    addConsentRoutes(server, rooms, source);
  }

  return {
    name: 'oauth',
    routes(server) {
      server.register(async (part) => addProviderRoutes(part));
      server.register(addBrowserRoutes);
    },
    findSession: cookies.findSession,
    isOurs: cookies.isOurs,
    toInvitationUrl: (token) => `${rooms.publicUrl()}${INVITATION_PATH}/${token}`,
  };
}

/** Whether somebody is sent back with a code: only who has signed in is. */
const hasCode = (location: unknown): boolean =>
  typeof location === 'string' && URL.canParse(location) && new URL(location).searchParams.has('code');

const slowDown = (reply: FastifyReply, ms: number, why: string): FastifyReply =>
  reply
    .code(429)
    .headers({ 'retry-after': String(Math.ceil(ms / 1000)), 'cache-control': 'no-store' })
    .send({ error: 'slow_down', error_description: why });

/** "The client MUST use the HTTP "POST" method" (RFC 6749, 3.2): what stands in an address ends up in logs. */
const refuseGet = (reply: FastifyReply, url: string): FastifyReply =>
  reply
    .code(405)
    .headers({ allow: 'POST, OPTIONS', 'cache-control': 'no-store' })
    .send({ error: 'invalid_request', error_description: `${url} takes POST with a form only` });

const oldForm = () =>
  oauthError(103, {
    detail: 'Nothing was done: the form is not of this browser, or not any more.',
    hint: 'Load the page anew, and try again. Cookies must be allowed.',
  });

const unreadable = (error: Error) => oauthError(104, { detail: `${error.message}.` });

const inside = () =>
  oauthError(106, {
    detail: 'The server could not do it; nothing was changed.',
    hint: 'Try again in a while.',
  });
