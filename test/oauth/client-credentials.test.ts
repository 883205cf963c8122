// A machine client: a token for itself, what it may do with it, and how soon it is refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSION_AGE_MS } from '../../src/engine/access/version-cache.js';
import { type OAuthFixture, openOAuth } from './oauth-fixture.js';

let at: OAuthFixture;
beforeAll(async () => {
  at = await openOAuth();
});
afterAll(() => at?.close());

const GRANT = { grant_type: 'client_credentials' };
/** What a process takes to notice that something of access was changed: less than the five seconds that are promised. */
const notice = () => at.clock.pass(VERSION_AGE_MS);

async function getToken(name: string, scopes: readonly string[], roles?: readonly string[]) {
  const client = await at.makeClient(name, { scopes, ...(roles === undefined ? {} : { roles }) });
  const { json } = await at.askToken(client, { ...GRANT, scope: scopes.join(' ') });
  return { client, token: json.access_token as string };
}

const see = async (token: string) => (await at.api(token, '/api/products')).status;

const create = (token: string) =>
  at.api(token, '/api/products', {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.api+json' },
    body: JSON.stringify({ data: { type: 'products', attributes: { name: 'Plane' } } }),
  });

describe('a token for a client itself', () => {
  it('lets it read and write, and says for how long and for what', async () => {
    const client = await at.makeClient('webshop', { scopes: ['read', 'write'] });
    const answer = await at.askToken(client, { ...GRANT, scope: 'read write' });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'read write' });
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const { access_token: token } = answer.json;
    expect(await see(token)).toBe(200);
    expect((await create(token)).status).toBe(201);
  });

  it('holds all that the client may have where it asks for nothing in particular', async () => {
    const client = await at.makeClient('unspecific', { scopes: ['read', 'write'] });
    for (const wish of [{}, { scope: '' }]) {
      const { status, json } = await at.askToken(client, { ...GRANT, ...wish });
      expect([status, json.scope]).toEqual([200, 'read write']);
      expect((await create(json.access_token)).status).toBe(201);
    }
  });

  it('is kept as a digest only, as is the secret of the client', async () => {
    const { client, token } = await getToken('kept', ['read']);
    const { rows } = await at.database.query(
      'select o.*, c.* from dovetail.oauth_objects o join dovetail.oauth_clients c using (client_id) where client_id = $1',
      [client.id],
    );
    expect(rows).toHaveLength(1);
    const all = JSON.stringify(rows);
    expect(all).not.toContain(token);
    expect(all).not.toContain(client.secret);
  });

  it('takes no statement per request while nothing of access changes', async () => {
    const { token } = await getToken('busy', ['read']);
    expect(await see(token)).toBe(200);
    at.countStatements();
    for (let i = 0; i < 20; i++) expect(await see(token)).toBe(200);
    expect(at.countStatements()).toBeLessThanOrEqual(1);
  });

  it('is not to be had with a wrong secret, for another scope, or by another grant', async () => {
    const client = await at.makeClient('modest', { scopes: ['read'] });
    const wrong = await at.askToken({ ...client, secret: 'x'.repeat(43) }, { ...GRANT, scope: 'read' });
    expect([wrong.status, wrong.json.error]).toEqual([401, 'invalid_client']);
    const more = await at.askToken(client, { ...GRANT, scope: 'read write' });
    expect([more.status, more.json.error]).toEqual([400, 'invalid_scope']);
    for (const scope of ['nonsense', 'read nonsense', 'READ', 'read*']) {
      const unknown = await at.askToken(client, { ...GRANT, scope });
      expect([unknown.status, unknown.json.error], scope).toEqual([400, 'invalid_scope']);
    }
    const other = await at.askToken(client, { grant_type: 'refresh_token', refresh_token: 'x' });
    expect(other.status).toBe(400);
  });

  it('is refused with the old secret once it was exchanged', async () => {
    const client = await at.makeClient('rotating', { scopes: ['read'] });
    const { secret } = await at.access.oauth.rotateSecret('rotating');
    expect((await at.askToken(client, { ...GRANT, scope: 'read' })).status).toBe(401);
    expect((await at.askToken({ ...client, secret: secret! }, { ...GRANT, scope: 'read' })).status).toBe(200);
  });
});

describe('scopes', () => {
  it('refuse what the token was not made for, and say what it needs', async () => {
    const { token } = await getToken('reader', ['read']);
    expect(await see(token)).toBe(200);
    const refused = await create(token);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer realm="dovetail", error="insufficient_scope", scope="write"',
    );
    expect((await refused.json()) as object).toMatchObject({ errors: [{ code: 'API-117' }] });
  });

  it('give nothing that roles do not', async () => {
    const { token } = await getToken('weak', ['read', 'write'], ['reader']);
    expect(await see(token)).toBe(200);
    expect((await create(token)).status).toBe(403);
  });

  it('narrow the catalog, so that no door can forget them', async () => {
    const { token } = await getToken('narrow', ['read']);
    const caller = (await at.access.authenticateToken(token))!;
    const { createCatalog } = await import('../../src/engine/catalog/index.js');
    const catalog = await createCatalog({ database: at.database }).read();
    const product = (await at.access.catalogFor(caller, catalog)).entities.get('product')!;
    expect(product.access).toMatchObject({
      view: 'all',
      create: 'none',
      update: 'none',
      delete: 'none',
      import: 'none',
      export: 'none',
    });
    expect(product.writable).toBe(false);
    const { scopes: _, ...whole } = caller;
    const wide = (await at.access.catalogFor(whole, catalog)).entities.get('product')!;
    expect(wide.access).toMatchObject({ create: 'all', import: 'all', export: 'all' });
  });
});

