// An application that people sign in to: code with PKCE, consent, refresh with rotation, and what must not work.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { VERSION_AGE_MS } from '../../src/engine/access/version-cache.js';
import { type OAuthFixture, openOAuth } from './oauth-fixture.js';
import type { Page, Visitor } from './visitor.js';

const PASSWORD = 'correct horse battery';
const BACK = 'https://shop.example.org/back';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

let at: OAuthFixture;
let shop: { readonly id: string; readonly secret: string };
/** What the library says to whoever started the program. */
const said: unknown[] = [];
beforeAll(async () => {
  for (const way of ['info', 'warn', 'error'] as const)
    vi.spyOn(console, way).mockImplementation((...words) => void said.push(words));
  at = await openOAuth();
  await at.access.users.create({ email: 'ann@example.com', name: 'Ann' });
  await at.access.users.giveRole('ann@example.com', 'administrator');
  await at.access.users.setPassword('ann@example.com', PASSWORD);
  shop = await at.makeClient('Shop', { redirectUris: [BACK], scopes: ['read', 'write'] });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await at?.close();
});

const toWish = (more: Readonly<Record<string, string>> = {}) =>
  `/oauth/authorize?${new URLSearchParams({
    client_id: shop.id,
    response_type: 'code',
    redirect_uri: BACK,
    scope: 'read',
    state: 'abc',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...more,
  })}`;

/** From the application's wish to the page that asks for consent. */
async function toConsent(visitor: Visitor, wish = toWish()): Promise<Page> {
  const login = await visitor.follow(wish);
  expect(login.text).toContain('Sign in');
  return visitor.submitThrough(login, { email: 'ann@example.com', password: PASSWORD });
}

/** Yes, until the browser is sent to the application. */
async function decide(visitor: Visitor, page: Page, decision = 'allow'): Promise<URL> {
  const { location } = await visitor.submitThrough(page, { decision });
  return new URL(location!);
}

async function getCode(visitor = at.visitor(), wish = toWish()): Promise<string> {
  const back = await decide(visitor, await toConsent(visitor, wish));
  return back.searchParams.get('code')!;
}

const exchange = (code: string, more: Readonly<Record<string, string>> = {}) =>
  at.askToken(shop, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: BACK,
    code_verifier: VERIFIER,
    ...more,
  });

const refresh = (token: string) => at.askToken(shop, { grant_type: 'refresh_token', refresh_token: token });

