// What a client finds out by itself, and the keys that ID tokens are signed with.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSigningKeys } from '../../src/engine/access/index.js';
import { createSeal } from '../../src/foundation/secrets/seal.js';
import { type OAuthFixture, openOAuth } from './oauth-fixture.js';

const DAY_MS = 24 * 3_600_000;
let at: OAuthFixture;
beforeAll(async () => {
  at = await openOAuth();
});
afterAll(() => at?.close());

describe('discovery', () => {
  it('names every address and what can be done there, under both names of the document', async () => {
    for (const name of ['openid-configuration', 'oauth-authorization-server']) {
      const answer = await fetch(`${at.url}/.well-known/${name}`);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({
        issuer: at.url,
        authorization_endpoint: `${at.url}/oauth/authorize`,
        token_endpoint: `${at.url}/oauth/token`,
        revocation_endpoint: `${at.url}/oauth/revoke`,
        introspection_endpoint: `${at.url}/oauth/introspect`,
        jwks_uri: `${at.url}/oauth/jwks`,
        scopes_supported: ['read', 'write', 'import', 'export', 'admin', 'openid', 'profile', 'email'],
        grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      });
    }
  });

  it('names no address that leads nowhere, where everybody is listened to', async () => {
    const wide = await openOAuth({ host: '0.0.0.0' });
    try {
      const port = new URL(wide.url).port;
      const found = await fetch(`http://127.0.0.1:${port}/.well-known/openid-configuration`);
      expect(await found.json()).toMatchObject({ issuer: `http://127.0.0.1:${port}` });
      expect(await wide.inviteFirst()).toContain(`http://127.0.0.1:${port}/invitation/`);
    } finally {
      await wide.close();
    }
  });

  it('leads only to addresses that answer', async () => {
    const found = (await (await fetch(`${at.url}/.well-known/openid-configuration`)).json()) as object;
    const addresses = Object.entries(found).filter(([name]) => /_endpoint$|_uri$/.test(name));
    expect(addresses.length).toBeGreaterThanOrEqual(6);
    for (const [name, address] of addresses) {
      const method = /token|revocation|introspection/.test(name) ? 'POST' : 'GET';
      expect([name, (await fetch(address as string, { method, redirect: 'manual' })).status]).not.toEqual([
        name,
        404,
      ]);
    }
  });

  it('tells who looks at an address for forms, as a program can read it', async () => {
    for (const path of ['/oauth/token', '/oauth/revoke', '/oauth/introspect']) {
      const answer = await fetch(`${at.url}${path}`);
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
      expect(await answer.json()).toEqual({
        error: 'invalid_request',
        error_description: `${path} takes POST with a form only`,
      });
    }
  });

  it('says what came wrong as the standard wants, and never fails inside', async () => {
    const wishes: readonly [string, RequestInit][] = [
      [
        '/oauth/token',
        { method: 'POST', body: '{"grant_type":"x"}', headers: { 'content-type': 'application/json' } },
      ],
      [
        '/oauth/token',
        { method: 'POST', body: new URLSearchParams({ grant_type: 'password', client_id: '1' }) },
      ],
      [
        '/oauth/token',
        {
          method: 'POST',
          body: 'x'.repeat(200_000),
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        },
      ],
      ['/oauth/token', { method: 'POST', headers: { authorization: 'Basic %%%' } }],
      [
        '/oauth/token',
        {
          method: 'POST',
          body: new URLSearchParams([
            ['client_id', '1'],
            ['client_id', '2'],
          ]),
        },
      ],
      ['/oauth/introspect', { method: 'POST', body: new URLSearchParams({ token: '\u0000' }) }],
      ['/oauth/authorize?client_id=%00&response_type=code', {}],
      ['/oauth/authorize?client_id=99999999999999999999', {}],
      ['/oauth/authorize/x', {}],
      ['/oauth/interaction/x', {}],
      ['/oauth/userinfo', {}],
      ['/login?next[a]=1', {}],
      ['/login', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }],
      ['/logout', { method: 'POST' }],
    ];
    for (const [path, init] of wishes) {
      const { status } = await fetch(`${at.url}${path}`, { redirect: 'manual', ...init });
      expect([path, status < 500]).toEqual([path, true]);
    }
    expect(at.logged).toEqual([]);
  });
});

describe('the keys', () => {
  const seal = createSeal(Buffer.alloc(32, 1));
  const keys = (other = seal) => createSigningKeys({ database: at.database, clock: at.clock, seal: other });

  it('rotate: the next is published a day before it signs, the last stays for two days', async () => {
    await at.database.query('delete from dovetail.oauth_keys');
    const [first] = (await keys().read()).own;
    expect((await keys().read()).own).toEqual([first]);
    at.clock.pass(30 * DAY_MS);
    const both = await keys().read();
    expect(both.own.map(({ kid }) => kid)[0]).toBe(first!.kid);
    expect(both.published).toHaveLength(2);
    at.clock.pass(DAY_MS);
    const after = await keys().read();
    expect(after.own[0]!.kid).not.toBe(first!.kid);
    expect(after.published.map(({ kid }) => kid)).toContain(first!.kid);
    at.clock.pass(2 * DAY_MS + 1000);
    expect((await keys().read()).published.map(({ kid }) => kid)).toEqual([after.own[0]!.kid]);
  });

  it('lie in the database sealed, and published without what signs', async () => {
    await at.database.query('delete from dovetail.oauth_keys');
    const { own, published } = await keys().read();
    const secret = String(own[0]!['d']);
    const { rows } = await at.database.query<{ sealed_jwk: Buffer; public_jwk: object }>(
      'select * from dovetail.oauth_keys',
    );
    expect(rows[0]!.sealed_jwk.toString('latin1')).not.toContain(secret);
    expect(JSON.stringify(rows[0]!.public_jwk)).not.toContain(secret);
    expect(JSON.stringify(published)).not.toContain(secret);
  });

  it('of a process with another master key are published beside its own', async () => {
    await at.database.query('delete from dovetail.oauth_keys');
    const one = await keys().read();
    const other = await keys(createSeal(Buffer.alloc(32, 2))).read();
    expect(other.own.map(({ kid }) => kid)).not.toContain(one.own[0]!.kid);
    expect(other.published.map(({ kid }) => kid)).toEqual(
      expect.arrayContaining([one.own[0]!.kid, other.own[0]!.kid]),
    );
  });

  it('are made once, however many begin at the same moment', async () => {
    await at.database.query('delete from dovetail.oauth_keys');
    const rings = await Promise.all([keys().read(), keys().read(), keys().read()]);
    expect(new Set(rings.map(({ own }) => own[0]!.kid)).size).toBe(1);
  });

  it('that rotate change what the server signs with, without a restart', async () => {
    const read = async () =>
      ((await (await fetch(`${at.url}/oauth/jwks`)).json()) as { keys: unknown[] }).keys.length;
    await at.database.query('delete from dovetail.oauth_keys');
    at.clock.pass(600_000);
    expect(await read()).toBe(1);
    at.clock.pass(30 * DAY_MS);
    expect(await read()).toBe(2);
  });
});
