// People at a browser: signing in and out, the session at the API, and what protects both.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { VERSION_AGE_MS } from '../../src/engine/access/version-cache.js';
import { type OAuthFixture, openOAuth } from './oauth-fixture.js';
import type { Visitor } from './visitor.js';

const PASSWORD = 'correct horse battery';
let at: OAuthFixture;
beforeAll(async () => {
  at = await openOAuth();
});
beforeEach(async () => {
  await at.database.query('delete from dovetail.users');
  await at.access.users.create({ email: 'ann@example.com', name: 'Ann <b>' });
  await at.access.users.giveRole('ann@example.com', 'administrator');
  await at.access.users.setPassword('ann@example.com', PASSWORD);
  await at.access.refresh();
});
afterAll(() => at?.close());

async function enter(): Promise<Visitor> {
  const visitor = at.visitor();
  const page = await visitor.signIn('ann@example.com', PASSWORD);
  expect([page.status, page.location]).toEqual([303, '/login']);
  return visitor;
}

const csrfOf = async (visitor: Visitor): Promise<string> =>
  JSON.parse((await visitor.get('/session')).text).csrfToken;

const change = (visitor: Visitor, headers: Readonly<Record<string, string>>) => {
  const cookie = [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  return fetch(`${at.url}/api/products/1`, {
    method: 'PATCH',
    headers: { cookie, 'content-type': 'application/vnd.api+json', ...headers },
    body: JSON.stringify({ data: { type: 'products', id: '1', attributes: { name: 'Drill 2' } } }),
  });
};

describe('signing in', () => {
  it('makes a session whose cookie no script reads and no other site sends', async () => {
    const visitor = await enter();
    const flags = visitor.setCookies.find((line) => line.startsWith('dovetail_session='))!;
    expect(flags).toMatch(/; Path=\//);
    expect(flags).toMatch(/; HttpOnly/);
    expect(flags).toMatch(/; SameSite=Lax/i);
    expect(flags).not.toMatch(/; Secure/i);
    expect(JSON.parse((await visitor.get('/session')).text)).toMatchObject({
      signedIn: true,
      user: { email: 'ann@example.com', roles: ['administrator'] },
    });
    expect((await visitor.get('/login')).text).toContain('Signed in as Ann &#60;b&#62;');
  });

  it('keeps nothing of the cookie but a digest', async () => {
    const visitor = await enter();
    const { rows } = await at.database.query('select * from dovetail.sessions');
    expect(rows).toHaveLength(1);
    const id = decodeURIComponent(visitor.cookies.get('dovetail_session')!).split('.')[0]!;
    expect(JSON.stringify(rows)).not.toContain(id);
  });

  it('says of a wrong password only that something is wrong, and slows guessing down', async () => {
    const visitor = at.visitor();
    const page = await visitor.get('/login');
    for (const email of ['ann@example.com', 'nobody@example.com']) {
      const refused = await visitor.submit(page, { email, password: 'wrong' });
      expect(refused.status).toBe(401);
      expect(refused.text).toContain('E-mail address or password is wrong.');
      expect(refused.text).not.toContain('value="wrong"');
    }
    for (let i = 0; i < 4; i++) await visitor.submit(page, { email: 'ann@example.com', password: 'wrong' });
    const slowed = await visitor.submit(page, { email: 'ann@example.com', password: PASSWORD });
    expect(slowed.status).toBe(429);
    expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
    at.clock.pass(3_600_000);
    expect((await visitor.submit(page, { email: 'ann@example.com', password: PASSWORD })).status).toBe(303);
  });

  it('takes no form that another page made', async () => {
    const visitor = at.visitor();
    const form = { email: 'ann@example.com', password: PASSWORD };
    expect((await visitor.post('/login', form)).status).toBe(403);
    const page = await at.visitor().get('/login');
    const stolen = /name="_csrf" value="([^"]+)"/.exec(page.text)![1]!;
    await visitor.get('/login');
    expect((await visitor.post('/login', { ...form, _csrf: stolen })).status).toBe(403);
    expect(visitor.cookies.has('dovetail_session')).toBe(false);
  });

  it('leads nowhere else', async () => {
    const elsewhere = [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'evil',
      '/%0d%0ax: y\r\n',
    ];
    for (const next of elsewhere) {
      const visitor = at.visitor();
      const page = await visitor.get(`/login?next=${encodeURIComponent(next)}`);
      const entered = await visitor.submit(page, { email: 'ann@example.com', password: PASSWORD });
      expect([entered.status, entered.location!.startsWith('/')]).toEqual([303, true]);
      expect(new URL(entered.location!, at.url).origin).toBe(at.url);
    }
  });

  it('is not with a session that was there before', async () => {
    const visitor = await enter();
    const before = visitor.cookies.get('dovetail_session');
    await visitor.submit(await visitor.get('/login?again=1'), {
      email: 'ann@example.com',
      password: PASSWORD,
    });
    const after = visitor.cookies.get('dovetail_session')!;
    expect(after).not.toBe(before);
    visitor.cookies.set('dovetail_session', before!);
    expect((await visitor.get('/session')).status).toBe(401);
  });

  it('shows pages that hold nothing from elsewhere, and that nobody can frame', async () => {
    const { headers, text } = await at.visitor().get('/login');
    const policy = headers.get('content-security-policy')!;
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).not.toMatch(/<script|https?:\/\//);
    for (const name of ['email', 'password']) expect(text).toContain(`<label for="${name}">`);
  });
});