describe('an application that somebody lets in', () => {
  it('asks for all that the application may have where that says nothing in particular', async () => {
    const visitor = at.visitor();
    const wish = toWish().replace('scope=read&', '');
    const page = await toConsent(visitor, wish);
    expect(page.text).toContain('See records');
    expect(page.text).toContain('Create, change');
    const code = (await decide(visitor, page)).searchParams.get('code')!;
    expect((await exchange(code)).json.scope).toBe('read write');
  });

  it('asks first, and then acts for the person, within what was asked', async () => {
    const visitor = at.visitor();
    const page = await toConsent(visitor);
    expect(page.text).toContain('Let Shop in?');
    expect(page.text).toContain('ann@example.com');
    expect(page.text).toContain('See records');
    expect(page.text).not.toContain('Create, change');
    const back = await decide(visitor, page);
    expect(back.searchParams.get('state')).toBe('abc');
    expect(back.searchParams.get('iss')).toBe(at.url);
    const { status, json } = await exchange(back.searchParams.get('code')!);
    expect(status).toBe(200);
    expect(json).toMatchObject({ scope: 'read', token_type: 'Bearer', expires_in: 3600 });
    expect(await at.access.authenticateToken(json.access_token)).toMatchObject({
      kind: 'user',
      name: 'Ann',
      scopes: ['read'],
    });
    expect((await at.api(json.access_token, '/api/products')).status).toBe(200);
    const write = await at.api(json.access_token, '/api/products/1', { method: 'DELETE' });
    expect(write.status).toBe(403);
  });

  it('need not ask again for what was agreed to', async () => {
    const visitor = at.visitor();
    await getCode(visitor);
    const again = await visitor.get(toWish());
    expect(again.location).toMatch(/^https:\/\/shop\.example\.org\/back\?code=/);
  });

  it('is told when the person says no', async () => {
    const visitor = at.visitor();
    const back = await decide(visitor, await toConsent(visitor), 'refuse');
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(back.searchParams.has('code')).toBe(false);
  });

  it('learns who it is by an ID token, signed with a published key', async () => {
    const { json } = await exchange(
      await getCode(at.visitor(), toWish({ scope: 'openid profile email read' })),
    );
    const [head, body, signature] = json.id_token.split('.') as [string, string, string];
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString());
    const { keys } = (await (await fetch(`${at.url}/oauth/jwks`)).json()) as {
      keys: { kid: string; d?: string }[];
    };
    const jwk = keys.find((key) => key.kid === kid)!;
    expect(keys.every((key) => key.d === undefined)).toBe(true);
    const key = createPublicKey({ key: jwk as never, format: 'jwk' });
    expect(verify('sha256', Buffer.from(`${head}.${body}`), key, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
    expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toMatchObject({
      iss: at.url,
      aud: shop.id,
      sub: (await at.access.users.read('ann@example.com')).id,
    });
    const who = await at.api(json.access_token, '/oauth/userinfo');
    expect(await who.json()).toMatchObject({ name: 'Ann', email: 'ann@example.com' });
  });
});

describe('what is refused', () => {
  it('is a wish without PKCE', async () => {
    const wish = new URLSearchParams(toWish().split('?')[1]);
    wish.delete('code_challenge');
    wish.delete('code_challenge_method');
    const page = await at.visitor().get(`/oauth/authorize?${wish}`);
    expect(new URL(page.location!).searchParams.get('error')).toBe('invalid_request');
    const plain = await at
      .visitor()
      .get(toWish({ code_challenge_method: 'plain', code_challenge: VERIFIER }));
    expect(new URL(plain.location!).searchParams.get('error')).toBe('invalid_request');
  });

  it('is another address to be sent back to; the browser stays here', async () => {
    for (const redirect_uri of ['https://evil.example/back', `${BACK}/more`, `${BACK}?x=1`]) {
      const page = await at.visitor().get(toWish({ redirect_uri }));
      expect([page.status, page.location]).toEqual([400, undefined]);
      expect(page.text).toContain('cannot be let in');
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  it('is a code with another verifier, and one that was used; what it gave is taken back', async () => {
    const wrong = await exchange(await getCode(), { code_verifier: 'w'.repeat(43) });
    expect([wrong.status, wrong.json.error]).toEqual([400, 'invalid_grant']);
    const code = await getCode();
    const { json } = await exchange(code);
    expect((await at.api(json.access_token, '/api/products')).status).toBe(200);
    expect((await exchange(code)).json.error).toBe('invalid_grant');
    at.clock.pass(VERSION_AGE_MS);
    expect((await at.api(json.access_token, '/api/products')).status).toBe(401);
  });

  it('is a consent sent from elsewhere, by another browser, or without its token', async () => {
    const visitor = at.visitor();
    const page = await toConsent(visitor);
    const path = /action="([^"]+)"/.exec(page.text)![1]!;
    expect((await visitor.post(path, { decision: 'allow' })).status).toBe(403);
    expect((await at.visitor().submit(page, { decision: 'allow' })).status).toBe(403);
  });

  it('is a scope that the client may not ask for', async () => {
    const page = await at.visitor().get(toWish({ scope: 'read admin' }));
    expect(new URL(page.location!).searchParams.get('error')).toBe('invalid_scope');
  });

  it('is a wish for nothing but unknown scopes; one among others is passed over, as OpenID Connect wants', async () => {
    const page = await at.visitor().get(toWish({ scope: 'nonsense' }));
    expect(new URL(page.location!).searchParams.get('error')).toBe('invalid_scope');
    expect((await at.visitor().get(toWish({ scope: 'read offline_access' }))).location).toContain(
      '/oauth/interaction/',
    );
  });
});

describe('a refresh token', () => {
  it('gives another pair, once; used twice it takes all back', async () => {
    const first = (await exchange(await getCode())).json;
    const second = (await refresh(first.refresh_token)).json;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await at.api(second.access_token, '/api/products')).status).toBe(200);
    const replay = await refresh(first.refresh_token);
    expect([replay.status, replay.json.error]).toEqual([400, 'invalid_grant']);
    expect((await refresh(second.refresh_token)).status).toBe(400);
    at.clock.pass(VERSION_AGE_MS);
    for (const { access_token } of [first, second])
      expect((await at.api(access_token, '/api/products')).status).toBe(401);
  });

  it('sent twice at the same moment works once at most', async () => {
    const { refresh_token: token } = (await exchange(await getCode())).json;
    const answers = await Promise.all([refresh(token), refresh(token), refresh(token)]);
    expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
    expect(answers.every(({ status }) => status < 500)).toBe(true);
  });

  it('revoked, ends what it gave', async () => {
    const { refresh_token, access_token } = (await exchange(await getCode())).json;
    expect((await at.api(access_token, '/api/products')).status).toBe(200);
    await at.askToken(shop, { token: refresh_token }, '/oauth/revoke');
    expect((await refresh(refresh_token)).status).toBe(400);
    at.clock.pass(VERSION_AGE_MS);
    expect((await at.api(access_token, '/api/products')).status).toBe(401);
  });
});