describe('within five seconds', () => {
  it('a revoked token is refused', async () => {
    const { client, token } = await getToken('revoker', ['read']);
    expect(await see(token)).toBe(200);
    expect((await at.askToken(client, { token }, '/oauth/revoke')).status).toBe(200);
    notice();
    const refused = await at.api(token, '/api/products');
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="dovetail", error="invalid_token"');
  });

  it('a disabled client is refused, and gets no other token', async () => {
    const { client, token } = await getToken('disabled', ['read']);
    expect(await see(token)).toBe(200);
    await at.access.clients.disable('disabled');
    notice();
    expect(await see(token)).toBe(401);
    expect((await at.askToken(client, { ...GRANT, scope: 'read' })).status).toBe(401);
  });

  it('a lowered role counts', async () => {
    const { token } = await getToken('lowered', ['read', 'write'], ['administrator', 'reader']);
    expect((await create(token)).status).toBe(201);
    await at.access.clients.takeRole('lowered', 'administrator');
    notice();
    expect((await create(token)).status).toBe(403);
    expect(await see(token)).toBe(200);
  });

  it('a client that may ask for less loses the tokens it has', async () => {
    const { token } = await getToken('narrowed', ['read', 'write']);
    expect((await create(token)).status).toBe(201);
    await at.access.oauth.set('narrowed', { scopes: ['read'] });
    notice();
    expect(await see(token)).toBe(401);
  });

  it('a token that is over is refused', async () => {
    const { token } = await getToken('over', ['read']);
    expect(await see(token)).toBe(200);
    at.clock.pass(3_600_000);
    expect(await see(token)).toBe(401);
  });
});

describe('asking about a token', () => {
  it('says whose it is while it is valid, and nothing but that it is not afterwards', async () => {
    const { client, token } = await getToken('asked', ['read']);
    const known = await at.askToken(client, { token }, '/oauth/introspect');
    expect(known.json).toMatchObject({
      active: true,
      client_id: client.id,
      scope: 'read',
      token_type: 'Bearer',
    });
    await at.askToken(client, { token }, '/oauth/revoke');
    expect((await at.askToken(client, { token }, '/oauth/introspect')).json).toEqual({ active: false });
    expect((await at.askToken(client, { token: 'x' }, '/oauth/introspect')).json).toEqual({ active: false });
  });

  it('is for clients only, and revoking for whose it is', async () => {
    const { token } = await getToken('owner', ['read']);
    const other = await at.makeClient('stranger', { scopes: ['read'] });
    await at.askToken(other, { token }, '/oauth/revoke');
    notice();
    expect(await see(token)).toBe(200);
    const nobody = await fetch(`${at.url}/oauth/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ token }),
    });
    expect(nobody.status).toBe(400);
  });
});

describe('the description of the API', () => {
  it('names the scopes, where to get a token, and what each operation needs', async () => {
    const { token } = await getToken('described', ['read', 'write']);
    const spec = await (await at.api(token, '/api/openapi.json')).json();
    const { oauth } = (spec as { components: { securitySchemes: Record<string, unknown> } }).components
      .securitySchemes;
    expect(oauth).toMatchObject({
      type: 'oauth2',
      flows: {
        clientCredentials: {
          tokenUrl: '/oauth/token',
          scopes: { read: 'See records', admin: expect.any(String) },
        },
        authorizationCode: { authorizationUrl: '/oauth/authorize' },
      },
    });
    const { paths, security } = spec as {
      paths: Record<string, Record<string, { security?: unknown[] }>>;
      security: unknown[];
    };
    expect(security).toContainEqual({ oauth: ['read'] });
    expect(paths['/products']!['get']!.security).toBeUndefined();
    expect(paths['/products']!['post']!.security).toContainEqual({ oauth: ['write'] });
    const { token: reader } = await getToken('described-less', ['read']);
    const less = (await (await at.api(reader, '/api/openapi.json')).json()) as typeof spec;
    expect(JSON.stringify(less)).not.toContain('"post"');
  });
});

describe('what is Dovetail’s own', () => {
  it('is reached by an administrator’s token only with the scope admin', async () => {
    const { token: plain } = await getToken('plain-admin', ['read', 'write']);
    const { token: admin } = await getToken('scoped-admin', ['admin', 'read', 'write']);
    const users = async (token: string) => (await at.api(token, '/api/dovetail/users')).status;
    expect([await users(plain), await users(admin)]).toEqual([404, 200]);
  });
});
