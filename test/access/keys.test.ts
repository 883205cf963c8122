// Keys of clients: who gets in, who does not any more, and what it costs to ask.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAccess } from '../../src/engine/access/index.js';
import { type AccessFixture, createAccessFixture } from './access-fixture.js';

let fixture: AccessFixture;
beforeAll(async () => {
  fixture = await createAccessFixture();
});
beforeEach(async () => {
  await fixture.database.query('delete from dovetail.clients');
  await fixture.access.clients.create({ name: 'shop', subject: 's1' });
  await fixture.access.clients.giveRole('shop', 'reader');
  await fixture.access.refresh();
  fixture.countStatements();
});
afterAll(() => fixture?.drop());

const outsider = () => `dvt_1_${randomBytes(32).toString('base64url')}`;

describe('a key', () => {
  it('says whose it is, and what they have', async () => {
    const { access } = fixture;
    const { key, id } = await access.keys.create('shop', { label: 'nightly' });
    expect(key).toMatch(/^dvt_\d+_[A-Za-z0-9_-]{43}$/);
    expect(await access.authenticateKey(key)).toEqual({
      kind: 'client',
      id: (await access.clients.read('shop')).id,
      name: 'shop',
      roles: ['reader'],
      subject: 's1',
    });
    expect(await access.keys.list('shop')).toMatchObject([{ id, client: 'shop', label: 'nightly' }]);
  });

  it('lies nowhere in the database, nor in what is listed', async () => {
    const { access, database } = fixture;
    const { key } = await access.keys.create('shop');
    await access.authenticateKey(key);
    const secret = key.split('_').slice(2).join('_');
    const { rows } = await database.query('select to_jsonb(k)::text as row from dovetail.api_keys k');
    expect(JSON.stringify([rows, await access.keys.list()])).not.toContain(secret);
  });

  it('is refused unless every part of it fits', async () => {
    const { access } = fixture;
    const one = await access.keys.create('shop');
    const two = await access.keys.create('shop');
    const secret = two.key.slice(`dvt_${two.id}_`.length);
    const wrong = [
      '',
      'dvt_',
      one.key.slice(0, -1),
      `${one.key}x`,
      ` ${one.key}`,
      `dvt_${one.id}_${secret}`,
      `dvt_0${one.id}_${one.key.slice(`dvt_${one.id}_`.length)}`,
      `dvt_999999999999999999_${secret}`,
      `dvt_9999999999999999999_${secret}`,
      outsider(),
    ];
    for (const key of wrong) expect(await access.authenticateKey(key)).toBeUndefined();
    expect(await access.authenticateKey(one.key)).toBeDefined();
  });

  it('is refused once it has expired, though it was known', async () => {
    const { access, clock } = fixture;
    const expiresAt = new Date(clock.now().getTime() + 1500);
    const { key } = await access.keys.create('shop', { expiresAt });
    expect(await access.authenticateKey(key)).toBeDefined();
    clock.pass(1500);
    expect(await access.authenticateKey(key)).toBeUndefined();
    await expect(access.keys.create('shop', { expiresAt })).rejects.toMatchObject({ code: 'ACCESS-107' });
  });

  it('costs no statement while it is known and nothing changes', async () => {
    const { access, clock, countStatements } = fixture;
    const { key } = await access.keys.create('shop');
    await access.refresh();
    await access.authenticateKey(key);
    countStatements();
    for (let i = 0; i < 100; i++) await access.authenticateKey(key);
    expect(countStatements()).toBe(0);
    clock.pass(2000);
    await Promise.all(Array.from({ length: 20 }, () => access.authenticateKey(key)));
    // All of them ask together, and only for the version.
    expect(countStatements()).toBe(1);
  });

  it('is noted as used once a minute, whoever else notes it', async () => {
    const { access, clock, another } = fixture;
    const { key } = await access.keys.create('shop');
    const lastUsed = async () => (await access.keys.list('shop'))[0]?.lastUsedAt;
    expect(await lastUsed()).toBeUndefined();
    const first = clock.now();
    await access.authenticateKey(key);
    expect(await lastUsed()).toEqual(first);
    clock.pass(59_000);
    await access.authenticateKey(key);
    await another().authenticateKey(key);
    expect(await lastUsed()).toEqual(first);
    clock.pass(1000);
    await access.authenticateKey(key);
    expect(await lastUsed()).toEqual(clock.now());
  });

  it('whose use is noted drops nothing that is remembered', async () => {
    const { access, clock, countStatements } = fixture;
    const { key } = await access.keys.create('shop');
    await access.authenticateKey(key);
    clock.pass(60_000);
    await access.authenticateKey(key);
    countStatements();
    clock.pass(2000);
    await access.authenticateKey(key);
    expect(countStatements()).toBe(1);
  });
});