describe('a public client', () => {
  it('gets tokens by PKCE alone, and none for itself', async () => {
    const back = 'http://127.0.0.1:9999/back';
    const app = await at.makeClient('phone', { redirectUris: [back], isPublic: true });
    const visitor = at.visitor();
    const page = await toConsent(visitor, toWish({ client_id: app.id, redirect_uri: back }));
    const code = (await decide(visitor, page)).searchParams.get('code')!;
    const form = { grant_type: 'authorization_code', code, redirect_uri: back, code_verifier: VERIFIER };
    const answer = await at.askToken({ id: app.id }, form);
    expect(answer.status).toBe(200);
    const alone = await at.askToken({ id: app.id }, { grant_type: 'client_credentials', scope: 'read' });
    expect(alone.status).toBe(400);
  });
});

describe('within five seconds', () => {
  it('a disabled user is refused, whoever acts for them', async () => {
    await at.access.users.create({ email: 'bob@example.com' });
    await at.access.users.giveRole('bob@example.com', 'reader');
    await at.access.users.setPassword('bob@example.com', PASSWORD);
    const visitor = at.visitor();
    const login = await visitor.follow(toWish());
    const page = await visitor.submitThrough(login, { email: 'bob@example.com', password: PASSWORD });
    const back = await decide(visitor, page);
    const { json } = await exchange(back.searchParams.get('code')!);
    expect((await at.api(json.access_token, '/api/products')).status).toBe(200);
    await at.access.users.disable('bob@example.com');
    at.clock.pass(VERSION_AGE_MS);
    expect((await at.api(json.access_token, '/api/products')).status).toBe(401);
    expect((await refresh(json.refresh_token)).status).toBe(400);
    const { json: asked } = await at.askToken(shop, { token: json.access_token }, '/oauth/introspect');
    expect(asked).toEqual({ active: false });
  });
});

describe('signing out', () => {
  it('ends the authorization server’s session too', async () => {
    const visitor = at.visitor();
    await getCode(visitor);
    await visitor.submit(await visitor.get('/login'), {});
    const login = await visitor.follow(toWish());
    expect(login.text).toContain('Sign in');
    // What was agreed to stays so, and the form leads through to the application.
    const back = await visitor.submitThrough(login, { email: 'ann@example.com', password: PASSWORD });
    expect(back.text + back.location).toMatch(/Let Shop in|code=/);
  });
});

describe('a wish to sign in anew', () => {
  it('shows the form to whoever is signed in already', async () => {
    const visitor = at.visitor();
    await getCode(visitor);
    const login = await visitor.follow(toWish({ prompt: 'login' }));
    expect(login.text).toContain('Sign in');
    expect((await visitor.get(toWish({ prompt: 'none' }))).location).toContain('code=');
  });
});

describe('the library', () => {
  it('says nothing to whoever started the program', async () => {
    await at.visitor().get(toWish({ resource: 'https://api.example.org' }));
    expect(said).toEqual([]);
    expect(at.logged).toEqual([]);
  });
});

describe('sign-ins that are begun and not ended', () => {
  it('are slowed down by address, and leave nothing then; those that are ended do not count', async () => {
    const kept = async () =>
      (
        await at.database.query<{ count: number }>(
          "select count(*)::int as count from dovetail.oauth_objects where kind = 'Interaction'",
        )
      ).rows[0]!.count;
    at.clock.pass(600_000);
    const visitor = at.visitor();
    await getCode(visitor);
    for (let i = 0; i < 70; i++) expect((await visitor.get(toWish())).location).toContain('code=');
    const begin = () => fetch(`${at.url}${toWish()}`, { redirect: 'manual' });
    let last = await begin();
    for (let i = 0; i < 70 && last.status === 303; i++) last = await begin();
    expect(last.status).toBe(429);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    const before = await kept();
    expect((await begin()).status).toBe(429);
    expect(await kept()).toBe(before);
    at.clock.pass(600_000);
    expect((await begin()).status).toBe(303);
  });
});