describe('a session at the API', () => {
  it('reads by its cookie, and writes with the token of its pages', async () => {
    const visitor = await enter();
    expect((await visitor.get('/api/products', { accept: '*/*' })).status).toBe(200);
    const bare = await change(visitor, {});
    expect(bare.status).toBe(403);
    expect(await bare.json()).toMatchObject({ errors: [{ code: 'API-118' }] });
    expect((await change(visitor, { 'x-csrf-token': 'x' })).status).toBe(403);
    expect((await change(visitor, { 'x-csrf-token': await csrfOf(visitor) })).status).toBe(200);
  });

  it('takes no token of another’s pages', async () => {
    const visitor = await enter();
    await at.access.users.create({ email: 'bob@example.com' });
    await at.access.users.setPassword('bob@example.com', PASSWORD);
    const bob = at.visitor();
    await bob.signIn('bob@example.com', PASSWORD);
    expect((await change(visitor, { 'x-csrf-token': await csrfOf(bob) })).status).toBe(403);
  });

  it('takes no statement per request while nothing of access changes', async () => {
    const visitor = await enter();
    await visitor.get('/api/products', { accept: '*/*' });
    at.countStatements();
    for (let i = 0; i < 20; i++) await visitor.get('/api/products', { accept: '*/*' });
    expect(at.countStatements()).toBeLessThanOrEqual(1);
  });

  it('is over when somebody signs out, at once', async () => {
    const visitor = await enter();
    const cookies = new Map(visitor.cookies);
    expect((await visitor.submit(await visitor.get('/login'), {})).text).toContain('Signed out');
    for (const [name, value] of cookies) visitor.cookies.set(name, value);
    expect((await visitor.get('/api/products', { accept: '*/*' })).status).toBe(401);
  });

  it('is over within five seconds when the user is disabled or gets another password, and after twelve hours', async () => {
    const see = async (visitor: Visitor) => (await visitor.get('/api/products', { accept: '*/*' })).status;
    const [first, second, third] = [await enter(), await enter(), await enter()];
    expect([await see(first), await see(second)]).toEqual([200, 200]);
    await at.access.users.setPassword('ann@example.com', 'another horse battery');
    at.clock.pass(VERSION_AGE_MS);
    expect([await see(first), await see(second), await see(third)]).toEqual([401, 401, 401]);
    await at.access.users.setPassword('ann@example.com', PASSWORD);
    const fourth = await enter();
    await at.access.users.disable('ann@example.com', { force: true });
    at.clock.pass(VERSION_AGE_MS);
    expect(await see(fourth)).toBe(401);
    await at.access.users.enable('ann@example.com');
    at.clock.pass(VERSION_AGE_MS);
    expect(await see(fourth)).toBe(200);
    at.clock.pass(12 * 3_600_000);
    expect(await see(fourth)).toBe(401);
  });

  it('is not one whose cookie was made up', async () => {
    const visitor = await enter();
    const [id] = decodeURIComponent(visitor.cookies.get('dovetail_session')!).split('.');
    for (const value of [id!, `${id}.x`, 'x', ''])
      expect(
        (await fetch(`${at.url}/api/products`, { headers: { cookie: `dovetail_session=${value}` } })).status,
      ).toBe(401);
  });
});

describe('requests without a valid key or token', () => {
  it('are slowed down by address, but not those of who has one', async () => {
    const client = await at.makeClient('patient', { scopes: ['read'] });
    const { json } = await at.askToken(client, { grant_type: 'client_credentials', scope: 'read' });
    const ask = () => at.api('x'.repeat(43), '/api/products');
    let last = await ask();
    for (let i = 0; i < 40 && last.status === 401; i++) last = await ask();
    expect(last.status).toBe(429);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await at.api(json.access_token, '/api/products')).status).toBe(200);
    at.clock.pass(600_000);
    expect((await ask()).status).toBe(401);
  });

  it('are slowed down at the token endpoint, too', async () => {
    const client = await at.makeClient('guessed', { scopes: ['read'] });
    const guess = () =>
      at.askToken({ id: client.id, secret: 'x'.repeat(43) }, { grant_type: 'client_credentials' });
    let last = await guess();
    for (let i = 0; i < 40 && last.status === 401; i++) last = await guess();
    expect(last.status).toBe(429);
    at.clock.pass(600_000);
    expect((await guess()).status).toBe(401);
  });
});

describe('behind https', () => {
  it('cookies are for it alone, and what is discovered is of the address that others use', async () => {
    const behind = await openOAuth({ publicUrl: 'https://data.example.org' });
    try {
      await behind.access.users.create({ email: 'ann@example.com' });
      await behind.access.users.setPassword('ann@example.com', PASSWORD);
      const visitor = behind.visitor();
      await visitor.signIn('ann@example.com', PASSWORD);
      const flags = visitor.setCookies.filter((line) => line.startsWith('__Host-dovetail_'));
      expect(flags.length).toBeGreaterThanOrEqual(2);
      for (const line of flags) expect(line).toMatch(/; Secure/i);
      expect((await visitor.get('/session')).status).toBe(200);
      const discovered = await fetch(`${behind.url}/.well-known/openid-configuration`, {
        headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' },
      });
      expect(await discovered.json()).toMatchObject({
        issuer: 'https://data.example.org',
        token_endpoint: 'https://data.example.org/oauth/token',
      });
    } finally {
      await behind.close();
    }
  });
});