describe('what another process changed', () => {
  const cases: readonly (readonly [string, (name: { id: string }) => Promise<unknown>])[] = [
    ['a key is revoked', ({ id }) => fixture.another().keys.revoke(id)],
    ['its client is disabled', () => fixture.another().clients.disable('shop')],
    ['its client is removed', () => fixture.another().clients.delete('shop')],
    ['somebody deletes the row by SQL', () => fixture.database.query('delete from dovetail.api_keys')],
  ];
  it.each(cases)('counts within five seconds: %s', async (_what, change) => {
    const { access, clock } = fixture;
    const made = await access.keys.create('shop');
    expect(await access.authenticateKey(made.key)).toBeDefined();
    await change(made);
    clock.pass(2000);
    expect(await access.authenticateKey(made.key)).toBeUndefined();
  });

  it('counts at once after a refresh', async () => {
    const { access, another } = fixture;
    const { key } = await access.keys.create('shop');
    await access.authenticateKey(key);
    await another().clients.takeRole('shop', 'reader');
    expect((await access.authenticateKey(key))?.roles).toEqual(['reader']);
    await access.refresh();
    expect((await access.authenticateKey(key))?.roles).toEqual([]);
  });

  it('lets a disabled client in again once it is enabled', async () => {
    const { access } = fixture;
    const { key } = await access.keys.create('shop');
    await access.clients.disable('shop');
    await access.refresh();
    expect(await access.authenticateKey(key)).toBeUndefined();
    await access.clients.enable('shop');
    await access.refresh();
    expect(await access.authenticateKey(key)).toBeDefined();
  });
});

it('what was read before a change is not remembered after it', async () => {
  const { database, clock, another } = fixture;
  const made = await another().keys.create('shop');
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const access = createAccess({
    clock,
    database: {
      ...database,
      async query(text, values) {
        const result = await database.query(text, values);
        if (text.includes('k.secret_sha256')) {
          arrive();
          await released;
        }
        return result as never;
      },
    },
  });
  const slow = access.authenticateKey(made.key);
  await arrived;
  await another().keys.revoke(made.id);
  await access.refresh();
  release();
  expect(await slow).toBeDefined();
  expect(await access.authenticateKey(made.key)).toBeUndefined();
});

describe('a key that is exchanged', () => {
  it('gives way to one with the same label and lifetime', async () => {
    const { access, clock } = fixture;
    const day = 86_400_000;
    const old = await access.keys.create('shop', {
      label: 'nightly',
      expiresAt: new Date(clock.now().getTime() + day),
    });
    clock.pass(3_600_000);
    const made = await access.keys.rotate(old.id);
    expect(made).toMatchObject({ label: 'nightly', expiresAt: new Date(clock.now().getTime() + day) });
    expect(await access.authenticateKey(old.key)).toBeUndefined();
    expect(await access.authenticateKey(made.key)).toBeDefined();
    await expect(access.keys.rotate(old.id)).rejects.toMatchObject({ code: 'ACCESS-107' });
  });

  it('may go on for a while', async () => {
    const { access, clock } = fixture;
    const old = await access.keys.create('shop');
    await access.keys.rotate(old.id, { graceMs: 60_000 });
    await access.refresh();
    expect(await access.authenticateKey(old.key)).toBeDefined();
    clock.pass(60_000);
    expect(await access.authenticateKey(old.key)).toBeUndefined();
  });
});

it('an unknown client or key is refused with what may have been meant', async () => {
  const { keys } = fixture.access;
  await expect(keys.create('shpo')).rejects.toMatchObject({
    code: 'ACCESS-103',
    hint: "Did you mean 'shop'?",
  });
  await expect(keys.revoke('0')).rejects.toMatchObject({ code: 'ACCESS-105' });
  await expect(keys.revoke('abc')).rejects.toMatchObject({ code: 'ACCESS-105' });
});
