// Sessions and forms of browsers: cookies by well-kept plugins, over our tables. Their names and keys, in one place.
import fastifyCookie from '@fastify/cookie';
import Csrf from '@fastify/csrf';
import fastifyCsrf from '@fastify/csrf-protection';
import fastifyForms from '@fastify/formbody';
import fastifySession, { type SessionStore } from '@fastify/session';
import type { FastifyInstance, FastifyRequest, Session } from 'fastify';
import { type KnownSession, SESSION_MS } from '../../../engine/access/index.js';
import { deriveKey } from '../../../foundation/secrets/seal.js';
import type { OAuthRooms } from '../oauth-rooms.js';

declare module 'fastify' {
  interface Session {
    /** Id of whoever is signed in. */
    userId?: string;
    /** What the browser called itself. */
    browser?: string;
    /** Where they went on after they had entered the password. */
    signedInFor?: string;
  }
}

const FORM_BYTES = 16 << 10;

export interface BrowserCookies {
  /** Puts sessions, forms and their protection on a part of the server. */
  register(server: FastifyInstance): Promise<void>;
  /** Who is signed in, by the headers of any request. */
  findSession(cookies: string | undefined): Promise<KnownSession | undefined>;
  /** Whether a request of that session was made by a page of this server. */
  isOurs(cookies: string | undefined, token: string | undefined, session: KnownSession): boolean;
}

export function createBrowserCookies({ access, masterKey, isSecure }: OAuthRooms): BrowserCookies {
  // Browsers let no other host and no unsafe connection set a cookie of such a name.
  const prefix = isSecure ? '__Host-' : '';
  const [sessionName, csrfName] = [`${prefix}dovetail_session`, `${prefix}dovetail_csrf`];
  const secret = deriveKey(masterKey, 'cookies of sessions').toString('base64');
  const hmacKey = deriveKey(masterKey, 'tokens of forms').toString('base64');
  const signer = fastifyCookie.signerFactory(secret);
  const tokens = Csrf({ userInfo: true, hmacKey }) as Csrf.TokensUserinfo;

  // The plugin's own, which is there once it is registered.
  let parse: FastifyInstance['parseCookie'] = () => ({});

  function findCookie(cookies: string | undefined, name: string): string | undefined {
    if (cookies === undefined) return undefined;
    const value = parse(cookies)[name];
    const unsigned = value === undefined ? undefined : signer.unsign(value);
    return unsigned?.valid === true ? (unsigned.value ?? undefined) : undefined;
  }

  return {
    async register(server) {
      server.removeAllContentTypeParsers();
      // Behind a proxy the connection is none by https; what counts is how people come.
      server.addHook('onRequest', async (request) => {
        Object.defineProperty(request, 'protocol', { value: isSecure ? 'https' : 'http' });
      });
      await server.register(fastifyForms, { bodyLimit: FORM_BYTES });
      await server.register(fastifyCookie, { secret });
      parse = server.parseCookie;
      await server.register(fastifySession, {
        secret,
        cookieName: sessionName,
        cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure, maxAge: SESSION_MS },
        saveUninitialized: false,
        rolling: false,
        store: toStore(access.sessions),
      });
      await server.register(fastifyCsrf, {
        sessionPlugin: '@fastify/cookie',
        cookieKey: csrfName,
        cookieOpts: { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure, signed: true },
        csrfOpts: { hmacKey },
        getUserInfo: (request) => userInfoOf(request.session.userId),
      });
    },
    async findSession(cookies) {
      const id = findCookie(cookies, sessionName);
      return id === undefined ? undefined : access.sessions.find(id);
    },
    isOurs(cookies, token, session) {
      const key = findCookie(cookies, csrfName);
      return (
        key !== undefined && token !== undefined && tokens.verify(key, token, userInfoOf(session.caller.id))
      );
    },
  };
}

/** A form that was shown to somebody is of no use to anybody else. */
export const userInfoOf = (userId: string | undefined): string => userId ?? 'nobody';

export const toFormToken = (
  request: FastifyRequest,
  reply: { generateCsrf(options: object): string },
): string => reply.generateCsrf({ userInfo: userInfoOf(request.session.userId) });

/** Only who is signed in has a session; nobody fills our tables by looking at a page. */
function toStore(sessions: OAuthRooms['access']['sessions']): SessionStore {
  const after = <T>(work: Promise<T>, done: (error: unknown, result?: T) => void): void => {
    work.then((result) => done(null, result), done);
  };
  return {
    get: (id, done) =>
      after(
        sessions.find(id).then((known) => (known?.data ?? null) as Session | null),
        done,
      ),
    set(id, session, done) {
      const { userId } = session;
      if (userId === undefined) return done();
      after(sessions.save(id, userId, JSON.parse(JSON.stringify(session))), done);
    },
    destroy: (id, done) => after(sessions.remove(id), done),
  };
}
